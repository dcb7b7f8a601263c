-- The five tables that PostgreSQL has after its own 0001 and 0002. Nobody has an older SQLite database, so the columns
-- stand where they read best: what a list shows comes before the long texts, which SQLite keeps on overflow pages.

CREATE TABLE users (
    id                 BLOB NOT NULL PRIMARY KEY,
    username           TEXT UNIQUE,
    username_key       TEXT UNIQUE,
    email              TEXT UNIQUE,
    password           TEXT,
    google_id          TEXT UNIQUE,
    profile_picture    TEXT,
    auth_provider      TEXT NOT NULL DEFAULT 'local',
    is_admin           INTEGER NOT NULL DEFAULT 0,
    disabled_at        TEXT,
    tokens_valid_after TEXT,
    created_at         TEXT NOT NULL
) STRICT;

CREATE TABLE contents (
    id                  BLOB NOT NULL PRIMARY KEY,
    user_id             BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title               TEXT NOT NULL,
    link                TEXT NOT NULL,
    content_id          TEXT,
    type                TEXT NOT NULL,
    canonical_link      TEXT,
    canonical_hash      BLOB,
    canonical_url       TEXT,
    embed_url           TEXT,
    is_duplicate        INTEGER NOT NULL DEFAULT 0,
    is_favorite         INTEGER NOT NULL DEFAULT 0,
    is_archived         INTEGER NOT NULL DEFAULT 0,
    created_at          TEXT NOT NULL,
    updated_at          TEXT NOT NULL,
    deleted_at          TEXT,
    enrichment_status   TEXT NOT NULL DEFAULT 'pending',
    enrichment_error    TEXT,
    enrichment_retries  INTEGER NOT NULL DEFAULT 0,
    enriched_at         TEXT,
    extracted_at        TEXT,
    extractor_version   TEXT,
    meta_title          TEXT,
    meta_description    TEXT,
    meta_author         TEXT,
    meta_author_url     TEXT,
    meta_thumbnail      TEXT,
    meta_published_at   TEXT,
    meta_tags           TEXT,
    meta_language       TEXT,
    meta_site_name      TEXT,
    word_count          INTEGER,
    reading_time_seconds INTEGER,
    full_text_type      TEXT,
    full_text_hash      BLOB,
    note                TEXT,
    summary             TEXT,
    ai_tags             TEXT,
    full_text           TEXT,
    transcript_segments TEXT,
    provider_data       TEXT
) STRICT;

CREATE TABLE tags (
    id         BLOB NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    user_id    BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    item_count INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE content_tags (
    content_id         BLOB NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    tag_id             BLOB NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    content_created_at TEXT NOT NULL,
    PRIMARY KEY (content_id, tag_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE share_links (
    id      BLOB NOT NULL PRIMARY KEY,
    hash    TEXT NOT NULL UNIQUE,
    user_id BLOB NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE
) STRICT;

CREATE UNIQUE INDEX idx_tag_name_user ON tags (user_id, name);
