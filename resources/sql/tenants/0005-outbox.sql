-- SPDX-License-Identifier: GPL-3.0-only
-- Answers that are still to be sent to another channel than the web; one leaves when it was taken, or given up.
CREATE TABLE channel_outbox (
    seq @serial,
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, thread_id) REFERENCES channel_threads (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX channel_outbox_by_thread ON channel_outbox (tenant_id, thread_id, seq);
@isolated channel_outbox;
-- Turns whose price nobody knows: what they cost is not in the sum. Rows of before say 0 for that, so all of their
-- turns count as such. The owner of the table is bound by its policy too, but for these three statements.
ALTER TABLE usage_days ADD COLUMN unpriced_turns BIGINT NOT NULL DEFAULT 0;
@postgres ALTER TABLE usage_days NO FORCE ROW LEVEL SECURITY;
UPDATE usage_days SET unpriced_turns = turns WHERE cost_micros = 0 AND prompt_tokens + completion_tokens > 0;
@postgres ALTER TABLE usage_days FORCE ROW LEVEL SECURITY;
