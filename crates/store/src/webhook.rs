//! Webhooks and the deliveries of their notifications.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Error, Listed, Owner, Slice};

/// A webhook: an address that receives notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: String,
    /// Its owner.
    pub owner: Owner,
    /// The address.
    pub url: String,
    /// The secret that signs notifications.
    pub secret: String,
    /// The events that it subscribes to.
    pub events: Vec<String>,
    /// Whether it receives notifications at all.
    pub active: bool,
    /// When it was created.
    pub created_at: Timestamp,
}

/// The state of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeliveryState {
    /// Waiting to be sent, for the first time or again.
    Waiting,
    /// Delivered.
    Delivered,
    /// No more attempts are made.
    Failed,
}

impl DeliveryState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Failed];

    /// The name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// A notification to a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its number; it grows with time.
    pub id: u64,
    /// The webhook.
    pub webhook: String,
    /// The event.
    pub event: String,
    /// The body.
    pub payload: String,
    /// Number of attempts.
    pub attempts: u32,
    /// Its state.
    pub state: DeliveryState,
    /// When the next attempt is due; meaningless unless it waits.
    pub next_at: Timestamp,
    /// The last response's status.
    pub status_code: Option<u16>,
    /// The last error.
    pub problem: Option<String>,
    /// When the event happened.
    pub created_at: Timestamp,
}

/// A claimed delivery with its destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDelivery {
    /// The delivery; its attempts include the one that starts now.
    pub delivery: Delivery,
    /// The address.
    pub url: String,
    /// The secret that signs it.
    pub secret: String,
}

/// The result of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempted {
    /// The response's status.
    pub status_code: Option<u16>,
    /// The error.
    pub problem: Option<String>,
    /// The delivery's new state.
    pub state: DeliveryState,
    /// When the next attempt is due, if it waits.
    pub next_at: Timestamp,
}

/// Stores webhooks and deliveries.
#[async_trait]
pub trait Webhooks {
    /// Stores a webhook, or replaces the owner's webhook with this id.
    ///
    /// # Errors
    /// [`Error::Exists`] if the id belongs to another owner's webhook.
    async fn put_webhook(&self, webhook: &Webhook) -> Result<(), Error>;

    /// The owner's webhooks, newest first.
    async fn webhooks(&self, owner: &Owner) -> Result<Vec<Webhook>, Error>;

    /// The owner's webhook with this id.
    async fn webhook(&self, owner: &Owner, id: &str) -> Result<Option<Webhook>, Error>;

    /// Deletes a webhook with its deliveries. Returns whether the owner had it.
    async fn delete_webhook(&self, owner: &Owner, id: &str) -> Result<bool, Error>;

    /// Claims due deliveries of all owners until `lease`, when they are due again unless
    /// [`Webhooks::settle_delivery`] was called. The longest overdue come first.
    async fn claim_deliveries(
        &self,
        now: Timestamp,
        lease: Timestamp,
        limit: u32,
    ) -> Result<Vec<DueDelivery>, Error>;

    /// Records the result of an attempt.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    async fn settle_delivery(&self, id: u64, attempted: &Attempted) -> Result<(), Error>;

    /// Deliveries of the owner's webhook, newest first; the cursor is the number of a delivery.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    async fn deliveries(
        &self,
        owner: &Owner,
        webhook: &str,
        slice: &Slice,
    ) -> Result<Listed<Delivery>, Error>;
}
