//! A database of the version before the bytes of pages were kept.

use std::borrow::Cow;

use ampledata_core::page::{Access, ContentHash, Page};
use ampledata_store::Store;
use sqlx::migrate::{Migrate, Migration, MigrationType, Migrator};

/// The address whose page the old database has.
pub(crate) const URL: &str = "https://old.example/";

/// A page of the old database. Its hash is that of its bytes.
pub(crate) fn page() -> Page {
    Page {
        hash: ContentHash("ab".repeat(32)),
        title: Some("Acme".to_owned()),
        language: None,
        canonical: None,
        published: None,
        modified: None,
        access: Access::Open,
        text: "Acme was founded in 1950.".to_owned(),
        body_end: 25,
        is_cut: false,
        entities: vec![],
        facts: vec![],
    }
}

/// The page as it is stored.
pub(crate) fn encoded() -> Vec<u8> {
    zstd::bulk::compress(&serde_json::to_vec(&page()).unwrap(), 1).unwrap()
}

/// Brings a database to an earlier state by the migrations of then.
pub(crate) async fn migrate<C: Migrate>(
    connection: &mut C,
    migrations: &[(i64, &'static str, &'static str)],
) {
    let migrations = migrations.iter().map(|(version, name, sql)| {
        let sql = sqlx::SqlSafeStr::into_sql_str(*sql);
        Migration::new(*version, Cow::Borrowed(*name), MigrationType::Simple, sql, false)
    });
    let migrator = Migrator::with_migrations(migrations.collect());
    migrator.run_direct(None, connection, false).await.unwrap();
}

/// Pages and fetches are there as before, but no crawler takes the old fetches for its own.
pub(crate) async fn old_pages_stay_readable(store: &dyn Store) {
    assert_eq!(store.page(&page().hash).await.unwrap(), Some(page()));
    assert_eq!(store.raw_page(&page().hash).await.unwrap(), None);
    let fetch = store.fetch_of("", URL).await.unwrap().unwrap();
    assert_eq!((fetch.hash, fetch.reader_version), (page().hash, 0));
    assert_eq!(fetch.content, Some(page().hash));
    assert_eq!(fetch.etag.as_deref(), Some("\"v1\""));
    assert_eq!(store.fetch_of("builtin", URL).await.unwrap(), None);
    super::a_fetch_belongs_to_its_crawler(store).await;
}
