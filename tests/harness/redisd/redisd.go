// Package redisd runs a real redis-server for tests. It knows nothing of the
// service, so that the store's own tests can use it too.
package redisd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Server is a real redis-server, a child of the test, on its own port and
// folder, with every write synced before it is acknowledged.
type Server struct {
	Addr string
	Dir  string
	t    testing.TB
	port int
	more []string
	// sentinel says that it is one: it has a file of settings and no data.
	sentinel bool
	under    Under

	mu     sync.Mutex
	cmd    *exec.Cmd
	exited chan struct{}
	out    *bytes.Buffer
}

// Under makes the command that runs a program within something, such as a disk
// that fails, and a variable of its environment.
type Under func(t testing.TB, program string, args ...string) (cmd *exec.Cmd, env string)

// Programs of Redis that tests need.
const (
	redisServer = "redis-server"
	redisRepair = "redis-check-aof"
	redisCLI    = "redis-cli"
)

// Start runs a redis-server until the test ends. more are settings of its
// command line and win. A machine without it fails the test: nothing is
// skipped.
func Start(t testing.TB, more ...string) *Server {
	t.Helper()
	return StartUnder(t, nil, more...)
}

// StartUnder is Start, within something; nil is nothing.
func StartUnder(t testing.TB, under Under, more ...string) *Server {
	t.Helper()
	for _, program := range []string{redisServer, redisRepair} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%s isn't installed; install it with: apt-get install redis-server", program)
		}
	}
	r := &Server{Dir: t.TempDir(), more: more, under: under, t: t}
	t.Cleanup(r.Kill)
	for tries := 1; ; tries++ { // another process may take the port meanwhile
		port, err := freePort()
		if err != nil {
			t.Fatal(err)
		}
		r.port, r.Addr = port, net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		err = r.Start()
		if err == nil {
			return r
		}
		if tries == 3 || !strings.Contains(err.Error(), "in use") {
			t.Fatal(err)
		}
	}
}

func freePort() (int, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return 0, errors.Join(errors.New("no TCP address"), l.Close())
	}
	return addr.Port, l.Close()
}

// URL is the server as store.redis_url names it.
func (r *Server) URL() string { return "redis://" + r.Addr + "/0" }

// Start runs the server on its port and folder, and returns when it answers.
func (r *Server) Start() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cmd != nil {
		return errors.New("the redis-server runs already")
	}
	args := []string{
		"--port", strconv.Itoa(r.port), "--bind", "127.0.0.1", "--dir", r.Dir, "--save", "", "--daemonize", "no",
		"--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", "--loglevel", "notice",
	}
	args = append(args, r.more...)
	if r.sentinel {
		args = []string{filepath.Join(r.Dir, "sentinel.conf"), "--sentinel"}
	}
	cmd := exec.Command(redisServer, args...) // #nosec G204 -- a test's own arguments
	if r.under != nil {
		path, err := exec.LookPath(redisServer)
		if err != nil {
			return err
		}
		var env string
		cmd, env = r.under(r.t, path, args...)
		cmd.Env = append(os.Environ(), env)
	}
	r.out = &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = r.out, r.out
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start redis-server: %w", err)
	}
	r.cmd, r.exited = cmd, make(chan struct{})
	go func(exited chan struct{}) {
		_ = cmd.Wait() // a kill is no fault here
		close(exited)
	}(r.exited)
	return r.answers()
}

// answers waits until the server has read its data.
func (r *Server) answers() error {
	c := redis.NewClient(&redis.Options{Addr: r.Addr, MaxRetries: -1, DialTimeout: time.Second})
	defer func() { _ = c.Close() }()
	var err error
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if err = c.Ping(context.Background()).Err(); err == nil {
			return nil
		}
		select {
		case <-r.exited:
			r.cmd = nil
			return fmt.Errorf("redis-server ended at its start:\n%s", r.out)
		default:
		}
	}
	return fmt.Errorf("redis-server doesn't answer: %w", err)
}

// Kill ends the server as a power cut of its process would: SIGKILL. It is
// harmless when it doesn't run.
func (r *Server) Kill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cmd == nil {
		return
	}
	_ = r.cmd.Process.Kill() // it may have ended by itself
	<-r.exited
	r.cmd = nil
}

// Pause stops the server without ending it, as a stalled machine does; go on
// with Resume.
func (r *Server) Pause() error { return r.signal(syscall.SIGSTOP) }

// Resume lets a paused server go on.
func (r *Server) Resume() error { return r.signal(syscall.SIGCONT) }

func (r *Server) signal(s syscall.Signal) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cmd == nil {
		return errors.New("the redis-server doesn't run")
	}
	return r.cmd.Process.Signal(s)
}

// Repair does what our unit and compose files do before each start of Redis:
// redis-check-aof --fix.
func (r *Server) Repair() error {
	manifest := filepath.Join(r.Dir, "appendonlydir", "appendonly.aof.manifest")
	cmd := exec.Command(redisRepair, "--fix", manifest) // #nosec G204 -- a file of the test
	cmd.Stdin = strings.NewReader(strings.Repeat("y\n", 100))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("redis-check-aof --fix %s: %w\n%s", manifest, err, out)
	}
	return nil
}

// Files reads everything that the server has on disk.
func (r *Server) Files() ([]byte, error) {
	var all []byte
	err := filepath.WalkDir(r.Dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path) // #nosec G304 G122 -- a folder of the test
		all = append(all, data...)
		return err
	})
	return all, err
}

// HostPort are the two halves of the address.
func (r *Server) HostPort() (host, port string) { return "127.0.0.1", strconv.Itoa(r.port) }
