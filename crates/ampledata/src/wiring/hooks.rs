//! Webhooks over HTTP.

use std::sync::Arc;

use ampledata::app::Error;
use ampledata::app::webhooks::WebhookSender;
use ampledata::config::Settings;
use ampledata_net::guard::Guard;
use ampledata_net::notify::Notifier;
use async_trait::async_trait;

/// Sends webhook notifications, behind the same guard as every fetch.
pub(super) fn webhook_sender(settings: &Settings) -> Result<Arc<dyn WebhookSender>, Error> {
    let guard = Guard { allow_private: settings.allow_private_networks };
    let notifier = Notifier::new(guard)
        .map_err(|error| Error::Provider { code: "tls_unusable", message: error.to_string() })?;
    Ok(Arc::new(HttpSender(notifier)))
}

struct HttpSender(Notifier);

#[async_trait]
impl WebhookSender for HttpSender {
    fn check(&self, address: &str) -> Result<(), String> {
        self.0.check(address).map_err(|error| error.to_string())
    }

    async fn send(
        &self,
        address: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<u16, String> {
        self.0.send(address, headers, body).await.map_err(|error| error.to_string())
    }
}
