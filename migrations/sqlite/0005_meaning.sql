-- What finds things by their meaning: see the same file for PostgreSQL.

CREATE TABLE embedding_spaces (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    model      TEXT NOT NULL,
    dimensions INTEGER NOT NULL,
    state      TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX embedding_spaces_by_model ON embedding_spaces (model, dimensions);

CREATE TABLE content_chunks (
    id            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id       BLOB NOT NULL,
    content_id    BLOB NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    seq           INTEGER NOT NULL,
    text_start    INTEGER NOT NULL,
    text_end      INTEGER NOT NULL,
    start_seconds REAL,
    hash          BLOB NOT NULL
) STRICT;
CREATE INDEX content_chunks_of_content ON content_chunks (content_id, seq);

CREATE TABLE content_digests (
    content_id     BLOB NOT NULL PRIMARY KEY REFERENCES contents (id) ON DELETE CASCADE,
    user_id        BLOB NOT NULL,
    chunks         INTEGER NOT NULL,
    revision       BLOB NOT NULL,
    full_text_hash BLOB,
    text_hash      BLOB
) STRICT;
CREATE INDEX content_digests_of_user ON content_digests (user_id);
CREATE INDEX content_digests_copies ON content_digests (user_id, text_hash);

CREATE TABLE digest_bands (
    user_id    BLOB NOT NULL,
    band       INTEGER NOT NULL,
    hash       INTEGER NOT NULL,
    content_id BLOB NOT NULL REFERENCES content_digests (content_id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, band, hash, content_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_bands_of_content ON digest_bands (content_id);

CREATE TABLE content_embeddings (
    content_id BLOB NOT NULL REFERENCES content_digests (content_id) ON DELETE CASCADE,
    space_id   INTEGER NOT NULL REFERENCES embedding_spaces (id) ON DELETE CASCADE,
    state      TEXT NOT NULL,
    revision   BLOB NOT NULL,
    chunks     INTEGER NOT NULL,
    error      TEXT,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (content_id, space_id)
) STRICT;
CREATE INDEX content_embeddings_of_space ON content_embeddings (space_id, state);
