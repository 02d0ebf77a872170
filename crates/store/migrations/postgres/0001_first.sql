-- Everything lives in a schema of its own, so that the database may be one that others use, too.
-- Times are milliseconds since 1970-01-01 UTC. JSON that comes from the world outside is text: jsonb
-- refuses some of what pages hold. Tables that grow with the rows refer to jobs and sources by their
-- short integer keys.

-- Addresses and queries may be longer than an index takes: their SHA-256 is not.
CREATE FUNCTION text_hash(text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT sha256(convert_to($1, 'UTF8')) $$;

CREATE TABLE sources (
    key          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE,
    owner        TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    content_hash TEXT    NOT NULL,
    columns      TEXT    NOT NULL DEFAULT '[]',
    state        TEXT    NOT NULL CHECK (state IN ('loading', 'ready')),
    rows         BIGINT  NOT NULL DEFAULT 0,
    created_at   BIGINT  NOT NULL,
    -- Given to nobody and out of everybody's sight: its rows are thrown away piece by piece.
    deleted      BOOLEAN NOT NULL DEFAULT false
);
CREATE INDEX sources_by_owner ON sources (owner, key);
CREATE INDEX sources_deleted ON sources (key) WHERE deleted;

CREATE TABLE source_rows (
    source_key BIGINT NOT NULL REFERENCES sources (key) ON DELETE CASCADE,
    row_index  BIGINT NOT NULL,
    line       BIGINT NOT NULL,
    cells      TEXT   NOT NULL,
    problem    TEXT,
    PRIMARY KEY (source_key, row_index)
);

CREATE TABLE jobs (
    key                   BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id                    TEXT    NOT NULL UNIQUE,
    owner                 TEXT    NOT NULL,
    source_key            BIGINT  NOT NULL REFERENCES sources (key),
    fingerprint           TEXT    NOT NULL,
    plan                  TEXT    NOT NULL,
    -- What is asked of the plan often: how many columns it has, and under what a cell is weak.
    columns               BIGINT  NOT NULL,
    threshold             DOUBLE PRECISION NOT NULL,
    key_columns           TEXT    NOT NULL,
    context_columns       TEXT    NOT NULL,
    row_limit             BIGINT,
    -- False until all rows are there: what a crash leaves so is loaded anew.
    loaded                BOOLEAN NOT NULL DEFAULT false,
    rows                  BIGINT  NOT NULL DEFAULT 0,
    status                TEXT    NOT NULL
        CHECK (status IN ('PENDING', 'RUNNING', 'PAUSED', 'CANCELLED', 'COMPLETED', 'FAILED')),
    reason                TEXT,
    created_at            BIGINT  NOT NULL,
    started_at            BIGINT,
    finished_at           BIGINT,
    max_cost_nano_usd     BIGINT,
    max_row_cost_nano_usd BIGINT,
    spent_nano_usd        BIGINT  NOT NULL DEFAULT 0,
    -- The number of the last change of the status.
    seq                   BIGINT  NOT NULL DEFAULT 0,
    deleted               BOOLEAN NOT NULL DEFAULT false
);
CREATE INDEX jobs_by_owner ON jobs (owner, key);
CREATE INDEX jobs_by_fingerprint ON jobs (owner, fingerprint);
CREATE INDEX jobs_by_time ON jobs (owner, created_at, id);
CREATE INDEX jobs_by_source ON jobs (source_key, created_at, id);
CREATE INDEX jobs_running ON jobs (key) WHERE status = 'RUNNING';
CREATE INDEX jobs_deleted ON jobs (key) WHERE deleted;

-- Numbers changes of stages and statuses. Whoever takes one has the job's lock (see writer.rs), so that
-- of one job a smaller number is never committed after a greater one.
CREATE SEQUENCE changes;

-- leader: the first row of the same identity, whose result this row shares; itself if it is the first.
-- shares: how many rows a leader stands for, itself included.
-- again: true once the row has cells that a later result replaces only by better ones.
-- places: the columns that are worked on again, as a JSON array; all where there is none.
-- earlier: attempts of earlier runs.
CREATE TABLE job_rows (
    job_key   BIGINT  NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    row_index BIGINT  NOT NULL,
    identity  TEXT    NOT NULL,
    leader    BIGINT  NOT NULL,
    shares    BIGINT  NOT NULL DEFAULT 1,
    stage     TEXT    NOT NULL,
    found     BIGINT  NOT NULL DEFAULT 0,
    error     TEXT,
    attempts  TEXT,
    seq       BIGINT  NOT NULL DEFAULT 0,
    again     BOOLEAN NOT NULL DEFAULT false,
    places    TEXT,
    earlier   TEXT,
    PRIMARY KEY (job_key, row_index)
);
CREATE INDEX job_rows_by_seq ON job_rows (job_key, seq, row_index) WHERE seq > 0;
CREATE INDEX job_rows_by_stage ON job_rows (job_key, stage, row_index);
CREATE INDEX job_rows_by_leader ON job_rows (job_key, leader) WHERE leader <> row_index;
CREATE INDEX job_rows_open ON job_rows (job_key, row_index)
    WHERE leader = row_index AND stage NOT IN ('COMPLETED', 'FAILED', 'CANCELLED');

-- Rows of a job by stage, and its found cells under 'cells_found': progress must not scan.
CREATE TABLE job_counts (
    job_key BIGINT NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    name    TEXT   NOT NULL,
    n       BIGINT NOT NULL,
    PRIMARY KEY (job_key, name)
);

-- Completed rows of each 1,024: the n-th completed row is found without counting from the first.
CREATE TABLE job_blocks (
    job_key   BIGINT NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    block     BIGINT NOT NULL,
    completed BIGINT NOT NULL,
    PRIMARY KEY (job_key, block)
);

-- Once a statement, however many rows it changes.
CREATE FUNCTION job_rows_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A statement that changes nothing fires it as well: it would never end.
    IF NOT EXISTS (SELECT 1 FROM was JOIN now USING (job_key, row_index)
            WHERE was.stage <> now.stage OR was.found <> now.found) THEN
        RETURN NULL;
    END IF;

    INSERT INTO job_counts AS counted (job_key, name, n)
    SELECT job_key, name, sum(n) FROM (
        SELECT was.job_key, was.stage AS name, -now.shares AS n
        FROM was JOIN now USING (job_key, row_index)
        WHERE was.stage <> now.stage AND now.leader = now.row_index
        UNION ALL
        SELECT now.job_key, now.stage, now.shares
        FROM was JOIN now USING (job_key, row_index)
        WHERE was.stage <> now.stage AND now.leader = now.row_index
        UNION ALL
        SELECT now.job_key, 'cells_found', (now.found - was.found) * now.shares
        FROM was JOIN now USING (job_key, row_index) WHERE was.found <> now.found
    ) AS changed GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (job_key, name) DO UPDATE SET n = counted.n + excluded.n;

    INSERT INTO job_blocks AS counted (job_key, block, completed)
    SELECT job_key, now.row_index >> 10,
        sum(CASE WHEN now.stage = 'COMPLETED' THEN 1 ELSE -1 END)
    FROM was JOIN now USING (job_key, row_index)
    WHERE (was.stage = 'COMPLETED') <> (now.stage = 'COMPLETED')
    GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (job_key, block) DO UPDATE SET completed = counted.completed + excluded.completed;

    -- Rows that share a result follow their leader where it ends and where it begins anew.
    UPDATE job_rows AS row SET stage = now.stage, seq = now.seq
    FROM was JOIN now USING (job_key, row_index)
    WHERE now.shares > 1 AND was.stage <> now.stage
        AND (now.stage IN ('COMPLETED', 'FAILED', 'CANCELLED')
            OR was.stage IN ('COMPLETED', 'FAILED', 'CANCELLED'))
        AND row.job_key = now.job_key AND row.leader = now.row_index AND row.leader <> row.row_index;
    RETURN NULL;
END $$;

CREATE TRIGGER job_rows_are_counted AFTER UPDATE ON job_rows
    REFERENCING OLD TABLE AS was NEW TABLE AS now
    FOR EACH STATEMENT EXECUTE FUNCTION job_rows_changed();

-- place: the index of the column in the plan.
-- standing: the outcome, but 'sure' or 'weak' where a value was found.
-- locked, corrected: never overwritten by a run. machine: the cell as a run left it, once corrected.
CREATE TABLE cells (
    job_key    BIGINT  NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    row_index  BIGINT  NOT NULL,
    place      BIGINT  NOT NULL,
    outcome    TEXT    NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    cell       TEXT    NOT NULL,
    standing   TEXT    NOT NULL,
    locked     BOOLEAN NOT NULL DEFAULT false,
    corrected  BOOLEAN NOT NULL DEFAULT false,
    machine    TEXT,
    PRIMARY KEY (job_key, row_index, place)
);
CREATE INDEX cells_by_confidence ON cells (job_key, place, confidence, row_index)
    WHERE outcome = 'found';
CREATE INDEX cells_by_standing ON cells (job_key, place, standing, row_index)
    WHERE standing <> 'sure';

-- Outcomes of unfinished rows. step_mark names the step that was asked for: an outcome is only ever
-- given back to the same step.
CREATE TABLE journal (
    job_key   BIGINT NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    row_index BIGINT NOT NULL,
    turn      BIGINT NOT NULL,
    step      BIGINT NOT NULL,
    step_mark TEXT   NOT NULL,
    outcome   TEXT   NOT NULL,
    PRIMARY KEY (job_key, row_index, turn, step)
);

-- page: what was read from the page as JSON, compressed by zstd.
CREATE TABLE pages (
    hash      TEXT PRIMARY KEY,
    title     TEXT,
    language  TEXT,
    bytes     BIGINT NOT NULL,
    page      BYTEA  NOT NULL,
    stored_at BIGINT NOT NULL
);
ALTER TABLE pages ALTER COLUMN page SET STORAGE EXTERNAL;

CREATE TABLE fetches (
    url           TEXT   NOT NULL,
    url_hash      BYTEA  GENERATED ALWAYS AS (text_hash(url)) STORED PRIMARY KEY,
    final_url     TEXT   NOT NULL,
    hash          TEXT   NOT NULL REFERENCES pages (hash),
    content_type  TEXT,
    fetched_at    BIGINT NOT NULL,
    -- The server is asked again after it; never where it is NULL.
    fresh_until   BIGINT,
    etag          TEXT,
    last_modified TEXT
);

CREATE TABLE serps (
    hash TEXT NOT NULL PRIMARY KEY,
    serp TEXT NOT NULL
);

CREATE TABLE searches (
    job_key    BIGINT NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    provider   TEXT   NOT NULL,
    query      TEXT   NOT NULL,
    query_hash BYTEA  GENERATED ALWAYS AS (text_hash(query)) STORED,
    hash       TEXT   NOT NULL REFERENCES serps (hash),
    at         BIGINT NOT NULL,
    PRIMARY KEY (job_key, provider, query_hash)
);

-- The newest answer to a query, whichever job asked.
CREATE TABLE recent_searches (
    provider   TEXT   NOT NULL,
    query      TEXT   NOT NULL,
    query_hash BYTEA  GENERATED ALWAYS AS (text_hash(query)) STORED,
    hash       TEXT   NOT NULL REFERENCES serps (hash),
    at         BIGINT NOT NULL,
    PRIMARY KEY (provider, query_hash)
);

-- Answers of models that could be used. key: SHA-256 of who was asked and what, see
-- providers::models::answer_key. They do not belong to a job: a second run of a table pays nothing.
CREATE TABLE answers (
    key       TEXT   NOT NULL PRIMARY KEY,
    answer    TEXT   NOT NULL,
    stored_at BIGINT NOT NULL
);

-- Every call that a provider counts, those that failed and those that were spared, too. All calls,
-- free and reused ones too, are summed in usage.
CREATE TABLE ledger (
    id            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_key       BIGINT NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    row_index     BIGINT,
    kind          TEXT   NOT NULL,
    provider      TEXT   NOT NULL,
    model         TEXT,
    units_in      BIGINT NOT NULL,
    units_out     BIGINT NOT NULL,
    cost_nano_usd BIGINT NOT NULL,
    at            BIGINT NOT NULL,
    cached        BOOLEAN NOT NULL,
    failed        BOOLEAN NOT NULL
);
CREATE INDEX ledger_by_job ON ledger (job_key, id);
CREATE INDEX ledger_by_row ON ledger (job_key, row_index, cost_nano_usd);

CREATE TABLE usage (
    job_key       BIGINT NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    kind          TEXT   NOT NULL,
    provider      TEXT   NOT NULL,
    model         TEXT   NOT NULL,
    calls         BIGINT NOT NULL,
    cached        BIGINT NOT NULL,
    units_in      BIGINT NOT NULL,
    units_out     BIGINT NOT NULL,
    cost_nano_usd BIGINT NOT NULL,
    failed        BIGINT NOT NULL,
    PRIMARY KEY (job_key, kind, provider, model)
);

-- Stays when jobs are deleted: a bill does not vanish with what it was for.
CREATE TABLE usage_by_month (
    owner         TEXT   NOT NULL,
    month         TEXT   NOT NULL,
    kind          TEXT   NOT NULL,
    provider      TEXT   NOT NULL,
    model         TEXT   NOT NULL,
    calls         BIGINT NOT NULL,
    cached        BIGINT NOT NULL,
    units_in      BIGINT NOT NULL,
    units_out     BIGINT NOT NULL,
    cost_nano_usd BIGINT NOT NULL,
    PRIMARY KEY (owner, month, kind, provider, model)
);

-- What calls under way may cost at most. lost: a crash cut the call off, so that nobody will ever know
-- what it did cost: it counts in full.
CREATE TABLE reservations (
    id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_key   BIGINT  NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    row_index BIGINT  NOT NULL,
    most      BIGINT  NOT NULL,
    lost      BOOLEAN NOT NULL DEFAULT false
);
CREATE INDEX reservations_by_job ON reservations (job_key, row_index);

-- What people have said about cells. Values are JSON; NULL where there is none.
CREATE TABLE corrections (
    id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_key   BIGINT NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    row_index BIGINT NOT NULL,
    place     BIGINT NOT NULL,
    by        TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    old       TEXT,
    new       TEXT
);
CREATE INDEX corrections_by_job ON corrections (job_key, id);
CREATE INDEX corrections_by_cell ON corrections (job_key, row_index, place, id);

CREATE TABLE uploads (
    source       TEXT   NOT NULL PRIMARY KEY,
    job          TEXT   NOT NULL UNIQUE,
    owner        TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    content_type TEXT   NOT NULL,
    length       BIGINT NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN
        ('signed', 'receiving', 'received', 'started', 'failed', 'expired', 'cancelled')),
    problem      TEXT,
    expires_at   BIGINT NOT NULL,
    created_at   BIGINT NOT NULL
);
CREATE INDEX uploads_without_job ON uploads (owner, created_at, job) WHERE state <> 'started';
CREATE INDEX uploads_awaited ON uploads (expires_at) WHERE state = 'signed';

