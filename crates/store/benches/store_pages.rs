//! Measures what users view while the store has a large finished job.
//!
//! ```text
//! cargo bench -p ampledata-store --bench store_pages -- 1000000 32    rows, clients
//! ```
//!
//! The store is an SQLite file, or the PostgreSQL database of `BENCH_DATABASE_URL`, which has to be empty.
#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement prints and may break"
)]

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ampledata_core::column::{Column as Asked, ColumnType};
use ampledata_core::evidence::{Evidence, SourceKind};
use ampledata_core::page::{ContentHash, Span};
use ampledata_core::row::{
    AttemptSummary, Cell, CellOutcome, Limits, Plan, ReasonCode, RowResult, Stage,
};
use ampledata_core::value::{PartialDate, Value};
use ampledata_store::intake::create_job;
use ampledata_store::{
    CellStatus, ChangeCursor, Job, JobId, NewJob, NewSource, Owner, RowCursor, RowId, SourceId,
    SourceRow, Sqlite, Store, View,
};
use ampledata_table::{Cell as Text, Column};
use futures::StreamExt as _;
use tempfile::TempDir;

/// Rows of a page.
const PAGE: u32 = 100;
/// Number of times that each client makes each request.
const TIMES: u64 = 25;

fn main() {
    let arguments: Vec<u64> =
        std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let rows = arguments.first().copied().unwrap_or(1_000_000);
    let clients = arguments.get(1).copied().unwrap_or(32);
    let folder = TempDir::new_in(".").unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = open(folder.path()).await;
        let started = Instant::now();
        let job = Arc::new(load(&*store, rows).await);
        println!("loading:   {:.1} s", started.elapsed().as_secs_f64());
        let started = Instant::now();
        finish(&*store, &job).await;
        println!("finishing: {:.0} rows/s", rows as f64 / started.elapsed().as_secs_f64());
        let started = Instant::now();
        let report = store.report(&Owner::local(), &job.id, 20).await.unwrap();
        assert_eq!(report.sites.len(), 20);
        println!("report:    {:.2} s", started.elapsed().as_secs_f64());
        for clients in [1, clients] {
            println!("{clients} clients: p50 and p95 in ms");
            measure(&store, &job, rows, clients).await;
        }
        export(&*store, &job, rows).await;
    });
    println!("memory:    {} at the most", status("VmHWM:"));
}

async fn open(folder: &Path) -> Arc<dyn Store> {
    match std::env::var("BENCH_DATABASE_URL") {
        #[cfg(feature = "postgres")]
        Ok(url) => Arc::new(ampledata_store::Postgres::open(&url).await.unwrap()),
        #[cfg(not(feature = "postgres"))]
        Ok(_) => panic!("BENCH_DATABASE_URL needs --features postgres"),
        Err(_) => Arc::new(Sqlite::open(folder.join("store.sqlite")).await.unwrap()),
    }
}

async fn load(store: &dyn Store, rows: u64) -> Job {
    let id = SourceId("table".to_owned());
    let owner = Owner::local();
    let content_hash = "00".to_owned();
    let new =
        NewSource { id: id.clone(), owner: owner.clone(), name: "t".to_owned(), content_hash };
    store.begin_source(&new).await.unwrap();
    for from in (0..rows).step_by(2_000) {
        let chunk = (from..rows.min(from + 2_000)).map(|index| SourceRow {
            index,
            line: index + 2,
            // Every hundredth row shares the result of the one before it.
            cells: vec![Text::Text(format!("Company {}", index - u64::from(index % 100 == 99)))],
            problem: None,
        });
        store.append_source_rows(&id, chunk.collect()).await.unwrap();
    }
    store.finish_source(&id, &[Column::untyped("name".to_owned())]).await.unwrap();
    let plan = Plan {
        columns: vec![
            Asked::new("founded", ColumnType::Date),
            Asked::new("city", ColumnType::String),
        ],
        patterns: vec!["%entity".to_owned()],
        entity_type: None,
        today: PartialDate::full(2026, 3, 14).unwrap(),
        confidence: None,
        limits: Limits::default(),
    };
    let job = NewJob {
        id: JobId("job".to_owned()),
        owner,
        source: id,
        fingerprint: String::new(),
        plan,
        key: vec![0],
        context: vec![],
        row_limit: None,
        models: None,
    };
    create_job(store, &job).await.unwrap()
}

async fn finish(store: &dyn Store, job: &Job) {
    let leaders = (0..job.rows).filter(|index| index % 100 != 99);
    futures::stream::iter(leaders)
        .for_each_concurrent(512, |index| async move {
            let row = RowId { job: job.id.clone(), index };
            store.finish_row(&row, &result(index)).await.unwrap();
        })
        .await;
}

