//! The statements of grouped writes: each takes an array of rows as JSON, so that a group of any size is one
//! statement per table. Every process writes rows in key order, so that two of them may wait for each other
//! but never deadlock.

/// A table in grouped writes, in the order in which a group is executed: referenced tables come first, and a
/// journal is deleted last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Table {
    /// `[source_key, row_index, line, cells, problem]`
    SourceRows,
    /// `[job_key, row_index, identity, stage, error]`
    JobRows,
    /// `[hash, serp]`
    Serps,
    /// `[job_key, provider, query, hash, at]`
    Searches,
    /// `[url, final_url, hash, content_type, at, fresh_until, etag, last_modified]`
    Fetches,
    /// `[key, answer, at]`
    Answers,
    /// `[provider, query, hash, at]`
    RecentSearches,
    /// `[job_key, row_index, kind, provider, model, units_in, units_out, cost, at, cached, failed]`
    Ledger,
    /// `[job_key, kind, provider, model, calls, cached, units_in, units_out, cost, failed]`
    Usage,
    /// `[job_key, cost]`
    Spent,
    /// `id`
    ReservationsEnded,
    /// `[job_key, row_index, turn, step, step_mark, outcome]`
    Journal,
    /// `[job_key, row_index, stage]`
    Stages,
    /// `[job_key, row_index, place, outcome, confidence, cell, threshold, site]`
    Cells,
    /// `[job_key, row_index, stage, found, error, attempts]`; counts the cells.
    Finished,
    /// `[job_key, row_index]`
    JournalDropped,
}

impl Table {
    /// Whether the statement takes the number of a change.
    pub(super) fn is_numbered(self) -> bool {
        matches!(self, Self::Stages | Self::Finished)
    }

    pub(super) const ALL: [Self; 16] = [
        Self::SourceRows,
        Self::JobRows,
        Self::Serps,
        Self::Searches,
        Self::Fetches,
        Self::Answers,
        Self::RecentSearches,
        Self::Ledger,
        Self::Usage,
        Self::Spent,
        Self::ReservationsEnded,
        Self::Journal,
        Self::Stages,
        Self::Cells,
        Self::Finished,
        Self::JournalDropped,
    ];

    /// The statements; the parameters of each are the array and, if it changes stages, the number of the
    /// change.
    pub(super) fn sql(self) -> &'static [&'static str] {
        match self {
            Self::SourceRows => &[SOURCE_ROWS],
            Self::JobRows => &[JOB_ROWS],
            Self::Serps => &[SERPS],
            Self::Searches => &[SEARCHES],
            Self::Fetches => &[FETCHES],
            Self::Answers => &[ANSWERS],
            Self::RecentSearches => &[RECENT_SEARCHES],
            Self::Ledger => &[LEDGER],
            Self::Usage => &[USAGE, USAGE_BY_MONTH],
            Self::Spent => &[SPENT],
            Self::ReservationsEnded => &[RESERVATIONS_ENDED],
            Self::Journal => &[JOURNAL],
            Self::Stages => &[STAGES],
            Self::Finished => &[FINISHED],
            Self::Cells => &[CELLS],
            Self::JournalDropped => &[JOURNAL_DROPPED],
        }
    }
}

const SOURCE_ROWS: &str = "INSERT INTO source_rows (source_key, row_index, line, cells, problem)
     SELECT (v->>0)::bigint, (v->>1)::bigint, (v->>2)::bigint, v->>3, v->>4
     FROM json_array_elements($1::json) AS v ORDER BY 1, 2";

const JOB_ROWS: &str = "INSERT INTO job_rows (job_key, row_index, identity, leader, stage, error)
     SELECT (v->>0)::bigint, (v->>1)::bigint, v->>2, (v->>1)::bigint, v->>3, v->>4
     FROM json_array_elements($1::json) AS v ORDER BY 1, 2";

const SERPS: &str = "INSERT INTO serps (hash, serp)
     SELECT v->>0, v->>1 FROM json_array_elements($1::json) AS v ORDER BY 1
     ON CONFLICT DO NOTHING";

const SEARCHES: &str = "INSERT INTO searches (job_key, provider, query, hash, at)
     SELECT DISTINCT ON (1, 2, 3) (v->>0)::bigint, v->>1, v->>2, v->>3, (v->>4)::bigint
     FROM json_array_elements($1::json) WITH ORDINALITY AS a (v, n) ORDER BY 1, 2, 3, n DESC
     ON CONFLICT (job_key, provider, query_hash) DO UPDATE SET hash = excluded.hash, at = excluded.at";

