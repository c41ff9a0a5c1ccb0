package store

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
)

// documentKeys are where documents of a kind are kept: their versions, their
// sealed bodies, and the fence of that slot.
func documentKeys(kind string) []string {
	prefix := redisPrefix + "{documents:" + kind + "}:"
	return []string{prefix + "versions", prefix + "bodies", prefix + "fence"}
}

// Document returns one document.
func (s *Redis) Document(ctx context.Context, kind, id string) (bot.Document, error) {
	keys := documentKeys(kind)
	pipe := s.client.TxPipeline()
	version, body := pipe.HGet(ctx, keys[0], id), pipe.HGet(ctx, keys[1], id)
	if _, err := pipe.Exec(ctx); err != nil {
		return bot.Document{}, redisError(err)
	}
	return s.openDocument(kind, id, version.Val(), body.Val())
}

func (s *Redis) openDocument(kind, id, version, body string) (bot.Document, error) {
	d := bot.Document{Kind: kind, ID: id}
	var err error
	if d.Version, err = documentVersion(version); err != nil {
		return bot.Document{}, err
	}
	return d, s.docs.open(&d, []byte(body))
}

// documentVersion reads "version nonce".
func documentVersion(text string) (uint64, error) {
	version, _, _ := strings.Cut(text, " ")
	v, err := strconv.ParseUint(version, 10, 64)
	if err != nil {
		return 0, errors.New("the version of a document was changed by other hands")
	}
	return v, nil
}

// DocumentVersion returns the version of a document.
func (s *Redis) DocumentVersion(ctx context.Context, kind, id string) (uint64, error) {
	text, err := s.client.HGet(ctx, documentKeys(kind)[0], id).Result()
	if err != nil {
		return 0, redisError(err)
	}
	return documentVersion(text)
}

// PutDocument keeps a document when its version is the stored one.
func (s *Redis) PutDocument(ctx context.Context, d bot.Document) (uint64, error) {
	kept, err := s.run(ctx, "putdocument", documentKeys(d.Kind), d.ID, d.Version, nonce(), s.docs.seal(d), flag(s.waits())).Bool()
	switch {
	case err != nil:
		return 0, redisError(err)
	case !kept:
		return 0, bot.ErrConflict
	}
	return d.Version + 1, nil
}

// DeleteDocument removes a document; one that isn't there is no error.
func (s *Redis) DeleteDocument(ctx context.Context, kind, id string) error {
	return redisError(s.run(ctx, "deletedocument", documentKeys(kind), id, flag(s.waits())).Err())
}

// ListDocuments returns all of a kind, by id.
func (s *Redis) ListDocuments(ctx context.Context, kind string) ([]bot.Document, error) {
	keys := documentKeys(kind)
	pipe := s.client.TxPipeline()
	versions, bodies := pipe.HGetAll(ctx, keys[0]), pipe.HGetAll(ctx, keys[1])
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, redisError(err)
	}
	var list []bot.Document
	for id, version := range versions.Val() {
		d, err := s.openDocument(kind, id, version, bodies.Val()[id])
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b bot.Document) int { return strings.Compare(a.ID, b.ID) })
	return list, nil
}
