//! Webhooks: notifications of jobs that are finished, paused or failed.

use std::sync::Arc;
use std::time::Duration;

use ampledata_store::{
    Attempted, Delivery, DueDelivery, Job, JobStatus, Listed, Owner, Slice, Store, WebhookEvent,
};
use async_trait::async_trait;
use futures::future::join_all;
use jiff::Timestamp;
use ring::hmac;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::ServiceError;
use super::accounts::generate_secret;

pub use ampledata_store::{DeliveryState, Webhook};

/// All events.
pub const EVENTS: [&str; 3] = ["job.completed", "job.paused", "job.failed"];

/// Maximum characters of an address.
const MAX_URL: usize = 2_000;
/// How often due deliveries are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long a delivery is reserved for the process that claimed it.
const LEASE: Duration = Duration::from_mins(1);
/// Deliveries sent at a time.
const AT_A_TIME: u32 = 16;
/// Attempts per delivery.
const MAX_ATTEMPTS: u32 = 8;
/// The pause after the first attempt; each later pause is four times as long, up to a day.
const FIRST_PAUSE: Duration = Duration::from_secs(10);

/// Sends notifications to addresses that users choose.
#[async_trait]
pub trait WebhookSender: Send + Sync {
    /// Checks whether notifications may be sent to an address.
    ///
    /// # Errors
    /// Why they may not.
    fn check(&self, address: &str) -> Result<(), String>;

    /// Sends a body with these headers and returns the status of the response.
    ///
    /// # Errors
    /// Why there was no response.
    async fn send(
        &self,
        address: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<u16, String>;
}

/// Webhooks and their deliveries.
#[derive(Clone)]
pub struct Webhooks {
    store: Arc<dyn Store>,
    sender: Arc<dyn WebhookSender>,
}

impl Webhooks {
    /// The webhooks in this store, sent by this sender.
    pub(super) fn new(store: Arc<dyn Store>, sender: Arc<dyn WebhookSender>) -> Self {
        Self { store, sender }
    }

    /// Creates a webhook. Its secret is returned only this once.
    ///
    /// # Errors
    /// The address is refused, or an event is unknown.
    pub async fn create(
        &self,
        owner: &Owner,
        url: &str,
        events: Option<Vec<String>>,
    ) -> Result<Webhook, ServiceError> {
        if url.chars().count() > MAX_URL {
            return Err(ServiceError::Address(format!("longer than {MAX_URL} characters")));
        }
        self.sender.check(url).map_err(ServiceError::Address)?;
        check_host(url)?;
        let events = events.unwrap_or_else(|| EVENTS.map(str::to_owned).to_vec());
        if let Some(unknown) = events.iter().find(|event| !EVENTS.contains(&event.as_str())) {
            let known = EVENTS.join(", ");
            return Err(ServiceError::Wrong(format!(
                "events: unknown event `{unknown}`; known are {known}"
            )));
        }
        if events.is_empty() {
            return Err(ServiceError::Wrong("events: at least one is required".to_owned()));
        }
        let webhook = Webhook {
            id: Uuid::new_v4().to_string(),
            owner: owner.clone(),
            url: url.to_owned(),
            secret: generate_secret("whsec_")?,
            events,
            active: true,
            created_at: Timestamp::now(),
        };
        self.store.put_webhook(&webhook).await?;
        Ok(webhook)
    }

    /// The owner's webhooks, newest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn list(&self, owner: &Owner) -> Result<Vec<Webhook>, ServiceError> {
        Ok(self.store.webhooks(owner).await?)
    }

    /// Deletes a webhook with its deliveries.
    ///
    /// # Errors
    /// There is no such webhook.
    pub async fn delete(&self, owner: &Owner, id: &str) -> Result<(), ServiceError> {
        let deleted = self.store.delete_webhook(owner, id).await?;
        let missing = || ServiceError::NotFound { what: "webhook", id: id.to_owned() };
        deleted.then_some(()).ok_or_else(missing)
    }

    /// The deliveries of a webhook, newest first.
    ///
    /// # Errors
    /// There is no such webhook.
    pub async fn list_deliveries(
        &self,
        owner: &Owner,
        id: &str,
        slice: &Slice,
    ) -> Result<Listed<Delivery>, ServiceError> {
        Ok(self.store.deliveries(owner, id, slice).await?)
    }

