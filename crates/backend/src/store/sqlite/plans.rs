//! How SQLite carries out what is asked often of large tables: by an index, in its order, without
//! sorting.

use sqlx::Row as _;
use tempfile::TempDir;

use super::{Sqlite, changes, grid, listing, results};

/// The steps of the plan of a statement.
async fn plan(db: &Sqlite, sql: &str) -> Vec<String> {
    let explained = format!("EXPLAIN QUERY PLAN {sql}");
    let rows = sqlx::query(sqlx::AssertSqlSafe(explained)).fetch_all(&db.readers).await.unwrap();
    rows.iter().map(|row| row.get("detail")).collect()
}

async fn check(db: &Sqlite, sql: &str, index: &str) {
    let plan = plan(db, sql).await;
    assert!(plan.iter().any(|step| step.contains(index)), "{index}: {plan:#?}\n{sql}");
    let bad = |step: &&String| step.contains("TEMP B-TREE") || of_large_table(step);
    assert_eq!(plan.iter().find(bad), None, "{plan:#?}\n{sql}");
}

/// A scan that is not along an array that was given, nor of what a subquery read by steps of its own.
fn of_large_table(step: &str) -> bool {
    step.starts_with("SCAN") && !step.contains("VIRTUAL TABLE") && !step.contains("(subquery")
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
            grid::STANDING,
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
        (changes::AFTER, "job_rows_by_seq (job_key=?"),
        (results::PAGE, primary),
        (results::CHOSEN, "job_rows USING PRIMARY KEY (job_key=? AND row_index=?)"),
        (listing::JOBS, "jobs_by_time"),
        (listing::JOBS, "uploads_without_job"),
        (listing::JOBS_OF_SOURCE, "jobs_by_source"),
        ("SELECT name, n FROM job_counts WHERE job_key = ? AND n <> 0", "(job_key=?)"),
    ] {
        check(&db, sql, index).await;
    }
    let completed = plan(&db, grid::COMPLETED).await.join("\n");
    assert!(completed.contains("job_rows_by_stage (job_key=? AND stage=? AND row_index>?)"));
    assert!(completed.contains("SEARCH job_blocks USING PRIMARY KEY (job_key=?)"), "{completed}");
    assert!(!completed.contains("SCAN job_rows"), "{completed}");
}
