//! Rows to be written, and the statements that write them: each takes an array of rows as JSON, so that a group
//! of any size is one statement per table. Rows are written in the order of their keys where processes could
//! write the same ones, so that two of them may wait for each other but never deadlock.

use std::collections::BTreeSet;

use ampledata_core::row::CellRank;

/// Rows for one or more tables, all or nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Batch {
    pub(super) lines: Vec<(Table, String)>,
    pub(super) cells: Vec<NewCell>,
    pub(super) page: Option<PageRow>,
    /// The jobs whose rows change their stage.
    pub(super) jobs: BTreeSet<i64>,
}

/// A row of `pages`, whose content is not JSON.
#[derive(Debug, Clone)]
pub struct PageRow {
    /// The page's hash.
    pub hash: String,
    /// Its title.
    pub title: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// The size of its original bytes.
    pub bytes: i64,
    /// Its encoded content.
    pub page: Vec<u8>,
    /// When it is stored.
    pub at: i64,
    /// SHA-256 of its original bytes.
    pub content: String,
    /// The content type that the server stated.
    pub content_type: Option<String>,
    /// The charset that the crawler or the corpus stated.
    pub charset: Option<String>,
    /// The base address of its links.
    pub base: String,
    /// The version of the reader.
    pub reader: i64,
    /// Its original bytes, compressed, if they are kept.
    pub raw: Option<Vec<u8>>,
}

/// The result of a cell, which is written if it is better than the stored one.
#[derive(Debug, Clone)]
pub(crate) struct NewCell {
    /// Job, row and column.
    pub(super) key: (i64, i64, i64),
    pub(super) rank: CellRank,
    /// A line of [`Table::Cells`].
    pub(super) json: String,
}

impl Batch {
    /// Adds one row, or several as one text separated by commas.
    pub(super) fn add(&mut self, table: Table, json: String) {
        if !json.is_empty() {
            self.lines.push((table, json));
        }
    }

    /// Its size in bytes, approximately.
    pub(super) fn size(&self) -> usize {
        let page = self.page.as_ref();
        let page = page.map_or(0, |page| page.page.len() + page.raw.as_ref().map_or(0, Vec::len));
        let lines = self.lines.iter().map(|(_, json)| json.len());
        page + lines.chain(self.cells.iter().map(|cell| cell.json.len())).sum::<usize>()
    }
}

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
    /// `[crawler, url, final_url, hash, content, reader, content_type, at, fresh_until, etag, last_modified]`
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
    /// `[job_key, row_index, place, outcome, confidence, cell, status, site]`
    Cells,
    /// `[job_key, row_index, stage, found, error, attempts]`; counts the cells.
    Finished,
    /// `[job_key, row_index]`
    JournalDropped,
}

impl Table {
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

    /// Whether the statements take the number of a change.
    pub(super) fn is_numbered(self) -> bool {
        matches!(self, Self::Stages | Self::Finished)
    }

    /// The statements; the parameters of each are the array and, if it changes stages, the number of the
    /// change. A statement that is empty in a dialect is omitted.
    pub(super) fn statements(self) -> &'static [&'static str] {
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
            Self::Cells => &[CELLS],
            Self::Finished => &[FINISHED],
            Self::JournalDropped => &[JOURNAL_DROPPED],
        }
    }
}

const SOURCE_ROWS: &str = "INSERT INTO source_rows (source_key, row_index, line, cells, problem)
     {rows source_key int, row_index int, line int, cells text, problem text}{postgres: ORDER BY 1, 2}";

const JOB_ROWS: &str = "INSERT INTO job_rows (job_key, row_index, identity, leader, stage, error)
     SELECT job_key, row_index, identity, row_index, stage, error
     FROM ({rows job_key int, row_index int, identity text, stage text, error text}) AS new
     ORDER BY job_key, row_index";

const SERPS: &str = "INSERT INTO serps (hash, serp)
     {rows hash text, serp text}{postgres: ORDER BY 1} ON CONFLICT DO NOTHING";

const SEARCHES: &str = "INSERT INTO searches (job_key, provider, query, hash, at)
     {latest 3 job_key int, provider text, query text, hash text, at int}
     ON CONFLICT (job_key, provider, {sqlite:query}{postgres:query_hash})
         DO UPDATE SET hash = excluded.hash, at = excluded.at";

const FETCHES: &str =
    "INSERT INTO fetches (crawler, url, final_url, hash, content, reader, content_type,
         fetched_at, fresh_until, etag, last_modified)
     {latest 2 crawler text, url text, final_url text, hash text, content text, reader int,
         content_type text, fetched_at int, fresh_until int, etag text, last_modified text}
     ON CONFLICT ({sqlite:crawler, url}{postgres:key}) DO UPDATE SET final_url = excluded.final_url,
         hash = excluded.hash, content = excluded.content, reader = excluded.reader,
         content_type = excluded.content_type,
         fetched_at = excluded.fetched_at, fresh_until = excluded.fresh_until,
         etag = excluded.etag, last_modified = excluded.last_modified";

const ANSWERS: &str = "INSERT INTO answers (key, answer, stored_at)
     {rows key text, answer text, stored_at int}{postgres: ORDER BY 1} ON CONFLICT DO NOTHING";

const RECENT_SEARCHES: &str = "INSERT INTO recent_searches (provider, query, hash, at)
     {latest 2 provider text, query text, hash text, at int}
     ON CONFLICT (provider, {sqlite:query}{postgres:query_hash})
         DO UPDATE SET hash = excluded.hash, at = excluded.at";

