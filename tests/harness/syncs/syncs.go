// Package syncs runs a program whose fsync and fdatasync a test decides on: the
// kernel asks the test before each of them (seccomp user notification). So a
// disk can fail to write down what it was given, for a while, under a real
// process. Linux 5.5 or later.
package syncs

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Disk decides on the syncs of the program that Command starts. The zero value
// isn't of use; New is. It is safe for concurrent use.
type Disk struct {
	mu      sync.Mutex
	failing bool
	done    map[string]int // syncs that were let through, by the file's name
	refused int
	wg      sync.WaitGroup
}

// New makes a disk that works.
func New() *Disk { return &Disk{done: map[string]int{}} }

// Fail makes each sync fail with EIO, or work again.
func (d *Disk) Fail(on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failing = on
}

// Done counts the syncs of a file that were let through; the file is named
// without its folder.
func (d *Disk) Done(file string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.done[file]
}

// Refused counts the syncs that failed.
func (d *Disk) Refused() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.refused
}

// shimEnv tells the test binary that it is to become a program.
const shimEnv = "SYNCS_SHIM"

// Command is a program with its arguments, under the disk. It runs the test's
// own binary first, whose TestMain must call Become. It can be started once, and
// ends with the test.
func (d *Disk) Command(t testing.TB, program string, args ...string) (cmd *exec.Cmd, env string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := os.NewFile(uintptr(pair[0]), "ours"), os.NewFile(uintptr(pair[1]), "theirs") // #nosec G115 -- descriptors
	cmd = exec.Command(self, append([]string{program}, args...)...)                              // #nosec G204 -- a test's own
	cmd.ExtraFiles = []*os.File{theirs}
	d.wg.Go(func() {
		defer func() { _ = ours.Close() }()
		if err := d.serve(ours); err != nil {
			t.Errorf("decide on syncs: %v", err)
		}
	})
	t.Cleanup(func() {
		_ = theirs.Close()
		if cmd.Process != nil {
			_ = cmd.Process.Kill() // it may have ended; else nothing would end the deciding
		}
		d.wg.Wait()
	})
	return cmd, shimEnv + "=3"
}

// Become turns this process into the program that it was started for, when
// Command started it; else it returns. Call it first in TestMain.
func Become() {
	if os.Getenv(shimEnv) == "" {
		return
	}
	err := become()
	fmt.Fprintln(os.Stderr, "become the program under a failing disk:", err)
	os.Exit(1)
}

// errors that name what the kernel doesn't allow.
var errKernel = errors.New("the kernel doesn't let a test decide on syncs (seccomp user notification, Linux 5.5 or later)")

// become puts the filter on this thread, which is the one that goes on as the
// program, and hands the listener to the test.
func become() error {
	to, err := strconv.Atoi(os.Getenv(shimEnv))
	if err != nil {
		return err
	}
	runtime.LockOSThread() // and never unlocked: this thread becomes the program
	listener, err := install()
	if err != nil {
		return fmt.Errorf("%w: %w", errKernel, err)
	}
	if err := syscall.Sendmsg(to, []byte{1}, syscall.UnixRights(listener), nil, 0); err != nil {
		return err
	}
	if err := errors.Join(syscall.Close(to), syscall.Close(listener), os.Unsetenv(shimEnv)); err != nil {
		return err
	}
	return syscall.Exec(os.Args[1], os.Args[1:], os.Environ()) // #nosec G204 G702 -- the test's own program
}

// install puts a filter before fsync and fdatasync and returns its listener.
func install() (int, error) {
	const load, jump, ret = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	filter := []unix.SockFilter{
		{Code: load, K: 0}, // the number of the call
		{Code: jump, K: unix.SYS_FSYNC, Jt: 2},
		{Code: jump, K: unix.SYS_FDATASYNC, Jt: 1},
		{Code: ret, K: unix.SECCOMP_RET_ALLOW},
		{Code: ret, K: unix.SECCOMP_RET_USER_NOTIF},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]} // #nosec G115 -- five
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return 0, err
	}
	fd, _, errno := syscall.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_NEW_LISTENER,
		uintptr(unsafe.Pointer(&program))) // #nosec G103 -- the kernel's own form
	if errno != 0 {
		return 0, errno
	}
	return int(fd), nil // #nosec G115 -- a descriptor
}

// serve answers the kernel until the program is gone.
func (d *Disk) serve(ours *os.File) error {
	listener, err := receive(ours)
	if err != nil || listener < 0 {
		return err
	}
	defer func() { _ = syscall.Close(listener) }()
	for {
		poll := []unix.PollFd{{Fd: int32(listener), Events: unix.POLLIN}} // #nosec G115 -- a descriptor
		if _, err := unix.Poll(poll, -1); errors.Is(err, syscall.EINTR) {
			continue
		} else if err != nil {
			return err
		}
		if poll[0].Revents&unix.POLLIN == 0 {
			return nil // nobody is left to ask
		}
		if err := d.answer(listener); err != nil && !errors.Is(err, syscall.ENOENT) && !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// receive takes the listener; below zero when the program never came so far.
func receive(ours *os.File) (int, error) {
	buf, oob := make([]byte, 1), make([]byte, syscall.CmsgSpace(4))
	conn, err := ours.SyscallConn()
	if err != nil {
		return -1, err
	}
	var n int
	var failed error
	if err := conn.Read(func(fd uintptr) bool {
		_, n, _, _, failed = syscall.Recvmsg(int(fd), buf, oob, syscall.MSG_CMSG_CLOEXEC) // #nosec G115 -- a descriptor
		return !errors.Is(failed, syscall.EAGAIN)
	}); err != nil {
		return -1, err
	}
	if failed != nil || n == 0 {
		return -1, failed
	}
	list, err := syscall.ParseSocketControlMessage(oob[:n])
	if err != nil || len(list) != 1 {
		return -1, errors.Join(err, errKernel)
	}
	fds, err := syscall.ParseUnixRights(&list[0])
	if err != nil || len(fds) != 1 {
		return -1, errors.Join(err, errKernel)
	}
	return fds[0], nil
}

// asked and answered are struct seccomp_notif and seccomp_notif_resp.
type asked struct {
	id   uint64
	pid  uint32
	_    uint32
	nr   int32
	_    uint32
	_    uint64
	args [6]uint64
}

type answered struct {
	id    uint64
	val   int64
	errno int32
	flags uint32
}

// The calls of the listener: _IOWR('!', 0, asked) and _IOWR('!', 1, answered).
const (
	ioctlReceive = 3<<30 | unsafe.Sizeof(asked{})<<16 | '!'<<8
	ioctlSend    = 3<<30 | unsafe.Sizeof(answered{})<<16 | '!'<<8 | 1
	goOn         = 1 // SECCOMP_USER_NOTIF_FLAG_CONTINUE
)

// answer takes one question and answers it.
func (d *Disk) answer(listener int) error {
	var q asked
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(listener), ioctlReceive, uintptr(unsafe.Pointer(&q))); errno != 0 { // #nosec G103 G115
		return errno
	}
	file, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", q.pid, q.args[0])) // gone with the process, if so
	a := answered{id: q.id, flags: goOn}
	d.mu.Lock()
	if d.failing {
		a = answered{id: q.id, errno: -int32(syscall.EIO)}
		d.refused++
	} else {
		d.done[filepath.Base(file)]++
	}
	d.mu.Unlock()
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(listener), ioctlSend, uintptr(unsafe.Pointer(&a))); errno != 0 { // #nosec G103 G115
		return errno
	}
	return nil
}
