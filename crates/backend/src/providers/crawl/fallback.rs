//! First over HTTP; in the browser where the page is a shell that scripts would fill.

use ampledata_core::page::Access;
use async_trait::async_trait;

use super::chromium::Chromium;
use super::http::HttpCrawler;
use crate::page::{self, Media};
use crate::providers::{Crawl, Error, Fetched};

/// Text of a page, in bytes, under which its scripts are run.
const SHELL: usize = 200;

/// The `builtin` crawler with a browser behind it.
#[derive(Debug, Clone)]
pub struct Fallback {
    http: HttpCrawler,
    browser: Chromium,
}

impl Fallback {
    /// Asks `http` first, and `browser` about pages that hold no text.
    pub fn new(http: HttpCrawler, browser: Chromium) -> Self {
        Self { http, browser }
    }
}

#[async_trait]
impl Crawl for Fallback {
    async fn crawl(&self, url: &str) -> Result<Fetched, Error> {
        let fetched = self.http.crawl(url).await?;
        if !is_shell(&fetched) {
            return Ok(fetched);
        }
        match self.browser.render(&fetched).await {
            Ok(rendered) => Ok(rendered),
            // A page as poor as it was is better than none.
            Err(error) => {
                tracing::warn!(code = error.code, "a page was not rendered: {error}");
                Ok(fetched)
            }
        }
    }
}

/// Whether scripts would fill the page.
fn is_shell(fetched: &Fetched) -> bool {
    let is_html = fetched.content_type.as_deref().is_none_or(super::chromium::is_html);
    if !is_html || !has_script(&fetched.body) {
        return false;
    }
    let media = Media {
        content_type: fetched.content_type.as_deref(),
        charset: fetched.charset.as_deref(),
        url: Some(&fetched.url),
    };
    page::read(&fetched.body, &media).is_ok_and(|page| {
        page.access == Access::Empty || page.text[..page.body_end as usize].trim().len() < SHELL
    })
}

fn has_script(body: &[u8]) -> bool {
    body.windows(7).any(|window| window.eq_ignore_ascii_case(b"<script"))
}
