package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// migrate brings a database to the newest version, one numbered file at a
// time, each in a transaction. A database of a newer program is refused
// untouched.
func migrate(ctx context.Context, db *sql.DB, fsys fs.FS) error {
	files, err := fs.Glob(fsys, "migrations/*.sql")
	if err != nil {
		return err
	}
	slices.Sort(files)
	var at int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&at); err != nil {
		return fmt.Errorf("this is not a store of ours, or it is damaged: %w", err)
	}
	for i, file := range files {
		n, err := strconv.Atoi(strings.SplitN(path.Base(file), "_", 2)[0])
		if err != nil || n != i+1 {
			return fmt.Errorf("migration %s is not number %d", file, i+1)
		}
	}
	if at > len(files) {
		return fmt.Errorf("the store has version %d, this program knows %d: use a newer program", at, len(files))
	}
	for i := at; i < len(files); i++ {
		text, err := fs.ReadFile(fsys, files[i])
		if err != nil {
			return err
		}
		step := fmt.Sprintf("BEGIN IMMEDIATE;\n%s\nPRAGMA user_version = %d;\nCOMMIT;", text, i+1)
		if _, err := db.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("migration %s: %w", files[i], err)
		}
	}
	return nil
}
