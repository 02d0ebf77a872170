//! Jobs of the Go service, of both generations, read from a real PostgreSQL.
#![allow(clippy::unwrap_used, reason = "what is not as expected ends the test")]

mod failing;
mod to_postgres;

use ampledata::import_go::{Old, Report, import};
use ampledata_core::column::ColumnType;
use ampledata_core::row::{CellOutcome, Stage};
use ampledata_store::prelude::*;
use ampledata_store::{JobId, JobStatus, JobTimes, Owner, ResultRow, Sqlite, StatusChange};
use ampledata_table::Cell;
use ampledata_test_support::postgres::Database;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

const ROW_STATES: &str = "
    CREATE TABLE row_states (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        job_id text NOT NULL REFERENCES jobs, key text NOT NULL, stage text NOT NULL,
        serp_data jsonb, decision jsonb, extracted_data jsonb, confidence jsonb, error text,
        created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (job_id, key));";

const FIRST: &str = r#"
    CREATE TABLE jobs (job_id text PRIMARY KEY, user_id text, file_path text, key_column text,
        columns_metadata jsonb, total_rows integer, started_at timestamptz, status text,
        created_at timestamptz NOT NULL, updated_at timestamptz);
    INSERT INTO jobs VALUES
        ('old-1', 'ann', '/data/up/firms.csv', 'company',
         '[{"name":"employees","type":"number"},{"name":"city","type":"string","description":"Seat"}]',
         3, '2024-05-01T10:00:00Z', 'COMPLETED', '2024-05-01T09:59:00Z', '2024-05-01T11:00:00Z'),
        ('old-2', 'ben', 'people.csv', 'name', '[{"name":"born","type":"date"}]',
         1, NULL, 'RUNNING', '2024-05-02T09:59:00Z', NULL);"#;

const FIRST_ROWS: &str = r#"
    ALTER TABLE row_states ADD crawl_results jsonb;
    INSERT INTO row_states (job_id, key, stage, extracted_data, confidence, error) VALUES
        ('old-1', 'Acme', 'COMPLETED', '{"employees": "1,234", "city": "<nil>"}',
         '{"employees": {"score": 0.9, "reason": "on the page"}, "city": {"score": 0, "reason": "not said"}}', NULL),
        ('old-1', 'Beta', 'FAILED', NULL, NULL, 'no search results'),
        ('old-1', 'Gamma', 'CRAWLED', '{"city": "map[name:Bonn]"}', NULL, NULL),
        ('old-2', 'Cy', 'PENDING', NULL, NULL, NULL);
    UPDATE row_states SET crawl_results = '{"content": "Acme has 1,234", "sources": ["https://acme.example/"]}'
    WHERE key = 'Acme';"#;

const SECOND: &str = r#"
    CREATE TABLE sources (source_id uuid PRIMARY KEY);
    CREATE TABLE jobs (job_id text PRIMARY KEY, user_id uuid, source_id uuid, key_columns jsonb,
        columns_metadata jsonb, entity_type text, total_rows integer, started_at timestamptz,
        status text, cost_dollars numeric, cost_credits integer, created_at timestamptz NOT NULL,
        updated_at timestamptz);
    INSERT INTO jobs VALUES ('new-1', '00000000-0000-0000-0000-000000000007', NULL, '["name","site"]',
        '[{"name":"ceo","type":"string","job_type":"enrichment"}]', 'a software company', 1, NULL,
        'COMPLETED', 1.25, 3, '2025-01-02T03:04:05Z', NULL);"#;

const SECOND_ROWS: &str = r#"
    ALTER TABLE row_states ADD sources jsonb, ADD extraction_history jsonb;
    INSERT INTO row_states (job_id, key, stage, extracted_data, confidence, sources, extraction_history) VALUES
        ('new-1', 'Acme||acme.com', 'COMPLETED', '{"ceo": "Ann Lee"}',
         '{"ceo": {"score": 0.7, "reason": "the imprint names her"}}', '["https://acme.com/imprint"]',
         '[{"attempt_number": 1, "sources": ["https://acme.com/"], "reasoning": "no person is named"},
           {"attempt_number": 2, "sources": ["https://acme.com/imprint"], "extracted_data": {"ceo": "Ann Lee"}}]');"#;

