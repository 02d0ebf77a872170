//! Webhooks and deliveries.

use async_trait::async_trait;
use jiff::Timestamp;

use super::faults::{json, signed, unsigned};
use super::reader::Reader;
use super::statement::{all, args};
use super::{Error, Owner, Sqlite};
use crate::decode::{self, Columns as _};
use crate::{Attempted, Delivery, DueDelivery, Listed, Slice, Webhook, Webhooks};

const DELIVERIES: &str = "SELECT deliveries.*, webhooks.id AS webhook FROM deliveries
    JOIN webhooks ON webhooks.key = webhook_key
    WHERE webhook_key = ?1 AND deliveries.id < ?2 ORDER BY deliveries.id DESC LIMIT ?3 OFFSET ?4";
const CLAIM: &str = "UPDATE deliveries SET next_at = ?2, attempts = attempts + 1
    WHERE id IN (SELECT deliveries.id FROM deliveries JOIN webhooks ON webhooks.key = webhook_key
        WHERE state = 'waiting' AND next_at <= ?1 AND active ORDER BY next_at, deliveries.id LIMIT ?3)
    RETURNING *, (SELECT id FROM webhooks WHERE key = webhook_key) AS webhook,
        (SELECT url FROM webhooks WHERE key = webhook_key) AS url,
        (SELECT secret FROM webhooks WHERE key = webhook_key) AS secret";

#[async_trait]
impl Webhooks for Sqlite {
    async fn put_webhook(&self, webhook: &Webhook) -> Result<(), Error> {
        let sql = "INSERT INTO webhooks (id, owner, url, secret, events, active, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET url = excluded.url, secret = excluded.secret,
                 events = excluded.events, active = excluded.active
             WHERE owner = excluded.owner";
        let events = json("events", &webhook.events)?;
        let at = webhook.created_at.as_millisecond();
        let Webhook { id, owner, url, secret, active, .. } = webhook;
        if self.execute(sql, args![id, &owner.0, url, secret, events, *active, at]).await? == 0 {
            return Err(Error::Exists { what: "webhook", id: id.clone() });
        }
        Ok(())
    }

    async fn webhooks(&self, owner: &Owner) -> Result<Vec<Webhook>, Error> {
        let sql = "SELECT * FROM webhooks WHERE owner = ? ORDER BY key DESC";
        let rows = self.rows(sql, args![&owner.0]).await?;
        rows.iter().map(|row| decode::webhook(&self.read(row))).collect()
    }

    async fn webhook(&self, owner: &Owner, id: &str) -> Result<Option<Webhook>, Error> {
        let sql = "SELECT * FROM webhooks WHERE id = ? AND owner = ?";
        let row = self.row(sql, args![id, &owner.0]).await?;
        row.map(|row| decode::webhook(&self.read(&row))).transpose()
    }

    async fn delete_webhook(&self, owner: &Owner, id: &str) -> Result<bool, Error> {
        let sql = "DELETE FROM webhooks WHERE id = ? AND owner = ?";
        Ok(self.execute(sql, args![id, &owner.0]).await? > 0)
    }

    async fn claim_deliveries(
        &self,
        now: Timestamp,
        lease: Timestamp,
        limit: u32,
    ) -> Result<Vec<DueDelivery>, Error> {
        let faults = self.faults.clone();
        let wanted = args![now.as_millisecond(), lease.as_millisecond(), limit];
        self.writer
            .act_for(move |connection| {
                Box::pin(async move {
                    let rows = all(connection, CLAIM, wanted, &faults).await?;
                    let due: Result<Vec<_>, Error> = rows
                        .iter()
                        .map(|row| {
                            let read = Reader::new(row, &faults);
                            Ok(DueDelivery {
                                delivery: decode::delivery(&read)?,
                                url: read.text("url")?,
                                secret: read.text("secret")?,
                            })
                        })
                        .collect();
                    let mut due = due?;
                    due.sort_by_key(|due| due.delivery.id);
                    Ok(due)
                })
            })
            .await
    }

    async fn settle_delivery(&self, id: u64, attempted: &Attempted) -> Result<(), Error> {
        let sql = "UPDATE deliveries SET state = ?, next_at = ?, status_code = ?, problem = ?
             WHERE id = ?";
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
             FROM webhooks WHERE id = ? AND owner = ?";
        let found = self.row(sql, args![webhook, &owner.0]).await?;
        let found =
            found.ok_or_else(|| Error::NotFound { what: "webhook", id: webhook.to_owned() })?;
        let found = self.read(&found);
        let before = match &slice.after {
            None => i64::MAX,
            // Nothing comes after a cursor that is not a number.
            Some(after) => after.parse().unwrap_or(0),
        };
        let offset = signed("offset", slice.offset)?;
        let wanted = args![found.integer("key")?, before, slice.limit, offset];
        let rows = self.rows(DELIVERIES, wanted).await?;
        Ok(Listed {
            items: rows
                .iter()
                .map(|row| decode::delivery(&self.read(row)))
                .collect::<Result<_, _>>()?,
            total: unsigned("number of deliveries", found.integer("n")?)?,
        })
    }
}
