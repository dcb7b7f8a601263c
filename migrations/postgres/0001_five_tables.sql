-- The five tables of the server that came before, exactly as it made them: a database that already has them is
-- adopted in place by recording this migration as done.

CREATE TABLE users (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    username        varchar(50) CONSTRAINT users_username_unique UNIQUE,
    email           varchar(255) CONSTRAINT users_email_unique UNIQUE,
    password        text,
    google_id       text CONSTRAINT users_google_id_unique UNIQUE,
    profile_picture text,
    auth_provider   varchar(20) NOT NULL DEFAULT 'local',
    created_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE contents (
    id                  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title               varchar(500) NOT NULL,
    link                text NOT NULL,
    content_id          text,
    type                varchar(30) NOT NULL,
    user_id             uuid NOT NULL,
    enrichment_status   varchar(20) NOT NULL DEFAULT 'pending',
    enrichment_error    text,
    enrichment_retries  integer NOT NULL DEFAULT 0,
    enriched_at         timestamptz,
    meta_title          text,
    meta_description    text,
    meta_author         text,
    meta_author_url     text,
    meta_thumbnail      text,
    meta_published_at   timestamptz,
    meta_tags           jsonb,
    meta_language       varchar(10),
    full_text           text,
    full_text_type      varchar(20),
    transcript_segments jsonb,
    provider_data       jsonb,
    extracted_at        timestamptz,
    extractor_version   varchar(20),
    summary             text,
    ai_tags             jsonb,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT contents_user_id_users_id_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE tags (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name       varchar(100) NOT NULL,
    user_id    uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tags_user_id_users_id_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE content_tags (
    content_id uuid NOT NULL,
    tag_id     uuid NOT NULL,
    CONSTRAINT content_tags_content_id_tag_id_pk PRIMARY KEY (content_id, tag_id),
    CONSTRAINT content_tags_content_id_contents_id_fk FOREIGN KEY (content_id) REFERENCES contents (id) ON DELETE CASCADE,
    CONSTRAINT content_tags_tag_id_tags_id_fk FOREIGN KEY (tag_id) REFERENCES tags (id) ON DELETE CASCADE
);

CREATE TABLE share_links (
    id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    hash    varchar(20) NOT NULL CONSTRAINT share_links_hash_unique UNIQUE,
    user_id uuid NOT NULL CONSTRAINT share_links_user_id_unique UNIQUE,
    CONSTRAINT share_links_user_id_users_id_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX idx_contents_user_created ON contents (user_id, created_at);
CREATE INDEX idx_contents_enrichment ON contents (enrichment_status, created_at);
CREATE UNIQUE INDEX idx_tag_name_user ON tags (name, user_id);