const LEDGER: &str = "INSERT INTO ledger (job_key, row_index, kind, provider, model,
         units_in, units_out, cost_nano_usd, at, cached, failed)
     {rows job_key int, row_index int, kind text, provider text, model text, units_in int,
         units_out int, cost int, at int, cached bool, failed bool}{postgres: ORDER BY n}";

/// Summed before it is written, because a group has many calls of few kinds, and on SQLite a trigger counts
/// each row by month.
const USAGE: &str = "INSERT INTO usage AS kept (job_key, kind, provider, model,
         calls, cached, units_in, units_out, cost_nano_usd, failed)
     SELECT job_key, kind, provider, model, sum(calls), sum(cached), sum(units_in), sum(units_out),
         sum(cost), sum(failed)
     FROM ({rows job_key int, kind text, provider text, model text, calls int, cached int,
         units_in int, units_out int, cost int, failed int}) AS new
     WHERE true GROUP BY 1, 2, 3, 4{postgres: ORDER BY 1, 2, 3, 4}
     ON CONFLICT (job_key, kind, provider, model) DO UPDATE SET
         calls = kept.calls + excluded.calls, cached = kept.cached + excluded.cached,
         units_in = kept.units_in + excluded.units_in,
         units_out = kept.units_out + excluded.units_out,
         cost_nano_usd = kept.cost_nano_usd + excluded.cost_nano_usd,
         failed = kept.failed + excluded.failed";

const USAGE_BY_MONTH: &str = "{postgres:
     INSERT INTO usage_by_month AS kept (owner, month, kind, provider, model,
         calls, cached, units_in, units_out, cost_nano_usd)
     SELECT jobs.owner, to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM'), kind, provider, model,
         sum(calls), sum(cached), sum(units_in), sum(units_out), sum(cost)
     FROM ({rows job_key int, kind text, provider text, model text, calls int, cached int,
         units_in int, units_out int, cost int}) AS new JOIN jobs ON jobs.key = new.job_key
     GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
     ON CONFLICT (owner, month, kind, provider, model) DO UPDATE SET
         calls = kept.calls + excluded.calls, cached = kept.cached + excluded.cached,
         units_in = kept.units_in + excluded.units_in,
         units_out = kept.units_out + excluded.units_out,
         cost_nano_usd = kept.cost_nano_usd + excluded.cost_nano_usd}";

const SPENT: &str = "UPDATE jobs SET spent_nano_usd = spent_nano_usd + new.cost
     FROM (SELECT job_key, sum(cost) AS cost FROM ({rows job_key int, cost int}) AS costs
         GROUP BY job_key ORDER BY job_key) AS new
     WHERE key = new.job_key";

const RESERVATIONS_ENDED: &str = "DELETE FROM reservations WHERE id IN {integers $1}";

/// A finished row accepts no more outcomes: a process that still works on it has lost its lease.
const JOURNAL: &str = "INSERT INTO journal (job_key, row_index, turn, step, step_mark, outcome)
     SELECT job_key, row_index, turn, step, step_mark, outcome
     FROM ({latest 4 job_key int, row_index int, turn int, step int, step_mark text, outcome text})
         AS new
     WHERE EXISTS (SELECT 1 FROM job_rows
         WHERE job_rows.job_key = new.job_key AND job_rows.row_index = new.row_index
             AND stage NOT IN ('COMPLETED', 'FAILED', 'CANCELLED'))
     {postgres:ORDER BY 1, 2, 3, 4}
     ON CONFLICT (job_key, row_index, turn, step)
         DO UPDATE SET step_mark = excluded.step_mark, outcome = excluded.outcome";

const STAGES: &str = "UPDATE job_rows SET stage = new.stage, seq = $2
     FROM ({latest 2 job_key int, row_index int, stage text}) AS new
     WHERE job_rows.job_key = new.job_key AND job_rows.row_index = new.row_index
         AND job_rows.stage NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')";

/// Only cells that replace the stored ones are written; see [`CellRank::replaces`].
const CELLS: &str = "INSERT INTO cells
         (job_key, row_index, place, outcome, confidence, cell, standing, site)
     {rows job_key int, row_index int, place int, outcome text, confidence real, cell text,
         standing text, site text}{postgres: ORDER BY 1, 2, 3}
     ON CONFLICT (job_key, row_index, place) DO UPDATE SET outcome = excluded.outcome,
         confidence = excluded.confidence, cell = excluded.cell, standing = excluded.standing,
         site = excluded.site";

/// Cells of an earlier run or of a person are counted if the row has them; a row that was completed once does
/// not fail by being retried.
const FINISHED: &str = "UPDATE job_rows SET
         stage = CASE WHEN again AND new.stage = 'FAILED' AND EXISTS (SELECT 1 FROM cells
             WHERE cells.job_key = job_rows.job_key AND cells.row_index = job_rows.row_index
                 AND outcome = 'found') THEN 'COMPLETED' ELSE new.stage END,
         found = CASE WHEN again THEN (SELECT count(*) FROM cells
             WHERE cells.job_key = job_rows.job_key AND cells.row_index = job_rows.row_index
                 AND outcome = 'found') ELSE new.found END,
         error = new.error, attempts = new.attempts, seq = $2, again = true,
         {sqlite:only}{postgres:places} = NULL
     FROM ({latest 2 job_key int, row_index int, stage text, found int, error text, attempts text})
         AS new
     WHERE job_rows.job_key = new.job_key AND job_rows.row_index = new.row_index
         AND job_rows.stage <> 'CANCELLED'";

const JOURNAL_DROPPED: &str = "DELETE FROM journal WHERE (job_key, row_index)
     IN ({rows job_key int, row_index int})";
