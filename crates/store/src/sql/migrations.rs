//! Runs the migrations of a database. A released migration is never changed.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};

/// Brings the database up to date with these migrations: version, name and SQL of each.
pub(crate) async fn migrate<C: Migrate>(
    connection: &mut C,
    steps: &[(i64, &'static str, &'static str)],
) -> Result<(), MigrateError> {
    let steps = steps.iter().map(|(version, name, sql)| {
        Migration::new(*version, (*name).into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(steps.collect()).run_direct(None, connection, false).await
}
