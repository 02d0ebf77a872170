-- What the HTTP API needs: uploads, views of rows, corrections, keys, webhooks, templates, usage by month.

-- deleted: given to nobody and out of everybody's sight, its rows are thrown away piece by piece.
ALTER TABLE sources ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX sources_by_owner ON sources (owner, key);
CREATE INDEX sources_deleted ON sources (key) WHERE deleted = 1;

-- seq: the commit of the last change of the status.
ALTER TABLE jobs ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX jobs_by_time ON jobs (owner, created_at, id);
CREATE INDEX jobs_by_source ON jobs (source_key, created_at, id);
CREATE INDEX jobs_deleted ON jobs (key) WHERE deleted = 1;

-- seq: the commit of the last change of the stage; 0 while there was none.
-- again: 1 once the row has cells that a later result replaces only by better ones.
-- only: the columns that are worked on again, as a JSON array; all where there is none.
-- earlier: attempts of earlier runs.
ALTER TABLE job_rows ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job_rows ADD COLUMN again INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job_rows ADD COLUMN only TEXT;
ALTER TABLE job_rows ADD COLUMN earlier TEXT;
CREATE INDEX job_rows_by_seq ON job_rows (job_key, seq) WHERE seq > 0;
CREATE INDEX job_rows_by_stage ON job_rows (job_key, stage, row_index);
CREATE INDEX job_rows_by_leader ON job_rows (job_key, leader) WHERE leader <> row_index;

-- Only leaders are counted, by how many rows they stand for.
DROP TRIGGER job_rows_counted_by_stage;
CREATE TRIGGER job_rows_counted_by_stage AFTER UPDATE OF stage ON job_rows
WHEN old.stage <> new.stage AND new.leader = new.row_index
BEGIN
    UPDATE job_counts SET n = n - new.shares WHERE job_key = new.job_key AND name = old.stage;
    INSERT INTO job_counts (job_key, name, n) VALUES (new.job_key, new.stage, new.shares)
        ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;

-- Rows that share a result follow their leader where it ends and where it begins anew.
CREATE TRIGGER job_rows_follow AFTER UPDATE OF stage ON job_rows
WHEN new.shares > 1 AND old.stage <> new.stage
    AND (new.stage IN ('COMPLETED', 'FAILED', 'CANCELLED')
        OR old.stage IN ('COMPLETED', 'FAILED', 'CANCELLED'))
BEGIN
    UPDATE job_rows SET stage = new.stage, seq = new.seq
    WHERE job_key = new.job_key AND leader = new.row_index AND leader <> row_index;
END;