struct Scene {
    old: Database,
    store: Sqlite,
    _folder: TempDir,
}

impl Scene {
    async fn new(tables: [&str; 3]) -> Self {
        let old = Database::new().await;
        for sql in tables {
            old.run(sql).await;
        }
        let folder = TempDir::new().unwrap();
        let store = Sqlite::open(folder.path().join("store.sqlite")).await.unwrap();
        Self { old, store, _folder: folder }
    }

    async fn import(&self) -> Report {
        let mut old = Old::open(&self.old.url()).await.unwrap();
        import(&mut old, &self.store, None).await.unwrap()
    }

    /// The state in which `kill -9` leaves a job shortly before its import ends.
    async fn cut_off_before_the_times_are_written(&self, owner: &Owner, job: &JobId) {
        let (from, to) = (vec![JobStatus::Completed], JobStatus::Pending);
        let change = StatusChange { from, to, reason: None };
        assert!(self.store.change_job(owner, job, change).await.unwrap());
        let now = jiff::Timestamp::now();
        let times = JobTimes { created_at: now, started_at: None, finished_at: now };
        self.store.date_job(job, times).await.unwrap();
    }

    async fn results(&self, job: &str) -> Vec<ResultRow> {
        self.store.results(&JobId(job.to_owned()), 0, 10).await.unwrap()
    }
}

fn shown(row: &ResultRow) -> Vec<(CellOutcome, Json)> {
    let cells = row.cells.iter().flatten();
    let value = |value: &ampledata_core::value::Value| value.to_json();
    cells.map(|cell| (cell.outcome, cell.value.as_ref().map_or(Json::Null, value))).collect()
}

#[tokio::test]
async fn the_first_generation_stays_readable() {
    let scene = Scene::new([FIRST, ROW_STATES, FIRST_ROWS]).await;
    let report = scene.import().await;
    assert_eq!(report, Report { jobs: 2, rows: 4, values: 1, ..Report::default() });

    let ann = Owner("ann".to_owned());
    let job = scene.store.job(&ann, &JobId("old-1".to_owned())).await.unwrap().unwrap();
    assert_eq!((job.status, job.rows), (JobStatus::Completed, 3));
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    let times = (job.created_at, job.started_at, job.finished_at);
    let wanted = (at("2024-05-01T09:59:00Z"), Some(at("2024-05-01T10:00:00Z")));
    assert_eq!(times, (wanted.0, wanted.1, Some(at("2024-05-01T11:00:00Z"))));
    let columns: Vec<_> = job.plan.columns.iter().map(|c| (c.name.as_str(), c.kind)).collect();
    assert_eq!(columns, [("employees", ColumnType::Number), ("city", ColumnType::String)]);
    let source = scene.store.source(&ann, &job.source).await.unwrap().unwrap();
    assert_eq!((source.name.as_str(), source.columns[0].name.as_str()), ("firms.csv", "company"));

    let rows = scene.results("old-1").await;
    let stages: Vec<_> = rows.iter().map(|row| row.stage).collect();
    assert_eq!(stages, [Stage::Completed, Stage::Failed, Stage::Failed]);
    assert_eq!(rows[0].source, [Cell::Text("Acme".to_owned())]);
    let wanted = [(CellOutcome::Found, json!(1_234)), (CellOutcome::Absent, Json::Null)];
    assert_eq!(shown(&rows[0]), wanted, "`<nil>` is no value");
    assert_eq!(rows[0].attempts[0].pages, ["https://acme.example/"]);
    assert_eq!(rows[1].error.as_deref(), Some("no search results"));
    assert_eq!(shown(&rows[2]), [(CellOutcome::Absent, Json::Null)], "`map[…]` is no value");
    assert_eq!(rows[2].error.as_deref(), Some("the old service left this row at CRAWLED"));

    // No one pays for a run without having requested it.
    let ben = Owner("ben".to_owned());
    let unfinished = scene.store.job(&ben, &JobId("old-2".to_owned())).await.unwrap().unwrap();
    assert_eq!(unfinished.status, JobStatus::Cancelled);
    assert!(unfinished.reason.unwrap().contains("it was RUNNING there"));
    assert_eq!(scene.results("old-2").await[0].stage, Stage::Cancelled);
    scene.old.drop().await;
}

