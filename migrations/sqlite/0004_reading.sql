-- What reading a page needs to remember: see the same file for PostgreSQL.
ALTER TABLE contents ADD COLUMN reader_html TEXT;
ALTER TABLE contents ADD COLUMN page_etag TEXT;
ALTER TABLE contents ADD COLUMN page_last_modified TEXT;
ALTER TABLE contents ADD COLUMN checked_at TEXT;

CREATE TABLE content_keys (
    user_id    BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key_hash   BLOB NOT NULL,
    content_id BLOB NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, key_hash, content_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX content_keys_of_content ON content_keys (content_id);
