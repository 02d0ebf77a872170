//! Webhooks and deliveries.

use async_trait::async_trait;
use jiff::Timestamp;

use super::statement::args;
use super::{Dialect, SqlStore};
use crate::decode::{self, Columns as _};
use crate::encoding::{json, signed};
use crate::{Attempted, Delivery, DueDelivery, Error, Listed, Owner, Slice, Webhook, Webhooks};

const DELIVERIES: &str = "SELECT deliveries.*, webhooks.id AS webhook FROM deliveries
    JOIN webhooks ON webhooks.key = webhook_key
    WHERE webhook_key = $1 AND deliveries.id < $2 ORDER BY deliveries.id DESC LIMIT $3 OFFSET $4";
const CLAIM: &str = "UPDATE deliveries SET next_at = $2, attempts = attempts + 1
    WHERE id IN (SELECT deliveries.id FROM deliveries JOIN webhooks ON webhooks.key = webhook_key
        WHERE state = 'waiting' AND next_at <= $1 AND active ORDER BY next_at, deliveries.id LIMIT $3
        {postgres:FOR UPDATE OF deliveries SKIP LOCKED})
    RETURNING *, (SELECT id FROM webhooks WHERE key = webhook_key) AS webhook,
        (SELECT url FROM webhooks WHERE key = webhook_key) AS url,
        (SELECT secret FROM webhooks WHERE key = webhook_key) AS secret";

#[async_trait]
impl<D: Dialect> Webhooks for SqlStore<D> {
    async fn put_webhook(&self, webhook: &Webhook) -> Result<(), Error> {
        let sql = "INSERT INTO webhooks (id, owner, url, secret, events, active, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (id) DO UPDATE SET url = excluded.url, secret = excluded.secret,
                 events = excluded.events, active = excluded.active
             WHERE webhooks.owner = excluded.owner";
        let events = json("events", &webhook.events)?;
        let at = webhook.created_at.as_millisecond();
        let Webhook { id, owner, url, secret, active, .. } = webhook;
        if self.execute(sql, args![id, &owner.0, url, secret, events, *active, at]).await? == 0 {
            return Err(Error::Exists { what: "webhook", id: id.clone() });
        }
        Ok(())
    }

    async fn webhooks(&self, owner: &Owner) -> Result<Vec<Webhook>, Error> {
        let sql = "SELECT * FROM webhooks WHERE owner = $1 ORDER BY key DESC";
        let rows = self.rows(sql, args![&owner.0]).await?;
        rows.iter().map(decode::webhook).collect()
    }

    async fn webhook(&self, owner: &Owner, id: &str) -> Result<Option<Webhook>, Error> {
        let sql = "SELECT * FROM webhooks WHERE id = $1 AND owner = $2";
        let row = self.row(sql, args![id, &owner.0]).await?;
        row.map(|row| decode::webhook(&row)).transpose()
    }

    async fn delete_webhook(&self, owner: &Owner, id: &str) -> Result<bool, Error> {
        let sql = "DELETE FROM webhooks WHERE id = $1 AND owner = $2";
        Ok(self.execute(sql, args![id, &owner.0]).await? > 0)
    }

    async fn claim_deliveries(
        &self,
        now: Timestamp,
        lease: Timestamp,
        limit: u32,
    ) -> Result<Vec<DueDelivery>, Error> {
        let wanted = args![now.as_millisecond(), lease.as_millisecond(), limit];
        let mut session = self.write().await?;
        let mut tx = session.begin().await?;
        let rows = tx.rows(CLAIM, wanted).await?;
        let due = rows.iter().map(|row| {
            Ok(DueDelivery {
                delivery: decode::delivery(row)?,
                url: row.text("url")?,
                secret: row.text("secret")?,
            })
        });
        let mut due: Vec<_> = due.collect::<Result<_, Error>>()?;
        tx.commit().await?;
        due.sort_by_key(|due| due.delivery.id);
        Ok(due)
    }

    async fn settle_delivery(&self, id: u64, attempted: &Attempted) -> Result<(), Error> {
        let sql = "UPDATE deliveries SET state = $1, next_at = $2, status_code = $3, problem = $4
             WHERE id = $5";
        let settled = args![
            attempted.state.name(),
            attempted.next_at.as_millisecond(),
            attempted.status_code.map(i64::from),
            attempted.problem.clone(),
            signed("number of a delivery", id)?,
        ];
        if self.execute(sql, settled).await? == 0 {
            return Err(Error::NotFound { what: "delivery", id: id.to_string() });
        }
        Ok(())
    }

    async fn deliveries(
        &self,
        owner: &Owner,
        webhook: &str,
        slice: &Slice,
    ) -> Result<Listed<Delivery>, Error> {
        let sql = "SELECT key, (SELECT count(*) FROM deliveries WHERE webhook_key = key) AS n
             FROM webhooks WHERE id = $1 AND owner = $2";
        let found = self.row(sql, args![webhook, &owner.0]).await?;
        let found =
            found.ok_or_else(|| Error::NotFound { what: "webhook", id: webhook.to_owned() })?;
        let before = match &slice.after {
            None => i64::MAX,
            // Nothing comes after a cursor that is not a number.
            Some(after) => after.parse().unwrap_or(0),
        };
        let offset = signed("offset", slice.offset)?;
        let wanted = args![found.integer("key")?, before, slice.limit, offset];
        let rows = self.rows(DELIVERIES, wanted).await?;
        Ok(Listed {
            items: rows.iter().map(decode::delivery).collect::<Result<_, _>>()?,
            total: found.count("n")?,
        })
    }
}
