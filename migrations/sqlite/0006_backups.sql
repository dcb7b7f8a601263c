-- Backups that were tried, and imports of links with what became of each row.
CREATE TABLE backups (
    id          BLOB NOT NULL PRIMARY KEY,
    name        TEXT NOT NULL,
    place       TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    bytes       INTEGER NOT NULL,
    error       TEXT,
    verified_at TEXT
) STRICT;
CREATE INDEX backups_by_time ON backups (started_at);

CREATE TABLE imports (
    id          BLOB NOT NULL PRIMARY KEY,
    user_id     BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    format      TEXT NOT NULL,
    digest      BLOB NOT NULL,
    state       TEXT NOT NULL,
    entries     INTEGER NOT NULL DEFAULT 0,
    accepted    INTEGER NOT NULL DEFAULT 0,
    duplicates  INTEGER NOT NULL DEFAULT 0,
    rejected    INTEGER NOT NULL DEFAULT 0,
    error       TEXT,
    created_at  TEXT NOT NULL,
    finished_at TEXT
) STRICT;
CREATE INDEX imports_of_user ON imports (user_id, created_at);

-- `draft` is what is still to be saved; `content_id` the item that the row became or was found to be.
CREATE TABLE import_rows (
    import_id  BLOB NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    entry      INTEGER NOT NULL,
    link       TEXT NOT NULL,
    draft      TEXT,
    outcome    TEXT,
    reason     TEXT,
    content_id BLOB,
    PRIMARY KEY (import_id, entry)
) STRICT, WITHOUT ROWID;
