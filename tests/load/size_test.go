package load

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"wegwijzer/tests/harness"
)

// size is how many conversations the store grows to: a million, or LOADSIZE.
func size(b *testing.B) int {
	b.Helper()
	s := os.Getenv("LOADSIZE")
	if s == "" {
		return 1_000_000
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 2000 {
		b.Fatalf("LOADSIZE is %q: a number of at least 2000 is needed", s)
	}
	return n
}

// chunk is how many conversations one transaction of the filling makes.
const chunk = 20_000

// fill makes the stock of a store grow to n conversations: copies of a real
// one, row by row, under other ids. They have the right size and the right
// indexes, and nobody ever opens them; so it is done in SQL, in a minute for a
// million, while the service stands still.
func fill(b testing.TB, dir, like string, from, n int) {
	b.Helper()
	for file, inserts := range map[string][]string{
		"wegwijzer.db": {
			`INSERT INTO conversations SELECT printf('voorraad-%010d', i) AS id, COLUMNS FROM n, conversations WHERE id = ?3`,
			`INSERT INTO messages SELECT printf('voorraad-%010d', i), COLUMNS FROM n, messages WHERE conversation = ?3 ORDER BY i, seq`,
		},
		"keys/keys.db": {`INSERT INTO wrapped SELECT printf('voorraad-%010d', i), COLUMNS FROM n, wrapped WHERE conversation = ?3`},
	} {
		db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, file)+"?_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)&_pragma=cache_size(-200000)")
		if err != nil {
			b.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		for at := from; at < n; at += chunk {
			for _, insert := range inserts {
				query := "WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2) " + columns(b, db, insert)
				if _, err := db.Exec(query, at, min(n, at+chunk), like); err != nil {
					b.Fatal(err)
				}
			}
			if _, err := db.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
				b.Fatal(err)
			}
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// columns puts all columns of a table but the first, its id, where an insert
// says COLUMNS, so that a later migration doesn't break the filling.
func columns(b testing.TB, db *sql.DB, insert string) string {
	b.Helper()
	name := strings.Fields(insert)[2]
	rows, err := db.Query("SELECT name FROM pragma_table_info(?) WHERE cid > 0 ORDER BY cid", name)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var list []string
	for rows.Next() {
		var column string
		if err := rows.Scan(&column); err != nil {
			b.Fatal(err)
		}
		switch column {
		case "part":
			column = "i % 64"
		case "address":
			column = "NULL"
		default:
			column = name + "." + column
		}
		list = append(list, column)
	}
	if rows.Err() != nil || len(list) == 0 {
		b.Fatalf("columns of %s: %v", name, rows.Err())
	}
	return strings.Replace(insert, "COLUMNS", strings.Join(list, ", "), 1)
}

// storeSize: the cost of a turn with a million conversations in the store
// against a thousand, at most 1.3 times; and the start with 100,000, at most
// 2 s.
func storeSize(b *testing.B, t *table) {
	many, program := size(b), harness.Build(b)
	middle := min(many, 100_000)
	small, large := b.TempDir(), b.TempDir()
	fill(b, small, template(b, program, small), 0, 1000)
	like, began := template(b, program, large), time.Now()
	fill(b, large, like, 0, middle)
	filling := time.Since(began)
	t.add(b, fmt.Sprintf("start to ready with %d conversations", middle), starting(b, program, large), "s", atMost(2), "")
	began = time.Now()
	fill(b, large, like, middle, many)
	filling += time.Since(began)
	t.add(b, fmt.Sprintf("filling the store to %d", many), filling.Seconds(), "s", noBound(), "")
	clock, cpu := times(b, t, [2]*stock{newStock(b, program, small, 1000), newStock(b, program, large, many)})
	name := fmt.Sprintf("cost of a turn, %d against 1000", many)
	t.add(b, name+", clock", clock, "times", atMost(1.3), "")
	t.add(b, name+", processor", cpu, "times", atMost(1.3), "")
}

// starting is the median time that a service takes from its start to its first
// 200 on /readyz.
func starting(b *testing.B, program, dir string) float64 {
	b.Helper()
	var took []float64
	for range 5 {
		at := time.Now()
		p, err := harness.Serve(program, quietly(dir)...)
		if err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(at).Seconds())
		p.Kill()
	}
	return median(took)
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// stock is a service on a store of some size, with residents who talk to it.
type stock struct {
	n          int
	p          *harness.Process
	list       []*resident
	clock, cpu []float64 // seconds of a turn, one of each round
}

func newStock(b *testing.B, program, dir string, n int) *stock {
	b.Helper()
	p, err := harness.Serve(program, quietly(dir)...)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(p.Kill)
	s := &stock{n: n, p: p, list: people(b, []string{p.URL}, 32)}
	closed(s.list, seconds(b)/2) // caches fill
	return s
}

// costRounds is how often both stores are measured, by turns: what others do on
// the machine meanwhile weighs on both.
const costRounds = 7

// times is how much more a turn costs in the second store, by the clock and by
// the service's processor time: the medians over the rounds.
func times(b *testing.B, t *table, stocks [2]*stock) (clock, cpu float64) {
	b.Helper()
	for range costRounds {
		for _, s := range stocks {
			before := processor(b, s.p.PID())
			r := closed(s.list, seconds(b)/4)
			if r.failed > 0 || r.turns == 0 {
				b.Fatalf("%d turns, and %d failed", r.turns, r.failed)
			}
			s.clock = append(s.clock, 1/r.rate())
			s.cpu = append(s.cpu, (processor(b, s.p.PID())-before).Seconds()/float64(r.turns))
		}
	}
	var clocks, cpus []float64
	for i := range costRounds {
		clocks = append(clocks, stocks[1].clock[i]/stocks[0].clock[i])
		cpus = append(cpus, stocks[1].cpu[i]/stocks[0].cpu[i])
	}
	for _, s := range stocks {
		t.add(b, fmt.Sprintf("32 residents, %d in the store", s.n), 1/median(s.clock), "turns/s", noBound(), "")
		t.add(b, fmt.Sprintf("processor time of a turn, %d in the store", s.n), median(s.cpu)*1e6, "µs", noBound(), "")
	}
	return median(clocks), median(cpus)
}

// template holds one real talk and returns its conversation.
func template(b testing.TB, program, dir string) string {
	b.Helper()
	p, err := harness.Serve(program, quietly(dir)...)
	if err != nil {
		b.Fatal(err)
	}
	defer p.Kill()
	w, err := harness.OpenWeb(p.URL, "medemblik")
	if err != nil {
		b.Fatal(err)
	}
	for _, text := range said[:2] {
		if err := w.Say(text); err != nil {
			b.Fatal(err)
		}
	}
	return w.ID
}

// quietly are the settings of a service on a folder.
func quietly(dir string) []string {
	return []string{"WEGWIJZER_STORE_DIR=" + dir, "WEGWIJZER_LOG_LEVEL=error"}
}

// TestTheFilledStoreIsWhole: what the filling makes is what a service makes,
// but for the words, and a service runs on it.
func TestTheFilledStoreIsWhole(t *testing.T) {
	dir, program := t.TempDir(), harness.Build(t)
	fill(t, dir, template(t, program, dir), 0, 50)
	p, err := harness.Serve(program, quietly(dir)...)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Kill()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "wegwijzer.db")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	var conversations, messages, odd int
	err = db.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM conversations), (SELECT count(DISTINCT conversation) FROM messages),
		(SELECT count(*) FROM conversations c WHERE last_seq <> (SELECT count(*) FROM messages m WHERE m.conversation = c.id))`).Scan(&conversations, &messages, &odd)
	if err := errors.Join(err, db.Close()); err != nil || conversations != 51 || messages != 51 || odd != 0 {
		t.Fatalf("%d conversations, %d with messages, %d with another number of them than they say, %v", conversations, messages, odd, err)
	}
}
