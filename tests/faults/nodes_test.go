package faults

import (
	"errors"
	"testing"
	"time"

	"wegwijzer/tests/harness/redisd"
)

// TestOneOfThreeNodesIsKilledEachSecond: the others take every message
// meanwhile, so nobody waits for the dead one.
func TestOneOfThreeNodesIsKilledEachSecond(t *testing.T) {
	t.Parallel()
	const kills = 9
	server := redisd.Start(t)
	c := startNodesOn(t, 3, server, server.URL())
	people := gather(t, 8, 5, c.url(0), c.url)
	until(t, "the first messages", func() bool { return people.total() > 50 })
	for k := range kills {
		c.running[k%3].Kill()
		before := people.total()
		until(t, "messages through the other two", func() bool { return people.total() > before+20 })
		time.Sleep(700 * time.Millisecond)
		if err := c.start(k % 3); err != nil {
			t.Fatal(err)
		}
	}
	people.goOn()
	t.Logf("%d messages acknowledged by three nodes through %d kills", people.judge(c.url(0)), kills)
	oneCaseEach(t, openStore(t, server.URL()), people.callers)
	c.end(t)
}

// TestAClusterLosesANode: a master of a Cluster of three with replicas is
// killed under load. The nodes go on: at once with the conversations of the
// other masters, with its own when its replica has taken over and is followed
// again.
func TestAClusterLosesANode(t *testing.T) {
	t.Parallel()
	servers := redisd.StartCluster(t, 1)
	url := servers[0].URL() + "?cluster=true&addr=" + servers[1].Addr + "&addr=" + servers[2].Addr
	c := startNodesOn(t, 2, servers[0], url)
	people := gather(t, 12, 2, c.url(0), c.url)
	until(t, "the first messages", func() bool { return people.total() > 60 })
	servers[1].Kill()
	before := people.total()
	until(t, "messages of the other masters", func() bool { return people.total() > before+20 })
	until(t, "a replica to take over", func() bool { return roles(servers, "master") == 3 })
	if err := errors.Join(servers[1].Repair(), servers[1].Start()); err != nil {
		t.Fatal(err)
	}
	people.goOn()
	t.Logf("%d messages acknowledged on a Cluster through a failover, %d tries failed", people.judge(c.url(0)), people.failures())
	oneCaseEach(t, openStore(t, url), people.callers)
	c.end(t)
}

// roles counts the servers that run and have a role.
func roles(servers []*redisd.Server, want string) (n int) {
	for _, s := range servers {
		if role(s) == want {
			n++
		}
	}
	return n
}
