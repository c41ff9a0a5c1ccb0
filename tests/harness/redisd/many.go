package redisd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// StartCluster runs a Redis Cluster of three masters until the test ends, each
// with a number of replicas; the masters come first.
func StartCluster(t testing.TB, replicas int) []*Server {
	t.Helper()
	if _, err := exec.LookPath(redisCLI); err != nil {
		t.Fatalf("%s isn't installed; install it with: apt-get install redis-tools", redisCLI)
	}
	var servers []*Server
	args := []string{"--cluster", "create"}
	for range 3 * (1 + replicas) {
		bus, err := freePort() // by itself it takes a port that may not exist
		if err != nil {
			t.Fatal(err)
		}
		s := Start(t, "--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--cluster-port", strconv.Itoa(bus))
		servers = append(servers, s)
		args = append(args, s.Addr)
	}
	args = append(args, "--cluster-replicas", strconv.Itoa(replicas), "--cluster-yes")
	out, err := exec.Command(redisCLI, args...).CombinedOutput() // #nosec G204 -- a test's own arguments
	if err != nil {
		t.Fatalf("make a cluster: %v\n%s", err, out)
	}
	for end := time.Now().Add(60 * time.Second); !whole(servers, replicas); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the cluster doesn't become whole")
		}
	}
	return servers
}

// whole says whether every server of a cluster finds it well, and each master
// is followed by its replicas.
func whole(servers []*Server, replicas int) bool {
	masters := 0
	for _, s := range servers {
		c := redis.NewClient(&redis.Options{Addr: s.Addr})
		state, err := c.ClusterInfo(context.Background()).Result()
		about, aboutErr := c.Info(context.Background(), "replication").Result()
		if errors.Join(err, aboutErr, c.Close()) != nil || !strings.Contains(state, "cluster_state:ok") {
			return false
		}
		if strings.Contains(about, "role:master") && strings.Count(about, "state=online") == replicas {
			masters++
		}
	}
	return masters == 3
}

// Follow makes the server a replica of another one, from its next start on.
func (r *Server) Follow(master *Server) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.more = []string{"--replicaof", "127.0.0.1 " + strconv.Itoa(master.port), "--repl-diskless-sync-delay", "0"}
}

// StartReplica runs a replica of a master until the test ends, and returns when
// it follows.
func StartReplica(t testing.TB, master *Server) *Server {
	t.Helper()
	r := Start(t, "--replicaof", "127.0.0.1 "+strconv.Itoa(master.port), "--repl-diskless-sync-delay", "0")
	c := redis.NewClient(&redis.Options{Addr: r.Addr})
	defer func() { _ = c.Close() }()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if info, err := c.Info(context.Background(), "replication").Result(); err == nil && strings.Contains(info, "master_link_status:up") {
			return r
		}
		if time.Now().After(end) {
			t.Fatal("the replica doesn't follow")
		}
	}
}

// StartSentinels runs three sentinels that watch a master under a name until
// the test ends, and returns their addresses. Two of them decide that it is
// gone, after a second.
func StartSentinels(t testing.TB, name string, master *Server) []string {
	t.Helper()
	var list []string
	for range 3 {
		port, err := freePort()
		if err != nil {
			t.Fatal(err)
		}
		s := &Server{Dir: t.TempDir(), port: port, Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), sentinel: true}
		settings := fmt.Sprintf("port %d\nbind 127.0.0.1\ndir %s\nsentinel monitor %s 127.0.0.1 %d 2\n"+
			"sentinel down-after-milliseconds %s 1000\nsentinel failover-timeout %s 2000\n", port, s.Dir, name, master.port, name, name)
		if err := os.WriteFile(filepath.Join(s.Dir, "sentinel.conf"), []byte(settings), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Kill)
		if err := s.Start(); err != nil {
			t.Fatal(err)
		}
		list = append(list, s.Addr)
	}
	return list
}
