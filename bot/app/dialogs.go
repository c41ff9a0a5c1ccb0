package app

import (
	"context"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"strings"
	"time"

	"wegwijzer/bot/config"
	"wegwijzer/dialogs"
	"wegwijzer/knowledge"
)

// LoadDialogs reads the program's dialogs with what the folder of the config
// changes of them, for all gemeenten. Every fault is in the error, one a line,
// with file:line.
func LoadDialogs(c config.Config) (*dialogs.Library, error) {
	if folder := c.Content.Dialogs; folder != "" {
		if _, err := os.Stat(folder); err != nil {
			return nil, fmt.Errorf("content.dialogs: %w", err)
		}
	}
	return loadDialogs(dialogFolder(c), c)
}

// dialogFolder is the folder with own dialogs, nil when there is none.
func dialogFolder(c config.Config) fs.FS {
	if c.Content.Dialogs == "" {
		return nil
	}
	return os.DirFS(c.Content.Dialogs)
}

func loadDialogs(own fs.FS, c config.Config) (*dialogs.Library, error) {
	ids := make([]knowledge.GemeenteID, len(c.Gemeente))
	for i, g := range c.Gemeente {
		ids[i] = knowledge.GemeenteID(g.ID)
	}
	return dialogs.LoadLibrary(own, ids)
}

// dialogPause is how often the folder is looked at. Looking works on every
// kind of folder, also on one that another machine shares.
const dialogPause = 2 * time.Second

// followDialogs speaks the dialogs anew when a file of the folder changes. A
// wrong file is told and changes nothing: the old dialogs stay.
func (a *App) followDialogs(ctx context.Context) error {
	own := dialogFolder(a.Config)
	if own == nil {
		return nil
	}
	seen := a.dialogsSeen
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(dialogPause):
		}
		now, err := fingerprint(own)
		if err != nil || now == seen {
			continue // a folder that is being replaced is read when it is back
		}
		seen = now
		a.reloadDialogs(own)
	}
}

func (a *App) reloadDialogs(own fs.FS) {
	lib, err := loadDialogs(own, a.Config)
	if err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			a.Log.Error("a dialog is wrong, the former ones stay", "fault", line)
		}
		return
	}
	a.Engine.Use(lib)
	a.Log.Info("the dialogs are read anew", "folder", a.Config.Content.Dialogs)
}

// fingerprint changes when a file of the folder does: its name, size or time.
func fingerprint(own fs.FS) (uint64, error) {
	h := fnv.New64a()
	err := fs.WalkDir(own, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			_, _ = fmt.Fprintf(h, "%s %d %d\n", path, info.Size(), info.ModTime().UnixNano())
		}
		return err
	})
	return h.Sum64(), err
}
