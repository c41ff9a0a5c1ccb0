package load

import (
	"testing"

	"wegwijzer/tests/harness"
	"wegwijzer/tests/harness/redisd"
)

// twoNodes starts two nodes on one Redis that syncs every write, and returns
// where they are.
func twoNodes(b *testing.B) []string {
	b.Helper()
	server := redisd.Start(b)
	program := harness.Build(b)
	var urls []string
	for range 2 {
		p, err := harness.Serve(program, append(quietly(b.TempDir()), "WEGWIJZER_STORE_REDIS_URL="+server.URL(),
			"WEGWIJZER_STORE_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")...)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(p.Kill)
		urls = append(urls, p.URL)
	}
	return urls
}
