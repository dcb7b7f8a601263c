-- What finds things by their meaning: pieces of texts, the models that were asked, and what each said of each piece.

CREATE EXTENSION IF NOT EXISTS vector;

-- A model with the size of its vectors. One space serves; another is being filled when the model was changed.
CREATE TABLE embedding_spaces (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model      text COLLATE "C" NOT NULL,
    dimensions integer NOT NULL,
    state      text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX embedding_spaces_by_model ON embedding_spaces (model, dimensions);

-- A piece of an item's text: bytes `text_start` to `text_end`, and for a transcript the second at which it begins.
CREATE TABLE content_chunks (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id       uuid NOT NULL,
    content_id    uuid NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    seq           integer NOT NULL,
    text_start    integer NOT NULL,
    text_end      integer NOT NULL,
    start_seconds double precision,
    hash          bytea NOT NULL
);
CREATE INDEX content_chunks_of_content ON content_chunks (content_id, seq);

-- What an item's text was when it was cut: `revision` changes with any of its pieces, `text_hash` is equal for copies.
CREATE TABLE content_digests (
    content_id     uuid NOT NULL PRIMARY KEY REFERENCES contents (id) ON DELETE CASCADE,
    user_id        uuid NOT NULL,
    chunks         integer NOT NULL,
    revision       bytea NOT NULL,
    full_text_hash bytea,
    text_hash      bytea
);
CREATE INDEX content_digests_of_user ON content_digests (user_id);
CREATE INDEX content_digests_copies ON content_digests (user_id, text_hash);

-- The 32 bands of a text's MinHash signature: texts that share one may be nearly the same.
CREATE TABLE digest_bands (
    user_id    uuid NOT NULL,
    band       integer NOT NULL,
    hash       bigint NOT NULL,
    content_id uuid NOT NULL REFERENCES content_digests (content_id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, band, hash, content_id)
);
CREATE INDEX digest_bands_of_content ON digest_bands (content_id);

-- How far a model has come with an item, and with which revision of its text.
CREATE TABLE content_embeddings (
    content_id uuid NOT NULL REFERENCES content_digests (content_id) ON DELETE CASCADE,
    space_id   bigint NOT NULL REFERENCES embedding_spaces (id) ON DELETE CASCADE,
    state      text COLLATE "C" NOT NULL,
    revision   bytea NOT NULL,
    chunks     integer NOT NULL,
    error      text,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (content_id, space_id)
);
CREATE INDEX content_embeddings_of_space ON content_embeddings (space_id, state);

-- On SQLite each space has a table of its own, `vectors_<id>`, made with the space. No index of all vectors: it would give a
-- user with few items among many others next to nothing.
CREATE TABLE chunk_vectors (
    chunk_id bigint NOT NULL REFERENCES content_chunks (id) ON DELETE CASCADE,
    space_id bigint NOT NULL REFERENCES embedding_spaces (id) ON DELETE CASCADE,
    user_id  uuid NOT NULL,
    vector   halfvec NOT NULL,
    PRIMARY KEY (chunk_id, space_id)
);
CREATE INDEX chunk_vectors_of_user ON chunk_vectors (space_id, user_id);
