-- SPDX-License-Identifier: GPL-3.0-only
-- What happened, what it cost, and texts to look things up in.
CREATE TABLE audit_events (
    seq @serial,
    tenant_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    action_type TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX audit_events_by_tenant ON audit_events (tenant_id, seq);
@appended audit_events;
@sqlite CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit_events BEGIN SELECT RAISE(ABORT, 'the audit is not changed'); END;
@sqlite CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit_events BEGIN SELECT RAISE(ABORT, 'the audit is not changed'); END;
CREATE TABLE usage_days (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    turns BIGINT NOT NULL,
    prompt_tokens BIGINT NOT NULL,
    completion_tokens BIGINT NOT NULL,
    cost_micros BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, day, agent_id, provider, model)
);
@isolated usage_days;
CREATE TABLE volume_days (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    channel_type TEXT NOT NULL,
    messages_in BIGINT NOT NULL,
    messages_out BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, day, channel_type)
);
@isolated volume_days;
CREATE TABLE knowledge_texts (
    seq @serial,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant_id, id)
);
@isolated knowledge_texts;
@postgres ALTER TABLE knowledge_texts ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple', regexp_replace(left(title || ' ' || content, 100000), '[^[:alnum:]]+', ' ', 'g'))) STORED;
@sqlite CREATE VIRTUAL TABLE knowledge_search USING fts5(text, content='', tokenize='unicode61 remove_diacritics 0');
@sqlite CREATE TRIGGER knowledge_added AFTER INSERT ON knowledge_texts BEGIN INSERT INTO knowledge_search (rowid, text) VALUES (new.seq, substr(new.title || ' ' || new.content, 1, 100000)); END;
@sqlite CREATE TRIGGER knowledge_removed AFTER DELETE ON knowledge_texts BEGIN INSERT INTO knowledge_search (knowledge_search, rowid, text) VALUES ('delete', old.seq, substr(old.title || ' ' || old.content, 1, 100000)); END;
