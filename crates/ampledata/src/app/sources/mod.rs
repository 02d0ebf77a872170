//! The tables of an owner: uploads, their rows, and the choice of a key.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ampledata_providers::blob::Bucket;
use ampledata_providers::models::roles::ModelRoles;
use ampledata_store::{JobId, Listed, Owner, Slice, SourceRow, Store, UploadState};
use ampledata_table::{self as table, Cell, Format, Input, ReadError};
use tokio::sync::Mutex;

use super::ServiceError;
use crate::app;
use crate::config::Settings;

mod bucket;
mod key;
mod key_by_model;
mod load;
mod upload;

pub use ampledata_store::{Source, SourceId};
pub use key::KeyChoice;
pub use key_by_model::{ChosenKey, FellBack, KeyBy};
pub(in crate::app) use load::Reading;
pub use upload::{Piece, VALID};

pub(super) use upload::ACCEPTED_TYPES;

use upload::public_name;

/// How long a client may pause while it sends a file.
const UPLOAD_PAUSE: Duration = Duration::from_secs(30);

/// Number of rows in a sample.
const SAMPLE: u32 = 2_000;

/// The first rows of a table.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Its headers, and names by position for columns without one.
    pub headers: Vec<String>,
    /// Which of the columns have no header, as the index of a data frame.
    pub unnamed: BTreeSet<String>,
    /// Its rows; unusable ones are left out.
    pub rows: Vec<Vec<Cell>>,
}

impl Sample {
    fn new(columns: &[table::Column], rows: Vec<Vec<Cell>>) -> Self {
        let headers = columns.iter().map(|column| column.name.clone()).collect();
        let unnamed = columns.iter().filter(|column| column.unnamed);
        Self { headers, unnamed: unnamed.map(|column| column.name.clone()).collect(), rows }
    }
}

/// Identifies a table: by its own id, or by the id of the job that it was uploaded for.
#[derive(Debug, Clone)]
pub enum TableName {
    /// Its own id.
    Source(SourceId),
    /// The id of its job.
    Job(JobId),
}

/// The tables of all owners.
pub struct Sources {
    store: Arc<dyn Store>,
    /// Models that may choose a key.
    models: Arc<ModelRoles>,
    /// The object store that clients send their files to, if not to this server.
    bucket: Option<Bucket>,
    /// Its origin, which the web app needs permission to reach.
    upload_origin: OnceLock<String>,
    /// One file is fetched from the bucket at a time.
    fetching: Mutex<()>,
    /// Folder of files whose rows are not yet in the store.
    folder: PathBuf,
    upload_bytes: u64,
    upload_pause: Duration,
}

impl Sources {
    /// The tables in this store. Clients send their files to the bucket, if there is one, else to this
    /// server.
    pub(super) fn new(
        store: Arc<dyn Store>,
        models: Arc<ModelRoles>,
        bucket: Option<Bucket>,
        settings: &Settings,
    ) -> Self {
        let folder = settings.blob_url.strip_prefix("file://").map(PathBuf::from);
        Self {
            store,
            models,
            bucket,
            upload_origin: OnceLock::new(),
            fetching: Mutex::default(),
            folder: folder.unwrap_or_else(|| settings.data_dir.join("uploads")),
            upload_bytes: settings.server.upload_bytes,
            upload_pause: UPLOAD_PAUSE,
        }
    }

    /// The owner's tables, newest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn list(&self, owner: &Owner, slice: &Slice) -> Result<Listed<Source>, ServiceError> {
        Ok(self.store.sources(owner, slice).await?)
    }

    /// The owner's table.
    ///
    /// # Errors
    /// There is no such table.
    pub async fn find(&self, owner: &Owner, id: &SourceId) -> Result<Source, ServiceError> {
        let missing = || ServiceError::NotFound { what: "source", id: id.0.clone() };
        self.store.source(owner, id).await?.ok_or_else(missing)
    }

    /// Rows of a table in order, with the table.
    ///
    /// # Errors
    /// There is no such table.
    pub async fn list_rows(
        &self,
        owner: &Owner,
        id: &SourceId,
        from: u64,
        limit: u32,
    ) -> Result<(Source, Vec<SourceRow>), ServiceError> {
        let source = self.find(owner, id).await?;
        let rows = self.store.source_page(owner, id, from, limit).await?;
        Ok((source, rows))
    }

    /// Deletes a table with everything that belongs to it.
    ///
    /// # Errors
    /// There is no such table, or one of its jobs is running.
    pub async fn delete(&self, owner: &Owner, id: &SourceId) -> Result<(), ServiceError> {
        Ok(self.store.delete_source(owner, id).await?)
    }

    /// The first rows of a table, which may be loaded or only uploaded.
    ///
    /// # Errors
    /// There is no such table, its file has not arrived, or it cannot be read.
    pub async fn read_sample(
        &self,
        owner: &Owner,
        name: &TableName,
    ) -> Result<Sample, ServiceError> {
        let upload = match name {
            TableName::Source(source) => self.store.upload(owner, source).await?,
            TableName::Job(job) => self.store.upload_of_job(owner, job).await?,
        };
        let source = match (name, &upload) {
            (TableName::Source(source), _) => Some(source.clone()),
            (_, Some(upload)) => Some(upload.promised.source.clone()),
            (TableName::Job(job), None) => self.store.job(owner, job).await?.map(|job| job.source),
        };
        let missing = || match name {
            TableName::Source(id) => ServiceError::NotFound { what: "source", id: id.0.clone() },
            TableName::Job(id) => ServiceError::NotFound { what: "job", id: id.0.clone() },
        };
        let source = source.ok_or_else(missing)?;
        if let Some(found) = self.store.source(owner, &source).await?.filter(|s| s.ready) {
            let rows = self.store.source_page(owner, &source, 0, SAMPLE).await?;
            let rows = rows.into_iter().filter(|row| row.problem.is_none());
            return Ok(Sample::new(&found.columns, rows.map(|row| row.cells).collect()));
        }
        let mut upload = upload.ok_or_else(missing)?;
        if upload.state == UploadState::Signed && self.bucket.is_some() {
            upload = self.fetch_if_sent(upload).await?;
        }
        if upload.state != UploadState::Received {
            return Err(ServiceError::NoFile(upload.promised.job.0));
        }
        let path = self.local_file(&upload).await?;
        let named = public_name(&path);
        let read = tokio::task::spawn_blocking(move || sample_file(&path)).await;
        let read = read.map_err(app::Error::Task)?;
        read.map_err(|source| app::Error::Table { path: named, source }.into())
    }
}

fn sample_file(path: &std::path::Path) -> Result<Sample, table::Error> {
    let options = table::Options { format: Format::of_path(path), ..table::Options::default() };
    let reader = table::open(Input::from(path), &options)?;
    let columns = reader.columns().to_vec();
    let mut rows = Vec::new();
    for row in reader.take(SAMPLE as usize) {
        match row {
            Ok(record) => rows.push(record.fields),
            Err(ReadError::Row(_)) => {}
            Err(ReadError::File(error)) => return Err(error),
        }
    }
    Ok(Sample::new(&columns, rows))
}
