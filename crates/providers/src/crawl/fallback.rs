//! Fetches over HTTP first, and uses the browser if the page is a shell that scripts would fill.

use std::sync::Arc;

use ampledata_core::page::{Access, FactKind};
use ampledata_page::{self as page, Media};
use async_trait::async_trait;

use super::chromium::Chromium;
use super::http::HttpCrawler;
use crate::{Crawl, FetchedPage, RefreshOutcome};
use ampledata_net::Error;
use ampledata_net::freshness::Validators;

/// A page with less text than this, in bytes, is rendered in the browser.
const SHELL: usize = 200;

/// The `builtin` crawler with a browser behind it.
#[derive(Debug, Clone)]
pub struct BrowserFallback {
    http: HttpCrawler,
    browser: Chromium,
}

impl BrowserFallback {
    /// Fetches with `http` first, and renders pages without text in `browser`.
    pub fn new(http: HttpCrawler, browser: Chromium) -> Self {
        Self { http, browser }
    }
}

#[async_trait]
impl Crawl for BrowserFallback {
    async fn crawl(&self, url: &str) -> Result<FetchedPage, Error> {
        // A refused, blocked or missing page stays so: the browser is not a way around it.
        Ok(self.render_if_shell(self.http.crawl(url).await?).await)
    }

    async fn refresh(&self, url: &str, known: &Validators) -> Result<RefreshOutcome, Error> {
        match self.http.refresh(url, known).await? {
            RefreshOutcome::Changed(fetched) => {
                Ok(RefreshOutcome::Changed(self.render_if_shell(fetched).await))
            }
            same @ RefreshOutcome::NotModified(_) => Ok(same),
        }
    }
}

impl BrowserFallback {
    /// The page, rendered if scripts fill it.
    async fn render_if_shell(&self, fetched: FetchedPage) -> FetchedPage {
        let fetched = Arc::new(fetched);
        let looked_at = Arc::clone(&fetched);
        // Pages are large and hostile, so they are not parsed on the async threads.
        let is_shell = tokio::task::spawn_blocking(move || is_shell(&looked_at)).await;
        if is_shell.is_ok_and(|is_shell| is_shell) {
            match self.browser.render(&fetched).await {
                Ok(rendered) => return rendered,
                // The page without its scripts' output is better than none.
                Err(error) => tracing::warn!(code = error.code, "a page was not rendered: {error}"),
            }
        }
        Arc::unwrap_or_clone(fetched)
    }
}

/// Whether scripts would fill the page: it has some, and shows almost no text. A page that states why it
/// shows nothing (a captcha, a login wall) does not count.
fn is_shell(fetched: &FetchedPage) -> bool {
    let is_html = fetched.content_type.as_deref().is_none_or(super::chromium::is_html);
    if !is_html || !has_script(&fetched.body) {
        return false;
    }
    let media = Media {
        content_type: fetched.content_type.as_deref(),
        charset: fetched.charset.as_deref(),
        url: Some(&fetched.url),
    };
    page::read(&fetched.body, &media).is_ok_and(|page| match page.access {
        Access::Empty | Access::NeedsScripts => true,
        Access::Open => {
            page.text[..page.body_end as usize].trim().len() < SHELL
                && page
                    .facts
                    .iter()
                    .all(|fact| matches!(fact.kind, FactKind::Meta | FactKind::Hydration))
        }
        _ => false,
    })
}

fn has_script(body: &[u8]) -> bool {
    body.windows(7).any(|window| window.eq_ignore_ascii_case(b"<script"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ampledata_net::freshness::Freshness;

    #[test]
    fn shells_are_distinguished_from_short_pages_and_walls() {
        let long = "A page of many words. ".repeat(20);
        let table = [
            ("<div id=root></div><script src=app.js></script>", true),
            ("<div id=root>Loading …</div><SCRIPT>go()</SCRIPT>", true),
            (
                "<noscript>You need to enable JavaScript to run this app.</noscript><script>1</script>",
                true,
            ),
            ("<div id=root></div>", false),
            ("<p>A short page without scripts.</p>", false),
            ("<p>Please verify you are human</p><script>1</script>", false),
            ("<p>Please log in to continue</p><script>1</script>", false),
            ("<h1>Access denied</h1><script>1</script>", false),
            ("<h1>404 Not Found</h1><script>1</script>", false),
            (
                "<dl><dt>Founded</dt><dd>May 1998</dd><dt>CEO</dt><dd>Jo Doe of Springfield</dd></dl><script>1</script>",
                false,
            ),
        ];
        let shell = |content_type: &str, body: &str| {
            is_shell(&FetchedPage {
                url: "https://a.example/".to_owned(),
                body: body.as_bytes().to_vec(),
                content_type: Some(content_type.to_owned()),
                charset: None,
                freshness: Freshness::DEFAULT,
                validators: Validators::default(),
            })
        };
        for (body, expected) in table {
            assert_eq!(shell("text/html; charset=utf-8", body), expected, "{body}");
        }
        assert!(!shell("text/html", &format!("<p>{long}</p><script>1</script>")));
        assert!(!shell("text/plain", "<script>1</script>"));
    }
}
