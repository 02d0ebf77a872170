//! Uploaded files: announced, received once, and kept until their job is started.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use ampledata_store::{JobId, NewUpload, Owner, SourceId, Upload, UploadChange, UploadState};
use ampledata_table::{self as table, Format, Input};
use futures::{Stream, StreamExt as _};
use jiff::Timestamp;
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

use super::{ServiceError, Sources};
use crate::app;

/// How long an upload address is valid.
pub const VALID: Duration = Duration::from_secs(90);

/// The accepted file types.
pub(in crate::app) const ACCEPTED_TYPES: &str = "text/csv, text/tab-separated-values, application/json, \
     application/x-ndjson, application/vnd.apache.parquet and \
     application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The format that a content type names, ignoring its parameters.
pub(super) fn parse_content_type(content_type: &str) -> Option<Format> {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "text/csv" => Some(Format::Csv),
        "text/tab-separated-values" => Some(Format::Tsv),
        "application/json" => Some(Format::Json),
        "application/x-ndjson" | "application/jsonl" => Some(Format::JsonLines),
        "application/vnd.apache.parquet" => Some(Format::Parquet),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Some(Format::Xlsx),
        _ => None,
    }
}

/// A piece of a file, or the end of the connection.
pub type Piece = Result<bytes::Bytes, Box<dyn std::error::Error + Send + Sync>>;

impl Sources {
    /// Maximum size of a file in bytes.
    pub fn upload_limit(&self) -> u64 {
        self.upload_bytes
    }

    /// Announces a file of this type and at most this length, which creates a source and a `PENDING` job.
    /// Also returns the address to send it to, if that is not this server.
    ///
    /// # Errors
    /// The type is not accepted, the file would be too large, or the bucket's address cannot be signed.
    pub async fn announce_upload(
        &self,
        owner: &Owner,
        content_type: &str,
        length: u64,
        name: Option<&str>,
    ) -> Result<(NewUpload, Option<String>), ServiceError> {
        let format = parse_content_type(content_type)
            .ok_or_else(|| ServiceError::UnknownContentType(content_type.to_owned()))?;
        let limit = self.upload_bytes;
        if !(1..=limit).contains(&length) {
            return Err(ServiceError::UploadTooLarge { length, limit });
        }
        let id = Uuid::new_v4();
        let upload = NewUpload {
            source: SourceId(id.to_string()),
            job: JobId(Uuid::new_v4().to_string()),
            owner: owner.clone(),
            name: name.map_or_else(|| format!("{id}.{}", format.name()), str::to_owned),
            content_type: content_type.to_owned(),
            length,
            expires_at: Timestamp::now() + self.upload_lifetime(),
        };
        self.store.expire_uploads(Timestamp::now()).await?;
        self.store.abandon_uploads(Some(Timestamp::now())).await?;
        let address = self.sign_bucket_address(&upload).await?;
        self.store.add_upload(&upload).await?;
        Ok((upload, address))
    }

    /// Receives a file completely. The caller has verified a signature over the source's name.
    ///
    /// # Errors
    /// The file differs from the announcement, was already sent, comes too late, or is not a table; or the
    /// connection ends early.
    pub async fn receive_upload(
        &self,
        source: &SourceId,
        content_type: &str,
        length: Option<u64>,
        pieces: impl Stream<Item = Piece> + Unpin,
    ) -> Result<u64, ServiceError> {
        let missing = || ServiceError::NotFound { what: "source", id: source.0.clone() };
        let upload = self.store.signed_upload(source).await?.ok_or_else(missing)?;
        let promised = &upload.promised;
        if content_type != promised.content_type {
            let (announced, given) = (promised.content_type.clone(), content_type.to_owned());
            return Err(ServiceError::UploadType { announced, given });
        }
        if length.is_some_and(|length| length > promised.length) {
            return Err(ServiceError::UploadTooLong(promised.length));
        }
        self.claim_upload(&upload).await?;
        let kept = self.write_file(&upload, pieces).await;
        let (to, problem) = match &kept {
            Ok(_) => (UploadState::Received, None),
            // An incomplete file may be sent again until the address expires.
            Err(ServiceError::UploadBroken | ServiceError::Keep(_)) => (UploadState::Signed, None),
            Err(error) => (UploadState::Failed, Some(error.to_string())),
        };
        let from = vec![UploadState::Receiving];
        let change = UploadChange { from, to, problem, unexpired_at: None };
        let ended = self.store.change_upload(&promised.owner, source, change).await?;
        // It was cancelled meanwhile, or another process considered this one dead.
        if ended { kept } else { kept.and(Err(ServiceError::UploadBroken)) }
    }

