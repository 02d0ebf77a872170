//! Fetches and reads pages.

use std::sync::Arc;

use ampledata_core::page::{Access, Page, PageRef};
use ampledata_core::row::{Failure, FailureKind, Outcome};
use ampledata_net::Retry;
use ampledata_net::freshness::Freshness;
use ampledata_net::freshness::NotModified;
use ampledata_net::freshness::Validators;
use ampledata_page::{self as page, Media};
use ampledata_providers::{FetchedPage, RefreshOutcome};
use ampledata_store::{CallKind, Fetch, ReadPage};
use jiff::Timestamp;

use super::{Error, Performer, RowContext, failed, failure, unshared};

/// The final result of a fetch.
#[derive(Debug)]
pub(super) enum Answer {
    Read(PageRef),
    Failed(Failure),
}

impl Performer {
    pub(super) async fn crawl(&self, context: &RowContext, url: &str) -> Result<Outcome, Error> {
        let mut asked = false;
        let ask = async {
            let known = self.store.fetch_of(url).await?;
            if let Some(fetch) = known.as_ref().filter(|fetch| is_fresh(fetch)) {
                return Ok(Arc::new(read_already(fetch)));
            }
            asked = true;
            self.fetch(context, url, known).await.map(Arc::new)
        };
        let answer = self.crawled.try_get_with_by_ref(url, ask).await.map_err(unshared::<Error>)?;
        if !asked {
            self.store
                .put_call(self.dependencies.crawl.cached_call(&context.row, CallKind::Crawl))
                .await?;
        }
        Ok(match &*answer {
            Answer::Read(page) => Outcome::Crawled(page.clone()),
            Answer::Failed(failure) => Outcome::Failed(failure.clone()),
        })
    }

    async fn fetch(
        &self,
        context: &RowContext,
        url: &str,
        known: Option<Fetch>,
    ) -> Result<Answer, Error> {
        let crawl = &self.dependencies.crawl;
        let fetched = match self.ask_crawler(context, url, known.as_ref()).await {
            Ok(RefreshOutcome::Changed(fetched)) => Arc::new(fetched),
            Ok(RefreshOutcome::NotModified(same)) => {
                return self.still_the_same(context, known, same).await;
            }
            Err(error) if error.retry == Retry::Never => {
                return self.refused(context, 0, failure(&error)).await;
            }
            Err(error) => return Err(error.into()),
        };
        let bytes = fetched.body.len() as u64;
        let read = {
            let fetched = Arc::clone(&fetched);
            self.processors.run(fetched.body.len(), move || read(&fetched)).await
        };
        let page = match read {
            Ok(page) => Arc::new(page),
            Err(failure) => return self.refused(context, bytes, failure).await,
        };
        let fetch = Fetch {
            url: url.to_owned(),
            final_url: fetched.url.clone(),
            hash: page.hash.clone(),
            content_type: fetched.content_type.clone(),
            at: now(),
            fresh_until: fresh_until(fetched.freshness),
            etag: fetched.validators.etag.clone(),
            last_modified: fetched.validators.last_modified.clone(),
        };
        let answer = read_already(&fetch);
        let call = crawl.call(&context.row, CallKind::Crawl, 1, bytes);
        self.store.put_page(ReadPage { fetch, page: Arc::clone(&page), bytes, call }).await?;
        self.pages.insert(page.hash.clone(), page).await;
        Ok(answer)
    }

    /// Calls the crawler, through its gate if it is a service.
    async fn ask_crawler(
        &self,
        context: &RowContext,
        url: &str,
        known: Option<&Fetch>,
    ) -> Result<RefreshOutcome, ampledata_net::Error> {
        let crawl = &self.dependencies.crawl;
        let ask = async {
            match known.map(validators).filter(|known| !known.is_empty()) {
                Some(known) => crawl.provider.refresh(url, &known).await,
                None => crawl.provider.crawl(url).await.map(RefreshOutcome::Changed),
            }
        };
        let Some(gate) = &crawl.gate else { return ask.await };
        let pass = gate.acquire(0, &context.stop).await?;
        match ask.await {
            Ok(fetched) => {
                pass.record_success(None);
                Ok(fetched)
            }
            Err(error) => Err(pass.record_failure(error)),
        }
    }

