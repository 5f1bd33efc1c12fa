-- SPDX-License-Identifier: GPL-3.0-only
-- Tenants, their agents and channels, and people. For SQLite and PostgreSQL (see migrationtext.h for the words with @):
--   @serial            a number that rises by itself
--   @sqlite, @postgres the rest of the line is for this one only
--   @shared T;         the application may do everything with table T, which belongs to no tenant
--   @isolated T;       likewise, but only with rows of the tenant that its transaction has set
--   @appended T;       likewise, but rows are only added and read
-- Times are milliseconds since 1970. A body is what models/schema makes of the entity.
@postgres GRANT SELECT ON schema_version TO konstruct_app;
CREATE TABLE tenants (
    id TEXT PRIMARY KEY CHECK (id <> ''),
    slug TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
@shared tenants;
CREATE TABLE agent_templates (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
@shared agent_templates;
CREATE TABLE portal_users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
@shared portal_users;
CREATE TABLE user_tenant_roles (
    user_id TEXT NOT NULL,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, tenant_id)
);
CREATE INDEX user_tenant_roles_by_tenant ON user_tenant_roles (tenant_id);
@shared user_tenant_roles;
CREATE TABLE invitations (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    token_sha256 TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    accepted_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, token_sha256)
);
@isolated invitations;
CREATE TABLE agents (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    is_active BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
@isolated agents;
CREATE TABLE channel_connections (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    channel_type TEXT NOT NULL CHECK (channel_type IN ('slack', 'whatsapp', 'mattermost', 'rocketchat', 'teams', 'telegram', 'signal')),
    workspace_id TEXT NOT NULL,
    body TEXT NOT NULL,
    secrets TEXT NOT NULL,
    is_active BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
@isolated channel_connections;
-- Finds the tenant of an inbound message before one is known; holds no secrets.
CREATE TABLE channel_routes (
    channel_type TEXT NOT NULL,
    workspace_id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    PRIMARY KEY (channel_type, workspace_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES channel_connections (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX channel_routes_by_connection ON channel_routes (tenant_id, connection_id);
@shared channel_routes;
