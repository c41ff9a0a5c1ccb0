package load

import (
	"testing"
	"time"

	"wegwijzer/tests/harness"
	"wegwijzer/tests/harness/redisd"
)

// BenchmarkLoadRedis: two nodes on one Redis that syncs every write; bound
// 2,500 turns/s at 256 conversations, spread over the nodes.
func BenchmarkLoadRedis(b *testing.B) {
	server := redisd.Start(b)
	program := harness.Build(b)
	var urls []string
	for range 2 {
		p, err := harness.Serve(program, "WEGWIJZER_STORE_REDIS_URL="+server.URL(),
			"WEGWIJZER_STORE_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "WEGWIJZER_LOG_LEVEL=error")
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(p.Kill)
		urls = append(urls, p.URL)
	}
	list := people(b, urls, 256)
	for range b.N {
		limits(b)
		report(b, "closed256", closed(list, 8*time.Second))
		report(b, "open500", open(list, 500, 8*time.Second))
	}
}
