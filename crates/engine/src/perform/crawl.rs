//! Fetches and reads pages.

use std::sync::Arc;

use ampledata_core::page::{Access, ContentHash, Page, PageRef};
use ampledata_core::row::{Failure, FailureKind, Outcome};
use ampledata_net::Retry;
use ampledata_net::freshness::Freshness;
use ampledata_net::freshness::NotModified;
use ampledata_net::freshness::Validators;
use ampledata_page::{self as page, Media};
use ampledata_providers::{FetchedPage, RefreshOutcome};
use ampledata_store::{Call, CallKind, Fetch, RawPage, ReadPage};
use jiff::Timestamp;

use super::{Error, Performer, RowContext, failed, failure, unshared};

/// The final result of a fetch.
#[derive(Debug)]
pub(super) enum Answer {
    Read(PageRef),
    Failed(Failure),
}

/// A page that was fetched before.
struct KnownPage {
    fetch: Fetch,
    /// Its bytes, if another version of the reader read it.
    outdated: Option<RawPage>,
}

/// What was read from bytes.
struct Reading {
    /// The hash of the bytes.
    content: ContentHash,
    /// The id of the page.
    id: ContentHash,
    /// The page; none if it is the one that is known already, which is not read again.
    page: Option<Page>,
}

impl Performer {
    pub(super) async fn crawl(&self, context: &RowContext, url: &str) -> Result<Outcome, Error> {
        let crawl = &self.dependencies.crawl;
        let is_local = crawl.provider.is_local();
        let job = is_local.then(|| context.row.job.clone());
        let key = (job, url.to_owned());
        let mut recorded = false;
        // The cache holds several copies of the future, which is large.
        let ask = Box::pin(async {
            let known = self.known_page(url).await?;
            let Some(known) = known else {
                recorded = true;
                return self.fetch(context, url, None).await.map(Arc::new);
            };
            let answer = match known {
                // A file is asked for each time: it costs no request, and may have changed.
                known if is_local || !is_fresh(&known.fetch) => {
                    recorded = true;
                    self.fetch(context, url, Some(known)).await?
                }
                KnownPage { fetch, outdated: None } => read_already(&fetch),
                KnownPage { fetch, outdated: Some(raw) } => {
                    recorded = true;
                    let call = crawl.cached_call(&context.row, CallKind::Crawl);
                    self.read_again(fetch, raw, call).await?
                }
            };
            Ok(Arc::new(answer))
        });
        let answer = self.crawled.try_get_with_by_ref(&key, ask).await;
        let answer = answer.map_err(unshared::<Error>)?;
        if is_local {
            // Only rows that needed it at the same time share the answer.
            self.crawled.invalidate(&key).await;
        }
        if !recorded {
            self.store.put_call(crawl.cached_call(&context.row, CallKind::Crawl)).await?;
        }
        Ok(match &*answer {
            Answer::Read(page) => Outcome::Crawled(page.clone()),
            Answer::Failed(failure) => Outcome::Failed(failure.clone()),
        })
    }

    /// How this crawler fetched the address, if this reader has read the page or can read its bytes.
    async fn known_page(&self, url: &str) -> Result<Option<KnownPage>, Error> {
        let crawler = self.dependencies.crawl.cache_scope();
        let Some(fetch) = self.store.fetch_of(&crawler, url).await? else { return Ok(None) };
        if fetch.reader_version == self.reader_version {
            return Ok(Some(KnownPage { fetch, outdated: None }));
        }
        let raw = self.store.raw_page(&fetch.hash).await?;
        Ok(raw.map(|raw| KnownPage { fetch, outdated: Some(raw) }))
    }

    async fn fetch(
        &self,
        context: &RowContext,
        url: &str,
        known: Option<KnownPage>,
    ) -> Result<Answer, Error> {
        let crawl = &self.dependencies.crawl;
        let fetched = match self.ask_crawler(context, url, known.as_ref()).await {
            Ok(RefreshOutcome::Changed(fetched)) => fetched,
            Ok(RefreshOutcome::NotModified(same)) => {
                return self.still_the_same(context, known, same).await;
            }
            Err(error) if error.retry == Retry::Never => {
                return self.refused(context, 0, failure(&error)).await;
            }
            Err(error) => return Err(error.into()),
        };
        let FetchedPage { url: base, body, content_type, charset, freshness, validators } = fetched;
        let raw = RawPage { bytes: body, content_type, charset, base };
        let bytes = raw.bytes.len() as u64;
        let known = known.map(|known| known.fetch.hash);
        let (raw, reading) = self.read(raw, known).await;
        let Reading { content, id, page } = match reading {
            Ok(reading) => reading,
            Err(failure) => return self.refused(context, bytes, failure).await,
        };
        let fetch = Fetch {
            crawler: crawl.cache_scope(),
            url: url.to_owned(),
            final_url: raw.base.clone(),
            hash: id,
            content: Some(content),
            reader_version: self.reader_version,
            content_type: raw.content_type.clone(),
            at: now(),
            fresh_until: fresh_until(freshness),
            etag: validators.etag,
            last_modified: validators.last_modified,
        };
        let answer = read_already(&fetch);
        let is_local = crawl.provider.is_local();
        match page {
            Some(page) => {
                let call = crawl.call(&context.row, CallKind::Crawl, 1, bytes);
                let (charset, kept) = (raw.charset, (!is_local).then_some(raw.bytes));
                let page = Arc::new(page);
                self.put_page(ReadPage { fetch, page, charset, bytes, raw: kept, call }).await?;
            }
            None if is_local => {
                let call = crawl.cached_call(&context.row, CallKind::Crawl);
                self.store.put_call(call).await?;
            }
            None => {
                let call = crawl.call(&context.row, CallKind::Crawl, 1, bytes);
                self.store.put_fetch(fetch, call).await?;
            }
        }
        Ok(answer)
    }

