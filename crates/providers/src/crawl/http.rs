//! `builtin`: pages over plain HTTP, politely and behind the guard.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ampledata_core::row::FailureKind;
use ampledata_net::answer::refused;
use ampledata_net::guard::Guard;
use ampledata_net::hosts::{Hosts, Turn};
use ampledata_net::robots::Robots;
use ampledata_net::{answer, body, cache, resolve, robots};
use async_trait::async_trait;
use reqwest::{Client, Response, header};
use tokio::time::Instant;
use url::Url;

use crate::{Crawl, Error, Fetched, Refreshed, Retry, Validators};

/// How the crawler behaves. The defaults are polite to any public site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What may be fetched.
    pub guard: Guard,
    /// Who we say we are: truthful, with an address to write to.
    pub user_agent: String,
    /// The name that robots.txt files address us by.
    pub robot: String,
    /// Until a connection stands.
    pub connect_timeout: Duration,
    /// Until the whole page is there, redirects included.
    pub total_timeout: Duration,
    /// Bytes of a body, after decompression.
    pub max_bytes: usize,
    /// Redirects that are followed.
    pub max_redirects: usize,
    /// Requests to one host at a time.
    pub per_host: usize,
    /// From one request to a host to the next; a longer crawl-delay in robots.txt wins.
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

/// Fetches pages over HTTP. Cookies are off, and nothing is sent but the request for the page.
#[derive(Debug, Clone)]
pub struct HttpCrawler {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    settings: Settings,
    client: Client,
    hosts: Hosts,
    robots: Robots,
}

/// The crawler's HTTP client could not be made: no TLS roots, or no resolver.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be set up: {0}")]
pub struct SetupError(#[from] reqwest::Error);

impl HttpCrawler {
    /// A crawler with these settings.
    ///
    /// # Errors
    /// Where the TLS set-up of the machine cannot be used.
    pub fn new(settings: Settings) -> Result<Self, SetupError> {
        let client = Client::builder()
            .user_agent(settings.user_agent.clone())
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.total_timeout)
            .dns_resolver(Arc::new(resolve::Guarded(settings.guard)))
            .build()?;
        let hosts = Hosts::new(settings.per_host, settings.pause);
        Ok(Self { shared: Arc::new(Shared { settings, client, hosts, robots: Robots::default() }) })
    }
}

#[async_trait]
impl Crawl for HttpCrawler {
    async fn crawl(&self, address: &str) -> Result<Fetched, Error> {
        let reached = self.shared.reach(address, None).await?;
        self.shared.take(reached).await
    }

    async fn refresh(&self, address: &str, known: &Validators) -> Result<Refreshed, Error> {
        let reached = self.shared.reach(address, Some(known)).await?;
        let now = SystemTime::now();
        let same = cache::conditions(Some(known), &reached.url)
            .and_then(|known| cache::not_modified(&reached.response, known, now));
        match same {
            Some(same) => Ok(Refreshed::NotModified(same)),
            None => self.shared.take(reached).await.map(Refreshed::Changed),
        }
    }
}

/// The answer at the end of all redirects.
struct Reached {
    url: Url,
    response: Response,
    /// The host's place is kept until its page is there.
    _turn: Turn,
}

impl Shared {
    async fn reach(&self, address: &str, known: Option<&Validators>) -> Result<Reached, Error> {
        let deadline = Instant::now() + self.settings.total_timeout;
        let mut url = self.settings.guard.check(address).map_err(|reason| refused(&reason))?;
        for _ in 0..=self.settings.max_redirects {
            let rules = self.robots_of(&url).await;
            rules.check(&url)?;
            let turn = self.hosts.turn(&url, rules.delay(), deadline).await?;
            let response = self.get(&url, cache::conditions(known, &url)).await?;
            let Some(next) = redirect_of(&response, &url)? else {
                return Ok(Reached { url, response, _turn: turn });
            };
            self.settings.guard.check_url(&next).map_err(|reason| refused(&reason))?;
            url = next;
        }
        Err(Error {
            kind: FailureKind::Unavailable,
            code: "page_redirect_loop",
            message: "it redirects without end".to_owned(),
            retry: Retry::Never,
        })
    }

    async fn get(&self, url: &Url, known: Option<&Validators>) -> Result<Response, Error> {
        let mut request = self.client.get(url.clone()).header(
            header::ACCEPT,
            "text/html,application/xhtml+xml,application/pdf;q=0.8,text/*;q=0.7,*/*;q=0.1",
        );
        if let Some(known) = known {
            request = cache::ask(request, known);
        }
        request.send().await.map_err(|error| answer::transport(&error))
    }

    async fn take(&self, reached: Reached) -> Result<Fetched, Error> {
        let Reached { url, response, _turn } = reached;
        answer::check_status(&response)?;
        let content_type = answer::text_type(&response)?;
        let freshness = cache::freshness(response.headers(), SystemTime::now());
        let validators = cache::validators(response.headers(), &url);
        let body = body::read(response, self.settings.max_bytes).await?;
        Ok(Fetched { url: url.into(), body, content_type, charset: None, freshness, validators })
    }

    /// The rules of the host; a robots.txt that cannot be had is treated as RFC 9309 says.
    async fn robots_of(&self, url: &Url) -> robots::Rules {
        let Some(address) = robots::address(url) else { return robots::Rules::all_allowed() };
        self.robots
            .rules(&address, || async {
                robots::Answer::of(self.fetch_robots(address.clone()).await, &self.settings.robot)
            })
            .await
    }

    async fn fetch_robots(&self, mut url: Url) -> Result<robots::File, Error> {
        // RFC 9309, 2.3.1.2: at least five redirects are to be followed.
        for _ in 0..=5 {
            let response = self.get(&url, None).await?;
            let Some(next) = redirect_of(&response, &url)? else {
                let status = response.status().as_u16();
                let body = body::read(response, robots::MAX_BYTES).await?;
                return Ok(robots::File { status, body });
            };
            self.settings.guard.check_url(&next).map_err(|reason| refused(&reason))?;
            url = next;
        }
        Ok(robots::File { status: 404, body: Vec::new() })
    }
}

/// Where a response redirects to, if it does.
fn redirect_of(response: &Response, from: &Url) -> Result<Option<Url>, Error> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let broken = || Error {
        kind: FailureKind::Unavailable,
        code: "page_redirect_broken",
        message: "it redirects to nowhere".to_owned(),
        retry: Retry::Never,
    };
    let location = response.headers().get(header::LOCATION).ok_or_else(broken)?;
    let location = location.to_str().map_err(|_| broken())?;
    from.join(location).map(Some).map_err(|_| broken())
}
