-- SPDX-License-Identifier: GPL-3.0-only
-- Conversations of the web channel. Storage knows eight channels from here on.
CREATE TABLE web_conversations (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, agent_id, user_id)
);
CREATE INDEX web_conversations_by_time ON web_conversations (tenant_id, updated_at);
@isolated web_conversations;
CREATE TABLE web_conversation_messages (
    seq @serial,
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    content TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES web_conversations (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX web_conversation_messages_by_time ON web_conversation_messages (conversation_id, created_at);
CREATE INDEX web_conversation_messages_by_seq ON web_conversation_messages (tenant_id, conversation_id, seq);
@isolated web_conversation_messages;
@postgres ALTER TABLE channel_connections DROP CONSTRAINT channel_connections_channel_type_check;
@postgres ALTER TABLE channel_connections ADD CONSTRAINT channel_connections_channel_type_check CHECK (channel_type IN ('slack', 'whatsapp', 'mattermost', 'rocketchat', 'teams', 'telegram', 'signal', 'web'));
-- SQLite changes no constraint: the table is made anew.
@sqlite CREATE TABLE routes_kept AS SELECT * FROM channel_routes;
@sqlite CREATE TABLE connections_kept AS SELECT * FROM channel_connections;
@sqlite DELETE FROM channel_routes;
@sqlite DROP TABLE channel_connections;
@sqlite CREATE TABLE channel_connections (tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE, id TEXT NOT NULL, channel_type TEXT NOT NULL CHECK (channel_type IN ('slack', 'whatsapp', 'mattermost', 'rocketchat', 'teams', 'telegram', 'signal', 'web')), workspace_id TEXT NOT NULL, body TEXT NOT NULL, secrets TEXT NOT NULL, is_active BIGINT NOT NULL, version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, id));
@sqlite INSERT INTO channel_connections SELECT * FROM connections_kept;
@sqlite INSERT INTO channel_routes SELECT * FROM routes_kept;
@sqlite DROP TABLE connections_kept;
@sqlite DROP TABLE routes_kept;
