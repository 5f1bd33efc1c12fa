-- SPDX-License-Identifier: GPL-3.0-only
-- Which keys have sealed secrets of channel connections, so that none is made where another is only missing. The keys
-- themselves are in a file; that the secrets of before are sealed is the store's work, which has it.
CREATE TABLE secret_keys (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL
);
@shared secret_keys;
