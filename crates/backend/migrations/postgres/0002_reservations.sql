-- When money was set aside, by this server's clock: what was set aside longer ago than a call can take
-- belongs to a call that was cut off, in whichever process.
ALTER TABLE reservations ADD COLUMN at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp();