/// One row in a hundred fails; one cell in ten is weak, one in twenty absent, few are in conflict.
fn result(index: u64) -> RowResult {
    let evidence = Evidence {
        quote: format!("It was founded as value {index} by two brothers in a garage."),
        url: format!("https://www.site{}.example/{index}", index * 7 % 50_021),
        page: ContentHash("0".repeat(64)),
        span: Span { start: 100, end: 160 },
        context: Vec::new(),
        kind: SourceKind::Sentence,
        dated: None,
        read_at: None,
    };
    let cell = |confidence: f64| Cell {
        value: Some(Value::Text(format!("value {index}"))),
        confidence,
        evidence: Some(evidence.clone()),
        ..Cell::empty(
            CellOutcome::Found,
            ReasonCode::Stated,
            "stated by a.example and 2 more sites".to_owned(),
        )
    };
    let second = match index % 20 {
        0 => Cell::empty(CellOutcome::Absent, ReasonCode::NotStated, "no page holds it".to_owned()),
        1 | 2 => cell(0.3 + (index % 1_000) as f64 / 3_000.0),
        _ if index % 5_003 == 7 => Cell::empty(
            CellOutcome::Conflict,
            ReasonCode::SourcesDisagree,
            "two disagree".to_owned(),
        ),
        _ => cell(0.75 + (index % 997) as f64 / 4_000.0),
    };
    let attempt = AttemptSummary {
        queries: vec![format!("company {index} founded city")],
        pages: vec![format!("https://a.example/{index}")],
        ..AttemptSummary::default()
    };
    let stage = if index % 100 == 50 { Stage::Failed } else { Stage::Completed };
    RowResult {
        stage,
        cells: vec![Some(cell(0.9)), Some(second)],
        attempts: vec![attempt],
        error: None,
    }
}

async fn measure(store: &Arc<dyn Store>, job: &Arc<Job>, rows: u64, clients: u64) {
    let me = Owner::local();
    let grid = |name: &'static str, view: View, index: u64, confidence: f64| {
        let (store, job, me) = (Arc::clone(store), Arc::clone(job), me.clone());
        times(name, clients, move |n| {
            let (store, job, me, view) = (store.clone(), job.clone(), me.clone(), view.clone());
            let after = (index > 0).then(|| RowCursor { index: index - n * 7, confidence });
            async move {
                let page = store.grid(&me, &job.id, &view, after, PAGE).await.unwrap();
                assert!(!page.rows.is_empty());
            }
        })
    };
    let (middle, last) = (rows / 2, rows - 100 - 7 * TIMES * clients.min(4));
    grid("rows, first page", View::All, 0, 0.0).await;
    grid("rows, middle page", View::All, middle, 0.0).await;
    grid("rows, last page", View::All, last.max(middle), 0.0).await;
    grid("failed rows, middle", View::Stage(Stage::Failed), middle, 0.0).await;
    let of_status = |statuses| View::Cells { column: 1, statuses };
    grid("missing cells, middle", of_status(CellStatus::MISSING.to_vec()), middle, 0.0).await;
    grid("weak cells, middle", of_status(vec![CellStatus::Weak]), middle, 0.0).await;
    let sorted = |descending| View::ByConfidence { column: 1, descending };
    grid("least sure first, middle", sorted(false), middle, 0.85).await;
    grid("surest first, middle", sorted(true), middle, 0.85).await;
    let one = |name: &'static str, start: u64| {
        let (store, job, me) = (Arc::clone(store), Arc::clone(job), me.clone());
        times(name, clients, move |n| {
            let (store, job, me) = (store.clone(), job.clone(), me.clone());
            async move {
                let rows = store.completed_rows(&me, &job.id, start + n, PAGE).await.unwrap();
                assert!(!rows.is_empty());
            }
        })
    };
    one("results, first page", 0).await;
    one("results, middle page", middle).await;
    one("results, last page", rows * 99 / 100 - 200 - TIMES * clients).await;
    let (s, j, m) = (Arc::clone(store), Arc::clone(job), me.clone());
    times("progress", clients, move |_| {
        let (store, job, me) = (s.clone(), j.clone(), m.clone());
        async move { assert!(store.job_progress(&me, &job.id).await.unwrap().rows > 0) }
    })
    .await;
    let (s, j, m) = (Arc::clone(store), Arc::clone(job), me.clone());
    let half = store.last_change(&me, &job.id).await.unwrap().seq / 2;
    times("changes, 100 from the middle", clients, move |n| {
        let (store, job, me) = (s.clone(), j.clone(), m.clone());
        async move {
            let after = ChangeCursor { seq: half - n.min(half), index: 0 };
            let changes = store.changes(&me, &job.id, after, PAGE).await.unwrap();
            assert!(!changes.is_empty());
        }
    })
    .await;
}

/// Each client makes one request after the other; each request has a number of its own.
async fn times<F: Future<Output = ()> + Send + 'static>(
    name: &'static str,
    clients: u64,
    ask: impl Fn(u64) -> F + Send + Sync + 'static,
) {
    let ask = Arc::new(ask);
    let each = if clients == 1 { TIMES * 4 } else { TIMES };
    let asking = (0..clients).map(|client| {
        let ask = Arc::clone(&ask);
        tokio::spawn(async move {
            let mut taken = Vec::new();
            for n in 0..each {
                let started = Instant::now();
                ask((client * each + n) % 100).await;
                taken.push(started.elapsed());
            }
            taken
        })
    });
    let mut taken: Vec<Duration> = Vec::new();
    for client in futures::future::join_all(asking).await {
        taken.extend(client.unwrap());
    }
    taken.sort();
    let at = |share: usize| taken[taken.len() * share / 100].as_secs_f64() * 1_000.0;
    println!("  {name:<30} {:>8.2} {:>8.2}", at(50), at(95));
}

async fn export(store: &dyn Store, job: &Job, rows: u64) {
    let started = Instant::now();
    let mut from = 0;
    loop {
        let page = store.job_results(&Owner::local(), &job.id, from, 1_000).await.unwrap();
        let Some(last) = page.last() else { break };
        from = last.index + 1;
    }
    assert_eq!(from, rows);
    println!("export:    {:.0} rows/s", rows as f64 / started.elapsed().as_secs_f64());
}

fn status(name: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.trim_start_matches(name).trim().to_owned()
}