const FETCHES: &str = "INSERT INTO fetches (url, final_url, hash, content_type, fetched_at,
         fresh_until, etag, last_modified)
     SELECT DISTINCT ON (1) v->>0, v->>1, v->>2, v->>3, (v->>4)::bigint, (v->>5)::bigint, v->>6, v->>7
     FROM json_array_elements($1::json) WITH ORDINALITY AS a (v, n) ORDER BY 1, n DESC
     ON CONFLICT (url_hash) DO UPDATE SET final_url = excluded.final_url, hash = excluded.hash,
         content_type = excluded.content_type, fetched_at = excluded.fetched_at,
         fresh_until = excluded.fresh_until, etag = excluded.etag,
         last_modified = excluded.last_modified";

const ANSWERS: &str = "INSERT INTO answers (key, answer, stored_at)
     SELECT v->>0, v->>1, (v->>2)::bigint FROM json_array_elements($1::json) AS v ORDER BY 1
     ON CONFLICT DO NOTHING";

const RECENT_SEARCHES: &str = "INSERT INTO recent_searches (provider, query, hash, at)
     SELECT DISTINCT ON (1, 2) v->>0, v->>1, v->>2, (v->>3)::bigint
     FROM json_array_elements($1::json) WITH ORDINALITY AS a (v, n) ORDER BY 1, 2, n DESC
     ON CONFLICT (provider, query_hash) DO UPDATE SET hash = excluded.hash, at = excluded.at";

const LEDGER: &str = "INSERT INTO ledger (job_key, row_index, kind, provider, model,
         units_in, units_out, cost_nano_usd, at, cached, failed)
     SELECT (v->>0)::bigint, (v->>1)::bigint, v->>2, v->>3, v->>4, (v->>5)::bigint, (v->>6)::bigint,
         (v->>7)::bigint, (v->>8)::bigint, (v->>9)::bigint <> 0, (v->>10)::bigint <> 0
     FROM json_array_elements($1::json) WITH ORDINALITY AS a (v, n) ORDER BY n";

/// Summed before it is written, because a group has many calls of few kinds.
const USAGE: &str = "INSERT INTO usage AS kept (job_key, kind, provider, model,
         calls, cached, units_in, units_out, cost_nano_usd, failed)
     SELECT (v->>0)::bigint, v->>1, v->>2, v->>3, sum((v->>4)::bigint), sum((v->>5)::bigint),
         sum((v->>6)::bigint), sum((v->>7)::bigint), sum((v->>8)::bigint), sum((v->>9)::bigint)
     FROM json_array_elements($1::json) AS v GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
     ON CONFLICT (job_key, kind, provider, model) DO UPDATE SET
         calls = kept.calls + excluded.calls, cached = kept.cached + excluded.cached,
         units_in = kept.units_in + excluded.units_in, units_out = kept.units_out + excluded.units_out,
         cost_nano_usd = kept.cost_nano_usd + excluded.cost_nano_usd,
         failed = kept.failed + excluded.failed";

const USAGE_BY_MONTH: &str = "INSERT INTO usage_by_month AS kept (owner, month, kind, provider, model,
         calls, cached, units_in, units_out, cost_nano_usd)
     SELECT jobs.owner, to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM'), v->>1, v->>2, v->>3,
         sum((v->>4)::bigint), sum((v->>5)::bigint), sum((v->>6)::bigint), sum((v->>7)::bigint),
         sum((v->>8)::bigint)
     FROM json_array_elements($1::json) AS v JOIN jobs ON jobs.key = (v->>0)::bigint
     GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
     ON CONFLICT (owner, month, kind, provider, model) DO UPDATE SET
         calls = kept.calls + excluded.calls, cached = kept.cached + excluded.cached,
         units_in = kept.units_in + excluded.units_in, units_out = kept.units_out + excluded.units_out,
         cost_nano_usd = kept.cost_nano_usd + excluded.cost_nano_usd";

const SPENT: &str = "UPDATE jobs SET spent_nano_usd = spent_nano_usd + new.cost
     FROM (SELECT (v->>0)::bigint AS job_key, sum((v->>1)::bigint) AS cost
           FROM json_array_elements($1::json) AS v GROUP BY 1 ORDER BY 1) AS new
     WHERE key = new.job_key";

const RESERVATIONS_ENDED: &str = "DELETE FROM reservations
     WHERE id IN (SELECT v::bigint FROM json_array_elements_text($1::json) AS v)";

