//! Creates the crawler of the settings.

use std::sync::Arc;
use std::time::Duration;

use ampledata::app::Error;
use ampledata::config::{Crawler, Settings, without_password};
use ampledata_engine::perform::Configured;
use ampledata_net::gate::{Gate, RateLimits};
use ampledata_net::guard::Guard;
use ampledata_providers::Crawl;
use ampledata_providers::crawl::chromium::{self, Chromium};
use ampledata_providers::crawl::crawl4ai::Crawl4Ai;
use ampledata_providers::crawl::fallback::BrowserFallback;
use ampledata_providers::crawl::http::{self, HttpCrawler};

use super::unusable;

/// Timeout of Crawl4AI, which runs a browser.
const CRAWL4AI_TIMEOUT: Duration = Duration::from_secs(90);

/// A crawler, ready for use.
pub(super) struct Crawling {
    pub(super) provider: Configured<dyn Crawl>,
    pub(super) shown: String,
}

/// Creates a crawler for the web.
pub(super) fn web(settings: &Settings) -> Result<Crawling, Error> {
    let guard = Guard { allow_private: settings.allow_private_networks };
    let mut crawling = crawler(settings, guard)?;
    if guard.allow_private {
        // What is fetched from a private address is not reused where such addresses are refused.
        crawling.provider.variant.push_str(" private");
    }
    Ok(crawling)
}

fn crawler(settings: &Settings, guard: Guard) -> Result<Crawling, Error> {
    let from = &settings.crawl;
    match from.crawler {
        Crawler::Builtin if from.browser_fallback => {
            let part = BrowserFallback::new(over_http(guard)?, browser(settings, guard)?);
            let mut crawling = plain("builtin", "builtin with chromium", Arc::new(part));
            crawling.provider.variant.push_str("with chromium");
            Ok(crawling)
        }
        Crawler::Builtin => Ok(plain("builtin", "builtin", Arc::new(over_http(guard)?))),
        Crawler::Chromium => Ok(plain("chromium", "chromium", Arc::new(browser(settings, guard)?))),
        Crawler::Crawl4ai => {
            let part = Crawl4Ai::new(&from.crawl4ai_url, guard, CRAWL4AI_TIMEOUT);
            let part = part.map_err(|error| unusable("crawl4ai", error))?;
            let shown = format!("crawl4ai {}", without_password(&from.crawl4ai_url));
            let mut crawling = plain("crawl4ai", &shown, Arc::new(part));
            let pace = RateLimits { concurrency: 16, ..RateLimits::default() };
            crawling.provider.variant = without_password(&from.crawl4ai_url);
            crawling.provider.gate = Some(Arc::new(Gate::new("crawl4ai", pace)));
            Ok(crawling)
        }
    }
}

fn plain(name: &str, shown: &str, provider: Arc<dyn Crawl>) -> Crawling {
    Crawling { provider: Configured::new(name, provider), shown: shown.to_owned() }
}

fn over_http(guard: Guard) -> Result<HttpCrawler, Error> {
    HttpCrawler::new(http::Settings::new(guard)).map_err(|error| unusable("builtin crawler", error))
}

fn browser(settings: &Settings, guard: Guard) -> Result<Chromium, Error> {
    let program = settings.crawl.chromium.clone();
    let browser = chromium::Settings { program, ..chromium::Settings::new(guard) };
    Chromium::new(browser, over_http(guard)?).map_err(|error| unusable("chromium", error))
}