    /// Sends due deliveries until it is stopped.
    pub async fn run_deliveries(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            let round = async {
                self.publish_events().await?;
                self.deliver_due().await
            };
            if let Err(error) = round.await {
                tracing::error!(%error, "webhooks cannot be notified");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Creates deliveries for jobs that any process finished, paused or failed.
    async fn publish_events(&self) -> Result<(), ServiceError> {
        for job in self.store.unpublished_jobs(AT_A_TIME).await? {
            let at = Timestamp::now();
            let event = event_of(&job, at);
            let event = event.as_ref().map(|(event, payload)| WebhookEvent { event, payload });
            self.store.publish(&job, event, at).await?;
        }
        Ok(())
    }

    async fn deliver_due(&self) -> Result<(), ServiceError> {
        loop {
            let now = Timestamp::now();
            let due = self.store.claim_deliveries(now, now + LEASE, AT_A_TIME).await?;
            if due.is_empty() {
                return Ok(());
            }
            let delivered = join_all(due.into_iter().map(|due| self.deliver_one(due))).await;
            delivered.into_iter().collect::<Result<(), ServiceError>>()?;
        }
    }

    async fn deliver_one(&self, due: DueDelivery) -> Result<(), ServiceError> {
        let DueDelivery { delivery, url, secret } = due;
        let at = Timestamp::now();
        let headers = [
            ("x-ampledata-event", delivery.event.clone()),
            ("x-ampledata-delivery", delivery.id.to_string()),
            ("x-ampledata-signature", sign(&secret, at, &delivery.payload)),
        ];
        let answer = self.sender.send(&url, &headers, delivery.payload).await;
        let (status_code, problem) = match answer {
            Ok(status) if (200..300).contains(&status) => (Some(status), None),
            Ok(status) => (Some(status), Some(format!("answered {status}"))),
            Err(problem) => (None, Some(problem)),
        };
        let state = match &problem {
            None => DeliveryState::Delivered,
            Some(_) if delivery.attempts >= MAX_ATTEMPTS => DeliveryState::Failed,
            Some(_) => DeliveryState::Waiting,
        };
        let next_at = Timestamp::now() + pause_after(delivery.attempts);
        let attempted = Attempted { status_code, problem, state, next_at };
        Ok(self.store.settle_delivery(delivery.id, &attempted).await?)
    }
}

/// URLs may contain hosts with characters that DNS does not know.
fn check_host(url: &str) -> Result<(), ServiceError> {
    let url = url::Url::parse(url).map_err(|error| ServiceError::Address(error.to_string()))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    match url.host_str() {
        Some(host) if host.chars().all(plain) => Ok(()),
        _ => Err(ServiceError::Address(
            "its host has a character that is not allowed in hosts".to_owned(),
        )),
    }
}

/// `t=SECONDS,v1=HEX`: the HMAC-SHA256 of `SECONDS.BODY`. The time keeps an old message from being replayed
/// as a new one.
fn sign(secret: &str, at: Timestamp, body: &str) -> String {
    let seconds = at.as_second();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("{seconds}.{body}").as_bytes());
    format!("t={seconds},v1={}", hex::encode(tag))
}

fn pause_after(attempts: u32) -> Duration {
    let factor = 4_u32.saturating_pow(attempts.saturating_sub(1));
    FIRST_PAUSE.saturating_mul(factor).min(Duration::from_hours(24))
}

/// The event and message for a job that was finished, paused or failed; none for others.
fn event_of(job: &Job, at: Timestamp) -> Option<(&'static str, String)> {
    let event = match job.status {
        JobStatus::Completed => EVENTS[0],
        JobStatus::Paused => EVENTS[1],
        JobStatus::Failed => EVENTS[2],
        JobStatus::Pending | JobStatus::Running | JobStatus::Cancelled => return None,
    };
    let payload = json!({
        "event": event,
        "job_id": job.id,
        "source_id": job.source,
        "status": job.status.as_str(),
        "reason": job.reason,
        "total_rows": job.rows,
        "at": at.to_string(),
    });
    Some((event, payload.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_come_ever_later_and_within_a_week_in_all() {
        let pauses: Vec<_> = (1..=MAX_ATTEMPTS).map(pause_after).collect();
        assert_eq!(pauses[..3].iter().map(Duration::as_secs).collect::<Vec<_>>(), [10, 40, 160]);
        assert!(pauses.iter().sum::<Duration>() < Duration::from_hours(24 * 7));
        assert_eq!(pause_after(u32::MAX), Duration::from_hours(24));
    }

    #[test]
    fn a_signature_is_that_of_time_and_body() {
        // printf '7.{}' | openssl dgst -sha256 -hmac key
        let at = Timestamp::from_second(7).unwrap();
        let signed = sign("key", at, "{}");
        assert!(signed.starts_with("t=7,v1=") && signed.len() == 7 + 64, "{signed}");
        assert_ne!(signed, sign("key", Timestamp::from_second(8).unwrap(), "{}"));
        assert_ne!(signed, sign("yek", at, "{}"));
    }
}
