//! Tells addresses that users name of what happened. They pass the same [`Guard`] as every fetch: by
//! their text, and by every address that their name resolves to when it is connected to.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, redirect};

use crate::guard::Guard;
use crate::resolve::Guarded;

/// How long the other side may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Why nobody was told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The address is not one that is connected to.
    #[error("the address is refused: {0}")]
    Refused(String),
    /// The other side did not answer.
    #[error("no answer: {0}")]
    NoAnswer(String),
}

/// Sends JSON to addresses that users name.
#[derive(Debug, Clone)]
pub struct Notifier {
    guard: Guard,
    client: Client,
}

/// The HTTP client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be set up: {0}")]
pub struct SetupError(#[from] reqwest::Error);

impl Notifier {
    /// A notifier behind this guard.
    ///
    /// # Errors
    /// Where the TLS set-up of the machine cannot be used.
    pub fn new(guard: Guard) -> Result<Self, SetupError> {
        let client = Client::builder()
            .user_agent("ampledata")
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .timeout(TIMEOUT)
            .dns_resolver(Arc::new(Guarded(guard)))
            .build()?;
        Ok(Self { guard, client })
    }

    /// Whether an address may be told of anything, as far as its text shows.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub fn check(&self, address: &str) -> Result<(), Error> {
        let checked = self.guard.check(address);
        checked.map(drop).map_err(|refused| Error::Refused(refused.to_string()))
    }

    /// Sends a body with these headers, and says the status of the answer. Redirects are not followed.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn send(
        &self,
        address: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<u16, Error> {
        let url = self.guard.check(address);
        let url = url.map_err(|refused| Error::Refused(refused.to_string()))?;
        let mut request = self.client.post(url).header(CONTENT_TYPE, "application/json").body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let answer = request.send().await;
        // The address may hold a secret: it is not repeated.
        let answer = answer.map_err(|error| Error::NoAnswer(error.without_url().to_string()))?;
        Ok(answer.status().as_u16())
    }
}
