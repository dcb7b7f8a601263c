-- Fair turns, histories of attempts, pauses, schedules, counts that need no scan, and politeness that all workers share.
-- The queue's rules: src/queue.rs.
ALTER TABLE jobs ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN put_offs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN started_at TEXT;
ALTER TABLE jobs ADD COLUMN cancel_requested_at TEXT;
ALTER TABLE jobs ADD COLUMN progress TEXT;
DROP INDEX jobs_available;
CREATE INDEX jobs_available ON jobs (kind, priority, turn, id) WHERE state = 'available';
CREATE INDEX jobs_to_cancel ON jobs (claimed_by) WHERE state = 'running' AND cancel_requested_at IS NOT NULL;
CREATE INDEX jobs_by_state ON jobs (kind, state, id);
DROP INDEX jobs_of_user;
CREATE INDEX jobs_of_user ON jobs (user_id, id);

-- Attempts that did not complete their job; the one that did stands in `jobs`.
CREATE TABLE job_attempts (
    id         BLOB NOT NULL PRIMARY KEY,
    job_id     BLOB NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    attempt    INTEGER NOT NULL,
    worker     TEXT,
    started_at TEXT,
    ended_at   TEXT NOT NULL,
    outcome    TEXT NOT NULL,
    error      TEXT
) STRICT;
CREATE INDEX job_attempts_of_job ON job_attempts (job_id, id);

-- Start-time fair queueing: the next turn of each owner (the zero id is nobody), and the virtual clock of each lane. A row
-- that its clock has passed says as much as none.
CREATE TABLE job_turns (
    kind      TEXT NOT NULL,
    priority  INTEGER NOT NULL,
    owner     BLOB NOT NULL,
    next_turn INTEGER NOT NULL,
    user_id   BLOB REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (kind, priority, owner)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_turns_of_user ON job_turns (user_id);
CREATE TABLE job_clocks (
    kind     TEXT NOT NULL,
    priority INTEGER NOT NULL,
    turn     INTEGER NOT NULL,
    PRIMARY KEY (kind, priority)
) STRICT, WITHOUT ROWID;

CREATE TABLE job_pauses (
    queue     TEXT NOT NULL PRIMARY KEY,
    paused_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE job_schedules (
    name        TEXT NOT NULL PRIMARY KEY,
    expression  TEXT NOT NULL,
    next_at     TEXT NOT NULL,
    last_at     TEXT,
    last_job_id BLOB
) STRICT, WITHOUT ROWID;

-- What workers did, by the minute.
CREATE TABLE job_minutes (
    minute  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    outcome TEXT NOT NULL,
    jobs    INTEGER NOT NULL,
    busy_ms INTEGER NOT NULL,
    PRIMARY KEY (minute, kind, outcome)
) STRICT, WITHOUT ROWID;

-- How many jobs are in a state: the sum over `part`. With one writer at a time there is only part 0.
CREATE TABLE job_counts (
    queue TEXT NOT NULL,
    kind  TEXT NOT NULL,
    state TEXT NOT NULL,
    part  INTEGER NOT NULL,
    jobs  INTEGER NOT NULL,
    PRIMARY KEY (queue, kind, state, part)
) STRICT, WITHOUT ROWID;
INSERT INTO job_counts (queue, kind, state, part, jobs) SELECT queue, kind, state, 0, COUNT(*) FROM jobs GROUP BY queue, kind, state;

CREATE TRIGGER jobs_counted_insert AFTER INSERT ON jobs BEGIN
    INSERT INTO job_counts (queue, kind, state, part, jobs) VALUES (NEW.queue, NEW.kind, NEW.state, 0, 1)
    ON CONFLICT (queue, kind, state, part) DO UPDATE SET jobs = jobs + 1;
END;
CREATE TRIGGER jobs_counted_update AFTER UPDATE OF state ON jobs WHEN OLD.state <> NEW.state BEGIN
    INSERT INTO job_counts (queue, kind, state, part, jobs) VALUES (NEW.queue, NEW.kind, NEW.state, 0, 1)
    ON CONFLICT (queue, kind, state, part) DO UPDATE SET jobs = jobs + 1;
    UPDATE job_counts SET jobs = jobs - 1 WHERE queue = OLD.queue AND kind = OLD.kind AND state = OLD.state AND part = 0;
END;
CREATE TRIGGER jobs_counted_delete AFTER DELETE ON jobs BEGIN
    UPDATE job_counts SET jobs = jobs - 1 WHERE queue = OLD.queue AND kind = OLD.kind AND state = OLD.state AND part = 0;
END;

-- What all workers together ask of a host. A visit that has not begun is a reservation.
CREATE TABLE hosts (
    host        TEXT NOT NULL PRIMARY KEY,
    visited_at  TEXT,
    quiet_until TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE host_visits (
    id        BLOB NOT NULL PRIMARY KEY,
    host      TEXT NOT NULL,
    visitor   BLOB NOT NULL,
    owner     BLOB NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at   TEXT NOT NULL,
    begun     INTEGER NOT NULL
) STRICT;
CREATE INDEX host_visits_of_host ON host_visits (host, ends_at);