#[tokio::test]
async fn the_second_generation_stays_readable() {
    let scene = Scene::new([SECOND, ROW_STATES, SECOND_ROWS]).await;
    let report = scene.import().await;
    assert_eq!(report, Report { jobs: 1, rows: 1, values: 1, ..Report::default() });
    let owner = Owner("00000000-0000-0000-0000-000000000007".to_owned());
    let job = scene.store.job(&owner, &JobId("new-1".to_owned())).await.unwrap().unwrap();
    let reason = job.reason.unwrap();
    assert!(reason.contains("cost_dollars there was 1.25"), "{reason}");
    assert_eq!(job.plan.entity_type.as_deref(), Some("a software company"));
    let rows = scene.results("new-1").await;
    let key = [Cell::Text("Acme".to_owned()), Cell::Text("acme.com".to_owned())];
    assert_eq!(rows[0].source, key);
    assert_eq!(shown(&rows[0]), [(CellOutcome::Found, json!("Ann Lee"))]);
    let cell = rows[0].cells[0].as_ref().unwrap();
    assert_eq!((cell.confidence, cell.reason.as_str()), (0.7, "the imprint names her"));
    assert_eq!(rows[0].attempts[0].pages, ["https://acme.com/"]);
    assert_eq!(rows[0].attempts[0].missing, [0]);
    assert_eq!(rows[0].attempts[1].pages, ["https://acme.com/imprint"]);
    assert_eq!((rows[0].attempts.len(), rows[0].attempts[1].missing.len()), (2, 0));
    scene.old.drop().await;
}

#[tokio::test]
async fn an_import_that_is_repeated_changes_nothing() {
    let scene = Scene::new([FIRST, ROW_STATES, FIRST_ROWS]).await;
    scene.import().await;
    let before = scene.results("old-1").await;
    assert_eq!(scene.import().await, Report { there_before: 2, ..Report::default() });
    assert_eq!(scene.results("old-1").await, before);
    scene.old.drop().await;
}

#[tokio::test]
async fn all_rows_of_a_large_job_come_over() {
    let scene = Scene::new([FIRST, ROW_STATES, FIRST_ROWS]).await;
    let many = r#"INSERT INTO row_states (job_id, key, stage, extracted_data)
        SELECT 'old-2', 'Person ' || n, 'COMPLETED', '{"born": "1980-02-03"}'
        FROM generate_series(1, 1200) AS n"#;
    scene.old.run(many).await;
    assert_eq!(scene.import().await.rows, 1_204);
    let progress = scene.store.progress(&JobId("old-2".to_owned())).await.unwrap();
    let stages = (progress.in_stage(Stage::Completed), progress.in_stage(Stage::Cancelled));
    assert_eq!((stages, progress.cells_found), ((1_200, 1), 1_200));
    scene.old.drop().await;
}

#[tokio::test]
async fn what_is_not_the_old_database_is_said_without_the_password() {
    let empty = Database::new().await;
    let error = Old::open(&empty.url()).await.unwrap_err();
    assert_eq!(error.code(), "import_not_there");
    assert!(error.to_string().ends_with("there is no table public.jobs"), "{error}");
    // Tables of another program with these names.
    empty.run("CREATE TABLE jobs (job_id int, status text, title text)").await;
    let error = Old::open(&empty.url()).await.unwrap_err();
    assert_eq!(error.code(), "import_not_there");
    assert!(error.to_string().ends_with("public.jobs has no column columns_metadata"), "{error}");
    empty.drop().await;
    let error = Old::open("postgres://me:s3cret@127.0.0.1:1/db").await.unwrap_err();
    assert_eq!(error.code(), "import_unreachable");
    assert!(error.to_string().contains("127.0.0.1:1/db"), "{error}");
    assert!(!error.to_string().contains("s3cret"), "{error}");
    assert_eq!(Old::open("mysql://s3cret").await.unwrap_err().code(), "import_address");
}
