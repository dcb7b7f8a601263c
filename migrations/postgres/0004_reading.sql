-- What reading a page needs to remember: the reader's HTML, what makes a second look cheap, and the other names of a page.
ALTER TABLE contents
    ADD COLUMN reader_html        text,
    ADD COLUMN page_etag          text,
    ADD COLUMN page_last_modified text,
    ADD COLUMN checked_at         timestamptz;

-- Keys by which the same page is known as well: the end of its redirects, and what it calls itself. Derived from reading.
CREATE TABLE content_keys (
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key_hash   bytea NOT NULL,
    content_id uuid NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, key_hash, content_id)
);
CREATE INDEX content_keys_of_content ON content_keys (content_id);
