-- What the queue shows of a running term, and who was asked to think along. A
-- case is open in more states than two: the index counts them all.
ALTER TABLE conversations ADD COLUMN case_mark TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN case_guest TEXT NOT NULL DEFAULT '';
DROP INDEX conversations_load;
CREATE INDEX conversations_load ON conversations (case_supporter) WHERE case_status IN ('assigned', 'taken', 'consulting', 'handed-over');

-- Everything that anyone did with a case or saw of it. Each entry carries the
-- hash of itself and the one before, in its chain; nothing is ever changed or
-- taken away. The reason is sealed with the conversation's key.
CREATE TABLE audit (
  chain        INTEGER NOT NULL,
  n            INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  actor        TEXT NOT NULL,
  action       TEXT NOT NULL,
  conversation TEXT NOT NULL,
  why          BLOB,
  hash         BLOB NOT NULL,
  PRIMARY KEY (chain, n)
) WITHOUT ROWID;
CREATE INDEX audit_conversation ON audit (conversation);
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_keeps BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
