//! The report of a job.

use ampledata_core::evidence::{Evidence, SourceKind};
use ampledata_core::page::{ContentHash, Span};
use ampledata_core::row::{Cell, CellOutcome, Stage};
use ampledata_store::intake::create_job;
use ampledata_store::{CellEdit, ColumnCounts, NewValue, Owner, SiteCells, Store};

use super::{at, complete, finish, missing, other, sure, without};

fn proved(confidence: f64, url: &str) -> Option<Cell> {
    let cell = sure("x", confidence)?;
    let evidence = Evidence {
        // A quote may hold whatever a page holds, and what looks like JSON.
        quote: "\u{0} \\u0000 \"evidence\":{\"url\":\"https://wrong.example/\"}".to_owned(),
        url: url.to_owned(),
        page: ContentHash("page".to_owned()),
        span: Span { start: 0, end: 1 },
        context: Vec::new(),
        kind: SourceKind::Sentence,
        dated: None,
        read_at: None,
    };
    Some(Cell { evidence: Some(evidence), ..cell })
}

fn sites(named: &[(Option<&str>, u64)]) -> Vec<SiteCells> {
    let site = |(site, cells): &(Option<&str>, u64)| SiteCells {
        site: site.map(str::to_owned),
        cells: *cells,
    };
    named.iter().map(site).collect()
}

pub(crate) async fn a_job_is_counted_over_all_its_rows(store: &dyn Store) {
    let job = super::job(store, &["a", "b", "c", "d", "e", "f", "g"]).await;
    let url = ["https://www.X.example/1?q=a/b", "http://x.example:80?q", "file:pages/one.html"];
    complete(store, &job, 0, [proved(1.0, url[0]), without(CellOutcome::Absent)]).await;
    complete(store, &job, 1, [proved(0.95, url[0]), without(CellOutcome::Blocked)]).await;
    complete(store, &job, 2, [proved(0.3, url[1]), without(CellOutcome::Conflict)]).await;
    complete(store, &job, 3, [proved(0.0, url[2]), without(CellOutcome::Error)]).await;
    complete(store, &job, 4, [sure("x", 0.5), None]).await;
    finish(store, &job, 5, Stage::Failed, [None, None]).await;
    let report = store.report(&Owner::local(), &job.id, 9).await.unwrap();
    let first = ColumnCounts { found: [1, 0, 0, 1, 0, 1, 0, 0, 0, 2], ..Default::default() };
    let second =
        ColumnCounts { absent: 1, blocked: 1, conflict: 1, error: 1, ..Default::default() };
    assert_eq!(report.columns, [(0, first), (1, second)]);
    let named = [(Some("x.example"), 2), (None, 1), (Some(""), 1), (Some("x.example:80"), 1)];
    assert_eq!((report.sites, report.sites_in_all), (sites(&named), 4));
    let report = store.report(&Owner::local(), &job.id, 1).await.unwrap();
    assert_eq!((report.sites, report.sites_in_all), (sites(&named[..1]), 4));
    missing(store.report(&other(), &job.id, 9).await);
}

pub(crate) async fn rows_that_share_a_result_each_count_it(store: &dyn Store) {
    let rows: [&[&str]; 4] = [&["Acme", ""], &["Bolt", ""], &["Acme", ""], &["Acme", ""]];
    let source = super::super::source(store, &["name", "city"], &rows).await;
    let job = create_job(store, &super::super::new_job(&source)).await.unwrap();
    let empty = store.report(&Owner::local(), &job.id, 9).await.unwrap();
    assert_eq!((empty.columns, empty.sites, empty.sites_in_all), (vec![], vec![], 0));
    let page = "https://acme.example/";
    complete(store, &job, 0, [proved(0.9, page), without(CellOutcome::Absent)]).await;
    complete(store, &job, 1, [proved(0.9, page), without(CellOutcome::Absent)]).await;
    let edit =
        CellEdit { by: "me".to_owned(), value: Some(NewValue::None), locked: None, at: at(1) };
    store.edit_cell(&Owner::local(), &job.id, 1, 0, &edit).await.unwrap();
    let report = store.report(&Owner::local(), &job.id, 9).await.unwrap();
    let first =
        ColumnCounts { found: [0, 0, 0, 0, 0, 0, 0, 0, 0, 3], absent: 1, ..Default::default() };
    let second = ColumnCounts { absent: 4, ..Default::default() };
    assert_eq!(report.columns, [(0, first), (1, second)]);
    assert_eq!(report.sites, sites(&[(Some("acme.example"), 3)]));
}
