//! `builtin`: fetches pages over plain HTTP, politely and behind the guard.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ampledata_core::row::FailureKind;
use ampledata_net::guard::Guard;
use ampledata_net::page_response::refused_error;
use ampledata_net::politeness::{HostLimiter, PolitenessSlot};
use ampledata_net::robots::RobotsCache;
use ampledata_net::{body, cache, page_response, resolve, robots};
use async_trait::async_trait;
use reqwest::{Client, Response, header};
use tokio::time::Instant;
use url::Url;

use crate::{Crawl, FetchedPage, RefreshOutcome};
use ampledata_net::Error;
use ampledata_net::Retry;
use ampledata_net::freshness::Validators;

/// How the crawler behaves. The defaults are polite to any public site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Decides which addresses may be fetched.
    pub guard: Guard,
    /// The `User-Agent` header: truthful, with a contact address.
    pub user_agent: String,
    /// The name by which robots.txt files refer to this crawler.
    pub robot: String,
    /// Timeout for establishing a connection.
    pub connect_timeout: Duration,
    /// Timeout of each request, from the connection to the end of the body. The wait for the host's slot
    /// must also end within it, counted from the start of the fetch. A page with redirects or a new
    /// robots.txt sends several requests and can take longer in total.
    pub total_timeout: Duration,
    /// Maximum size of a body in bytes, after decompression.
    pub max_bytes: usize,
    /// Maximum number of redirects.
    pub max_redirects: usize,
    /// Maximum number of concurrent requests to one host.
    pub per_host: usize,
    /// Pause between the starts of two requests to one host; a longer crawl-delay in robots.txt takes
    /// precedence.
    pub pause: Duration,
}

impl Settings {
    /// The documented defaults behind this guard.
    pub fn new(guard: Guard) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        Self {
            guard,
            user_agent: format!("ampledata/{version} (table enrichment; respects robots.txt)"),
            robot: "ampledata".to_owned(),
            connect_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(30),
            max_bytes: 10 * 1024 * 1024,
            max_redirects: 8,
            per_host: 2,
            pause: Duration::from_millis(500),
        }
    }
}

/// Fetches pages over HTTP. Cookies are off, and only the request for the page is sent.
#[derive(Debug, Clone)]
pub struct HttpCrawler {
    state: Arc<CrawlState>,
}

#[derive(Debug)]
struct CrawlState {
    settings: Settings,
    client: Client,
    host_limiter: HostLimiter,
    robots: RobotsCache,
}

/// The crawler's HTTP client could not be created: no TLS root certificates, or no resolver.
#[derive(Debug, thiserror::Error)]
#[error("cannot create the HTTP client: {0}")]
pub struct SetupError(#[from] reqwest::Error);

impl HttpCrawler {
    /// A crawler with these settings.
    ///
    /// # Errors
    /// If TLS cannot be set up on this machine.
    pub fn new(settings: Settings) -> Result<Self, SetupError> {
        let client = Client::builder()
            .user_agent(settings.user_agent.clone())
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.total_timeout)
            .dns_resolver(Arc::new(resolve::GuardedResolver(settings.guard)))
            .build()?;
        let host_limiter = HostLimiter::new(settings.per_host, settings.pause);
        Ok(Self {
            state: Arc::new(CrawlState {
                settings,
                client,
                host_limiter,
                robots: RobotsCache::default(),
            }),
        })
    }
}

#[async_trait]
impl Crawl for HttpCrawler {
    async fn crawl(&self, address: &str) -> Result<FetchedPage, Error> {
        let reached = self.state.follow_redirects(address, None).await?;
        self.state.read_page(reached).await
    }

    async fn refresh(&self, address: &str, known: &Validators) -> Result<RefreshOutcome, Error> {
        let reached = self.state.follow_redirects(address, Some(known)).await?;
        let now = SystemTime::now();
        let same = cache::applicable_validators(Some(known), &reached.url)
            .and_then(|known| cache::read_not_modified(&reached.response, known, now));
        match same {
            Some(same) => Ok(RefreshOutcome::NotModified(same)),
            None => self.state.read_page(reached).await.map(RefreshOutcome::Changed),
        }
    }
}

