-- SPDX-License-Identifier: GPL-3.0-only
-- Users that an OpenID provider vouches for: whose they are, and when their newest token was issued.
ALTER TABLE users ADD COLUMN issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN token_issued INTEGER NOT NULL DEFAULT 0;
