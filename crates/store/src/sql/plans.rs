//! Checks the query plans of frequent statements on large tables: they use an index, in its order, without
//! sorting.

use sqlx::Row as _;
use tempfile::TempDir;

use super::statement::render;
use super::{Dialect as _, changes, grid, listing, report, results};
use crate::Sqlite;
use crate::sqlite::SqliteFile;

/// The steps of a statement's query plan.
async fn plan(db: &Sqlite, sql: &str) -> Vec<String> {
    let explained = format!("EXPLAIN QUERY PLAN {sql}");
    let rows = sqlx::query(sqlx::AssertSqlSafe(explained))
        .fetch_all(db.dialect().readers())
        .await
        .unwrap();
    rows.iter().map(|row| row.get("detail")).collect()
}

async fn check(db: &Sqlite, statement: &'static str, index: &str) {
    let sql = render::<SqliteFile>(statement);
    let plan = plan(db, &sql).await;
    assert!(plan.iter().any(|step| step.contains(index)), "{index}: {plan:#?}\n{sql}");
    let bad = |step: &&String| step.contains("TEMP B-TREE") || scans_large_table(step, &plan);
    assert_eq!(plan.iter().find(bad), None, "{plan:#?}\n{sql}");
}

/// Whether a step of this plan scans a table, and not an array parameter or the result of a subquery.
fn scans_large_table(step: &str, plan: &[String]) -> bool {
    let Some(scanned) = step.strip_prefix("SCAN ") else { return false };
    let is_subquery = scanned.starts_with("(subquery")
        || plan.iter().any(|step| {
            ["CO-ROUTINE ", "MATERIALIZE "]
                .iter()
                .any(|kind| step.strip_prefix(kind) == Some(scanned))
        });
    !is_subquery && !step.contains("VIRTUAL TABLE")
}

#[tokio::test]
async fn large_tables_are_read_along_their_indexes() {
    let folder = TempDir::new().unwrap();
    let db = Sqlite::open(folder.path().join("store.sqlite")).await.unwrap();
    let primary = "PRIMARY KEY (job_key=? AND row_index>?)";
    for (sql, index) in [
        (
            grid::IN_STAGE,
            "COVERING INDEX job_rows_by_stage (job_key=? AND stage=? AND row_index>?)",
        ),
        (
            grid::IN_STATUS,
            "cells_by_standing (job_key=? AND place=? AND standing=? AND row_index>?)",
        ),
        (
            grid::WITHOUT_VALUE,
            "cells_by_standing (job_key=? AND place=? AND standing=? AND row_index>?)",
        ),
        (
            grid::SUREST_LAST,
            "COVERING INDEX cells_by_confidence (job_key=? AND place=? AND (confidence,row_index)>(?,?))",
        ),
        (
            grid::SUREST_FIRST,
            "COVERING INDEX cells_by_confidence (job_key=? AND place=? AND (confidence,row_index)<(?,?))",
        ),
        (changes::AFTER, "job_rows_by_seq (job_key=? AND (seq,row_index)>(?,?))"),
        (changes::LAST, "job_rows_by_seq (job_key=?"),
        (results::PAGE, primary),
        (results::CHOSEN, "job_rows USING PRIMARY KEY (job_key=? AND row_index=?)"),
        (listing::JOBS, "jobs_by_time"),
        (listing::JOBS, "uploads_without_job"),
        (listing::JOBS_OF_SOURCE, "jobs_by_source"),
        ("SELECT name, n FROM job_counts WHERE job_key = $1 AND n <> 0", "(job_key=?)"),
    ] {
        check(&db, sql, index).await;
    }
    let completed = plan(&db, &render::<SqliteFile>(grid::COMPLETED)).await.join("\n");
    assert!(completed.contains("job_rows_by_stage (job_key=? AND stage=? AND row_index>?)"));
    assert!(completed.contains("SEARCH job_blocks USING PRIMARY KEY (job_key=?)"), "{completed}");
    assert!(!completed.contains("SCAN job_rows"), "{completed}");
}

#[tokio::test]
async fn a_report_reads_no_cell() {
    let folder = TempDir::new().unwrap();
    let db = Sqlite::open(folder.path().join("store.sqlite")).await.unwrap();
    for (sql, indexes) in [
        (report::COUNTS, &["cells_by_confidence", "cells_by_standing"][..]),
        (report::SITES, &["cells_by_site"][..]),
    ] {
        let plan = plan(&db, &render::<SqliteFile>(sql)).await;
        for index in indexes {
            let step = format!("SEARCH cells USING COVERING INDEX {index} (job_key=?)");
            assert!(plan.contains(&step), "{step}: {plan:#?}");
        }
        let by_row = "SEARCH cells USING PRIMARY KEY (job_key=? AND row_index=?)";
        let others = plan.iter().filter(|step| step.contains(" cells ") && **step != by_row);
        assert_eq!(others.count(), indexes.len(), "{plan:#?}");
    }
}

/// The statements of triggers for each row, with a parameter for each value of that row.
async fn triggered(db: &Sqlite) -> Vec<String> {
    let sql = "SELECT sql FROM sqlite_master WHERE type = 'trigger'";
    let triggers = sqlx::query(sql).fetch_all(db.dialect().readers()).await.unwrap();
    let bodies = triggers.iter().map(|trigger| {
        let sql: String = trigger.get("sql");
        let (_, body) = sql.split_once("BEGIN").unwrap();
        let (body, _) = body.rsplit_once("END").unwrap();
        let with_parameters = |part: &str| {
            let name = |c: char| !c.is_alphanumeric() && c != '_';
            part.split_once(name)
                .map_or("?".to_owned(), |(column, _)| format!("?{}", &part[column.len()..]))
        };
        let mut parts = body.split("new.").flat_map(|part| part.split("old."));
        let first = parts.next().unwrap_or_default().to_owned();
        first + &parts.map(with_parameters).collect::<String>()
    });
    let statements = bodies.flat_map(|body| {
        body.split(';').map(|statement| statement.trim().to_owned()).collect::<Vec<_>>()
    });
    statements.filter(|statement| !statement.is_empty()).collect()
}

#[tokio::test]
async fn what_happens_at_each_row_does_not_read_its_job() {
    let folder = TempDir::new().unwrap();
    let db = Sqlite::open(folder.path().join("store.sqlite")).await.unwrap();
    let statements = triggered(&db).await;
    assert!(statements.len() > 5, "{statements:#?}");
    for sql in statements {
        let plan = plan(&db, &sql).await;
        let whole = |step: &&String| {
            scans_large_table(step, &plan)
                || ["job_rows", "cells"]
                    .iter()
                    .any(|table| **step == format!("SEARCH {table} USING PRIMARY KEY (job_key=?)"))
        };
        assert_eq!(plan.iter().find(whole), None, "{sql}\n{plan:#?}");
    }
}