-- Completed rows of each 1,024: the n-th completed row is found without counting from the first.
CREATE TABLE job_blocks (
    job_key   INTEGER NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    block     INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    PRIMARY KEY (job_key, block)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER job_rows_completed AFTER UPDATE OF stage ON job_rows
WHEN new.stage = 'COMPLETED' AND old.stage <> 'COMPLETED'
BEGIN
    INSERT INTO job_blocks (job_key, block, completed) VALUES (new.job_key, new.row_index >> 10, 1)
        ON CONFLICT DO UPDATE SET completed = completed + 1;
END;

CREATE TRIGGER job_rows_begun_anew AFTER UPDATE OF stage ON job_rows
WHEN old.stage = 'COMPLETED' AND new.stage <> 'COMPLETED'
BEGIN
    UPDATE job_blocks SET completed = completed - 1
    WHERE job_key = new.job_key AND block = new.row_index >> 10;
END;

INSERT INTO job_blocks (job_key, block, completed)
    SELECT job_key, row_index >> 10, count(*) FROM job_rows WHERE stage = 'COMPLETED' GROUP BY 1, 2;
UPDATE job_rows SET again = 1 WHERE attempts IS NOT NULL;

-- standing: the outcome, but 'sure' or 'weak' where a value was found.
-- locked, corrected: never overwritten by a run. machine: the cell as a run left it, once corrected.
ALTER TABLE cells ADD COLUMN standing TEXT NOT NULL DEFAULT 'sure';
ALTER TABLE cells ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cells ADD COLUMN corrected INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cells ADD COLUMN machine TEXT;
UPDATE cells SET standing = iif(outcome <> 'found', outcome,
    iif(confidence < (SELECT plan->>'$.limits.threshold' FROM jobs WHERE key = job_key), 'weak', 'sure'));
-- Each cell is in the second or in the third or, where it is weak, in both; a sure one only in the second.
CREATE INDEX cells_by_confidence ON cells (job_key, place, confidence, row_index)
    WHERE outcome = 'found';
CREATE INDEX cells_by_standing ON cells (job_key, place, standing, row_index)
    WHERE standing <> 'sure';

-- What people have said about cells. Values are JSON; NULL where there is none.
CREATE TABLE corrections (
    id        INTEGER PRIMARY KEY,
    job_key   INTEGER NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    row_index INTEGER NOT NULL,
    place     INTEGER NOT NULL,
    by        TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    old       TEXT,
    new       TEXT
) STRICT;
CREATE INDEX corrections_by_job ON corrections (job_key, id);
CREATE INDEX corrections_by_cell ON corrections (job_key, row_index, place, id);

CREATE TABLE uploads (
    source       TEXT    NOT NULL PRIMARY KEY,
    job          TEXT    NOT NULL UNIQUE,
    owner        TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    content_type TEXT    NOT NULL,
    length       INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN
        ('signed', 'receiving', 'received', 'started', 'failed', 'expired', 'cancelled')),
    problem      TEXT,
    expires_at   INTEGER NOT NULL,
    created_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX uploads_without_job ON uploads (owner, created_at, job) WHERE state <> 'started';
CREATE INDEX uploads_awaited ON uploads (expires_at) WHERE state = 'signed';

-- A job that was promised takes the place of its promise.
CREATE TRIGGER jobs_promised AFTER INSERT ON jobs
WHEN EXISTS (SELECT 1 FROM uploads WHERE job = new.id AND owner = new.owner)
BEGIN
    UPDATE jobs SET created_at = (SELECT created_at FROM uploads WHERE job = new.id)
    WHERE key = new.key;
    UPDATE uploads SET state = 'started' WHERE job = new.id;
END;

CREATE TABLE api_keys (
    key        INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    owner      TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    prefix     TEXT    NOT NULL,
    hash       TEXT    NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    used_at    INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE INDEX api_keys_by_owner ON api_keys (owner, key);

CREATE TABLE templates (
    id      TEXT NOT NULL PRIMARY KEY,
    owner   TEXT NOT NULL,
    name    TEXT NOT NULL,
    columns TEXT NOT NULL
) STRICT;
CREATE INDEX templates_by_owner ON templates (owner, name, id);

-- status is NULL while the request is being carried out.
CREATE TABLE requests (
    owner      TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    hash       TEXT    NOT NULL,
    status     INTEGER,
    body       TEXT,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX requests_by_expiry ON requests (expires_at);

CREATE TABLE webhooks (
    key        INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    owner      TEXT    NOT NULL,
    url        TEXT    NOT NULL,
    secret     TEXT    NOT NULL,
    events     TEXT    NOT NULL,
    active     INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX webhooks_by_owner ON webhooks (owner, key);

CREATE TABLE deliveries (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_key INTEGER NOT NULL REFERENCES webhooks (key) ON DELETE CASCADE,
    event       TEXT    NOT NULL,
    payload     TEXT    NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    state       TEXT    NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'delivered', 'failed')),
    next_at     INTEGER NOT NULL,
    status_code INTEGER,
    problem     TEXT,
    created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX deliveries_by_webhook ON deliveries (webhook_key, id);
CREATE INDEX deliveries_due ON deliveries (next_at, id) WHERE state = 'waiting';

-- Stays when jobs are deleted: a bill does not vanish with what it was for.
CREATE TABLE usage_by_month (
    owner         TEXT    NOT NULL,
    month         TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    provider      TEXT    NOT NULL,
    model         TEXT    NOT NULL,
    calls         INTEGER NOT NULL,
    cached        INTEGER NOT NULL,
    units_in      INTEGER NOT NULL,
    units_out     INTEGER NOT NULL,
    cost_nano_usd INTEGER NOT NULL,
    PRIMARY KEY (owner, month, kind, provider, model)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER usage_begins_in_a_month AFTER INSERT ON usage
BEGIN
    INSERT INTO usage_by_month
    SELECT owner, strftime('%Y-%m', 'now'), new.kind, new.provider, new.model, new.calls, new.cached,
        new.units_in, new.units_out, new.cost_nano_usd
    FROM jobs WHERE key = new.job_key
    ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, cached = cached + excluded.cached,
        units_in = units_in + excluded.units_in, units_out = units_out + excluded.units_out,
        cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd;
END;

CREATE TRIGGER usage_grows_in_a_month AFTER UPDATE ON usage
BEGIN
    INSERT INTO usage_by_month
    SELECT owner, strftime('%Y-%m', 'now'), new.kind, new.provider, new.model,
        new.calls - old.calls, new.cached - old.cached, new.units_in - old.units_in,
        new.units_out - old.units_out, new.cost_nano_usd - old.cost_nano_usd
    FROM jobs WHERE key = new.job_key
    ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, cached = cached + excluded.cached,
        units_in = units_in + excluded.units_in, units_out = units_out + excluded.units_out,
        cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd;
END;
