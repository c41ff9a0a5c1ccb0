package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/knowledge"
)

// casePage is how many cases of one sorted set are read at once.
const casePage = 16

// caseCursor walks one partition's cases of one organisation and status, in
// order.
type caseCursor struct {
	set   string
	names names // of the partition
	read  int64
	ended bool
	rows  []rankedRow
}

// rankedRow is a case with its place in the order.
type rankedRow struct {
	score float64
	row   bot.CaseRow
}

func compareRows(a, b rankedRow) int {
	return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(a.row.ID, b.row.ID))
}

// Cases lists cases, urgent ones first, by the end of the term that runs: the
// partitions' sorted sets are merged page by page, so that a list of 20 never
// reads a million.
func (s *Redis) Cases(ctx context.Context, q bot.CaseQuery) ([]bot.CaseRow, error) {
	if q.Limit <= 0 {
		q.Limit = 200
	}
	if len(q.Status) == 0 {
		q.Status = cases.CaseStatuses()
	}
	var cursors []*caseCursor
	for part := range Partitions {
		for _, status := range q.Status {
			prefix := prefixOf(part)
			cursors = append(cursors, &caseCursor{set: prefix + "cases:" + string(q.Organisation) + ":" + string(status), names: names{prefix: prefix}})
		}
	}
	var list []bot.CaseRow
	listed := map[cases.CaseID]bool{} // a case that moves while it is read may be met twice
	for {
		if err := s.fill(ctx, cursors, q); err != nil {
			return nil, err
		}
		for len(list) < q.Limit {
			next, empty := nearestRow(cursors)
			if empty {
				break
			}
			if next == nil {
				return list, nil
			}
			if row := next.rows[0].row; !listed[row.ID] {
				listed[row.ID] = true
				list = append(list, row)
			}
			next.rows = next.rows[1:]
		}
		if len(list) == q.Limit {
			return list, nil
		}
	}
}

// nearestRow returns the cursor that has the next row, nil when all ended;
// empty says that one must be filled before that is known.
func nearestRow(cursors []*caseCursor) (next *caseCursor, empty bool) {
	for _, c := range cursors {
		switch {
		case len(c.rows) > 0:
			if next == nil || compareRows(c.rows[0], next.rows[0]) < 0 {
				next = c
			}
		case !c.ended:
			return nil, true
		}
	}
	return next, false
}

// fill reads on for each cursor that has nothing left, until each has a row or
// has ended; all that can be asked at once is.
func (s *Redis) fill(ctx context.Context, cursors []*caseCursor, q bot.CaseQuery) error {
	for {
		var hungry []*caseCursor
		pages := s.client.Pipeline()
		var replies []*redis.ZSliceCmd
		for _, c := range cursors {
			if len(c.rows) == 0 && !c.ended {
				hungry = append(hungry, c)
				replies = append(replies, pages.ZRangeWithScores(ctx, c.set, c.read, c.read+casePage-1))
			}
		}
		if len(hungry) == 0 {
			return nil
		}
		if _, err := pages.Exec(ctx); err != nil {
			return redisError(err)
		}
		if err := s.readRows(ctx, hungry, replies, q); err != nil {
			return err
		}
	}
}

// readRows reads the rows of the pages and keeps those that are asked for.
func (s *Redis) readRows(ctx context.Context, hungry []*caseCursor, pages []*redis.ZSliceCmd, q bot.CaseQuery) error {
	rows := s.client.Pipeline()
	replies := make([][]*redis.SliceCmd, len(hungry))
	asked := false
	for i, c := range hungry {
		page := pages[i].Val()
		c.read += int64(len(page))
		c.ended = len(page) < casePage
		for _, z := range page {
			n := names{c.names.prefix, z.Member.(string)}
			replies[i] = append(replies[i], rows.HMGet(ctx, n.head(), rowFields()...))
			asked = true
		}
	}
	if !asked {
		return nil
	}
	if _, err := rows.Exec(ctx); err != nil {
		return redisError(err)
	}
	for i, c := range hungry {
		for j, reply := range replies[i] {
			z := pages[i].Val()[j]
			p, ok := plainFrom(reply.Val())
			if !ok || !selected(q, p) {
				continue // gone or changed since the page was read
			}
			c.rows = append(c.rows, rankedRow{z.Score, p.row(z.Member.(string))})
		}
	}
	return nil
}

func selected(q bot.CaseQuery, p plain) bool {
	return p.status != "" && slices.Contains(q.Status, cases.Status(p.status)) &&
		(q.Organisation == "" || string(q.Organisation) == p.org) &&
		(q.Supporter == "" || string(q.Supporter) == p.who) &&
		(q.Guest == "" || string(q.Guest) == p.guest) && (q.Mark == "" || string(q.Mark) == p.mark) &&
		(len(q.Gemeenten) == 0 || slices.ContainsFunc(q.Gemeenten, func(g knowledge.GemeenteID) bool { return string(g) == p.gemeente }))
}

// rowFields are the plain fields of a head that a list needs.
func rowFields() []string {
	return []string{"gemeente", "status", "org", "who", "area", "urgent", "contacted", "due", "opened", "updated", "mark", "guest"}
}

// laterFields are those of rowFields, at their end, that a head of an older
// program lacks.
const laterFields = 2

// plainFrom reads rowFields; false when the conversation is gone.
func plainFrom(values []any) (plain, bool) {
	text := make([]string, len(rowFields()))
	for i := range text {
		s, ok := values[i].(string)
		if !ok && i < len(text)-laterFields {
			return plain{}, false
		}
		text[i] = s
	}
	at := func(i int) int64 {
		n, _ := strconv.ParseInt(text[i], 10, 64) // ours; a broken one sorts as the past
		return n
	}
	return plain{
		gemeente: text[0], status: text[1], org: text[2], who: text[3], area: text[4],
		urgent: text[5] == "1", contacted: text[6] == "1", due: at(7), opened: at(8), updated: at(9), mark: text[10], guest: text[11],
	}, true
}

// OpenCases counts open cases by supporter, over all partitions.
func (s *Redis) OpenCases(ctx context.Context) (map[cases.SupporterID]int, error) {
	pipe := s.client.Pipeline()
	var replies []*redis.MapStringStringCmd
	for part := range Partitions {
		replies = append(replies, pipe.HGetAll(ctx, prefixOf(part)+"load"))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, redisError(err)
	}
	counts := map[cases.SupporterID]int{}
	for _, reply := range replies {
		for who, n := range reply.Val() {
			count, _ := strconv.Atoi(n)
			counts[cases.SupporterID(who)] += count
		}
	}
	return counts, nil
}
