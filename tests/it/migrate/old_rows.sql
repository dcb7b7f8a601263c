INSERT INTO users (id, username, email, password, google_id, auth_provider, created_at) VALUES
    ('00000000-0000-4000-8000-00000000000a', 'Ada', NULL, '$2b$10$abcdefghijklmnopqrstuuJ8Yk0Vt8mQmW1gq3bJ8nYp0o9QyZ5qK', NULL, 'local', '2026-01-01 10:00:00.123456+00'),
    ('00000000-0000-4000-8000-00000000000b', 'ADA', NULL, '$2b$10$abcdefghijklmnopqrstuuJ8Yk0Vt8mQmW1gq3bJ8nYp0o9QyZ5qL', NULL, 'local', '2026-01-02 10:00:00+00'),
    ('00000000-0000-4000-8000-00000000000c', NULL, 'grace@example.org', NULL, '1077', 'google', '2026-01-03 10:00:00+00'),
    ('00000000-0000-4000-8000-00000000000d', 'name with spaces', NULL, NULL, NULL, 'local', '2026-01-04 10:00:00+00');

INSERT INTO contents (id, title, link, content_id, type, user_id, enrichment_status, meta_tags, ai_tags, full_text, full_text_type, created_at, updated_at) VALUES
    ('10000000-0000-4000-8000-000000000009', 'first', 'https://example.org/kiln', 'old-id', 'link', '00000000-0000-4000-8000-00000000000a', 'enriched', '["clay","fire"]', NULL, 'How to fire a kiln.', 'article', '2026-02-01 10:00:00.123456+00', '2026-02-01 11:00:00+00'),
    ('10000000-0000-4000-8000-000000000002', 'second, same link', 'https://example.org/kiln', 'old-id', 'link', '00000000-0000-4000-8000-00000000000a', 'enriched', NULL, NULL, 'How to fire a kiln.', 'article', '2026-02-01 10:00:00.123789+00', '2026-02-02 11:00:00+00'),
    ('10000000-0000-4000-8000-000000000003', 'third, tracked', 'HTTP://www.example.org/kiln/?utm_source=mail#top', 'x', 'link', '00000000-0000-4000-8000-00000000000a', 'enriched', '{"odd":1}', 'null', NULL, NULL, '2026-02-03 10:00:00+00', '2026-02-03 11:00:00+00'),
    ('10000000-0000-4000-8000-000000000004', 'of another user', 'https://example.org/kiln', 'x', 'link', '00000000-0000-4000-8000-00000000000c', 'enriched', '["word",7]', NULL, NULL, NULL, '2026-02-04 10:00:00+00', '2026-02-04 11:00:00+00'),
    ('10000000-0000-4000-8000-000000000005', 'a video', 'https://www.youtube.com/watch?v=dQw4w9WgXcQ', 'dQw4w9WgXcQ', 'youtube', '00000000-0000-4000-8000-00000000000a', 'enriched', NULL, NULL, NULL, NULL, '2026-02-05 10:00:00+00', '2026-02-05 11:00:00+00'),
    ('10000000-0000-4000-8000-000000000006', 'not of the web', 'ftp://example.org/file', NULL, 'link', '00000000-0000-4000-8000-00000000000a', 'pending', NULL, NULL, NULL, NULL, '2026-02-06 10:00:00+00', '2026-02-06 11:00:00+00'),
    ('10000000-0000-4000-8000-000000000007', 'no link at all', 'remember the milk', NULL, 'thing', '00000000-0000-4000-8000-00000000000a', 'enriched', NULL, NULL, NULL, NULL, '2026-02-07 10:00:00+00', '2026-02-07 11:00:00+00'),
    ('10000000-0000-4000-8000-000000000008', 'waits', 'https://example.org/waits', NULL, 'link', '00000000-0000-4000-8000-00000000000a', 'pending', NULL, NULL, NULL, NULL, '2026-02-08 10:00:00+00', '2026-02-08 11:00:00+00'),
    ('10000000-0000-4000-8000-000000000001', 'stuck', 'https://example.org/stuck', NULL, 'link', '00000000-0000-4000-8000-00000000000a', 'processing', NULL, NULL, NULL, NULL, '2026-02-09 10:00:00+00', '2026-02-09 11:00:00+00'),
    ('10000000-0000-4000-8000-000000000010', 'was skipped', 'https://medium.com/@ada/a-story-0123456789ab', '0123456789ab', 'medium', '00000000-0000-4000-8000-00000000000a', 'skipped', NULL, NULL, NULL, NULL, '2026-02-10 10:00:00+00', '2026-02-10 11:00:00+00'),
    ('10000000-0000-4000-8000-000000000011', 'odd status', 'https://example.org/odd', NULL, 'link', '00000000-0000-4000-8000-00000000000a', 'queued', NULL, NULL, NULL, NULL, '2026-02-11 10:00:00+00', '2026-02-11 11:00:00+00'),
    ('10000000-0000-4000-8000-000000000012', 'given up', 'https://example.org/gone', NULL, 'link', '00000000-0000-4000-8000-00000000000c', 'failed', NULL, NULL, NULL, NULL, '2026-02-12 10:00:00+00', '2026-02-12 11:00:00+00');

INSERT INTO tags (id, name, user_id) VALUES
    ('20000000-0000-4000-8000-000000000001', 'pottery', '00000000-0000-4000-8000-00000000000a'),
    ('20000000-0000-4000-8000-000000000002', 'Fire', '00000000-0000-4000-8000-00000000000a');
INSERT INTO content_tags (content_id, tag_id) VALUES
    ('10000000-0000-4000-8000-000000000009', '20000000-0000-4000-8000-000000000001'),
    ('10000000-0000-4000-8000-000000000002', '20000000-0000-4000-8000-000000000001'),
    ('10000000-0000-4000-8000-000000000005', '20000000-0000-4000-8000-000000000002');
INSERT INTO share_links (hash, user_id) VALUES ('0123456789', '00000000-0000-4000-8000-00000000000a');
INSERT INTO contents_embedding_store (id, chunk_seq, chunk) VALUES ('10000000-0000-4000-8000-000000000009', 0, 'How to fire a kiln.');
