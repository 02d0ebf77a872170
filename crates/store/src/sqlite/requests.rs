//! Idempotent requests.

use jiff::Timestamp;

use super::reader::Reader;
use super::statement::{args, changed, one};
use super::{Error, Owner, Sqlite};
use crate::decode::Columns as _;
use crate::{IdempotentRequest, KeptAnswer, Known};

const TAKE: &str = "INSERT INTO requests (owner, key, hash, expires_at) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT DO UPDATE SET hash = excluded.hash, status = NULL, body = NULL,
        expires_at = excluded.expires_at
    WHERE expires_at <= ?5";

pub(super) async fn begin(
    db: &Sqlite,
    request: &IdempotentRequest,
    now: Timestamp,
) -> Result<Known, Error> {
    let (faults, request) = (db.faults.clone(), request.clone());
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                let (owner, key, hash) = (&request.owner.0, &request.key, &request.hash);
                let expires_at = request.expires_at.as_millisecond();
                let taken = args![owner, key, hash, expires_at, now.as_millisecond()];
                if changed(connection, TAKE, taken, &faults).await? > 0 {
                    return Ok(Known::New);
                }
                let sql = "SELECT hash, status, body FROM requests WHERE owner = ? AND key = ?";
                let known = one(connection, sql, args![owner, key], &faults).await?;
                let known = known
                    .ok_or_else(|| Error::NotFound { what: "request", id: request.key.clone() })?;
                let known = Reader::new(&known, &faults);
                if known.str("hash")? != request.hash {
                    return Ok(Known::Other);
                }
                Ok(match known.small_if_any("status")? {
                    None => Known::UnderWay,
                    Some(status) => {
                        Known::Answered(KeptAnswer { status, body: known.text("body")? })
                    }
                })
            })
        })
        .await
}

pub(super) async fn finish(
    db: &Sqlite,
    owner: &Owner,
    key: &str,
    answer: &KeptAnswer,
) -> Result<(), Error> {
    let sql = "UPDATE requests SET status = ?, body = ? WHERE owner = ? AND key = ?";
    let status = u32::from(answer.status);
    if db.execute(sql, args![status, &answer.body, &owner.0, key]).await? == 0 {
        return Err(Error::NotFound { what: "request", id: key.to_owned() });
    }
    Ok(())
}
