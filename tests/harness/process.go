package harness

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// Build builds the program into the test's folder and returns its path.
func Build(t testing.TB) string {
	t.Helper()
	path, err := BuildIn(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// BuildIn builds the program into a folder and returns its path: many tests can
// share it.
func BuildIn(dir string) (string, error) {
	path := filepath.Join(dir, "wegwijzer")
	cmd := exec.Command("go", "build", "-o", path, "wegwijzer/bot/cmd/wegwijzer")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return path, nil
}

// Process is `wegwijzer serve` as a process of its own, which can be killed.
type Process struct {
	URL    string
	Link   string // the one-time link, on the first start
	cmd    *exec.Cmd
	errors *tail
	ended  chan struct{}
	once   sync.Once
}

// tail keeps the last of what a process wrote to stderr.
type tail struct {
	mu   sync.Mutex
	text string
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text += string(p)
	if len(t.text) > 8000 {
		t.text = t.text[len(t.text)-8000:]
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text
}

var (
	urlRE  = regexp.MustCompile(`pagina van de gemeente\s+(http://\S+)/`)
	linkRE = regexp.MustCompile(`eerste keer inloggen\s+(http://\S+)`)
)

// Serve starts the program and waits until it is ready. env are settings such
// as "WEGWIJZER_STORE_DIR=…".
func Serve(program string, env ...string) (*Process, error) {
	return ServeAs(exec.Command(program, "serve"), env...)
}

// ServeAs starts a command that becomes the service, as Serve does.
func ServeAs(cmd *exec.Cmd, env ...string) (*Process, error) {
	p := &Process{errors: &tail{}, ended: make(chan struct{}), cmd: cmd}
	p.cmd.Env = append([]string{"WEGWIJZER_SERVER_ADDR=127.0.0.1:0", "WEGWIJZER_LIMITS_ENABLED=false"}, env...)
	p.cmd.Stderr = p.errors
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	ready := make(chan struct{})
	go p.read(out, ready)
	select {
	case <-ready:
	case <-p.ended:
		return nil, fmt.Errorf("the service ended at once: %s", p.errors)
	case <-time.After(time.Minute):
		p.Kill()
		return nil, fmt.Errorf("the service wasn't there in a minute: %s", p.errors)
	}
	return p, wait("the service to be ready", func() bool {
		res, err := client.Get(p.URL + "/readyz")
		if err != nil {
			return false
		}
		return errors.Join(res.Body.Close()) == nil && res.StatusCode == http.StatusOK
	})
}

// read takes the addresses from what the program prints; ready is closed when
// the first is there.
func (p *Process) read(out io.Reader, ready chan<- struct{}) {
	s := bufio.NewScanner(out)
	for s.Scan() {
		if m := urlRE.FindStringSubmatch(s.Text()); m != nil {
			p.URL = m[1]
		}
		if m := linkRE.FindStringSubmatch(s.Text()); m != nil {
			p.Link = m[1]
		}
		if strings.Contains(s.Text(), "Ctrl-C") { // the last line of the welcome
			p.once.Do(func() { close(ready) })
		}
	}
	_ = p.cmd.Wait() // a killed process ends with an error, and that is meant
	close(p.ended)
}

// Kill ends the process as kill -9 does, and waits until it is gone. A nil one,
// which never started, is gone.
func (p *Process) Kill() {
	if p == nil {
		return
	}
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// Interrupt ends it as Ctrl-C does; an error when it doesn't end in time.
func (p *Process) Interrupt() error {
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	select {
	case <-p.ended:
	case <-time.After(time.Minute):
		p.Kill()
		return errors.New("the service didn't end in a minute after an interrupt")
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("the service ended with status %d: %s", code, p.errors)
	}
	return nil
}

// Stderr is the end of what the process wrote there.
func (p *Process) Stderr() string { return p.errors.String() }

// Addr is the service's address, host:port.
func (p *Process) Addr() string { return strings.TrimPrefix(p.URL, "http://") }

// PID is the process's number, to end or measure it by.
func (p *Process) PID() int { return p.cmd.Process.Pid }