/// A finished row accepts no more changes: a process that still works on it has lost its lease.
const JOURNAL: &str = "INSERT INTO journal (job_key, row_index, turn, step, step_mark, outcome)
     SELECT DISTINCT ON (1, 2, 3, 4) (v->>0)::bigint, (v->>1)::bigint, (v->>2)::bigint,
         (v->>3)::bigint, v->>4, v->>5
     FROM json_array_elements($1::json) WITH ORDINALITY AS a (v, n)
     WHERE EXISTS (SELECT 1 FROM job_rows WHERE job_rows.job_key = (v->>0)::bigint
         AND job_rows.row_index = (v->>1)::bigint
         AND job_rows.stage NOT IN ('COMPLETED', 'FAILED', 'CANCELLED'))
     ORDER BY 1, 2, 3, 4, n DESC
     ON CONFLICT (job_key, row_index, turn, step)
         DO UPDATE SET step_mark = excluded.step_mark, outcome = excluded.outcome";

const STAGES: &str = "UPDATE job_rows SET stage = new.stage, seq = $2
     FROM (SELECT DISTINCT ON (1, 2) (v->>0)::bigint AS job_key, (v->>1)::bigint AS row_index,
               v->>2 AS stage
           FROM json_array_elements($1::json) WITH ORDINALITY AS a (v, n) ORDER BY 1, 2, n DESC) AS new
     WHERE job_rows.job_key = new.job_key AND job_rows.row_index = new.row_index
         AND job_rows.stage NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')";

/// Cells of an earlier run or of a person are counted if the row has them; a row that was completed once does
/// not fail by being retried.
const FINISHED: &str = "UPDATE job_rows SET
         stage = CASE WHEN job_rows.again AND new.stage = 'FAILED' AND kept.n > 0 THEN 'COMPLETED'
             ELSE new.stage END,
         found = CASE WHEN job_rows.again THEN kept.n ELSE new.found END,
         error = new.error, attempts = new.attempts, seq = $2, again = true, places = NULL
     FROM (SELECT DISTINCT ON (1, 2) (v->>0)::bigint AS job_key, (v->>1)::bigint AS row_index,
               v->>2 AS stage, (v->>3)::bigint AS found, v->>4 AS error, v->>5 AS attempts
           FROM json_array_elements($1::json) WITH ORDINALITY AS a (v, n)
           ORDER BY 1, 2, n DESC) AS new
     CROSS JOIN LATERAL (SELECT count(*) AS n FROM cells
         WHERE cells.job_key = new.job_key AND cells.row_index = new.row_index
             AND outcome = 'found') AS kept
     WHERE job_rows.job_key = new.job_key AND job_rows.row_index = new.row_index
         AND job_rows.stage <> 'CANCELLED'";

/// An existing cell is replaced by a better one, and a cell without a value also by a newer one; see
/// `Cell::is_better_than`.
const CELLS: &str = "INSERT INTO cells AS kept
         (job_key, row_index, place, outcome, confidence, cell, standing, site)
     SELECT DISTINCT ON (1, 2, 3) (v->>0)::bigint, (v->>1)::bigint, (v->>2)::bigint, v->>3,
         (v->>4)::float8, v->>5,
         CASE WHEN v->>3 <> 'found' THEN v->>3
             WHEN (v->>4)::float8 < (v->>6)::float8 THEN 'weak' ELSE 'sure' END, v->>7
     FROM json_array_elements($1::json) WITH ORDINALITY AS a (v, n) ORDER BY 1, 2, 3, n DESC
     ON CONFLICT (job_key, row_index, place) DO UPDATE SET outcome = excluded.outcome,
         confidence = excluded.confidence, cell = excluded.cell, standing = excluded.standing,
         site = excluded.site
     WHERE NOT kept.locked AND NOT kept.corrected AND (
         (excluded.outcome NOT IN ('found', 'conflict') AND kept.outcome NOT IN ('found', 'conflict'))
         OR (CASE excluded.outcome WHEN 'found' THEN 2 WHEN 'conflict' THEN 1 ELSE 0 END,
             excluded.confidence)
            > (CASE kept.outcome WHEN 'found' THEN 2 WHEN 'conflict' THEN 1 ELSE 0 END,
               kept.confidence))";

const JOURNAL_DROPPED: &str = "DELETE FROM journal WHERE (job_key, row_index)
     IN (SELECT (v->>0)::bigint, (v->>1)::bigint FROM json_array_elements($1::json) AS v)";
