-- SPDX-License-Identifier: GPL-3.0-only
-- Threads of every channel, their messages with a search, and confirmations.
CREATE TABLE channel_threads (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    channel_type TEXT NOT NULL CHECK (channel_type IN ('slack', 'whatsapp', 'mattermost', 'rocketchat', 'teams', 'telegram', 'signal', 'web')),
    agent_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    state TEXT NOT NULL,
    needs TEXT NOT NULL CHECK (needs IN ('', 'person', 'confirmation')),
    holder TEXT NOT NULL,
    flow TEXT NOT NULL,
    body TEXT NOT NULL,
    last_text TEXT NOT NULL,
    last_role TEXT NOT NULL,
    since BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX channel_threads_by_time ON channel_threads (tenant_id, updated_at);
CREATE INDEX channel_threads_by_need ON channel_threads (tenant_id, since) WHERE needs <> '';
@isolated channel_threads;
CREATE TABLE channel_thread_messages (
    seq @serial,
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, thread_id) REFERENCES channel_threads (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX channel_thread_messages_by_thread ON channel_thread_messages (tenant_id, thread_id, seq);
@isolated channel_thread_messages;
-- Words of the first 100 000 characters. On PostgreSQL there is no index of them: with row level security only
-- leakproof operators reach an index before the policy, and @@ is none, so a search reads its own tenant's rows.
@postgres ALTER TABLE channel_thread_messages ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple', regexp_replace(left(text, 100000), '[^[:alnum:]]+', ' ', 'g'))) STORED;
@sqlite CREATE VIRTUAL TABLE message_search USING fts5(text, content='', tokenize='unicode61 remove_diacritics 0');
@sqlite CREATE TRIGGER message_added AFTER INSERT ON channel_thread_messages BEGIN INSERT INTO message_search (rowid, text) VALUES (new.seq, substr(new.text, 1, 100000)); END;
@sqlite CREATE TRIGGER message_changed AFTER UPDATE OF text ON channel_thread_messages BEGIN INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', old.seq, substr(old.text, 1, 100000)); INSERT INTO message_search (rowid, text) VALUES (new.seq, substr(new.text, 1, 100000)); END;
@sqlite CREATE TRIGGER message_removed AFTER DELETE ON channel_thread_messages BEGIN INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', old.seq, substr(old.text, 1, 100000)); END;
CREATE TABLE tool_confirmations (
    seq @serial,
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    body TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('', 'approve', 'deny', 'expired')),
    decided_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    decided_at BIGINT NOT NULL,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, thread_id) REFERENCES channel_threads (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX tool_confirmations_by_thread ON tool_confirmations (tenant_id, thread_id, seq);
CREATE UNIQUE INDEX tool_confirmations_one_pending ON tool_confirmations (tenant_id, thread_id) WHERE decision = '';
@isolated tool_confirmations;