    /// Of two concurrent senders of a file, one succeeds.
    async fn claim_upload(&self, upload: &Upload) -> Result<(), ServiceError> {
        let promised = &upload.promised;
        let now = Timestamp::now();
        if upload.state == UploadState::Expired || promised.expires_at < now {
            return Err(ServiceError::UploadExpired);
        }
        let change = UploadChange {
            from: vec![UploadState::Signed],
            to: UploadState::Receiving,
            problem: None,
            unexpired_at: Some(now),
        };
        let begun = self.store.change_upload(&promised.owner, &promised.source, change).await?;
        if !begun {
            return Err(ServiceError::UploadAgain);
        }
        self.extend_deadline(promised).await
    }

    /// Keeps other processes from treating the upload as abandoned.
    async fn extend_deadline(&self, promised: &NewUpload) -> Result<(), ServiceError> {
        let until = Timestamp::now() + VALID;
        self.store.extend_upload(&promised.owner, &promised.source, until).await?;
        Ok(())
    }

    /// Writes the file to disk piece by piece; it gets its final name once it is complete and a table.
    pub(super) async fn write_file(
        &self,
        upload: &Upload,
        mut pieces: impl Stream<Item = Piece> + Unpin,
    ) -> Result<u64, ServiceError> {
        let limit = upload.promised.length;
        let path = self.path_of_upload(upload)?;
        let part = path.with_extension("part");
        tokio::fs::create_dir_all(&self.folder).await.map_err(ServiceError::Keep)?;
        let mut file = File::create(&part).await.map_err(ServiceError::Keep)?;
        let (mut written, mut extended_at) = (0, Instant::now());
        let outcome = loop {
            let piece = match tokio::time::timeout(self.upload_pause, pieces.next()).await {
                Ok(Some(Ok(piece))) => piece,
                Ok(None) => break Ok(written),
                Ok(Some(Err(_))) | Err(_) => break Err(ServiceError::UploadBroken),
            };
            written += piece.len() as u64;
            if written > limit {
                break Err(ServiceError::UploadTooLong(limit));
            }
            if let Err(error) = file.write_all(&piece).await {
                break Err(ServiceError::Keep(error));
            }
            if extended_at.elapsed() > VALID / 3 {
                if let Err(error) = self.extend_deadline(&upload.promised).await {
                    break Err(error);
                }
                extended_at = Instant::now();
            }
        };
        let outcome = match outcome {
            Ok(written) => complete_file(file, &part, &path).await.map(|()| written),
            failed => failed,
        };
        if outcome.is_err()
            && let Err(error) = tokio::fs::remove_file(&part).await
        {
            tracing::warn!(%error, "an incomplete upload could not be removed");
        }
        outcome
    }

    /// The path of an upload's file.
    pub(super) fn path_of_upload(&self, upload: &Upload) -> Result<PathBuf, ServiceError> {
        Ok(self.folder.join(upload_file_name(&upload.promised)?))
    }
}

/// The file name of an upload; its extension is that of the format.
pub(super) fn upload_file_name(promised: &NewUpload) -> Result<String, ServiceError> {
    let kind = &promised.content_type;
    let format =
        parse_content_type(kind).ok_or_else(|| ServiceError::UnknownContentType(kind.clone()))?;
    Ok(format!("{}.{}", promised.source.0, format.name()))
}

async fn complete_file(
    mut file: File,
    part: &std::path::Path,
    path: &std::path::Path,
) -> Result<(), ServiceError> {
    file.flush().await.map_err(ServiceError::Keep)?;
    file.sync_all().await.map_err(ServiceError::Keep)?;
    let (part_read, name) = (part.to_owned(), path.to_owned());
    let format = Format::of_path(path);
    let read = tokio::task::spawn_blocking(move || {
        let options = table::Options { format, ..table::Options::default() };
        table::open(Input::from(part_read.as_path()), &options).map(drop)
    });
    let read = read.await.map_err(app::Error::Task)?;
    read.map_err(|source| app::Error::Table { path: public_name(&name), source })?;
    tokio::fs::rename(part, path).await.map_err(ServiceError::Keep)
}

/// Clients must not learn the server's folders.
pub(super) fn public_name(path: &std::path::Path) -> PathBuf {
    let extension = path.extension().map(|extension| extension.to_string_lossy().into_owned());
    PathBuf::from(
        extension.map_or_else(|| "the file".to_owned(), |kind| format!("the {kind} file")),
    )
}
