//! The tables of an owner.

use ampledata_store::{JobId, Listed, Owner, Slice, Source, SourceId, SourceRow, UploadState};
use ampledata_table::{self as table, Cell, Format, Input, ReadError};

use super::upload::shown_name;
use super::{Desk, Error};
use crate::app;

/// Number of rows in a sample.
const SAMPLE: u32 = 2_000;

/// The first rows of a table.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Its headers.
    pub headers: Vec<String>,
    /// Its rows; unusable ones are left out.
    pub rows: Vec<Vec<Cell>>,
}

/// Identifies a table: by its own id, or by the id of the job that it was uploaded for.
#[derive(Debug, Clone)]
pub enum TableName {
    /// Its own id.
    Source(SourceId),
    /// The id of its job.
    Job(JobId),
}

impl Desk {
    /// The owner's tables, newest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn sources(&self, owner: &Owner, slice: &Slice) -> Result<Listed<Source>, Error> {
        Ok(self.store().sources(owner, slice).await?)
    }

    /// The owner's table.
    ///
    /// # Errors
    /// There is no such table.
    pub async fn source(&self, owner: &Owner, id: &SourceId) -> Result<Source, Error> {
        let missing = || Error::NotFound { what: "source", id: id.0.clone() };
        self.store().source(owner, id).await?.ok_or_else(missing)
    }

    /// Rows of a table in order, with the table.
    ///
    /// # Errors
    /// There is no such table.
    pub async fn source_rows(
        &self,
        owner: &Owner,
        id: &SourceId,
        from: u64,
        limit: u32,
    ) -> Result<(Source, Vec<SourceRow>), Error> {
        let source = self.source(owner, id).await?;
        let rows = self.store().source_page(owner, id, from, limit).await?;
        Ok((source, rows))
    }

    /// Deletes a table with everything that belongs to it.
    ///
    /// # Errors
    /// There is no such table, or one of its jobs is running.
    pub async fn delete_source(&self, owner: &Owner, id: &SourceId) -> Result<(), Error> {
        Ok(self.store().delete_source(owner, id).await?)
    }

    /// The first rows of a table, which may be loaded or only uploaded.
    ///
    /// # Errors
    /// There is no such table, its file has not arrived, or it cannot be read.
    pub async fn sample(&self, owner: &Owner, name: &TableName) -> Result<Sample, Error> {
        let upload = match name {
            TableName::Source(source) => self.store().upload(owner, source).await?,
            TableName::Job(job) => self.store().upload_of_job(owner, job).await?,
        };
        let source = match (name, &upload) {
            (TableName::Source(source), _) => Some(source.clone()),
            (_, Some(upload)) => Some(upload.promised.source.clone()),
            (TableName::Job(job), None) => {
                self.store().job(owner, job).await?.map(|job| job.source)
            }
        };
        let missing = || match name {
            TableName::Source(id) => Error::NotFound { what: "source", id: id.0.clone() },
            TableName::Job(id) => Error::NotFound { what: "job", id: id.0.clone() },
        };
        let source = source.ok_or_else(missing)?;
        if let Some(found) = self.store().source(owner, &source).await?.filter(|s| s.ready) {
            let rows = self.store().source_page(owner, &source, 0, SAMPLE).await?;
            let headers = found.columns.into_iter().map(|column| column.name).collect();
            let rows = rows.into_iter().filter(|row| row.problem.is_none());
            return Ok(Sample { headers, rows: rows.map(|row| row.cells).collect() });
        }
        let mut upload = upload.ok_or_else(missing)?;
        if upload.state == UploadState::Signed && self.bucket.is_some() {
            upload = self.fetched(upload).await?;
        }
        if upload.state != UploadState::Received {
            return Err(Error::NoFile(upload.promised.job.0));
        }
        let path = self.at_hand(&upload).await?;
        let named = shown_name(&path);
        let read = tokio::task::spawn_blocking(move || read(&path)).await;
        let read = read.map_err(app::Error::Task)?;
        read.map_err(|source| app::Error::Table { path: named, source }.into())
    }
}

fn read(path: &std::path::Path) -> Result<Sample, table::Error> {
    let options = table::Options { format: Format::of_path(path), ..table::Options::default() };
    let reader = table::open(Input::from(path), &options)?;
    let headers = reader.headers().to_vec();
    let mut rows = Vec::new();
    for row in reader.take(SAMPLE as usize) {
        match row {
            Ok(record) => rows.push(record.fields),
            Err(ReadError::Row(_)) => {}
            Err(ReadError::File(error)) => return Err(error),
        }
    }
    Ok(Sample { headers, rows })
}
