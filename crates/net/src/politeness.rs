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

/// The turns of all hosts.
#[derive(Debug)]
pub struct Hosts {
    per_host: usize,
    pause: Duration,
    known: Mutex<HashMap<String, Arc<Host>>>,
}

#[derive(Debug)]
struct Host {
    places: Arc<Semaphore>,
    next: Mutex<Instant>,
}

/// A request's turn; dropping it frees the host's slot.
#[derive(Debug)]
pub struct Turn {
    _place: OwnedSemaphorePermit,
}

impl Hosts {
    /// Allows `per_host` concurrent requests to a host, with at least `pause` between their starts.
    pub fn new(per_host: usize, pause: Duration) -> Self {
        Self { per_host: per_host.max(1), pause, known: Mutex::default() }
    }

    /// Waits until a request may be sent to the host.
    ///
    /// # Errors
    /// If the turn would come after the deadline; the driver retries later.
    pub async fn turn(
        &self,
        url: &Url,
        delay: Option<Duration>,
        deadline: Instant,
    ) -> Result<Turn, Error> {
        let host = self.host(url);
        let places = host.places.clone();
        let place = tokio::time::timeout_at(deadline, places.acquire_owned())
            .await
            .map_err(|_| busy(self.pause))?
            .map_err(|_| busy(self.pause))?;
        let start = {
            let mut next = host.next.lock().unwrap_or_else(PoisonError::into_inner);
            let start = (*next).max(Instant::now());
            if start > deadline {
                return Err(busy(start - Instant::now()));
            }
            *next = start + self.pause.max(delay.unwrap_or_default());
            start
        };
        tokio::time::sleep_until(start).await;
        Ok(Turn { _place: place })
    }

    fn host(&self, url: &Url) -> Arc<Host> {
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
            Arc::new(Host {
                places: Arc::new(Semaphore::new(self.per_host)),
                next: Mutex::new(Instant::now()),
            })
        };
        known.entry(name).or_insert_with(new).clone()
    }
}

fn busy(wait: Duration) -> Error {
    Error {
        kind: FailureKind::Unavailable,
        code: "host_busy",
        message: "too many other pages of this host are waiting".to_owned(),
        retry: Retry::After(wait),
    }
}
