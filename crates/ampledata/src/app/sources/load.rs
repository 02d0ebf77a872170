//! From an uploaded file to a source in the store.

use ampledata_store::{JobId, JobStatus, Owner, Source, Upload, UploadState};
use ampledata_table::{self as table, Format, Input, Reader};

use super::upload::public_name;
use super::{ServiceError, Sources};
use crate::app;
use crate::app::enrich;

/// How an uploaded file is read.
#[derive(Debug, Clone, Default)]
pub(in crate::app) struct Reading {
    /// The row or line that contains the headers, from 1; detected if not given.
    pub(in crate::app) header_row: Option<u64>,
    /// The headers of the key.
    pub(in crate::app) key: Vec<String>,
}

impl Sources {
    /// The upload of a job that can be started.
    pub(in crate::app) async fn find_startable_upload(
        &self,
        owner: &Owner,
        id: &JobId,
    ) -> Result<Upload, ServiceError> {
        if let Some(job) = self.store.job(owner, id).await?
            && (job.loaded || job.status != JobStatus::Pending)
        {
            return Err(ServiceError::NotPending { id: id.0.clone(), status: job.status });
        }
        let missing = || ServiceError::NotFound { what: "job", id: id.0.clone() };
        let upload = self.store.upload_of_job(owner, id).await?.ok_or_else(missing)?;
        let id = id.0.clone();
        match upload.state {
            UploadState::Received | UploadState::Started => Ok(upload),
            UploadState::Signed if self.bucket.is_some() => self.fetch_if_sent(upload).await,
            UploadState::Signed | UploadState::Receiving => Err(ServiceError::NoFile(id)),
            UploadState::Expired => Err(ServiceError::FileUnusable {
                id,
                problem: "it did not arrive in time".to_owned(),
            }),
            UploadState::Failed => {
                let problem = upload.problem.unwrap_or_else(|| "it was refused".to_owned());
                Err(ServiceError::FileUnusable { id, problem })
            }
            UploadState::Cancelled => {
                Err(ServiceError::NotPending { id, status: JobStatus::Cancelled })
            }
        }
    }

    /// The source of an upload, loaded from its file if that was not done yet and the columns fit.
    pub(in crate::app) async fn load(
        &self,
        owner: &Owner,
        upload: &Upload,
        reading: Reading,
        fits: impl FnOnce(&[table::Column]) -> Result<(), ServiceError>,
    ) -> Result<Source, ServiceError> {
        let id = &upload.promised.source;
        if let Some(source) = self.store.source(owner, id).await?.filter(|source| source.ready) {
            return Ok(source);
        }
        let path = self.local_file(upload).await?;
        let (opened, named) = (path.clone(), public_name(&path));
        let reader = tokio::task::spawn_blocking(move || open_table(&opened, reading)).await;
        let reader = reader.map_err(app::Error::Task)?;
        let reader = reader.map_err(|source| app::Error::Table { path: named, source })?;
        fits(reader.columns())?;
        let new = enrich::LoadedAs {
            id: id.clone(),
            owner: owner.clone(),
            name: upload.promised.name.clone(),
        };
        let source = enrich::load_as(self.store.as_ref(), &path, new, reader).await?;
        // The rows are in the store, so the file is no longer needed.
        if let Err(error) = tokio::fs::remove_file(&path).await {
            tracing::warn!(%error, "an uploaded file could not be removed");
        }
        self.delete_from_bucket(upload).await;
        Ok(source)
    }
}

fn open_table(path: &std::path::Path, reading: Reading) -> Result<Reader, table::Error> {
    let Reading { header_row, key: expected_headers } = reading;
    let format = Format::of_path(path);
    let options =
        table::Options { format, header_row, expected_headers, ..table::Options::default() };
    table::open(Input::from(path), &options)
}