CREATE TABLE api_keys (
    key        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         TEXT   NOT NULL UNIQUE,
    owner      TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    prefix     TEXT   NOT NULL,
    hash       TEXT   NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    used_at    BIGINT,
    revoked_at BIGINT
);
CREATE INDEX api_keys_by_owner ON api_keys (owner, key);

CREATE TABLE templates (
    id      TEXT NOT NULL PRIMARY KEY,
    owner   TEXT NOT NULL,
    name    TEXT NOT NULL,
    columns TEXT NOT NULL
);
CREATE INDEX templates_by_owner ON templates (owner, name, id);

-- status is NULL while the request is being carried out.
CREATE TABLE requests (
    owner      TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    hash       TEXT   NOT NULL,
    status     BIGINT,
    body       TEXT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (owner, key)
);
CREATE INDEX requests_by_expiry ON requests (expires_at);

CREATE TABLE webhooks (
    key        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    owner      TEXT    NOT NULL,
    url        TEXT    NOT NULL,
    secret     TEXT    NOT NULL,
    events     TEXT    NOT NULL,
    active     BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL
);
CREATE INDEX webhooks_by_owner ON webhooks (owner, key);

CREATE TABLE deliveries (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook_key BIGINT NOT NULL REFERENCES webhooks (key) ON DELETE CASCADE,
    event       TEXT   NOT NULL,
    payload     TEXT   NOT NULL,
    attempts    BIGINT NOT NULL DEFAULT 0,
    state       TEXT   NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'delivered', 'failed')),
    next_at     BIGINT NOT NULL,
    status_code BIGINT,
    problem     TEXT,
    created_at  BIGINT NOT NULL
);
CREATE INDEX deliveries_by_webhook ON deliveries (webhook_key, id);
CREATE INDEX deliveries_due ON deliveries (next_at, id) WHERE state = 'waiting';
