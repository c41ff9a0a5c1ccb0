package faults

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"

	"wegwijzer/tests/harness"
	"wegwijzer/tests/harness/syncs"
)

// binDir names the folder of the program that the tests share.
const binDir = "FAULTS_BIN"

// silence takes what the Redis client would write on stderr: here servers die.
type silence struct{}

func (silence) Printf(context.Context, string, ...any) {}

func TestMain(m *testing.M) {
	syncs.Become()
	redis.SetLogger(silence{})
	dir, err := os.MkdirTemp("", "wegwijzer-faults")
	if err == nil {
		err = os.Setenv(binDir, dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// The tests wait more than they work: for leases, failovers and lines that
	// come back. The default would be one for each core.
	flag.Parse()
	if err := flag.Set("test.parallel", "5"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir) // what is left of it is no fault of the tests
	os.Exit(code)
}

// built is the program, built once for all tests.
var built = sync.OnceValues(func() (string, error) { return harness.BuildIn(os.Getenv(binDir)) })

// program returns the path of the service's program.
func program(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}
