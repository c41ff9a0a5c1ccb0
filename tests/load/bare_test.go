package load

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"wegwijzer/tests/harness"
)

// bareVar makes this program the bare server.
const bareVar = "WEGWIJZER_LOAD_BARE"

// TestMain runs the tests, or the bare server for one.
func TestMain(m *testing.M) {
	// Residents keep their connections: two for all of them, as the default is,
	// would measure the making of connections.
	if tr, ok := http.DefaultTransport.(*http.Transport); ok {
		tr.MaxIdleConnsPerHost, tr.MaxIdleConns = 1024, 4096
	}
	if os.Getenv(bareVar) != "" {
		if err := bare(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// bare serves what costs nothing: a POST that is read and forgotten, and a
// stream that says nothing but a comment. What the service takes more is its
// own.
func bare() error {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.POST("/messages", func(c echo.Context) error {
		if _, err := io.Copy(io.Discard, c.Request().Body); err != nil {
			return err
		}
		return c.JSON(http.StatusAccepted, map[string]int{"seq": 1})
	})
	e.GET("/events", func(c echo.Context) error {
		c.Response().Header().Set("Content-Type", "text/event-stream")
		c.Response().WriteHeader(http.StatusOK)
		if _, err := io.WriteString(c.Response(), ":\n\n"); err != nil {
			return err
		}
		c.Response().Flush()
		<-c.Request().Context().Done()
		return nil
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("http://" + ln.Addr().String())
	e.Listener = ln
	return e.Start("")
}

// startBare runs the bare server as a process of its own until the benchmark
// ends.
func startBare(b *testing.B) (url string, pid int) {
	b.Helper()
	cmd := exec.Command(os.Args[0]) // #nosec G204 -- this very program
	cmd.Env = append(os.Environ(), bareVar+"=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // a killed process is no fault here
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line), cmd.Process.Pid
}

// limits is what this machine can do at all, as text beside the figures.
type limits struct{ fsyncs, posts, stream string }

// measureLimits measures them: syncs of a turn's size to this disk, and posts
// of the same clients to a bare handler.
func measureLimits(b *testing.B, t *table, streams int) limits {
	b.Helper()
	var l limits
	syncs := fsyncs(b)
	l.fsyncs = number(syncs) + " fsync/s"
	t.add(b, "raw fsync of 1.4 KB", syncs, "1/s", noBound(), "")
	url, pid := startBare(b)
	posts := barePosts(b, url)
	l.posts = number(posts) + " posts/s to a bare handler"
	t.add(b, "posts to a bare handler", posts, "1/s", noBound(), "")
	before := memory(b, pid)
	opened, end := openStreams(b, streams, func(int) (*http.Request, error) { return http.NewRequest(http.MethodGet, url+"/events", nil) })
	each := float64(memory(b, pid)-before) / 1024 / float64(max(1, opened))
	end()
	l.stream = number(each) + " KiB for a bare handler"
	t.add(b, "idle stream of a bare handler", each, "KiB", noBound(), "")
	return l
}

func fsyncs(b *testing.B) float64 {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "fsync"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	const n = 1000
	at := time.Now()
	for range n {
		if _, err := f.Write(make([]byte, 1400)); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	return n / time.Since(at).Seconds()
}

// barePosts posts in 256 closed loops, as the residents do.
func barePosts(b *testing.B, url string) float64 {
	b.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	total, d := 0, seconds(b)
	start := time.Now()
	for range residents {
		wg.Go(func() {
			n := 0
			for ; time.Since(start) < d; n++ {
				status, _, err := harness.Call(http.MethodPost, url+"/messages", "x", map[string]string{"id": "00000000-0000-4000-8000-000000000000", "text": said[n%len(said)]})
				if err != nil || status != http.StatusAccepted {
					b.Errorf("a bare post: status %d, %v", status, err)
					return
				}
			}
			mu.Lock()
			defer mu.Unlock()
			total += n
		})
	}
	wg.Wait()
	return float64(total) / time.Since(start).Seconds()
}
