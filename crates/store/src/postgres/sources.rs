//! Sources and their rows.

use ampledata_table::Column;
use jiff::Timestamp;

use super::faults::{json, signed};
use super::tables::Table;
use super::writer::Rows;
use super::{Error, NewSource, Owner, Postgres, Source, SourceId, SourceRow};
use crate::decode::{self};

pub(super) async fn find(
    db: &Postgres,
    owner: &Owner,
    id: &SourceId,
) -> Result<Option<Source>, Error> {
    let row = sqlx::query("SELECT * FROM sources WHERE id = $1 AND owner = $2")
        .bind(&id.0)
        .bind(&owner.0)
        .fetch_optional(&db.pool)
        .await
        .map_err(|error| db.faults.sql(error))?;
    row.map(|row| decode::source(&db.read(&row))).transpose()
}

pub(super) async fn begin(db: &Postgres, source: &NewSource) -> Result<(), Error> {
    let source = source.clone();
    let faults = db.faults.clone();
    db.sources.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&source.id);
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                let failed = |error| faults.sql(error);
                sqlx::query(
                    "DELETE FROM sources WHERE id = $1 AND owner = $2 AND state = 'loading'",
                )
                .bind(&source.id.0)
                .bind(&source.owner.0)
                .execute(&mut *connection)
                .await
                .map_err(failed)?;
                let made = sqlx::query(
                    "INSERT INTO sources (id, owner, name, content_hash, state, created_at)
                     VALUES ($1, $2, $3, $4, 'loading', $5) ON CONFLICT DO NOTHING",
                )
                .bind(&source.id.0)
                .bind(&source.owner.0)
                .bind(&source.name)
                .bind(&source.content_hash)
                .bind(Timestamp::now().as_millisecond())
                .execute(connection)
                .await
                .map_err(failed)?;
                if made.rows_affected() == 0 {
                    return Err(Error::Exists { what: "source", id: source.id.0 });
                }
                Ok(true)
            })
        })
        .await?;
    Ok(())
}

pub(super) async fn append(
    db: &Postgres,
    id: &SourceId,
    rows: Vec<SourceRow>,
) -> Result<(), Error> {
    let key = db.source_key(id).await?;
    let mut write = Rows::default();
    for row in rows {
        let cells = json("cells of a row", &row.cells)?;
        let index = signed("row", row.index)?;
        let line = signed("line", row.line)?;
        write.add(Table::SourceRows, json("row", &(key, index, line, cells, row.problem))?);
    }
    db.writer.write(write).await
}

pub(super) async fn finish(db: &Postgres, id: &SourceId, columns: &[Column]) -> Result<(), Error> {
    let key = db.source_key(id).await?;
    let columns = json("columns of a source", columns)?;
    let faults = db.faults.clone();
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE sources SET state = 'ready', columns = $1,
                         rows = (SELECT count(*) FROM source_rows WHERE source_key = $2)
                     WHERE key = $2",
                )
                .bind(columns)
                .bind(key)
                .execute(connection)
                .await
                .map_err(|error| faults.sql(error))?;
                Ok(true)
            })
        })
        .await?;
    Ok(())
}

pub(super) async fn rows(
    db: &Postgres,
    id: &SourceId,
    from: u64,
    limit: u32,
) -> Result<Vec<SourceRow>, Error> {
    let failed = |error| db.faults.sql(error);
    let rows = sqlx::query(
        "SELECT row_index, line, cells, problem FROM source_rows
         WHERE source_key = $1 AND row_index >= $2 ORDER BY row_index LIMIT $3",
    )
    .bind(db.source_key(id).await?)
    .bind(signed("row", from)?)
    .bind(i64::from(limit))
    .fetch_all(&db.pool)
    .await
    .map_err(failed)?;
    rows.iter().map(|row| decode::source_row(&db.read(row))).collect()
}
