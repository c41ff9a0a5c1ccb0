package load

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// status reads a figure of a process from the system, by its name there.
func status(b *testing.B, pid int, name string) int64 {
	b.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.SplitSeq(string(data), "\n") {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(rest, "kB")), 10, 64)
			if err != nil {
				b.Fatal(err)
			}
			return n
		}
	}
	b.Fatalf("no %s", name)
	return 0
}

// memory is the resident set of a process, in bytes.
func memory(b *testing.B, pid int) int64 {
	b.Helper()
	return status(b, pid, "VmRSS") * 1024
}

// processor is how long a process kept processors busy.
func processor(b *testing.B, pid int) time.Duration {
	b.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	// Behind the name, which may hold anything: fields 14 and 15 of the whole,
	// in hundredths of a second.
	fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
	user, errUser := strconv.ParseInt(fields[11], 10, 64)
	system, errSystem := strconv.ParseInt(fields[12], 10, 64)
	if errUser != nil || errSystem != nil {
		b.Fatal(errUser, errSystem)
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}
