//! Idempotent requests.

use jiff::Timestamp;

use super::statement::args;
use super::{Dialect, SqlStore};
use crate::decode::Columns as _;
use crate::{Error, IdempotentRequest, KeptAnswer, Known, Owner};

const CLAIM: &str = "INSERT INTO requests (owner, key, hash, expires_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (owner, key) DO UPDATE SET hash = excluded.hash, status = NULL, body = NULL,
        expires_at = excluded.expires_at
    WHERE requests.expires_at <= $5";

impl<D: Dialect> SqlStore<D> {
    pub(super) async fn begin_idempotent(
        &self,
        request: &IdempotentRequest,
        now: Timestamp,
    ) -> Result<Known, Error> {
        let (owner, key, hash) = (&request.owner.0, &request.key, &request.hash);
        let expires_at = request.expires_at.as_millisecond();
        let mut session = self.write().await?;
        let mut tx = session.begin().await?;
        let claim = args![owner, key, hash, expires_at, now.as_millisecond()];
        if tx.execute(CLAIM, claim).await? > 0 {
            tx.commit().await?;
            return Ok(Known::New);
        }
        let sql = "SELECT hash, status, body FROM requests WHERE owner = $1 AND key = $2";
        let known = tx.row(sql, args![owner, key]).await?;
        let known = known.ok_or_else(|| Error::NotFound { what: "request", id: key.clone() })?;
        if known.str("hash")? != request.hash {
            return Ok(Known::Other);
        }
        Ok(match known.small_if_any("status")? {
            None => Known::UnderWay,
            Some(status) => Known::Answered(KeptAnswer { status, body: known.text("body")? }),
        })
    }

    pub(super) async fn finish_idempotent(
        &self,
        owner: &Owner,
        key: &str,
        answer: &KeptAnswer,
    ) -> Result<(), Error> {
        let sql = "UPDATE requests SET status = $1, body = $2 WHERE owner = $3 AND key = $4";
        let status = u32::from(answer.status);
        if self.execute(sql, args![status, &answer.body, &owner.0, key]).await? == 0 {
            return Err(Error::NotFound { what: "request", id: key.to_owned() });
        }
        Ok(())
    }
}
