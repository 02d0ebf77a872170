//! robots.txt, as RFC 9309 reads it.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use texting_robots::Robot;
use url::Url;

use super::answer;
use crate::Error;

/// RFC 9309, 2.5: at least 500 KiB are to be read.
pub const MAX_BYTES: usize = 512 * 1024;
/// RFC 9309, 2.4: not used for more than 24 hours.
const KEEP: Duration = Duration::from_hours(24);
/// A crawl-delay that is longer is not waited for; the host is read this slowly.
const MAX_DELAY: Duration = Duration::from_secs(20);

/// The rules of the hosts that were asked.
#[derive(Debug)]
pub struct Robots {
    known: Cache<Url, Rules>,
}

impl Default for Robots {
    fn default() -> Self {
        Self { known: Cache::builder().max_capacity(10_000).time_to_live(KEEP).build() }
    }
}

impl Robots {
    /// The rules at an address, fetched once however many pages ask for them.
    pub async fn rules<F>(&self, address: &Url, fetch: impl FnOnce() -> F) -> Rules
    where
        F: Future<Output = Answer>,
    {
        let known = self.known.get_with_by_ref(address, async { fetch().await.0 }).await;
        if known.unreachable {
            self.known.invalidate(address).await;
        }
        known
    }
}

/// A robots.txt as it was fetched.
#[derive(Debug)]
pub struct File {
    /// The status of the answer.
    pub status: u16,
    /// The answer's body.
    pub body: Vec<u8>,
}

/// What an attempt to fetch a robots.txt comes to.
#[derive(Debug)]
pub struct Answer(Rules);

impl Answer {
    /// RFC 9309, 2.3.1: with a 4xx everything is allowed, with a 5xx or no answer nothing is.
    pub fn of(fetched: Result<File, Error>, robot: &str) -> Self {
        Self(match fetched {
            Ok(File { status: 200..=299, body }) => Rules::parse(robot, &body),
            Ok(File { status: 500..=599, .. }) | Err(_) => Rules::unreachable(),
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
        // What cannot be parsed holds no rule (RFC 9309, 2.2: parsers read what they can).
        Self { robot: Robot::new(robot, body).ok().map(Arc::new), unreachable: false }
    }

    /// The rules of a host that states none.
    pub fn all_allowed() -> Self {
        Self { robot: None, unreachable: false }
    }

    fn unreachable() -> Self {
        Self { robot: None, unreachable: true }
    }

    /// Lets an address through that may be read.
    ///
    /// # Errors
    /// Where the rules deny it, or could not be fetched.
    pub fn check(&self, url: &Url) -> Result<(), Error> {
        if self.unreachable {
            return Err(answer::robots_unreachable());
        }
        let allowed = self.robot.as_ref().is_none_or(|robot| robot.allowed(url.as_str()));
        if allowed { Ok(()) } else { Err(answer::robots_denied()) }
    }

    /// How long to wait between requests, where the rules ask for it.
    pub fn delay(&self) -> Option<Duration> {
        let seconds = self.robot.as_ref()?.delay?;
        Duration::try_from_secs_f32(seconds).ok().map(|delay| delay.min(MAX_DELAY))
    }
}

/// Where the rules for an address stand.
pub fn address(url: &Url) -> Option<Url> {
    url.join("/robots.txt").ok()
}