/// The answer after all redirects.
struct ReachedPage {
    url: Url,
    response: Response,
    /// Holds the host's slot until the page has arrived.
    _slot: PolitenessSlot,
}

impl CrawlState {
    async fn follow_redirects(
        &self,
        address: &str,
        known: Option<&Validators>,
    ) -> Result<ReachedPage, Error> {
        let deadline = Instant::now() + self.settings.total_timeout;
        let mut url =
            self.settings.guard.check(address).map_err(|reason| refused_error(&reason))?;
        for _ in 0..=self.settings.max_redirects {
            let rules = self.robots_rules(&url).await;
            rules.check(&url)?;
            let slot = self.host_limiter.acquire(&url, rules.crawl_delay(), deadline).await?;
            let response = self.send_get(&url, cache::applicable_validators(known, &url)).await?;
            let Some(next) = redirect_target(&response, &url)? else {
                return Ok(ReachedPage { url, response, _slot: slot });
            };
            self.settings.guard.check_url(&next).map_err(|reason| refused_error(&reason))?;
            url = next;
        }
        Err(Error {
            kind: FailureKind::Unavailable,
            code: "page_redirect_loop",
            message: "too many redirects".to_owned(),
            retry: Retry::Never,
        })
    }

    async fn send_get(&self, url: &Url, known: Option<&Validators>) -> Result<Response, Error> {
        let mut request = self.client.get(url.clone()).header(
            header::ACCEPT,
            "text/html,application/xhtml+xml,application/pdf;q=0.8,text/*;q=0.7,*/*;q=0.1",
        );
        if let Some(known) = known {
            request = cache::make_conditional(request, known);
        }
        request.send().await.map_err(|error| page_response::transport_error(&error))
    }

    async fn read_page(&self, reached: ReachedPage) -> Result<FetchedPage, Error> {
        let ReachedPage { url, response, _slot } = reached;
        page_response::check_status(&response)?;
        let content_type = page_response::check_text_type(&response)?;
        let freshness = cache::compute_freshness(response.headers(), SystemTime::now());
        let validators = cache::read_validators(response.headers(), &url);
        let body = body::read_page_body(response, self.settings.max_bytes).await?;
        Ok(FetchedPage {
            url: url.into(),
            body,
            content_type,
            charset: None,
            freshness,
            validators,
        })
    }

    /// The rules of the host; a robots.txt that cannot be fetched is handled as in RFC 9309.
    async fn robots_rules(&self, url: &Url) -> robots::Rules {
        let Some(address) = robots::robots_url(url) else { return robots::Rules::all_allowed() };
        self.robots
            .rules(&address, || async {
                robots::FetchedRules::from_fetch(
                    self.fetch_robots(address.clone()).await,
                    &self.settings.robot,
                )
            })
            .await
    }

    async fn fetch_robots(&self, mut url: Url) -> Result<robots::RobotsFile, Error> {
        // RFC 9309, 2.3.1.2: crawlers should follow at least five redirects.
        for _ in 0..=5 {
            let response = self.send_get(&url, None).await?;
            let Some(next) = redirect_target(&response, &url)? else {
                let status = response.status().as_u16();
                let body = body::read_page_body(response, robots::MAX_BYTES).await?;
                return Ok(robots::RobotsFile { status, body });
            };
            self.settings.guard.check_url(&next).map_err(|reason| refused_error(&reason))?;
            url = next;
        }
        Ok(robots::RobotsFile { status: 404, body: Vec::new() })
    }
}

/// The target of a redirect, if the response is one.
fn redirect_target(response: &Response, from: &Url) -> Result<Option<Url>, Error> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let broken = || Error {
        kind: FailureKind::Unavailable,
        code: "page_redirect_broken",
        message: "the redirect has no valid target".to_owned(),
        retry: Retry::Never,
    };
    let location = response.headers().get(header::LOCATION).ok_or_else(broken)?;
    let location = location.to_str().map_err(|_| broken())?;
    from.join(location).map(Some).map_err(|_| broken())
}
