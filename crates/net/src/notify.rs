//! Sends notifications to addresses that users configure. They pass the same [`Guard`] as every fetch:
//! the address as it is written, and every IP address that its name resolves to.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, redirect};

use crate::guard::Guard;
use crate::resolve::GuardedResolver;

/// Timeout of the receiver's answer.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Why a notification was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The guard refuses the address.
    #[error("the address is refused: {0}")]
    Refused(String),
    /// The receiver did not answer.
    #[error("no answer: {0}")]
    NoAnswer(String),
}

/// Sends JSON to addresses that users configure.
#[derive(Debug, Clone)]
pub struct Notifier {
    guard: Guard,
    client: Client,
}

/// The HTTP client could not be created.
#[derive(Debug, thiserror::Error)]
#[error("cannot create the HTTP client: {0}")]
pub struct SetupError(#[from] reqwest::Error);

impl Notifier {
    /// A notifier behind this guard.
    ///
    /// # Errors
    /// If the TLS set-up of the machine cannot be used.
    pub fn new(guard: Guard) -> Result<Self, SetupError> {
        let client = Client::builder()
            .user_agent("ampledata")
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .timeout(TIMEOUT)
            .dns_resolver(Arc::new(GuardedResolver(guard)))
            .build()?;
        Ok(Self { guard, client })
    }

    /// Checks an address before anything is sent to it, by its text alone.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub fn check(&self, address: &str) -> Result<(), Error> {
        let checked = self.guard.check(address);
        checked.map(drop).map_err(|refused| Error::Refused(refused.to_string()))
    }

    /// Sends a body with these headers and returns the status of the answer. Redirects are not followed.
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
        // The address may contain a secret, so the message does not repeat it.
        let answer = answer.map_err(|error| Error::NoAnswer(error.without_url().to_string()))?;
        Ok(answer.status().as_u16())
    }
}
