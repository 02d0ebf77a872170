//! The statements of grouped writes: each takes an array of rows as JSON, so that a group of any size is one
//! statement per table.

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
    /// Whether the statement takes the number of the commit.
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

    /// The statement; its parameters are the array and, if it changes stages, the number of the commit.
    pub(super) fn sql(self) -> &'static str {
        match self {
            Self::SourceRows => SOURCE_ROWS,
            Self::JobRows => JOB_ROWS,
            Self::Serps => SERPS,
            Self::Searches => SEARCHES,
            Self::Fetches => FETCHES,
            Self::Answers => ANSWERS,
            Self::RecentSearches => RECENT_SEARCHES,
            Self::Ledger => LEDGER,
            Self::Usage => USAGE,
            Self::Spent => SPENT,
            Self::ReservationsEnded => RESERVATIONS_ENDED,
            Self::Journal => JOURNAL,
            Self::Stages => STAGES,
            Self::Finished => FINISHED,
            Self::Cells => CELLS,
            Self::JournalDropped => JOURNAL_DROPPED,
        }
    }
}

const SOURCE_ROWS: &str = "INSERT INTO source_rows (source_key, row_index, line, cells, problem)
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4 FROM json_each(?1)";

const JOB_ROWS: &str = "INSERT INTO job_rows (job_key, row_index, identity, leader, stage, error)
     SELECT value->>0, value->>1, value->>2, value->>1, value->>3, value->>4 FROM json_each(?1)";

const SERPS: &str =
    "INSERT INTO serps (hash, serp) SELECT value->>0, value->>1 FROM json_each(?1) WHERE true
     ON CONFLICT DO NOTHING";

const SEARCHES: &str = "INSERT INTO searches (job_key, provider, query, hash, at)
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4 FROM json_each(?1) WHERE true
     ON CONFLICT DO UPDATE SET hash = excluded.hash, at = excluded.at";

const FETCHES: &str = "INSERT INTO fetches (url, final_url, hash, content_type, fetched_at,
         fresh_until, etag, last_modified)
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7
     FROM json_each(?1) WHERE true
     ON CONFLICT DO UPDATE SET final_url = excluded.final_url, hash = excluded.hash,
         content_type = excluded.content_type, fetched_at = excluded.fetched_at,
         fresh_until = excluded.fresh_until, etag = excluded.etag,
         last_modified = excluded.last_modified";

const ANSWERS: &str = "
INSERT INTO answers (key, answer, stored_at)
SELECT value->>0, value->>1, value->>2 FROM json_each(?1) WHERE true
ON CONFLICT DO NOTHING";

const RECENT_SEARCHES: &str = "INSERT INTO recent_searches (provider, query, hash, at)
     SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?1) WHERE true
     ON CONFLICT DO UPDATE SET hash = excluded.hash, at = excluded.at";

const LEDGER: &str = "INSERT INTO ledger (job_key, row_index, kind, provider, model,
         units_in, units_out, cost_nano_usd, at, cached, failed)
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7,
         value->>8, value->>9, value->>10
     FROM json_each(?1)";

/// Summed before it is written, because a group has many calls of few kinds, and a trigger counts each row.
const USAGE: &str = "INSERT INTO usage (job_key, kind, provider, model,
         calls, cached, units_in, units_out, cost_nano_usd, failed)
     SELECT value->>0, value->>1, value->>2, value->>3, sum(value->>4), sum(value->>5),
         sum(value->>6), sum(value->>7), sum(value->>8), sum(value->>9)
     FROM json_each(?1) WHERE true GROUP BY 1, 2, 3, 4
     ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, cached = cached + excluded.cached,
         units_in = units_in + excluded.units_in, units_out = units_out + excluded.units_out,
         cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd, failed = failed + excluded.failed";

const SPENT: &str = "UPDATE jobs SET spent_nano_usd = spent_nano_usd + new.cost
     FROM (SELECT value->>0 AS job_key, sum(value->>1) AS cost FROM json_each(?1) GROUP BY 1) AS new
     WHERE key = new.job_key";

const RESERVATIONS_ENDED: &str =
    "DELETE FROM reservations WHERE id IN (SELECT value FROM json_each(?1))";

const JOURNAL: &str = "INSERT INTO journal (job_key, row_index, turn, step, step_mark, outcome)
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5
     FROM json_each(?1) WHERE true
     ON CONFLICT DO UPDATE SET step_mark = excluded.step_mark, outcome = excluded.outcome";

const STAGES: &str = "UPDATE job_rows SET stage = new.value->>2, seq = ?2 FROM json_each(?1) AS new
     WHERE job_key = new.value->>0 AND row_index = new.value->>1
         AND stage NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')";

/// Cells of an earlier run or of a person are counted if the row has them; a row that was completed once does
/// not fail by being retried.
const FINISHED: &str = "UPDATE job_rows SET
         stage = iif(again AND new.value->>2 = 'FAILED' AND EXISTS (SELECT 1 FROM cells
             WHERE cells.job_key = job_rows.job_key AND cells.row_index = job_rows.row_index
                 AND outcome = 'found'), 'COMPLETED', new.value->>2),
         found = iif(again, (SELECT count(*) FROM cells
             WHERE cells.job_key = job_rows.job_key AND cells.row_index = job_rows.row_index
                 AND outcome = 'found'), new.value->>3),
         error = new.value->>4, attempts = new.value->>5, seq = ?2, again = 1, only = NULL
     FROM json_each(?1) AS new
     WHERE job_key = new.value->>0 AND row_index = new.value->>1 AND stage <> 'CANCELLED'";

/// An existing cell is replaced by a better one, and a cell without a value also by a newer one; see
/// `Cell::is_better_than`.
const CELLS: &str =
    "INSERT INTO cells (job_key, row_index, place, outcome, confidence, cell, standing, site)
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5,
         iif(value->>3 <> 'found', value->>3, iif(value->>4 < value->>6, 'weak', 'sure')), value->>7
     FROM json_each(?1) WHERE true
     ON CONFLICT DO UPDATE SET outcome = excluded.outcome, confidence = excluded.confidence,
         cell = excluded.cell, standing = excluded.standing, site = excluded.site
     WHERE NOT locked AND NOT corrected AND (
         (excluded.outcome NOT IN ('found', 'conflict') AND outcome NOT IN ('found', 'conflict'))
         OR (CASE excluded.outcome WHEN 'found' THEN 2 WHEN 'conflict' THEN 1 ELSE 0 END,
             excluded.confidence)
            > (CASE outcome WHEN 'found' THEN 2 WHEN 'conflict' THEN 1 ELSE 0 END, confidence))";

const JOURNAL_DROPPED: &str = "DELETE FROM journal WHERE (job_key, row_index)
     IN (SELECT value->>0, value->>1 FROM json_each(?1))";
