-- When the earliest timer of a conversation goes off, by partition.
ALTER TABLE conversations ADD COLUMN part INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN timer INTEGER NOT NULL DEFAULT 0;
CREATE INDEX conversations_timer ON conversations (part, timer) WHERE timer > 0;
