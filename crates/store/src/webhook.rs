//! Webhooks: addresses that are told of events, and what became of telling them.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Error, Listed, Owner, Slice};

/// An address that is told of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its name in the store.
    pub id: String,
    /// Whose it is.
    pub owner: Owner,
    /// The address.
    pub url: String,
    /// Signs what is sent.
    pub secret: String,
    /// The events that it is told of.
    pub events: Vec<String>,
    /// Whether it is told at all.
    pub active: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeliveryState {
    /// To be sent, for the first time or again.
    Waiting,
    /// Arrived.
    Delivered,
    /// Given up.
    Failed,
}

impl DeliveryState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Failed];

    /// As it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// An event that a webhook is told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its number; grows with time.
    pub id: u64,
    /// The webhook.
    pub webhook: String,
    /// The event.
    pub event: String,
    /// What is sent.
    pub payload: String,
    /// How often it was tried.
    pub attempts: u32,
    /// How it stands.
    pub state: DeliveryState,
    /// When it is tried next; of no meaning unless it waits.
    pub next_at: Timestamp,
    /// What the other side answered last.
    pub status_code: Option<u16>,
    /// What went wrong last.
    pub problem: Option<String>,
    /// When the event happened.
    pub created_at: Timestamp,
}

/// A delivery that the caller has taken on, with where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDelivery {
    /// What is to be sent; its attempts count the one that now begins.
    pub delivery: Delivery,
    /// The address.
    pub url: String,
    /// Signs what is sent.
    pub secret: String,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempted {
    /// What the other side answered.
    pub status_code: Option<u16>,
    /// What went wrong.
    pub problem: Option<String>,
    /// How the delivery stands now.
    pub state: DeliveryState,
    /// When it is tried next, where it waits.
    pub next_at: Timestamp,
}

/// Remembers webhooks and deliveries.
#[async_trait]
pub trait Webhooks {
    /// Stores a webhook, or replaces the owner's of the same id.
    ///
    /// # Errors
    /// [`Error::Exists`] where the id is another owner's.
    async fn put_webhook(&self, webhook: &Webhook) -> Result<(), Error>;

    /// The owner's webhooks, newest first.
    async fn webhooks(&self, owner: &Owner) -> Result<Vec<Webhook>, Error>;

    /// The owner's webhook of this id.
    async fn webhook(&self, owner: &Owner, id: &str) -> Result<Option<Webhook>, Error>;

    /// Deletes a webhook with its deliveries, and says whether the owner had it.
    async fn delete_webhook(&self, owner: &Owner, id: &str) -> Result<bool, Error>;

    /// Takes on deliveries, everybody's, that are due: nobody else gets them until `lease`, when they
    /// are due again unless [`Webhooks::settle_delivery`] was called. Those due longest come first.
    async fn claim_deliveries(
        &self,
        now: Timestamp,
        lease: Timestamp,
        limit: u32,
    ) -> Result<Vec<DueDelivery>, Error>;

    /// Writes down what became of an attempt.
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
