-- Fewer indexes to write for each step of a job: those of keys and owners hold only jobs that have one, a running job is in none but its lease's,
-- and old jobs are found by their ids, which tell when they were made.
DROP INDEX jobs_unique;
CREATE UNIQUE INDEX jobs_unique ON jobs (kind, unique_key)
    WHERE unique_key IS NOT NULL AND state IN ('available', 'scheduled', 'running', 'retryable');
DROP INDEX jobs_of_user;
CREATE INDEX jobs_of_user ON jobs (user_id, id) WHERE user_id IS NOT NULL;
DROP INDEX jobs_by_state;
CREATE INDEX jobs_by_state ON jobs (kind, state, id) WHERE state <> 'running';
DROP INDEX jobs_finished;
