-- Answers of models that could be used. key: SHA-256 of who was asked and what, see
-- providers::models::answer_key. They do not belong to a job: a second run of a table pays nothing.
CREATE TABLE answers (
    key       TEXT    NOT NULL PRIMARY KEY,
    answer    TEXT    NOT NULL,
    stored_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The newest answer to a query, whichever job asked.
CREATE TABLE recent_searches (
    provider TEXT    NOT NULL,
    query    TEXT    NOT NULL,
    hash     TEXT    NOT NULL REFERENCES serps (hash),
    at       INTEGER NOT NULL,
    PRIMARY KEY (provider, query)
) STRICT, WITHOUT ROWID;

-- fresh_until: the server is asked again after it; never where it is NULL.
ALTER TABLE fetches ADD COLUMN fresh_until INTEGER;
ALTER TABLE fetches ADD COLUMN etag TEXT;
ALTER TABLE fetches ADD COLUMN last_modified TEXT;

-- What a job and each of its rows may cost at most, and what the job has cost.
ALTER TABLE jobs ADD COLUMN max_cost_nano_usd INTEGER;
ALTER TABLE jobs ADD COLUMN max_row_cost_nano_usd INTEGER;
ALTER TABLE jobs ADD COLUMN spent_nano_usd INTEGER NOT NULL DEFAULT 0;

-- What calls under way may cost at most. lost: a crash cut the call off, so that nobody will ever know
-- what it did cost: it counts in full.
CREATE TABLE reservations (
    id        INTEGER PRIMARY KEY,
    job_key   INTEGER NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    row_index INTEGER NOT NULL,
    most      INTEGER NOT NULL,
    lost      INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX reservations_by_job ON reservations (job_key, row_index);

-- The ledger has every call that a provider counts: those that failed, and those that were spared, too.
ALTER TABLE ledger ADD COLUMN cached INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN failed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage ADD COLUMN failed INTEGER NOT NULL DEFAULT 0;

CREATE INDEX ledger_by_row ON ledger (job_key, row_index, cost_nano_usd);