    async fn still_the_same(
        &self,
        context: &RowContext,
        known: Option<Fetch>,
        same: NotModified,
    ) -> Result<Answer, Error> {
        let Some(known) = known else {
            let failure = failed(
                FailureKind::BadAnswer,
                "page_unavailable",
                "the server reported an unchanged page without a conditional request",
            );
            return self.refused(context, 0, failure).await;
        };
        let NotModified { freshness, validators } = same;
        // A page that has not changed counts as read now.
        let fetch = Fetch {
            at: now(),
            fresh_until: fresh_until(freshness),
            etag: validators.etag,
            last_modified: validators.last_modified,
            ..known
        };
        let answer = read_already(&fetch);
        let call = self.dependencies.crawl.call(&context.row, CallKind::Crawl, 1, 0);
        self.store.put_fetch(fetch, call).await?;
        Ok(answer)
    }

    async fn refused(
        &self,
        context: &RowContext,
        bytes: u64,
        failure: Failure,
    ) -> Result<Answer, Error> {
        self.store
            .put_call(self.dependencies.crawl.call(&context.row, CallKind::Crawl, 1, bytes))
            .await?;
        Ok(Answer::Failed(failure))
    }
}

fn is_fresh(fetch: &Fetch) -> bool {
    fetch.fresh_until.is_none_or(|until| Timestamp::now() < until)
}

fn fresh_until(freshness: Freshness) -> Option<Timestamp> {
    let Freshness::For(time) = freshness else { return None };
    // A time beyond the range of the clock counts as no limit.
    whole(Timestamp::now().checked_add(time).ok()?)
}

fn now() -> Timestamp {
    let now = Timestamp::now();
    whole(now).unwrap_or(now)
}

/// In whole milliseconds, as times are stored.
fn whole(time: Timestamp) -> Option<Timestamp> {
    Timestamp::from_millisecond(time.as_millisecond()).ok()
}

fn read_already(fetch: &Fetch) -> Answer {
    let (url, hash) = (fetch.final_url.clone(), fetch.hash.clone());
    Answer::Read(PageRef { url, hash, read_at: Some(fetch.at) })
}

fn validators(fetch: &Fetch) -> Validators {
    Validators {
        url: fetch.final_url.clone(),
        etag: fetch.etag.clone(),
        last_modified: fetch.last_modified.clone(),
    }
}

fn read(fetched: &FetchedPage) -> Result<Page, Failure> {
    let media = Media {
        content_type: fetched.content_type.as_deref(),
        charset: fetched.charset.as_deref(),
        url: Some(&fetched.url),
    };
    let page = page::read(&fetched.body, &media).map_err(|error| {
        let kind = match error {
            // A picture or an archive contains no values.
            page::Error::Binary { .. } => FailureKind::Gone,
            page::Error::TooLarge { .. } | page::Error::Pdf { .. } | page::Error::WithoutPdf => {
                FailureKind::BadAnswer
            }
        };
        failed(kind, error.code(), error.to_string())
    })?;
    in_the_way(page.access).map_or(Ok(page), Err)
}

/// The obstacle between us and the page's content, if there is one.
fn in_the_way(access: Access) -> Option<Failure> {
    let (kind, code, message) = match access {
        Access::Open => return None,
        Access::LoginWall => (FailureKind::Blocked, "page_login_wall", "the page requires a login"),
        Access::Captcha => (FailureKind::Blocked, "page_captcha", "the page shows a captcha"),
        Access::ConsentWall => {
            (FailureKind::Blocked, "page_consent_wall", "the page asks for consent")
        }
        Access::Paywall => (FailureKind::Blocked, "page_paywall", "the page requires payment"),
        Access::Denied => {
            (FailureKind::Blocked, "page_denied", "the page says that access is denied")
        }
        Access::Gone => {
            (FailureKind::Gone, "page_gone", "the page says that there is no such page")
        }
        Access::NeedsScripts => (
            FailureKind::Blocked,
            "page_needs_scripts",
            "the page shows nothing until its scripts have run",
        ),
        Access::Empty => (FailureKind::Gone, "page_empty", "the page holds no text"),
    };
    Some(failed(kind, code, message))
}
