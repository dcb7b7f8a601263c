-- What a user's vectors are at a moment: another value after each change, which commits with the change.
CREATE TABLE vector_revisions (
    user_id  uuid NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    revision bytea NOT NULL
) WITH (fillfactor = 50);
INSERT INTO vector_revisions (user_id, revision)
    SELECT id, convert_to('0', 'UTF8') FROM users WHERE id IN (SELECT user_id FROM content_digests);

-- One value for a transaction, so that a thousand pieces change the row once. Transactions are numbered anew where a backup was put in
-- place, but not before the server has started.
CREATE FUNCTION revise_vectors() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own CONSTANT bytea := convert_to(
        CAST(pg_current_xact_id() AS text) || ' ' || CAST(EXTRACT(EPOCH FROM pg_postmaster_start_time()) AS text), 'UTF8');
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE vector_revisions SET revision = own WHERE user_id = NEW.user_id AND revision <> own;
    ELSE
        UPDATE vector_revisions SET revision = own WHERE user_id = OLD.user_id AND revision <> own;
    END IF;
    RETURN NULL;
END
$$;
-- At the end of the transaction: a row that all of a user's writers want is locked when they have all others.
CREATE CONSTRAINT TRIGGER content_chunks_revise AFTER DELETE ON content_chunks
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION revise_vectors();
CREATE CONSTRAINT TRIGGER chunk_vectors_revise AFTER INSERT ON chunk_vectors
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION revise_vectors();

-- The pieces of a user, in their order.
CREATE INDEX chunk_vectors_of_owner ON chunk_vectors (space_id, user_id, chunk_id);
DROP INDEX chunk_vectors_of_user;
