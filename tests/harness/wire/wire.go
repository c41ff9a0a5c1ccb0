// Package wire stands between two ends of a connection and makes the network
// bad: slow, narrow, cut in the middle, silent or gone. It knows nothing of the
// service, so that the store's own tests can use it too.
package wire

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// Proxy passes connections to Addr on to another address. Faults hold for the
// connections that are open and for new ones, in both directions, until Heal.
type Proxy struct {
	Addr  string
	t     testing.TB
	proxy *toxiproxy.Proxy
}

// Start runs a proxy before an address (host:port) until the test ends.
func Start(t testing.TB, upstream string) *Proxy {
	t.Helper()
	zerolog.SetGlobalLevel(zerolog.Disabled) // the library's own trace, which only the process can silence
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	p := &Proxy{t: t, proxy: toxiproxy.NewProxy(server, "wire", "127.0.0.1:0", upstream)}
	if err := p.proxy.Start(); err != nil {
		t.Fatalf("start a proxy: %v", err)
	}
	p.Addr = p.proxy.Listen
	t.Cleanup(p.proxy.Stop)
	return p
}

// add puts one fault on the wire, in each direction that is named.
func (p *Proxy) add(kind, attributes string, directions ...string) {
	p.t.Helper()
	for _, d := range directions {
		fault := fmt.Sprintf(`{"type":%q,"stream":%q,"attributes":{%s}}`, kind, d, attributes)
		if _, err := p.proxy.Toxics.AddToxicJson(strings.NewReader(fault)); err != nil {
			p.t.Errorf("put %s on the wire: %v", kind, err)
		}
	}
}

// The directions, as the library names them.
const (
	there = "upstream"   // what is asked
	back  = "downstream" // what is answered
)

// Slow delays what is answered by latency, give or take jitter.
func (p *Proxy) Slow(latency, jitter time.Duration) {
	p.t.Helper()
	p.add("latency", fmt.Sprintf(`"latency":%d,"jitter":%d`, latency.Milliseconds(), jitter.Milliseconds()), back)
}

// Narrow lets so many KB a second through, each way.
func (p *Proxy) Narrow(kb int) {
	p.t.Helper()
	p.add("bandwidth", fmt.Sprintf(`"rate":%d`, kb), there, back)
}

// CutAnswers ends each connection after so many bytes of answers: in the middle
// of one, after what was asked has been done.
func (p *Proxy) CutAnswers(bytes int) {
	p.t.Helper()
	p.add("limit_data", fmt.Sprintf(`"bytes":%d`, bytes), back)
}

// CutRequests ends each connection after so many bytes of requests: in the
// middle of one, which then never arrives whole.
func (p *Proxy) CutRequests(bytes int) {
	p.t.Helper()
	p.add("limit_data", fmt.Sprintf(`"bytes":%d`, bytes), there)
}

// Reset breaks each connection at its first answer, which is lost, as a machine
// does that has forgotten it.
func (p *Proxy) Reset() {
	p.t.Helper()
	p.add("reset_peer", `"timeout":0`, back)
}

// Deaf lets requests through and no answer back: connections stay open and
// nothing comes, as when a firewall forgets them half.
func (p *Proxy) Deaf() {
	p.t.Helper()
	p.add("timeout", `"timeout":0`, back)
}

// Silent lets nothing through either way while connections stay open: the
// network is split.
func (p *Proxy) Silent() {
	p.t.Helper()
	p.add("timeout", `"timeout":0`, there, back)
}

// Heal takes all faults off the wire. Connections that a Deaf, Silent or cut
// wire left behind are closed.
func (p *Proxy) Heal() { p.proxy.Toxics.ResetToxics(context.Background()) }
