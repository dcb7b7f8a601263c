-- Room beside each job for its next two versions, and in the index of ids for theirs: a job is updated as it is claimed and as it ends, and
-- a version that finds no room costs a lock of the old one, a second page and a split of the index. Holds for pages written from now on.
ALTER TABLE jobs SET (fillfactor = 50);
ALTER INDEX jobs_pkey SET (fillfactor = 50);
