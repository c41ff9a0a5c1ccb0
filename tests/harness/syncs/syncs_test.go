package syncs

import (
	"os"
	"path/filepath"
	"testing"
)

func TestMain(m *testing.M) {
	Become()
	os.Exit(m.Run())
}

func TestTheDiskDecidesOnEachSync(t *testing.T) {
	for name, fails := range map[string]bool{"a disk that works": false, "a disk that fails": true} {
		t.Run(name, func(t *testing.T) {
			d := New()
			d.Fail(fails)
			file := filepath.Join(t.TempDir(), "bestand")
			cmd, env := d.Command(t, "/bin/dd", "if=/dev/zero", "of="+file, "bs=512", "count=1", "conv=fsync")
			cmd.Env = []string{env}
			out, err := cmd.CombinedOutput()
			if fails != (err != nil) {
				t.Errorf("got %v\n%s", err, out)
			}
			done, refused := 1, 0
			if fails {
				done, refused = 0, 1
			}
			if d.Done("bestand") != done || d.Refused() != refused {
				t.Errorf("%d done and %d refused, want %d and %d\n%s", d.Done("bestand"), d.Refused(), done, refused, out)
			}
		})
	}
}
