-- What the five tables lacked, and the tables of ours: see the same file for PostgreSQL.

CREATE INDEX contents_live ON contents (user_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contents_live_by_type ON contents (user_id, type, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contents_live_by_status ON contents (user_id, enrichment_status, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contents_trash ON contents (user_id, created_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX contents_purge ON contents (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE UNIQUE INDEX contents_one_per_link ON contents (user_id, canonical_hash) WHERE deleted_at IS NULL AND NOT is_duplicate;
CREATE INDEX content_tags_newest ON content_tags (tag_id, content_created_at, content_id);

CREATE TABLE content_counts (
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    bucket  TEXT NOT NULL,
    items   INTEGER NOT NULL,
    PRIMARY KEY (user_id, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_tokens (
    id           BLOB NOT NULL PRIMARY KEY,
    user_id      BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    token_hash   BLOB NOT NULL UNIQUE,
    scopes       TEXT NOT NULL,
    expires_at   TEXT,
    last_used_at TEXT,
    created_at   TEXT NOT NULL
) STRICT;
CREATE INDEX api_tokens_of_user ON api_tokens (user_id, created_at);

CREATE TABLE enrichment_attempts (
    id          BLOB NOT NULL PRIMARY KEY,
    content_id  BLOB NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    at          TEXT NOT NULL,
    extractor   TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    outcome     TEXT NOT NULL,
    error       TEXT
) STRICT;
CREATE INDEX enrichment_attempts_of_content ON enrichment_attempts (content_id, at);

CREATE TABLE word_totals (
    brain     INTEGER NOT NULL PRIMARY KEY,
    user_id   BLOB NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    documents INTEGER NOT NULL DEFAULT 0,
    words     INTEGER NOT NULL DEFAULT 0,
    languages TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE word_documents (
    document   INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    brain      INTEGER NOT NULL,
    content_id BLOB NOT NULL UNIQUE REFERENCES contents (id) ON DELETE CASCADE,
    length     INTEGER NOT NULL,
    terms      TEXT NOT NULL
) STRICT;
CREATE INDEX word_documents_of_brain ON word_documents (brain);

CREATE TABLE word_postings (
    brain     INTEGER NOT NULL,
    term      TEXT NOT NULL,
    document  INTEGER NOT NULL,
    frequency INTEGER NOT NULL,
    length    INTEGER NOT NULL,
    PRIMARY KEY (brain, term, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
    id           BLOB NOT NULL PRIMARY KEY,
    queue        TEXT NOT NULL,
    kind         TEXT NOT NULL,
    state        TEXT NOT NULL,
    priority     INTEGER NOT NULL,
    user_id      BLOB REFERENCES users (id) ON DELETE CASCADE,
    unique_key   TEXT,
    arguments    TEXT NOT NULL,
    attempt      INTEGER NOT NULL DEFAULT 0,
    max_attempts INTEGER NOT NULL,
    run_at       TEXT NOT NULL,
    rerun_at     TEXT,
    claimed_by   TEXT,
    lease_until  TEXT,
    last_error   TEXT,
    created_at   TEXT NOT NULL,
    finished_at  TEXT
) STRICT;
CREATE INDEX jobs_available ON jobs (priority, run_at, id) WHERE state = 'available';
CREATE INDEX jobs_waiting ON jobs (run_at) WHERE state IN ('scheduled', 'retryable');
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE UNIQUE INDEX jobs_unique ON jobs (kind, unique_key) WHERE state IN ('available', 'scheduled', 'running', 'retryable');
CREATE INDEX jobs_of_user ON jobs (user_id);

CREATE TABLE rate_limits (
    key       TEXT NOT NULL PRIMARY KEY,
    used      INTEGER NOT NULL,
    resets_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX rate_limits_by_reset ON rate_limits (resets_at);

CREATE TABLE backfills (
    name        TEXT NOT NULL PRIMARY KEY,
    step        TEXT NOT NULL,
    cursor      TEXT,
    found       TEXT NOT NULL,
    finished_at TEXT
) STRICT;
