-- Fair turns, histories of attempts, pauses, schedules, counts that need no scan, and politeness that all workers share.
-- The queue's rules: src/queue.rs.
ALTER TABLE jobs
    ADD COLUMN turn bigint NOT NULL DEFAULT 0,
    ADD COLUMN put_offs integer NOT NULL DEFAULT 0,
    ADD COLUMN started_at timestamptz,
    ADD COLUMN cancel_requested_at timestamptz,
    ADD COLUMN progress jsonb;
DROP INDEX jobs_available;
CREATE INDEX jobs_available ON jobs (kind, priority, turn, id) WHERE state = 'available';
CREATE INDEX jobs_to_cancel ON jobs (claimed_by) WHERE state = 'running' AND cancel_requested_at IS NOT NULL;
CREATE INDEX jobs_by_state ON jobs (kind, state, id);
DROP INDEX jobs_of_user;
CREATE INDEX jobs_of_user ON jobs (user_id, id);

-- Attempts that did not complete their job; the one that did stands in `jobs`.
CREATE TABLE job_attempts (
    id         uuid PRIMARY KEY,
    job_id     uuid NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    attempt    integer NOT NULL,
    worker     text,
    started_at timestamptz,
    ended_at   timestamptz NOT NULL,
    outcome    text NOT NULL,
    error      text
);
CREATE INDEX job_attempts_of_job ON job_attempts (job_id, id);

-- Start-time fair queueing: the next turn of each owner (the zero id is nobody), and the virtual clock of each lane. A row
-- that its clock has passed says as much as none.
CREATE TABLE job_turns (
    kind      text COLLATE "C" NOT NULL,
    priority  integer NOT NULL,
    owner     uuid NOT NULL,
    next_turn bigint NOT NULL,
    user_id   uuid REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (kind, priority, owner)
) WITH (fillfactor = 50);
CREATE INDEX job_turns_of_user ON job_turns (user_id);
CREATE TABLE job_clocks (
    kind     text COLLATE "C" NOT NULL,
    priority integer NOT NULL,
    turn     bigint NOT NULL,
    PRIMARY KEY (kind, priority)
) WITH (fillfactor = 50);

CREATE TABLE job_pauses (
    queue     text COLLATE "C" PRIMARY KEY,
    paused_at timestamptz NOT NULL
);

CREATE TABLE job_schedules (
    name        text COLLATE "C" PRIMARY KEY,
    expression  text NOT NULL,
    next_at     timestamptz NOT NULL,
    last_at     timestamptz,
    last_job_id uuid
);

-- What workers did, by the minute.
CREATE TABLE job_minutes (
    minute  timestamptz NOT NULL,
    kind    text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    jobs    bigint NOT NULL,
    busy_ms bigint NOT NULL,
    PRIMARY KEY (minute, kind, outcome)
) WITH (fillfactor = 50);

-- How many jobs are in a state: the sum over `part`. Each transaction adds rows of its own, so that none waits for another;
-- workers add them up into part 0 now and then.
CREATE TABLE job_counts (
    queue text COLLATE "C" NOT NULL,
    kind  text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    part  bigint NOT NULL,
    jobs  bigint NOT NULL,
    PRIMARY KEY (queue, kind, state, part)
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
INSERT INTO job_counts (queue, kind, state, part, jobs) SELECT queue, kind, state, 0, COUNT(*) FROM jobs GROUP BY queue, kind, state;

CREATE FUNCTION count_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own CONSTANT bigint := CAST(CAST(pg_current_xact_id() AS text) AS bigint);
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO job_counts (queue, kind, state, part, jobs)
        SELECT queue, kind, state, own, COUNT(*) FROM jobs_after GROUP BY queue, kind, state
        ON CONFLICT (queue, kind, state, part) DO UPDATE SET jobs = job_counts.jobs + excluded.jobs;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO job_counts (queue, kind, state, part, jobs)
        SELECT queue, kind, state, own, SUM(change) FROM
            (SELECT queue, kind, state, 1 AS change FROM jobs_after UNION ALL SELECT queue, kind, state, -1 FROM jobs_before) AS changes
        GROUP BY queue, kind, state HAVING SUM(change) <> 0
        ON CONFLICT (queue, kind, state, part) DO UPDATE SET jobs = job_counts.jobs + excluded.jobs;
    ELSE
        INSERT INTO job_counts (queue, kind, state, part, jobs)
        SELECT queue, kind, state, own, -COUNT(*) FROM jobs_before GROUP BY queue, kind, state
        ON CONFLICT (queue, kind, state, part) DO UPDATE SET jobs = job_counts.jobs + excluded.jobs;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER jobs_counted_insert AFTER INSERT ON jobs
    REFERENCING NEW TABLE AS jobs_after FOR EACH STATEMENT EXECUTE FUNCTION count_jobs();
CREATE TRIGGER jobs_counted_update AFTER UPDATE ON jobs
    REFERENCING OLD TABLE AS jobs_before NEW TABLE AS jobs_after FOR EACH STATEMENT EXECUTE FUNCTION count_jobs();
CREATE TRIGGER jobs_counted_delete AFTER DELETE ON jobs
    REFERENCING OLD TABLE AS jobs_before FOR EACH STATEMENT EXECUTE FUNCTION count_jobs();

-- What all workers together ask of a host: worth nothing after a crash, so not logged. A visit that has not begun is a
-- reservation.
CREATE UNLOGGED TABLE hosts (
    host        text COLLATE "C" PRIMARY KEY,
    visited_at  timestamptz,
    quiet_until timestamptz
) WITH (fillfactor = 50);
CREATE UNLOGGED TABLE host_visits (
    id        uuid PRIMARY KEY,
    host      text COLLATE "C" NOT NULL,
    visitor   uuid NOT NULL,
    owner     uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at   timestamptz NOT NULL,
    begun     boolean NOT NULL
);
CREATE INDEX host_visits_of_host ON host_visits (host, ends_at);
