-- Everything a resident wrote or is called is sealed (body, head); what the
-- desk sorts and selects on is plain.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE conversations (
  id             TEXT PRIMARY KEY,
  gemeente       TEXT NOT NULL,
  channel        TEXT NOT NULL,
  address        BLOB,               -- keyed hash, to find a pushed channel's conversation
  version        INTEGER NOT NULL,
  last_seq       INTEGER NOT NULL,
  created        INTEGER NOT NULL,   -- Unix milliseconds, like every time here
  updated        INTEGER NOT NULL,
  case_status    TEXT NOT NULL DEFAULT '',
  case_org       TEXT NOT NULL DEFAULT '',
  case_supporter TEXT NOT NULL DEFAULT '',
  case_area      TEXT NOT NULL DEFAULT '',
  case_urgent    INTEGER NOT NULL DEFAULT 0,
  case_contacted INTEGER NOT NULL DEFAULT 0,
  case_due       INTEGER NOT NULL DEFAULT 0,
  case_opened    INTEGER NOT NULL DEFAULT 0,
  head           BLOB NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX conversations_address ON conversations (channel, address) WHERE address IS NOT NULL;
CREATE INDEX conversations_queue ON conversations (case_org, case_status, case_due) WHERE case_status <> '';
CREATE INDEX conversations_load ON conversations (case_supporter) WHERE case_status IN ('assigned', 'taken');

CREATE TABLE messages (
  conversation TEXT NOT NULL,
  seq          INTEGER NOT NULL,
  sender       TEXT NOT NULL,
  kind         TEXT NOT NULL,
  at           INTEGER NOT NULL,
  body         BLOB NOT NULL,
  PRIMARY KEY (conversation, seq)
) WITHOUT ROWID;

CREATE TABLE keys (
  conversation TEXT NOT NULL,
  key          TEXT NOT NULL,
  seq          INTEGER NOT NULL,
  until        INTEGER NOT NULL,
  PRIMARY KEY (conversation, key)
) WITHOUT ROWID;
CREATE INDEX keys_until ON keys (until);

CREATE TABLE deliveries (
  id           INTEGER PRIMARY KEY,
  partition    INTEGER NOT NULL,
  conversation TEXT NOT NULL,
  seq          INTEGER NOT NULL,
  channel      TEXT NOT NULL,
  attempts     INTEGER NOT NULL DEFAULT 0,
  due          INTEGER NOT NULL DEFAULT 0,
  state        TEXT NOT NULL DEFAULT 'waiting', -- waiting, failed
  reason       TEXT NOT NULL DEFAULT ''
);
CREATE INDEX deliveries_waiting ON deliveries (partition, conversation, id) WHERE state = 'waiting';

CREATE TABLE leases (
  partition INTEGER PRIMARY KEY,
  owner     TEXT NOT NULL,
  epoch     INTEGER NOT NULL,
  until     INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE quarantine (
  conversation TEXT NOT NULL,
  seq          INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  reason       TEXT NOT NULL,
  PRIMARY KEY (conversation, seq)
) WITHOUT ROWID;

CREATE TABLE documents (
  kind    TEXT NOT NULL,
  id      TEXT NOT NULL,
  version INTEGER NOT NULL,
  body    BLOB NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;

CREATE TABLE erasures (conversation TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
