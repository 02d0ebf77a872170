//! Files that clients send to an object store; the server fetches them when it needs them.

use std::path::PathBuf;
use std::time::Duration;

use ampledata_providers::blob::Bucket;
use ampledata_store::{NewUpload, Upload, UploadChange, UploadState};
use futures::StreamExt as _;

use super::upload::{VALID, upload_file_name};
use super::{ServiceError, Sources};

/// How long a file may stay in the bucket before its job is started. The server is not notified of its
/// arrival.
const BUCKET_LIFETIME: Duration = Duration::from_hours(24);

/// How long the server waits for the credentials of the bucket when it starts.
const FIRST_SIGNATURE: Duration = Duration::from_secs(5);

/// Scheme, host and port of a web address.
fn parse_origin(address: &str) -> Option<String> {
    let origin = url::Url::parse(address).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

impl Sources {
    /// How long an upload address is valid.
    pub(super) fn upload_lifetime(&self) -> Duration {
        if self.bucket.is_some() { BUCKET_LIFETIME } else { VALID }
    }

    /// The file's address in the bucket, if files are sent there.
    pub(super) async fn sign_bucket_address(
        &self,
        upload: &NewUpload,
    ) -> Result<Option<String>, ServiceError> {
        let Some(bucket) = &self.bucket else { return Ok(None) };
        let name = upload_file_name(upload)?;
        let address = bucket.sign_put(&name, &upload.content_type, VALID).await?;
        self.remember_origin(&address);
        Ok(Some(address))
    }

    /// The origin that clients send their files to, such as `https://tables.s3.amazonaws.com`, once it is
    /// known; none if they send them to this server.
    pub fn upload_origin(&self) -> Option<&str> {
        self.upload_origin.get().map(String::as_str)
    }

    /// Finds out where clients send their files. If that fails now, it is found out with the first upload
    /// address.
    pub async fn find_upload_origin(&self) {
        let Some(bucket) = &self.bucket else { return };
        let signing = bucket.sign_put("origin", "text/csv", VALID);
        match tokio::time::timeout(FIRST_SIGNATURE, signing).await {
            Ok(Ok(address)) => self.remember_origin(&address),
            Ok(Err(error)) => tracing::warn!(%error, "the origin of uploads is not known yet"),
            Err(_) => {
                tracing::warn!("the origin of uploads is not known yet: no signature in time");
            }
        }
    }

    fn remember_origin(&self, address: &str) {
        let Some(origin) = parse_origin(address) else { return };
        // All addresses of one bucket have the same origin.
        self.upload_origin.get_or_init(|| origin);
    }

    /// The upload, once its file has arrived from the bucket and is a table.
    ///
    /// # Errors
    /// It has not arrived yet, is longer than announced, or is not a table.
    pub(super) async fn fetch_if_sent(&self, upload: Upload) -> Result<Upload, ServiceError> {
        let Some(bucket) = &self.bucket else { return Ok(upload) };
        let _fetching = self.fetching.lock().await;
        let promised = &upload.promised;
        let now = self.store.upload(&promised.owner, &promised.source).await?;
        if let Some(now) = now.filter(|now| now.state != UploadState::Signed) {
            return Ok(now);
        }
        let fetched = self.copy_from_bucket(bucket, &upload).await;
        let (to, problem) = match &fetched {
            Ok(()) => (UploadState::Received, None),
            // A file that is missing or incomplete may still arrive.
            Err(
                ServiceError::NoFile(_)
                | ServiceError::UploadBroken
                | ServiceError::Keep(_)
                | ServiceError::Bucket(_),
            ) => {
                return fetched.map(|()| upload);
            }
            Err(error) => (UploadState::Failed, Some(error.to_string())),
        };
        let from = vec![UploadState::Signed];
        let change = UploadChange { from, to, problem, unexpired_at: None };
        self.store.change_upload(&promised.owner, &promised.source, change).await?;
        if fetched.is_err() {
            self.delete_from_bucket(&upload).await;
        }
        fetched.map(|()| Upload { state: to, ..upload })
    }

    /// The path of an upload's file; if another server fetched it, it is fetched from the bucket again.
    ///
    /// # Errors
    /// See [`Sources::fetch_if_sent`].
    pub(super) async fn local_file(&self, upload: &Upload) -> Result<PathBuf, ServiceError> {
        let path = self.path_of_upload(upload)?;
        if let Some(bucket) = &self.bucket {
            let _fetching = self.fetching.lock().await;
            if !tokio::fs::try_exists(&path).await.map_err(ServiceError::Keep)? {
                self.copy_from_bucket(bucket, upload).await?;
            }
        }
        Ok(path)
    }

    /// Copies a file from the bucket to the folder, up to the announced size.
    async fn copy_from_bucket(&self, bucket: &Bucket, upload: &Upload) -> Result<(), ServiceError> {
        let name = upload_file_name(&upload.promised)?;
        let missing = || ServiceError::NoFile(upload.promised.job.0.clone());
        let size = bucket.size(&name).await?.ok_or_else(missing)?;
        if size > upload.promised.length {
            return Err(ServiceError::UploadTooLong(upload.promised.length));
        }
        let pieces = bucket.read(&name).await?;
        let pieces = pieces.map(|piece| piece.map_err(|error| Box::new(error) as _));
        self.write_file(upload, pieces).await?;
        Ok(())
    }

    /// Deletes a file from the bucket: its rows are in the store, or no one needs them.
    pub(in crate::app) async fn delete_from_bucket(&self, upload: &Upload) {
        let Some(bucket) = &self.bucket else { return };
        let deleted = match upload_file_name(&upload.promised) {
            Ok(name) => bucket.delete(&name).await.map_err(ServiceError::from),
            Err(error) => Err(error),
        };
        if let Err(error) = deleted {
            tracing::warn!(%error, "cannot delete a file from the bucket");
        }
    }
}
