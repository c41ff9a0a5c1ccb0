package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
)

var (
	_ bot.Store     = (*Redis)(nil)
	_ bot.CaseIndex = (*Redis)(nil)
	_ bot.Eraser    = (*Redis)(nil)
	_ bot.Documents = (*Redis)(nil)
	_ bot.Outbox    = (*Redis)(nil)
	_ bot.Timers    = (*Redis)(nil)
	_ bot.Waker     = (*Redis)(nil)
)

// Redis is the store of several machines: every node is the same and any of
// them takes any message. A conversation lives in one of 64 partitions, whose
// keys share a hash tag, so that one Lua script is one whole turn, on a Redis
// Cluster too. What a method returned without an error survives a kill of
// Redis as far as its settings promise; see docs/schalen.md.
type Redis struct {
	client  redis.UniversalClient
	scripts map[string]*redis.Script
	keys    *keyring
	master  Key
	docs    cipherDocs
	log     *slog.Logger
	where   string // without the password
	name    string // of this process, among those that use the store
	alone   bool
	journal journal
	lenient bool
	// replicated is set once a replica was seen: from then on nothing is
	// acknowledged that isn't on one.
	replicated atomic.Bool
	fault      atomic.Pointer[error] // what the last look at the settings found
	wakes      chan bot.ConversationID
	untold     atomic.Bool // wake-ups were dropped
	glance     glance
	chains     sync.Map // where each chain of the audit log ended, as far as is known here: int → string
	rewrite    chan struct{}
	stop       chan struct{}
	wg         sync.WaitGroup
	closer     sync.Once
}

// RedisOptions say which Redis. URL is redis:// or rediss:// (TLS); with
// ?master_name= it names sentinels, with ?cluster=true a node of a cluster,
// and &addr= gives more of them. Key is store.key and must be set. AcceptLoss
// starts on a Redis whose settings lose acknowledged messages.
type RedisOptions struct {
	URL        string
	Key        *Key
	AcceptLoss bool
	Log        *slog.Logger
	// Journal is the file in which this node keeps the list of erasures, apart
	// from Redis; "": it keeps none.
	Journal string
	alone   bool // for a change of the key, while which no node may run
}

//go:embed redis/*.lua
var redisFiles embed.FS

// How the store speaks with Redis.
const (
	redisDial    = 2 * time.Second
	redisTimeout = 3 * time.Second
	redisPool    = 128 // many connections share one fsync
	watchEvery   = 10 * time.Second
)

// OpenRedis opens the store. A Redis that would lose messages, that holds
// another's data under our names or that was written with another key is
// refused, and nothing in it is touched.
func OpenRedis(ctx context.Context, o RedisOptions) (*Redis, error) {
	if o.Key == nil {
		return nil, errors.New("store.key is empty: Redis needs one, the same for all nodes (32 bytes in base64, for example from: openssl rand -base64 32)")
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &Redis{
		master: *o.Key, docs: cipherDocs{aead(*o.Key)}, log: o.Log, lenient: o.AcceptLoss, name: nonce(), alone: o.alone,
		wakes: make(chan bot.ConversationID, 1024), rewrite: make(chan struct{}, 1), stop: make(chan struct{}),
	}
	s.keys = newKeyring(redisVault{s}, s.master)
	var err error
	if s.scripts, err = loadScripts(); err != nil {
		return nil, err
	}
	redis.SetLogger(redisLog{o.Log}) // of the whole process: the library has no other
	if s.client, s.where, err = redisClient(o.URL); err != nil {
		return nil, err
	}
	if err := s.check(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("redis at %s: %w", s.where, err), s.client.Close())
	}
	if err := s.openJournal(ctx, o.Journal); err != nil {
		s.leave()
		return nil, errors.Join(err, s.client.Close())
	}
	s.wg.Go(s.watch)
	s.wg.Go(s.publish)
	s.wg.Go(s.rewriter)
	return s, nil
}

// redisLog takes what the library would write on stderr: what matters of it
// comes as an error too.
type redisLog struct{ log *slog.Logger }

func (l redisLog) Printf(ctx context.Context, format string, args ...any) {
	l.log.DebugContext(ctx, fmt.Sprintf(format, args...))
}

