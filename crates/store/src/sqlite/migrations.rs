//! The schema of the database, migration by migration. A released migration is never changed.

use sqlx::SqlSafeStr as _;
use sqlx::SqliteConnection;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use super::Error;
use super::faults::Faults;

const STEPS: [(i64, &str, &str); 7] = [
    (1, "first", include_str!("../../migrations/sqlite/0001_first.sql")),
    (2, "spending", include_str!("../../migrations/sqlite/0002_spending.sql")),
    (3, "api", include_str!("../../migrations/sqlite/0003_api.sql")),
    (4, "followers", include_str!("../../migrations/sqlite/0004_followers.sql")),
    (5, "processes", include_str!("../../migrations/sqlite/0005_processes.sql")),
    (6, "sites", include_str!("../../migrations/sqlite/0006_sites.sql")),
    (7, "models", include_str!("../../migrations/sqlite/0007_models.sql")),
];

pub(super) async fn run(connection: &mut SqliteConnection, faults: &Faults) -> Result<(), Error> {
    let steps = STEPS.into_iter().map(|(version, name, sql)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(steps.collect())
        .run_direct(None, connection, false)
        .await
        .map_err(|error| faults.migration(error))
}
