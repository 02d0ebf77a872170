-- Times are milliseconds since 1970-01-01 UTC. JSON is written and read by the program alone.
-- Tables that grow with the rows refer to jobs and sources by their short integer keys.

CREATE TABLE sources (
    key          INTEGER PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE,
    owner        TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    content_hash TEXT    NOT NULL,
    columns      TEXT    NOT NULL DEFAULT '[]',
    state        TEXT    NOT NULL CHECK (state IN ('loading', 'ready')),
    rows         INTEGER NOT NULL DEFAULT 0,
    created_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE source_rows (
    source_key INTEGER NOT NULL REFERENCES sources (key) ON DELETE CASCADE,
    row_index  INTEGER NOT NULL,
    line       INTEGER NOT NULL,
    cells      TEXT    NOT NULL,
    problem    TEXT,
    PRIMARY KEY (source_key, row_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
    key             INTEGER PRIMARY KEY,
    id              TEXT    NOT NULL UNIQUE,
    owner           TEXT    NOT NULL,
    source_key      INTEGER NOT NULL REFERENCES sources (key),
    fingerprint     TEXT    NOT NULL,
    plan            TEXT    NOT NULL,
    key_columns     TEXT    NOT NULL,
    context_columns TEXT    NOT NULL,
    row_limit       INTEGER,
    -- 0 until all rows are there: what a crash leaves at 0 is loaded anew.
    loaded          INTEGER NOT NULL DEFAULT 0,
    rows            INTEGER NOT NULL DEFAULT 0,
    status          TEXT    NOT NULL
        CHECK (status IN ('PENDING', 'RUNNING', 'PAUSED', 'CANCELLED', 'COMPLETED', 'FAILED')),
    reason          TEXT,
    created_at      INTEGER NOT NULL,
    started_at      INTEGER,
    finished_at     INTEGER
) STRICT;

CREATE INDEX jobs_by_owner ON jobs (owner, key);
CREATE INDEX jobs_by_fingerprint ON jobs (owner, fingerprint);

-- leader: the first row of the same identity, whose result this row shares; itself if it is the first.
-- shares: how many rows a leader stands for, itself included. Only leaders change their stage.
CREATE TABLE job_rows (
    job_key   INTEGER NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    row_index INTEGER NOT NULL,
    identity  TEXT    NOT NULL,
    leader    INTEGER NOT NULL,
    shares    INTEGER NOT NULL DEFAULT 1,
    stage     TEXT    NOT NULL,
    found     INTEGER NOT NULL DEFAULT 0,
    error     TEXT,
    attempts  TEXT,
    PRIMARY KEY (job_key, row_index)
) STRICT, WITHOUT ROWID;

-- Rows of a job by stage, and its found cells under 'cells_found': progress must not scan.
CREATE TABLE job_counts (
    job_key INTEGER NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    name    TEXT    NOT NULL,
    n       INTEGER NOT NULL,
    PRIMARY KEY (job_key, name)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER job_rows_counted_by_stage AFTER UPDATE OF stage ON job_rows
WHEN old.stage <> new.stage
BEGIN
    UPDATE job_counts SET n = n - new.shares WHERE job_key = new.job_key AND name = old.stage;
    INSERT INTO job_counts (job_key, name, n) VALUES (new.job_key, new.stage, new.shares)
        ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;

CREATE TRIGGER job_rows_counted_by_cells AFTER UPDATE OF found ON job_rows
WHEN old.found <> new.found
BEGIN
    INSERT INTO job_counts (job_key, name, n)
        VALUES (new.job_key, 'cells_found', (new.found - old.found) * new.shares)
        ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;

-- place: the index of the column in the plan.
CREATE TABLE cells (
    job_key    INTEGER NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    row_index  INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    outcome    TEXT    NOT NULL,
    confidence REAL    NOT NULL,
    cell       TEXT    NOT NULL,
    PRIMARY KEY (job_key, row_index, place)
) STRICT, WITHOUT ROWID;

-- Outcomes of unfinished rows. step_mark names the step that was asked for: an outcome is only ever
-- given back to the same step.
CREATE TABLE journal (
    job_key   INTEGER NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    row_index INTEGER NOT NULL,
    turn      INTEGER NOT NULL,
    step      INTEGER NOT NULL,
    step_mark TEXT    NOT NULL,
    outcome   TEXT    NOT NULL,
    PRIMARY KEY (job_key, row_index, turn, step)
) STRICT, WITHOUT ROWID;

-- page: what was read from the page as JSON, compressed by zstd.
CREATE TABLE pages (
    hash      TEXT PRIMARY KEY,
    title     TEXT,
    language  TEXT,
    bytes     INTEGER NOT NULL,
    page      BLOB    NOT NULL,
    stored_at INTEGER NOT NULL
) STRICT;

CREATE TABLE fetches (
    url          TEXT    NOT NULL PRIMARY KEY,
    final_url    TEXT    NOT NULL,
    hash         TEXT    NOT NULL REFERENCES pages (hash),
    content_type TEXT,
    fetched_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE serps (
    hash TEXT NOT NULL PRIMARY KEY,
    serp TEXT NOT NULL
) STRICT;

CREATE TABLE searches (
    job_key  INTEGER NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    provider TEXT    NOT NULL,
    query    TEXT    NOT NULL,
    hash     TEXT    NOT NULL REFERENCES serps (hash),
    at       INTEGER NOT NULL,
    PRIMARY KEY (job_key, provider, query)
) STRICT, WITHOUT ROWID;

-- Calls that cost money, each by itself. All calls, free and reused ones too, are summed in usage.
CREATE TABLE ledger (
    id            INTEGER PRIMARY KEY,
    job_key       INTEGER NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    row_index     INTEGER,
    kind          TEXT    NOT NULL,
    provider      TEXT    NOT NULL,
    model         TEXT,
    units_in      INTEGER NOT NULL,
    units_out     INTEGER NOT NULL,
    cost_nano_usd INTEGER NOT NULL,
    at            INTEGER NOT NULL
) STRICT;

CREATE INDEX ledger_by_job ON ledger (job_key, id);

CREATE TABLE usage (
    job_key       INTEGER NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    kind          TEXT    NOT NULL,
    provider      TEXT    NOT NULL,
    model         TEXT    NOT NULL,
    calls         INTEGER NOT NULL,
    cached        INTEGER NOT NULL,
    units_in      INTEGER NOT NULL,
    units_out     INTEGER NOT NULL,
    cost_nano_usd INTEGER NOT NULL,
    PRIMARY KEY (job_key, kind, provider, model)
) STRICT, WITHOUT ROWID;
