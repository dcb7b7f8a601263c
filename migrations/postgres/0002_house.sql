-- What the five tables lacked, and the tables of ours.

ALTER TABLE users
    ADD COLUMN username_key       text COLLATE "C" CONSTRAINT users_username_key_unique UNIQUE,
    ADD COLUMN is_admin           boolean NOT NULL DEFAULT FALSE,
    ADD COLUMN disabled_at        timestamptz,
    ADD COLUMN tokens_valid_after timestamptz,
    ALTER COLUMN id DROP DEFAULT,
    ALTER COLUMN created_at DROP DEFAULT;

ALTER TABLE contents
    ADD COLUMN canonical_link       text COLLATE "C",
    ADD COLUMN canonical_hash       bytea,
    ADD COLUMN canonical_url        text,
    ADD COLUMN embed_url            text,
    ADD COLUMN is_duplicate         boolean NOT NULL DEFAULT FALSE,
    ADD COLUMN is_favorite          boolean NOT NULL DEFAULT FALSE,
    ADD COLUMN is_archived          boolean NOT NULL DEFAULT FALSE,
    ADD COLUMN deleted_at           timestamptz,
    ADD COLUMN meta_site_name       text,
    ADD COLUMN word_count           integer,
    ADD COLUMN reading_time_seconds integer,
    ADD COLUMN full_text_hash       bytea,
    ADD COLUMN note                 text,
    ALTER COLUMN id DROP DEFAULT,
    ALTER COLUMN created_at DROP DEFAULT,
    ALTER COLUMN updated_at DROP DEFAULT;

ALTER TABLE tags
    ADD COLUMN item_count bigint NOT NULL DEFAULT 0,
    ALTER COLUMN name TYPE varchar(100) COLLATE "C",
    ALTER COLUMN id DROP DEFAULT,
    ALTER COLUMN created_at DROP DEFAULT;

-- A copy of the item's own time, so that a tag's newest items are one index range.
ALTER TABLE content_tags ADD COLUMN content_created_at timestamptz;
UPDATE content_tags SET content_created_at = (SELECT created_at FROM contents WHERE id = content_tags.content_id);
ALTER TABLE content_tags ALTER COLUMN content_created_at SET NOT NULL;

ALTER TABLE share_links ALTER COLUMN id DROP DEFAULT;

-- A user's tags by name, in one range.
DROP INDEX IF EXISTS idx_tag_name_user;
CREATE UNIQUE INDEX idx_tag_name_user ON tags (user_id, name);

-- `updated_at` is written by us, from our clock.
DROP TRIGGER IF EXISTS contents_updated_at ON contents;
DO $$ BEGIN
    DROP FUNCTION IF EXISTS update_updated_at();
EXCEPTION WHEN dependent_objects_still_exist THEN
    NULL; -- An operator's own trigger uses it too.
END $$;

DROP INDEX IF EXISTS idx_contents_user_created;
DROP INDEX IF EXISTS idx_contents_enrichment;
CREATE INDEX contents_live ON contents (user_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contents_live_by_type ON contents (user_id, type, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contents_live_by_status ON contents (user_id, enrichment_status, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contents_trash ON contents (user_id, created_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX contents_purge ON contents (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE UNIQUE INDEX contents_one_per_link ON contents (user_id, canonical_hash) WHERE deleted_at IS NULL AND NOT is_duplicate;
CREATE INDEX content_tags_newest ON content_tags (tag_id, content_created_at, content_id);

-- How many items of a user fall into a bucket ("live", "trash", "type:github", "status:pending"): lists show a total
-- without a scan.
CREATE TABLE content_counts (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    bucket  text COLLATE "C" NOT NULL,
    items   bigint NOT NULL,
    PRIMARY KEY (user_id, bucket)
) WITH (fillfactor = 50);

CREATE TABLE api_tokens (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         text NOT NULL,
    token_hash   bytea NOT NULL UNIQUE,
    scopes       text NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    created_at   timestamptz NOT NULL
);
CREATE INDEX api_tokens_of_user ON api_tokens (user_id, created_at);

CREATE TABLE enrichment_attempts (
    id          uuid PRIMARY KEY,
    content_id  uuid NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    at          timestamptz NOT NULL,
    extractor   text NOT NULL,
    duration_ms bigint NOT NULL,
    outcome     text NOT NULL,
    error       text
);
CREATE INDEX enrichment_attempts_of_content ON enrichment_attempts (content_id, at);

-- The word index: BM25 in plain SQL over postings, per user, fed by our own analyzer.
CREATE TABLE word_totals (
    brain     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id   uuid NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    documents bigint NOT NULL DEFAULT 0,
    words     bigint NOT NULL DEFAULT 0,
    languages text NOT NULL DEFAULT ''
) WITH (fillfactor = 50);

CREATE TABLE word_documents (
    document   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brain      bigint NOT NULL,
    content_id uuid NOT NULL UNIQUE REFERENCES contents (id) ON DELETE CASCADE,
    length     integer NOT NULL,
    terms      text NOT NULL
);
CREATE INDEX word_documents_of_brain ON word_documents (brain);

CREATE TABLE word_postings (
    brain     bigint NOT NULL,
    term      text COLLATE "C" NOT NULL,
    document  bigint NOT NULL,
    frequency integer NOT NULL,
    length    integer NOT NULL,
    PRIMARY KEY (brain, term, document) INCLUDE (frequency, length)
);

-- `rerun_at`: the same was asked for while it ran, so it is to run once more. The queue's rules: src/queue.rs.
CREATE TABLE jobs (
    id           uuid PRIMARY KEY,
    queue        text COLLATE "C" NOT NULL,
    kind         text COLLATE "C" NOT NULL,
    state        text COLLATE "C" NOT NULL,
    priority     integer NOT NULL,
    user_id      uuid REFERENCES users (id) ON DELETE CASCADE,
    unique_key   text COLLATE "C",
    arguments    jsonb NOT NULL,
    attempt      integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL,
    run_at       timestamptz NOT NULL,
    rerun_at     timestamptz,
    claimed_by   text,
    lease_until  timestamptz,
    last_error   text,
    created_at   timestamptz NOT NULL,
    finished_at  timestamptz
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
CREATE INDEX jobs_available ON jobs (priority, run_at, id) WHERE state = 'available';
CREATE INDEX jobs_waiting ON jobs (run_at) WHERE state IN ('scheduled', 'retryable');
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE UNIQUE INDEX jobs_unique ON jobs (kind, unique_key) WHERE state IN ('available', 'scheduled', 'running', 'retryable');
CREATE INDEX jobs_of_user ON jobs (user_id);

-- Counts of requests; worth nothing after a crash, so it is not logged.
CREATE UNLOGGED TABLE rate_limits (
    key       text COLLATE "C" PRIMARY KEY,
    used      bigint NOT NULL,
    resets_at timestamptz NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX rate_limits_by_reset ON rate_limits (resets_at);

-- Work on rows that follows a migration and is done in batches, by name. The rows of the old server are completed that
-- way: without users there are none.
CREATE TABLE backfills (
    name        text COLLATE "C" PRIMARY KEY,
    step        text NOT NULL,
    cursor      jsonb,
    found       jsonb NOT NULL,
    finished_at timestamptz
);
INSERT INTO backfills (name, step, found) SELECT 'old_server', 'users', '{}' WHERE EXISTS (SELECT 1 FROM users);
