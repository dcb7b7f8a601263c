-- The trace of the request that enqueued a job, as W3C Trace Context's `traceparent` says it; none when nobody traces.
ALTER TABLE jobs ADD COLUMN trace_context text;
