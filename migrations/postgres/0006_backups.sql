-- Backups that were tried, and imports of links with what became of each row.
CREATE TABLE backups (
    id          uuid PRIMARY KEY,
    name        text NOT NULL,
    place       text NOT NULL,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    bytes       bigint NOT NULL,
    error       text,
    verified_at timestamptz
);
CREATE INDEX backups_by_time ON backups (started_at);

CREATE TABLE imports (
    id          uuid PRIMARY KEY,
    user_id     uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name        text NOT NULL,
    format      text COLLATE "C" NOT NULL,
    digest      bytea NOT NULL,
    state       text COLLATE "C" NOT NULL,
    entries     bigint NOT NULL DEFAULT 0,
    accepted    bigint NOT NULL DEFAULT 0,
    duplicates  bigint NOT NULL DEFAULT 0,
    rejected    bigint NOT NULL DEFAULT 0,
    error       text,
    created_at  timestamptz NOT NULL,
    finished_at timestamptz
);
CREATE INDEX imports_of_user ON imports (user_id, created_at);

-- `draft` is what is still to be saved; `content_id` the item that the row became or was found to be.
CREATE TABLE import_rows (
    import_id  uuid NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    entry      bigint NOT NULL,
    link       text NOT NULL,
    draft      text,
    outcome    text COLLATE "C",
    reason     text,
    content_id uuid,
    PRIMARY KEY (import_id, entry)
);
