//! The enriched table, written while it is sent.

use std::io::{self, Write};

use ampledata_store::{Job, JobId, Owner, Progress, Source};
use ampledata_table::{Format, Output};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;

use super::{Jobs, ServiceError};
use crate::app;
use crate::app::enrich::{self, ExtraColumns, Prepared};

/// Bytes sent in one piece.
const PIECE: usize = 1 << 16;
/// Pieces that wait to be sent: a slow client slows down the writing instead of filling the memory.
const MAX_WAITING: usize = 4;
/// Corrections read from the store at a time.
const PAGE: u32 = 1_000;

/// A table ready to be exported.
pub struct Export {
    job: Job,
    source: Source,
    format: Format,
    extra: ExtraColumns,
    /// Changes with the content; none while the content may change at any moment.
    pub tag: Option<String>,
}

impl Export {
    /// A file name for it.
    pub fn file_name(&self) -> String {
        let stem = self.source.name.rsplit_once('.').map_or(&*self.source.name, |(stem, _)| stem);
        let plain = |c: char| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '_' };
        let stem: String = stem.chars().take(80).map(plain).collect();
        format!("{stem}-enriched.{}", self.format.name())
    }
}

impl Jobs {
    /// Prepares an export of a job's table in its present state.
    ///
    /// # Errors
    /// There is no such job, it was not started, or an evidence column has the name of another column.
    pub async fn prepare_export(
        &self,
        owner: &Owner,
        id: &JobId,
        format: Format,
        extra: ExtraColumns,
    ) -> Result<Export, ServiceError> {
        let job = self.find(owner, id).await?;
        let missing = || ServiceError::NotFound { what: "source", id: job.source.0.clone() };
        let source = self.store.source(owner, &job.source).await?.ok_or_else(missing)?;
        let headers: Vec<_> = source.columns.iter().map(|column| column.name.clone()).collect();
        enrich::check_extra_columns(extra, &job.plan.columns, &headers)?;
        let tag = self.content_tag(owner, &job, format, extra).await?;
        Ok(Export { job, source, format, extra, tag })
    }

    async fn content_tag(
        &self,
        owner: &Owner,
        job: &Job,
        format: Format,
        extra: ExtraColumns,
    ) -> Result<Option<String>, ServiceError> {
        if !job.status.is_final() {
            return Ok(None);
        }
        let mut corrections = 0;
        loop {
            let page = self.store.corrections(owner, &job.id, corrections, PAGE).await?;
            corrections += page.len() as u64;
            if page.len() < PAGE as usize {
                break;
            }
        }
        let progress = self.store.job_progress(owner, &job.id).await?;
        let state = format!(
            "{} {:?} {:?} {progress:?} {corrections} {format} {extra:?}",
            job.id, job.status, job.finished_at
        );
        Ok(Some(hex::encode(&Sha256::digest(state)[..16])))
    }

    /// Writes the table piece by piece. If it cannot be completed, the last piece is an error, so that half a
    /// table does not look like a whole one.
    pub fn stream_export(&self, export: Export) -> mpsc::Receiver<io::Result<Bytes>> {
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        let store = std::sync::Arc::clone(&self.services.store);
        tokio::spawn(async move {
            let Export { job, source, format, extra, .. } = export;
            let prepared =
                Prepared { job, source, progress: Progress::default(), warnings: Vec::new() };
            let pieces = Pieces { sender: sender.clone(), piece: Vec::with_capacity(PIECE) };
            let output = Output::stream(pieces);
            let written = enrich::export(&prepared, store.as_ref(), extra, output, format).await;
            if let Err(error) = written {
                report_failure(&sender, &error).await;
            }
        });
        receiver
    }
}

async fn report_failure(sender: &mpsc::Sender<io::Result<Bytes>>, error: &app::Error) {
    if sender.is_closed() {
        tracing::debug!("a client disconnected before its export was complete");
        return;
    }
    tracing::error!(%error, "an export failed");
    // If this fails, no one is left to report it to.
    sender.send(Err(io::Error::other("the export failed"))).await.ok();
}

/// Collects what is written into pieces. Used on blocking threads only.
struct Pieces {
    sender: mpsc::Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
}

impl Pieces {
    fn send(&mut self) -> io::Result<()> {
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        let sent = self.sender.blocking_send(Ok(piece.into()));
        sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() { Ok(()) } else { self.send() }
    }
}
