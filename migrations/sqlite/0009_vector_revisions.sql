-- What a user's vectors are at a moment: another value after each change, which commits with the change.
CREATE TABLE vector_revisions (
    user_id  BLOB NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    revision BLOB NOT NULL
) STRICT;
INSERT INTO vector_revisions (user_id, revision)
    SELECT id, randomblob(16) FROM users WHERE id IN (SELECT user_id FROM content_digests);

-- A piece takes its vectors with it. Those that come are told by who puts them: a virtual table has no triggers.
CREATE TRIGGER content_chunks_revise AFTER DELETE ON content_chunks BEGIN
    UPDATE vector_revisions SET revision = randomblob(16) WHERE user_id = OLD.user_id;
END;
