//! Sources and their rows.

use ampledata_table::Column;
use async_trait::async_trait;

use super::batch::{Batch, Table};
use super::statement::args;
use super::{Dialect, SqlStore, now};
use crate::decode;
use crate::encoding::{json, signed};
use crate::{Error, NewSource, Owner, Source, SourceId, SourceRow, Sources};

#[async_trait]
impl<D: Dialect> Sources for SqlStore<D> {
    async fn source(&self, owner: &Owner, id: &SourceId) -> Result<Option<Source>, Error> {
        let sql = "SELECT * FROM sources WHERE id = $1 AND owner = $2";
        let row = self.row(sql, args![&id.0, &owner.0]).await?;
        row.map(|row| decode::source(&row)).transpose()
    }

    async fn begin_source(&self, source: &NewSource) -> Result<(), Error> {
        let NewSource { id, owner, name, content_hash } = source;
        self.source_keys.lock().remove(id);
        let mut session = self.write().await?;
        let mut tx = session.begin().await?;
        let unfinished = "DELETE FROM sources WHERE id = $1 AND owner = $2 AND state = 'loading'";
        tx.execute(unfinished, args![&id.0, &owner.0]).await?;
        let sql = "INSERT INTO sources (id, owner, name, content_hash, state, created_at)
             VALUES ($1, $2, $3, $4, 'loading', $5) ON CONFLICT DO NOTHING";
        if tx.execute(sql, args![&id.0, &owner.0, name, content_hash, now()]).await? == 0 {
            return Err(Error::Exists { what: "source", id: id.0.clone() });
        }
        tx.commit().await
    }

    async fn append_source_rows(&self, id: &SourceId, rows: Vec<SourceRow>) -> Result<(), Error> {
        let key = self.source_key(id).await?;
        let mut batch = Batch::default();
        for row in rows {
            let cells = json("cells of a row", &row.cells)?;
            let index = signed("row", row.index)?;
            let line = signed("line", row.line)?;
            batch.add(Table::SourceRows, json("row", &(key, index, line, cells, row.problem))?);
        }
        self.writer.write(batch).await
    }

    async fn finish_source(&self, id: &SourceId, columns: &[Column]) -> Result<(), Error> {
        let key = self.source_key(id).await?;
        let columns = json("columns of a source", columns)?;
        let sql = "UPDATE sources SET state = 'ready', columns = $1,
                 rows = (SELECT count(*) FROM source_rows WHERE source_key = $2)
             WHERE key = $2";
        self.execute(sql, args![columns, key]).await?;
        Ok(())
    }

    async fn source_rows(
        &self,
        id: &SourceId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<SourceRow>, Error> {
        let sql = "SELECT row_index, line, cells, problem FROM source_rows
             WHERE source_key = $1 AND row_index >= $2 ORDER BY row_index LIMIT $3";
        let key = self.source_key(id).await?;
        let rows = self.rows(sql, args![key, signed("row", from)?, limit]).await?;
        rows.iter().map(decode::source_row).collect()
    }
}
