-- Conversations and messages by row number: what many turns of one moment
-- write stands together at the end of the file, so that a group of them writes
-- half the pages. From here on large heads and bodies are compressed before
-- they are sealed, which an older program can't read.
CREATE TABLE conversations_3 (
  id             TEXT PRIMARY KEY,
  gemeente       TEXT NOT NULL,
  channel        TEXT NOT NULL,
  address        BLOB,
  version        INTEGER NOT NULL,
  last_seq       INTEGER NOT NULL,
  created        INTEGER NOT NULL,
  updated        INTEGER NOT NULL,
  case_status    TEXT NOT NULL DEFAULT '',
  case_org       TEXT NOT NULL DEFAULT '',
  case_supporter TEXT NOT NULL DEFAULT '',
  case_area      TEXT NOT NULL DEFAULT '',
  case_urgent    INTEGER NOT NULL DEFAULT 0,
  case_contacted INTEGER NOT NULL DEFAULT 0,
  case_due       INTEGER NOT NULL DEFAULT 0,
  case_opened    INTEGER NOT NULL DEFAULT 0,
  part           INTEGER NOT NULL DEFAULT 0,
  timer          INTEGER NOT NULL DEFAULT 0,
  head           BLOB NOT NULL
);
INSERT INTO conversations_3 (id, gemeente, channel, address, version, last_seq, created, updated, case_status, case_org,
  case_supporter, case_area, case_urgent, case_contacted, case_due, case_opened, part, timer, head)
SELECT id, gemeente, channel, address, version, last_seq, created, updated, case_status, case_org,
  case_supporter, case_area, case_urgent, case_contacted, case_due, case_opened, part, timer, head FROM conversations;
DROP TABLE conversations;
ALTER TABLE conversations_3 RENAME TO conversations;
CREATE UNIQUE INDEX conversations_address ON conversations (channel, address) WHERE address IS NOT NULL;
CREATE INDEX conversations_queue ON conversations (case_org, case_status, case_due) WHERE case_status <> '';
CREATE INDEX conversations_load ON conversations (case_supporter) WHERE case_status IN ('assigned', 'taken');
CREATE INDEX conversations_timer ON conversations (part, timer) WHERE timer > 0;

CREATE TABLE messages_3 (
  conversation TEXT NOT NULL,
  seq          INTEGER NOT NULL,
  sender       TEXT NOT NULL,
  kind         TEXT NOT NULL,
  at           INTEGER NOT NULL,
  body         BLOB NOT NULL,
  PRIMARY KEY (conversation, seq)
);
INSERT INTO messages_3 (conversation, seq, sender, kind, at, body)
SELECT conversation, seq, sender, kind, at, body FROM messages;
DROP TABLE messages;
ALTER TABLE messages_3 RENAME TO messages;
