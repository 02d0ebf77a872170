//! Announced files and their states.

use async_trait::async_trait;
use jiff::Timestamp;

use super::statement::args;
use super::{Dialect, SqlStore, now};
use crate::decode;
use crate::encoding::{json, signed};
use crate::{Error, JobId, NewUpload, Owner, SourceId, Upload, UploadChange, Uploads};

#[async_trait]
impl<D: Dialect> Uploads for SqlStore<D> {
    async fn add_upload(&self, upload: &NewUpload) -> Result<(), Error> {
        let made = self
            .execute(
                "INSERT INTO uploads (source, job, owner, name, content_type, length, state,
                     expires_at, created_at)
                 SELECT $1, $2, $3, $4, $5, $6, 'signed', $7, $8
                 WHERE NOT EXISTS (SELECT 1 FROM sources WHERE id = $1)
                     AND NOT EXISTS (SELECT 1 FROM jobs WHERE id = $2)
                 ON CONFLICT DO NOTHING",
                args![
                    &upload.source.0,
                    &upload.job.0,
                    &upload.owner.0,
                    &upload.name,
                    &upload.content_type,
                    signed("length", upload.length)?,
                    upload.expires_at.as_millisecond(),
                    now(),
                ],
            )
            .await?;
        if made == 0 {
            return Err(Error::Exists { what: "source", id: upload.source.0.clone() });
        }
        Ok(())
    }

    async fn upload(&self, owner: &Owner, source: &SourceId) -> Result<Option<Upload>, Error> {
        let sql = "SELECT * FROM uploads WHERE source = $1 AND owner = $2";
        let row = self.row(sql, args![&source.0, &owner.0]).await?;
        row.map(|row| decode::upload(&row)).transpose()
    }

    async fn upload_of_job(&self, owner: &Owner, job: &JobId) -> Result<Option<Upload>, Error> {
        let sql = "SELECT * FROM uploads WHERE job = $1 AND owner = $2";
        let row = self.row(sql, args![&job.0, &owner.0]).await?;
        row.map(|row| decode::upload(&row)).transpose()
    }

    async fn signed_upload(&self, source: &SourceId) -> Result<Option<Upload>, Error> {
        let row = self.row("SELECT * FROM uploads WHERE source = $1", args![&source.0]).await?;
        row.map(|row| decode::upload(&row)).transpose()
    }

    async fn change_upload(
        &self,
        owner: &Owner,
        source: &SourceId,
        change: UploadChange,
    ) -> Result<bool, Error> {
        let from: Vec<_> = change.from.iter().map(|state| state.name()).collect();
        let changed = self
            .execute(
                "UPDATE uploads SET state = $1, problem = $2 WHERE source = $3 AND owner = $4
                     AND state IN {texts $5}
                     AND (CAST($6 AS BIGINT) IS NULL OR $6 < expires_at)",
                args![
                    change.to.name(),
                    change.problem,
                    &source.0,
                    &owner.0,
                    json("states", &from)?,
                    change.unexpired_at.map(Timestamp::as_millisecond),
                ],
            )
            .await?;
        if changed == 0 && self.upload(owner, source).await?.is_none() {
            return Err(Error::NotFound { what: "upload", id: source.0.clone() });
        }
        Ok(changed > 0)
    }

    async fn extend_upload(
        &self,
        owner: &Owner,
        source: &SourceId,
        until: Timestamp,
    ) -> Result<bool, Error> {
        let extended = self
            .execute(
                "UPDATE uploads SET expires_at = $1
                 WHERE source = $2 AND owner = $3 AND state = 'receiving' AND expires_at < $1",
                args![until.as_millisecond(), &source.0, &owner.0],
            )
            .await?;
        Ok(extended > 0)
    }

    async fn abandon_uploads(&self, over_at: Option<Timestamp>) -> Result<u64, Error> {
        self.execute(
            "UPDATE uploads SET state = 'failed', problem = 'the upload was cut off: send it again'
             WHERE state = 'receiving' AND (CAST($1 AS BIGINT) IS NULL OR expires_at <= $1)",
            args![over_at.map(Timestamp::as_millisecond)],
        )
        .await
    }

    async fn expire_uploads(&self, now: Timestamp) -> Result<u64, Error> {
        self.execute(
            "UPDATE uploads SET state = 'expired', problem = 'the file did not come in time'
             WHERE state = 'signed' AND expires_at <= $1",
            args![now.as_millisecond()],
        )
        .await
    }
}
