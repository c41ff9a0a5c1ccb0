package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"modernc.org/sqlite"

	"wegwijzer/bot"
)

// writer is the one goroutine that writes: it takes all jobs that wait, runs
// each in a savepoint of one transaction, and commits them together, so that
// one fsync serves many and a bad job doesn't undo its neighbours.
type writer struct {
	db   *sql.DB
	conn *conn // kept while it is sound; only the loop touches it
	jobs chan *job
	done chan struct{}
	once sync.Once
	// failing is set when a transaction failed, until a probe of some size
	// succeeds: a small write may still fit where a turn doesn't.
	failing atomic.Bool
	torn    bool // reading or writing failed: see settled; only the loop touches it
}

// job is one change. Its error is known only after the commit.
type job struct {
	ctx context.Context
	run func(context.Context, *conn) error
	// then runs in the writer after the commit, before the next one.
	then func()
	err  chan error
}

// maxGroup bounds one transaction.
const maxGroup = 96

func newWriter(db *sql.DB) *writer {
	return &writer{db: db, jobs: make(chan *job, maxGroup), done: make(chan struct{})}
}

// do runs a change and returns when it is on disk.
func (w *writer) do(ctx context.Context, run func(context.Context, *conn) error) error {
	return w.doThen(ctx, run, func() {})
}

// doThen runs a change, and then what must happen in the order of the commits,
// unless the change failed.
func (w *writer) doThen(ctx context.Context, run func(context.Context, *conn) error, then func()) error {
	j := &job{ctx: ctx, run: run, then: then, err: make(chan error, 1)}
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
	defer func() {
		if w.conn != nil {
			_ = w.conn.Close() // the files are closed next, which says what is wrong
		}
	}()
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
			if errs[i] == nil {
				j.then()
			}
			j.err <- errs[i]
		}
	}
}

func (w *writer) transaction(group []*job) (errs []error, err error) {
	// Not the jobs' own contexts: one impatient sender must not undo the rest.
	ctx := context.Background()
	if w.conn == nil {
		if w.conn, err = connect(ctx, w.db); err != nil {
			return nil, err
		}
	}
	defer func() {
		if err != nil { // begin with a new connection the next time
			w.failing.Store(true)
			w.torn = w.torn || broken(err)
			err = errors.Join(err, w.conn.Close())
			w.conn = nil
		}
	}()
	if w.torn {
		if err := settled(ctx, w.conn); err != nil {
			return nil, err
		}
		w.torn = false
	}
	if _, err := w.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
	errs = make([]error, len(group))
	for i, j := range group {
		if errs[i], err = savepoint(ctx, w.conn, j); err != nil {
			break
		}
	}
	if err == nil {
		_, err = w.conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		// When SQLite rolled back itself this fails, and that is fine.
		_, _ = w.conn.ExecContext(ctx, "ROLLBACK")
		return nil, err
	}
	return errs, nil
}

// broken says whether the disk failed, as a failed sync does.
func broken(err error) bool {
	const ioError = 10 // SQLITE_IOERR, in the lowest byte of all its kinds
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == ioError
}

// conn is the writer's connection with its statements, each prepared once.
type conn struct {
	*sql.Conn
	stmts map[string]*sql.Stmt
}

func connect(ctx context.Context, db *sql.DB) (*conn, error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{c, map[string]*sql.Stmt{}}, nil
}

func (c *conn) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := c.stmts[query]; ok {
		return s, nil
	}
	s, err := c.PrepareContext(ctx, query)
	if err == nil {
		c.stmts[query] = s
	}
	return s, err
}

// ExecContext runs a statement with what was prepared for it before.
func (c *conn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := c.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// scan reads the one row of a query; sql.ErrNoRows when there is none.
func (c *conn) scan(ctx context.Context, query string, args []any, into ...any) error {
	s, err := c.stmt(ctx, query)
	if err != nil {
		return err
	}
	return s.QueryRowContext(ctx, args...).Scan(into...)
}

// Close gives the connection back; its statements end with it.
func (c *conn) Close() error {
	var errs []error
	for _, s := range c.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, c.Conn.Close())...)
}

// savepoint runs one job. The first error is the job's own; the second ends
// the whole group.
func savepoint(ctx context.Context, conn *conn, j *job) (own, all error) {
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
