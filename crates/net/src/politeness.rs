//! Limits the concurrency and the rate of requests to each host, to stay polite.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ampledata_core::row::FailureKind;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use url::Url;

use crate::{Error, Retry};

/// Number of hosts that are remembered; beyond it, hosts without waiting requests are forgotten.
const MAX_HOSTS: usize = 10_000;

/// Limits of all hosts.
#[derive(Debug)]
pub struct HostLimiter {
    per_host: usize,
    pause: Duration,
    known: Mutex<HashMap<String, Arc<HostState>>>,
}

#[derive(Debug)]
struct HostState {
    slots: Arc<Semaphore>,
    next: Mutex<Instant>,
}

/// A slot for one request to a host; dropping it frees the slot.
#[derive(Debug)]
pub struct PolitenessSlot {
    _slot: OwnedSemaphorePermit,
}

impl HostLimiter {
    /// Allows `per_host` concurrent requests to a host, with at least `pause` between their starts.
    pub fn new(per_host: usize, pause: Duration) -> Self {
        Self { per_host: per_host.max(1), pause, known: Mutex::default() }
    }

    /// Waits until a request may be sent to the host.
    ///
    /// # Errors
    /// If the slot would be free only after the deadline; the driver retries later.
    pub async fn acquire(
        &self,
        url: &Url,
        delay: Option<Duration>,
        deadline: Instant,
    ) -> Result<PolitenessSlot, Error> {
        let host = self.host(url);
        let slots = host.slots.clone();
        let slot = tokio::time::timeout_at(deadline, slots.acquire_owned())
            .await
            .map_err(|_| host_busy_error(self.pause))?
            .map_err(|_| host_busy_error(self.pause))?;
        let start = {
            let mut next = host.next.lock().unwrap_or_else(PoisonError::into_inner);
            let start = (*next).max(Instant::now());
            if start > deadline {
                return Err(host_busy_error(start - Instant::now()));
            }
            *next = start + self.pause.max(delay.unwrap_or_default());
            start
        };
        tokio::time::sleep_until(start).await;
        Ok(PolitenessSlot { _slot: slot })
    }

    fn host(&self, url: &Url) -> Arc<HostState> {
        let name = format!(
            "{}:{}",
            url.host_str().unwrap_or_default(),
            url.port_or_known_default().unwrap_or(0)
        );
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_HOSTS {
            known.retain(|_, host| Arc::strong_count(host) > 1);
        }
        let new = || {
            Arc::new(HostState {
                slots: Arc::new(Semaphore::new(self.per_host)),
                next: Mutex::new(Instant::now()),
            })
        };
        known.entry(name).or_insert_with(new).clone()
    }
}

fn host_busy_error(wait: Duration) -> Error {
    Error {
        kind: FailureKind::Unavailable,
        code: "host_busy",
        message: "too many other pages of this host are waiting".to_owned(),
        retry: Retry::After(wait),
    }
}
