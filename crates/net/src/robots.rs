//! robots.txt according to RFC 9309.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use texting_robots::Robot;
use url::Url;

use super::page_response;
use crate::Error;

/// RFC 9309, 2.5: crawlers must read at least 500 KiB.
pub const MAX_BYTES: usize = 512 * 1024;
/// RFC 9309, 2.4: the file should not be cached for more than 24 hours.
const CACHE_TIME: Duration = Duration::from_hours(24);
/// A longer crawl-delay is not observed; the host is read at this pace instead.
const MAX_DELAY: Duration = Duration::from_secs(20);

/// The rules of the hosts visited so far.
#[derive(Debug)]
pub struct RobotsCache {
    known: Cache<Url, Rules>,
}

impl Default for RobotsCache {
    fn default() -> Self {
        Self { known: Cache::builder().max_capacity(10_000).time_to_live(CACHE_TIME).build() }
    }
}

impl RobotsCache {
    /// The rules at an address; they are fetched once even if many pages need them.
    pub async fn rules<F>(&self, address: &Url, fetch: impl FnOnce() -> F) -> Rules
    where
        F: Future<Output = FetchedRules>,
    {
        let known = self.known.get_with_by_ref(address, async { fetch().await.0 }).await;
        if known.unreachable {
            self.known.invalidate(address).await;
        }
        known
    }
}

/// A robots.txt as fetched.
#[derive(Debug)]
pub struct RobotsFile {
    /// The status of the answer.
    pub status: u16,
    /// The answer's body.
    pub body: Vec<u8>,
}

/// The result of fetching a robots.txt.
#[derive(Debug)]
pub struct FetchedRules(Rules);

impl FetchedRules {
    /// RFC 9309, 2.3.1: after a 4xx everything is allowed, after a 5xx or without an answer nothing is.
    pub fn from_fetch(fetched: Result<RobotsFile, Error>, robot: &str) -> Self {
        Self(match fetched {
            Ok(RobotsFile { status: 200..=299, body }) => Rules::parse(robot, &body),
            Ok(RobotsFile { status: 500..=599, .. }) | Err(_) => Rules::unreachable(),
            Ok(_) => Rules::all_allowed(),
        })
    }
}

/// What a host allows.
#[derive(Debug, Clone)]
pub struct Rules {
    robot: Option<Arc<Robot>>,
    unreachable: bool,
}

impl Rules {
    fn parse(robot: &str, body: &[u8]) -> Self {
        // Lines that cannot be parsed are ignored (RFC 9309, 2.2: parsers read what they can).
        Self { robot: Robot::new(robot, body).ok().map(Arc::new), unreachable: false }
    }

    /// The rules of a host without a robots.txt.
    pub fn all_allowed() -> Self {
        Self { robot: None, unreachable: false }
    }

    fn unreachable() -> Self {
        Self { robot: None, unreachable: true }
    }

    /// Checks whether an address may be read.
    ///
    /// # Errors
    /// If the rules disallow it, or could not be fetched.
    pub fn check(&self, url: &Url) -> Result<(), Error> {
        if self.unreachable {
            return Err(page_response::robots_unreachable_error());
        }
        let allowed = self.robot.as_ref().is_none_or(|robot| robot.allowed(url.as_str()));
        if allowed { Ok(()) } else { Err(page_response::robots_denied_error()) }
    }

    /// The pause between requests, if the rules ask for one.
    pub fn crawl_delay(&self) -> Option<Duration> {
        let seconds = self.robot.as_ref()?.delay?;
        Duration::try_from_secs_f32(seconds).ok().map(|delay| delay.min(MAX_DELAY))
    }
}

/// The address of the rules for a page.
pub fn robots_url(url: &Url) -> Option<Url> {
    url.join("/robots.txt").ok()
}
