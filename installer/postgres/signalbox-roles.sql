-- SPDX-License-Identifier: GPL-3.0-only
-- Makes the roles and the database of the tenant platform on PostgreSQL 15 or newer; may run again.
--
--   psql -v owner_password=… -v app_password=… -f signalbox-roles.sql postgres      (as a superuser)
--
-- konstruct_owner owns the tables and brings them to the current version (--store-owner).
-- konstruct_app is what the gateway works as (--store): row level security binds it, and it owns nothing.
-- The gateway refuses a role that could lift row level security.
\set ON_ERROR_STOP on
SELECT 'CREATE ROLE konstruct_owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'konstruct_owner') \gexec
SELECT 'CREATE ROLE konstruct_app' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'konstruct_app') \gexec
ALTER ROLE konstruct_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'owner_password';
ALTER ROLE konstruct_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'app_password';
-- The search of words divides and folds letters by the database's LC_CTYPE: with "C" it knows ASCII only.
SELECT 'CREATE DATABASE konstruct OWNER konstruct_owner ENCODING ''UTF8'' LC_COLLATE ''C.UTF-8'' LC_CTYPE ''C.UTF-8'' TEMPLATE template0'
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'konstruct') \gexec
\connect konstruct
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO konstruct_owner;
GRANT USAGE ON SCHEMA public TO konstruct_app;
