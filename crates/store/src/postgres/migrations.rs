//! The schema of the database, migration by migration. A released migration is never changed.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Connection as _, PgConnection};

use super::Error;
use super::faults::Faults;

const STEPS: [(i64, &str, &str); 4] = [
    (1, "first", include_str!("../../migrations/postgres/0001_first.sql")),
    (2, "processes", include_str!("../../migrations/postgres/0002_processes.sql")),
    (6, "sites", include_str!("../../migrations/postgres/0006_sites.sql")),
    (7, "models", include_str!("../../migrations/postgres/0007_models.sql")),
];

/// Of several processes that start at once, one migrates and the others wait.
pub(super) async fn run(connection: &mut PgConnection, faults: &Faults) -> Result<(), Error> {
    const LOCK: &str = "SELECT pg_advisory_lock(hashtext('ampledata: migrations'))";
    const UNLOCK: &str = "SELECT pg_advisory_unlock(hashtext('ampledata: migrations'))";
    let failed = |error| faults.sql(error);
    sqlx::query(LOCK).execute(&mut *connection).await.map_err(failed)?;
    let made = sqlx::raw_sql("CREATE SCHEMA IF NOT EXISTS ampledata").execute(&mut *connection);
    made.await.map_err(failed)?;
    let steps = STEPS.into_iter().map(|(version, name, sql)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(steps.collect())
        .run_direct(None, &mut *connection, false)
        .await
        .map_err(|error| faults.migration(error))?;
    sqlx::query(UNLOCK).execute(&mut *connection).await.map_err(failed)?;
    connection.ping().await.map_err(failed)
}
