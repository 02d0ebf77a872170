-- When money was set aside, in milliseconds since 1970: what was set aside longer ago than a call can
-- take belongs to a call that was cut off.
ALTER TABLE reservations ADD COLUMN at INTEGER NOT NULL DEFAULT 0;

-- attended_until: until then a process sees to the job, in milliseconds since 1970; NULL where none ever
-- did, as for jobs of the command line. untold: webhooks are to be told how the job stands.
ALTER TABLE jobs ADD COLUMN attended_until INTEGER;
ALTER TABLE jobs ADD COLUMN untold INTEGER NOT NULL DEFAULT 0;

CREATE INDEX jobs_untold ON jobs (key) WHERE untold;