func loadScripts() (map[string]*redis.Script, error) {
	files, err := redisFiles.ReadDir("redis")
	if err != nil {
		return nil, err
	}
	scripts := map[string]*redis.Script{}
	for _, f := range files {
		text, err := redisFiles.ReadFile("redis/" + f.Name())
		if err != nil {
			return nil, err
		}
		scripts[strings.TrimSuffix(f.Name(), ".lua")] = redis.NewScript(string(text))
	}
	return scripts, nil
}

// redisClient makes the client that a URL asks for. Its errors don't repeat
// the URL: that holds a password.
func redisClient(raw string) (redis.UniversalClient, string, error) {
	bad := errors.New("store.redis_url can't be read: it is redis://[user:password@]host:port/number, or rediss:// with TLS, with ?master_name=NAME for sentinels or ?cluster=true for a cluster")
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return nil, "", bad
	}
	q := u.Query()
	cluster := q.Get("cluster") == "true"
	q.Del("cluster")
	u.RawQuery = q.Encode()
	switch {
	case q.Get("master_name") != "":
		o, err := redis.ParseFailoverURL(u.String())
		if err != nil {
			return nil, "", bad
		}
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.DialerRetries = redisDial, redisTimeout, redisTimeout, 1
		o.ContextTimeoutEnabled, o.PoolSize = true, pool(o.PoolSize)
		return redis.NewFailoverClient(o), u.Host, nil
	case cluster:
		o, err := redis.ParseClusterURL(u.String())
		if err != nil {
			return nil, "", bad
		}
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.DialerRetries = redisDial, redisTimeout, redisTimeout, 1
		o.ContextTimeoutEnabled, o.PoolSize = true, pool(o.PoolSize)
		return redis.NewClusterClient(o), u.Host, nil
	}
	o, err := redis.ParseURL(u.String())
	if err != nil {
		return nil, "", bad
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.DialerRetries = redisDial, redisTimeout, redisTimeout, 1
	o.ContextTimeoutEnabled, o.PoolSize = true, pool(o.PoolSize)
	return redis.NewClient(o), u.Host, nil
}

// pool is the number of connections: the URL's, else enough for one fsync to
// serve many turns.
func pool(asked int) int {
	if asked > 0 {
		return asked
	}
	return max(redisPool, 16*runtime.GOMAXPROCS(0))
}

// Close stops the store's own work and closes the connections. It is harmless
// when called twice.
func (s *Redis) Close() error {
	var err error
	s.closer.Do(func() {
		close(s.stop)
		s.wg.Wait()
		s.leave()
		err = s.client.Close()
	})
	return err
}

// Backup isn't done by this program: Redis makes its own copies.
func (s *Redis) Backup(context.Context, string) error {
	return errors.New("backup is for the embedded store; for Redis use its own: BGSAVE, then copy dump.rdb, or copy the folder appendonlydir (see docs/schalen.md)")
}

// redisPrefix begins the name of every key of ours.
const redisPrefix = "wegwijzer:"

// prefixOf begins the names of a conversation's partition.
func prefixOf(part int) string { return redisPrefix + "{p" + strconv.Itoa(part) + "}:" }

// names gives the keys of one conversation.
type names struct{ prefix, id string }

func namesOf(id bot.ConversationID) names {
	return names{prefixOf(partition(id)), string(id)}
}

func (n names) head() string             { return n.prefix + "conv:" + n.id }
func (n names) messages() string         { return n.prefix + "msg:" + n.id }
func (n names) key() string              { return n.prefix + "key:" + n.id }
func (n names) out() string              { return n.prefix + "out:" + n.id }
func (n names) failed() string           { return n.prefix + "failed:" + n.id }
func (n names) seen(key string) string   { return n.prefix + "seen:" + n.id + ":" + key }
func (n names) keys() string             { return n.prefix + "keys:" + n.id }
func (n names) quarantine() string       { return n.prefix + "quarantine:" + n.id }
func (n names) bar(commit string) string { return n.prefix + "bar:" + commit }
func (n names) shared(what string) string {
	return n.prefix + what // outbox, counter, load, erasures, fence
}
