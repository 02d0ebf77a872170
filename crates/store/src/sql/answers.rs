//! Answers of models.

use async_trait::async_trait;

use super::batch::{Batch, Table};
use super::statement::args;
use super::{Dialect, SqlStore, now};
use crate::decode::Columns as _;
use crate::encoding::json;
use crate::{Answers, Error};

#[async_trait]
impl<D: Dialect> Answers for SqlStore<D> {
    async fn answer(&self, key: &str) -> Result<Option<String>, Error> {
        let row = self.row("SELECT answer FROM answers WHERE key = $1", args![key]).await?;
        row.map(|row| row.text("answer")).transpose()
    }

    async fn put_answer(&self, key: &str, answer: &str) -> Result<(), Error> {
        let mut batch = Batch::default();
        batch.add(Table::Answers, json("answer of a model", &(key, answer, now()))?);
        self.writer.write(batch).await
    }
}
