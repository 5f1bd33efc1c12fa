-- SPDX-License-Identifier: GPL-3.0-only
-- Leases of writing that outlive a restart; `record` is what models/schema makes of one.
CREATE TABLE leases (
    id TEXT PRIMARY KEY,
    expires_ms INTEGER NOT NULL,
    record TEXT NOT NULL
);
