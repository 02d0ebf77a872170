-- When money was set aside, in milliseconds since 1970: what was set aside longer ago than a call can
-- take belongs to a call that was cut off.
ALTER TABLE reservations ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
