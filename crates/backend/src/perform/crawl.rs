//! Fetching and reading a page.

use std::sync::Arc;

use ampledata_core::page::{Access, Page, PageRef};
use ampledata_core::row::{Failure, FailureKind, Outcome};

use super::{Error, Performer, RowContext, failed, unshared};
use crate::page::{self, Media};
use crate::providers::Fetched;
use crate::store::{CallKind, Fetch, ReadPage};

/// What a fetch came to, for good.
#[derive(Debug)]
pub(super) enum Answer {
    Read(PageRef),
    Failed(Failure),
}

impl Performer {
    pub(super) async fn crawl(&self, context: &RowContext, url: &str) -> Result<Outcome, Error> {
        let mut asked = false;
        let ask = async {
            if let Some(fetch) = self.store.fetch_of(url).await? {
                return Ok(Arc::new(Answer::Read(PageRef {
                    url: fetch.final_url,
                    hash: fetch.hash,
                })));
            }
            asked = true;
            self.fetch(context, url).await.map(Arc::new)
        };
        let answer = self.crawled.try_get_with_by_ref(url, ask).await.map_err(unshared::<Error>)?;
        if !asked {
            self.store.put_call(self.parts.crawl.spared(&context.row, CallKind::Crawl)).await?;
        }
        Ok(match &*answer {
            Answer::Read(page) => Outcome::Crawled(page.clone()),
            Answer::Failed(failure) => Outcome::Failed(failure.clone()),
        })
    }

    async fn fetch(&self, context: &RowContext, url: &str) -> Result<Answer, Error> {
        let crawl = &self.parts.crawl;
        let fetched = crawl.part.crawl(url).await?;
        let bytes = fetched.body.len() as u64;
        let fetch = |hash| Fetch {
            url: url.to_owned(),
            final_url: fetched.url.clone(),
            hash,
            content_type: fetched.content_type.clone(),
        };
        let call = crawl.call(&context.row, CallKind::Crawl, 1, bytes);
        let (fetch, refused) = (fetch, |failure| async {
            self.store.put_call(call.clone()).await?;
            Ok(Answer::Failed(failure))
        });
        let page = {
            let fetched = fetched.clone();
            self.processors.run(move || read(&fetched)).await
        };
        let page = match page {
            Ok(page) => Arc::new(page),
            Err(failure) => return refused(failure).await,
        };
        if let Some(failure) = in_the_way(page.access) {
            return refused(failure).await;
        }
        let hash = page.hash.clone();
        let fetch = fetch(hash.clone());
        let answer = PageRef { url: fetch.final_url.clone(), hash: hash.clone() };
        let call = call.clone();
        self.store.put_page(ReadPage { fetch, page: Arc::clone(&page), bytes, call }).await?;
        self.pages.insert(hash, page).await;
        Ok(Answer::Read(answer))
    }
}

fn read(fetched: &Fetched) -> Result<Page, Failure> {
    let media = Media {
        content_type: fetched.content_type.as_deref(),
        charset: fetched.charset.as_deref(),
        url: Some(&fetched.url),
    };
    page::read(&fetched.body, &media).map_err(|error| {
        let kind = match error {
            // A picture or an archive holds nothing that could be found there.
            page::Error::Binary { .. } => FailureKind::Gone,
            page::Error::TooLarge { .. } | page::Error::Pdf { .. } => FailureKind::BadAnswer,
        };
        failed(kind, error.code(), error.to_string())
    })
}

/// What stands between us and the page's content, if anything does.
fn in_the_way(access: Access) -> Option<Failure> {
    let (kind, code, message) = match access {
        Access::Open => return None,
        Access::LoginWall => (FailureKind::Blocked, "page_login_wall", "the page asks to sign in"),
        Access::Captcha => {
            (FailureKind::Blocked, "page_captcha", "the page asks to prove to be human")
        }
        Access::ConsentWall => {
            (FailureKind::Blocked, "page_consent_wall", "the page asks for consent")
        }
        Access::Paywall => (FailureKind::Blocked, "page_paywall", "the page asks for payment"),
        Access::Denied => {
            (FailureKind::Blocked, "page_denied", "the page says that access is denied")
        }
        Access::Gone => {
            (FailureKind::Gone, "page_gone", "the page says that there is no such page")
        }
        Access::Empty => (FailureKind::Gone, "page_empty", "the page holds no text"),
    };
    Some(failed(kind, code, message))
}