    /// Reads a page, unless it is the one with the known id.
    async fn read(
        &self,
        raw: RawPage,
        known: Option<ContentHash>,
    ) -> (RawPage, Result<Reading, Failure>) {
        let size = raw.bytes.len();
        let version = self.reader_version;
        let work = move || {
            let reading = read(&raw, known.as_ref(), version);
            (raw, reading)
        };
        self.processors.run(size, work).await
    }

    /// Reads the bytes of a page that another version of the reader read, and stores what this one reads.
    async fn read_again(&self, fetch: Fetch, raw: RawPage, call: Call) -> Result<Answer, Error> {
        let bytes = raw.bytes.len() as u64;
        let (raw, reading) = self.read(raw, None).await;
        let reading = match reading {
            Ok(reading) => reading,
            Err(failure) => {
                self.store.put_call(call).await?;
                return Ok(Answer::Failed(failure));
            }
        };
        let fetch = Fetch {
            hash: reading.id,
            content: Some(reading.content),
            reader_version: self.reader_version,
            ..fetch
        };
        let answer = read_already(&fetch);
        match reading.page {
            Some(page) => {
                let (page, charset) = (Arc::new(page), raw.charset);
                self.put_page(ReadPage { fetch, page, charset, bytes, raw: None, call }).await?;
            }
            None => self.store.put_fetch(fetch, call).await?,
        }
        Ok(answer)
    }

    async fn put_page(&self, read: ReadPage) -> Result<(), Error> {
        let page = Arc::clone(&read.page);
        self.store.put_page(read).await?;
        self.pages.insert(page.hash.clone(), page).await;
        Ok(())
    }

    /// Calls the crawler, through its gate if it is a service.
    async fn ask_crawler(
        &self,
        context: &RowContext,
        url: &str,
        known: Option<&KnownPage>,
    ) -> Result<RefreshOutcome, ampledata_net::Error> {
        let crawl = &self.dependencies.crawl;
        let ask = async {
            match known.map(|known| validators(&known.fetch)).filter(|known| !known.is_empty()) {
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
        known: Option<KnownPage>,
        same: NotModified,
    ) -> Result<Answer, Error> {
        let Some(KnownPage { fetch: known, outdated }) = known else {
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
        let call = self.dependencies.crawl.call(&context.row, CallKind::Crawl, 1, 0);
        if let Some(raw) = outdated {
            return self.read_again(fetch, raw, call).await;
        }
        let answer = read_already(&fetch);
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
    let (url, hash, content) = (fetch.final_url.clone(), fetch.hash.clone(), fetch.content.clone());
    Answer::Read(PageRef { url, hash, content, read_at: Some(fetch.at) })
}

fn validators(fetch: &Fetch) -> Validators {
    Validators {
        url: fetch.final_url.clone(),
        etag: fetch.etag.clone(),
        last_modified: fetch.last_modified.clone(),
    }
}

fn read(raw: &RawPage, known: Option<&ContentHash>, version: u32) -> Result<Reading, Failure> {
    let media = Media {
        content_type: raw.content_type.as_deref(),
        charset: raw.charset.as_deref(),
        url: Some(&raw.base),
    };
    let content = page::content_hash(&raw.bytes);
    let id = page::page_id(&content, &media, version);
    if known == Some(&id) {
        return Ok(Reading { content, id, page: None });
    }
    let page = page::read_identified(&raw.bytes, &media, id.clone()).map_err(|error| {
        let kind = match error {
            // A picture or an archive contains no values.
            page::Error::Binary { .. } => FailureKind::Gone,
            page::Error::TooLarge { .. } | page::Error::Pdf { .. } | page::Error::WithoutPdf => {
                FailureKind::BadAnswer
            }
        };
        failed(kind, error.code(), error.to_string())
    })?;
    in_the_way(page.access).map_or(Ok(Reading { content, id, page: Some(page) }), Err)
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
