-- When money was set aside, by this server's clock: what was set aside longer ago than a call can take
-- belongs to a call that was cut off, in whichever process.
ALTER TABLE reservations ADD COLUMN at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp();

-- attended_until: until then a process sees to the job, in milliseconds since 1970; NULL where none ever
-- did, as for jobs of the command line. untold: webhooks are to be told how the job stands.
ALTER TABLE jobs ADD COLUMN attended_until BIGINT;
ALTER TABLE jobs ADD COLUMN untold BOOLEAN NOT NULL DEFAULT false;

CREATE INDEX jobs_untold ON jobs (key) WHERE untold;
