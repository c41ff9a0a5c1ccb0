package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"wegwijzer/bot"
)

// writer is the one goroutine that writes: it takes all jobs that wait, runs
// each in a savepoint of one transaction, and commits them together, so that
// one fsync serves many and a bad job doesn't undo its neighbours.
type writer struct {
	db   *sql.DB
	jobs chan *job
	done chan struct{}
	once sync.Once
}

// job is one change. Its error is known only after the commit.
type job struct {
	ctx context.Context
	run func(context.Context, *sql.Conn) error
	err chan error
}

// maxGroup bounds one transaction.
const maxGroup = 512

func newWriter(db *sql.DB) *writer {
	return &writer{db: db, jobs: make(chan *job, maxGroup), done: make(chan struct{})}
}

// do runs a change and returns when it is on disk.
func (w *writer) do(ctx context.Context, run func(context.Context, *sql.Conn) error) error {
	j := &job{ctx: ctx, run: run, err: make(chan error, 1)}
	select {
	case w.jobs <- j:
	case <-w.done:
		return fmt.Errorf("%w: it is closed", bot.ErrUnavailable)
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", bot.ErrUnavailable, ctx.Err())
	}
	select {
	case err := <-j.err:
		return err
	case <-w.done:
		// The last group may have been committed while closing.
		select {
		case err := <-j.err:
			return err
		default:
			return fmt.Errorf("%w: it is closed", bot.ErrUnavailable)
		}
	}
}

// loop serves jobs until stop is closed, then finishes what waits.
func (w *writer) loop(stop <-chan struct{}) {
	defer w.once.Do(func() { close(w.done) })
	for {
		select {
		case j := <-w.jobs:
			w.serve(w.gather(j))
		case <-stop:
			for {
				select {
				case j := <-w.jobs:
					w.serve(w.gather(j))
					continue
				default:
				}
				return
			}
		}
	}
}

func (w *writer) gather(first *job) []*job {
	group := []*job{first}
	for len(group) < maxGroup {
		select {
		case j := <-w.jobs:
			group = append(group, j)
		default:
			return group
		}
	}
	return group
}

// serve commits a group and answers each job.
func (w *writer) serve(group []*job) {
	errs, err := w.transaction(group)
	for i, j := range group {
		switch {
		case err != nil:
			j.err <- fmt.Errorf("%w: %w", bot.ErrUnavailable, err)
		default:
			j.err <- errs[i]
		}
	}
}

func (w *writer) transaction(group []*job) (errs []error, err error) {
	// Not the jobs' own contexts: one impatient sender must not undo the rest.
	ctx := context.Background()
	conn, err := w.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
	errs = make([]error, len(group))
	for i, j := range group {
		if errs[i], err = savepoint(ctx, conn, j); err != nil {
			break
		}
	}
	if err == nil {
		_, err = conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		// When SQLite rolled back itself this fails, and that is fine.
		_, _ = conn.ExecContext(ctx, "ROLLBACK")
		return nil, err
	}
	return errs, nil
}

// savepoint runs one job. The first error is the job's own; the second ends
// the whole group.
func savepoint(ctx context.Context, conn *sql.Conn, j *job) (own, all error) {
	if j.ctx.Err() != nil {
		return fmt.Errorf("%w: %w", bot.ErrUnavailable, j.ctx.Err()), nil
	}
	if _, err := conn.ExecContext(ctx, "SAVEPOINT job"); err != nil {
		return nil, err
	}
	own = j.run(ctx, conn)
	if own != nil {
		if _, err := conn.ExecContext(ctx, "ROLLBACK TO job"); err != nil {
			return own, err
		}
	}
	_, err := conn.ExecContext(ctx, "RELEASE job")
	return own, err
}
