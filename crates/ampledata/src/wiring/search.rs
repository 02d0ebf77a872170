//! Creates the search provider of the settings.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ampledata::app::Error;
use ampledata::config::{SearchProvider, Secret, Settings};
use ampledata_engine::perform::Configured;
use ampledata_net::gate::{Gate, RateLimits};
use ampledata_providers::Search;
use ampledata_providers::clock::Clock;
use ampledata_providers::corpus::Corpus;
use ampledata_providers::prices::{Prices, RequestPrice};
use ampledata_providers::search::{self, ApiKey, BRAVE_BASE_URL, Brave, Searxng, Serper};

use super::crawl::Crawling;
use super::{DefaultServiceFactory, unusable};

/// How long the answer to a query is reused by other jobs.
const LASTS: Duration = Duration::from_hours(7 * 24);
/// Concurrent searches.
const CONCURRENCY: usize = 32;

/// A search provider, ready for use.
pub(super) struct Searching {
    pub(super) provider: Configured<dyn Search>,
    pub(super) price: (String, Option<RequestPrice>),
    pub(super) shown: String,
    /// Identifies what is searched, if it is a folder.
    pub(super) content: Option<String>,
}

/// Creates a search provider for the web.
pub(super) fn web(settings: &Settings, prices: &Arc<Prices>) -> Result<Searching, Error> {
    let from = &settings.search;
    let asked = |base: &str| search::Settings {
        country: from.country.clone(),
        language: from.language.clone(),
        ..search::Settings::new(base)
    };
    let provider = from.provider;
    let name = provider.to_string();
    let failed = |error: search::SetupError| unusable(&name, error);
    let (part, base): (Arc<dyn Search>, &str) = match provider {
        SearchProvider::Serper => {
            let key = key(from.serper_key.as_ref(), "SERPER_API_KEY")?;
            (
                Arc::new(Serper::new(asked(&from.serper_url), &key).map_err(failed)?),
                &from.serper_url,
            )
        }
        SearchProvider::Brave => {
            let key = key(from.brave_key.as_ref(), "BRAVE_API_KEY")?;
            (Arc::new(Brave::new(asked(BRAVE_BASE_URL), &key).map_err(failed)?), BRAVE_BASE_URL)
        }
        SearchProvider::Searxng => {
            let base = from.searxng_url.as_deref();
            let base = base.ok_or_else(|| unusable("searxng", "set SEARXNG_URL"))?;
            (Arc::new(Searxng::new(asked(base)).map_err(failed)?), base)
        }
        SearchProvider::Corpus => return Err(unusable("corpus", "it is not on the web")),
    };
    // A SearXNG server of one's own is free.
    let price = (provider != SearchProvider::Searxng)
        .then(|| RequestPrice::new(Arc::clone(prices), &name, Clock::system()));
    let locale = [("country", &from.country), ("language", &from.language)];
    let locale =
        locale.iter().filter_map(|(what, value)| Some(format!(" {what} {}", value.as_ref()?)));
    let variant =
        format!("{}{}", ampledata::config::without_password(base), locale.collect::<String>());
    let shown = format!("{name} {variant}");
    let named = Configured {
        price: price.clone(),
        gate: Some(Arc::new(Gate::new(name.clone(), pace(from.per_minute)))),
        cache_lifetime: Some(LASTS),
        variant,
        ..Configured::new(name.clone(), part)
    };
    Ok(Searching { provider: named, price: (name, price), shown, content: None })
}

fn pace(requests_per_minute: Option<NonZeroU32>) -> RateLimits {
    RateLimits { requests_per_minute, concurrency: CONCURRENCY, ..RateLimits::default() }
}

fn key(key: Option<&Secret>, name: &str) -> Result<ApiKey, Error> {
    let key = key.ok_or_else(|| unusable("search", format!("set {name}")))?;
    Ok(ApiKey::new(key.expose()))
}

impl DefaultServiceFactory<'_> {
    /// The corpus of the settings with an up-to-date index, as search provider and as crawler.
    pub(super) async fn corpus(&self, settings: &Settings) -> Result<(Searching, Crawling), Error> {
        let (corpus, folder) = self.open_corpus(settings).await?;
        let corpus = Arc::new(corpus);
        let variant = folder.display().to_string();
        let searching = Searching {
            // Its state identifies the folder for searches.
            provider: Configured::new("corpus", Arc::clone(&corpus) as _),
            price: ("corpus".to_owned(), None),
            shown: format!("corpus {variant}"),
            content: Some(corpus.digest()),
        };
        let provider = Configured { variant, ..Configured::new("corpus", corpus as _) };
        Ok((searching, Crawling { provider, shown: "corpus".into() }))
    }

    async fn open_corpus(&self, settings: &Settings) -> Result<(Corpus, PathBuf), Error> {
        let Some(folder) = &settings.search.corpus_dir else {
            return Err(Error::Provider {
                code: "no_corpus",
                message:
                    "there is nothing to search: set SERPER_API_KEY (or SEARCH_PROVIDER and what \
                          it needs), or CORPUS_DIR to a folder of pages"
                        .into(),
            });
        };
        let on_progress = |read: usize, of: usize| {
            if read > 0 && read.is_multiple_of(1000) {
                self.printer.note(&format!("reading the corpus: {read} of {of} pages"));
            }
        };
        let opened = Corpus::open(folder, &settings.data_dir, on_progress).await;
        let corpus = opened.map_err(|error| Error::Provider {
            code: "corpus_unusable",
            message: error.to_string(),
        })?;
        self.report_problems(&corpus);
        let real = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.clone());
        Ok((corpus, real))
    }

    fn report_problems(&self, corpus: &Corpus) {
        const NAMED: usize = 3;
        let problems = &corpus.report().problems;
        for problem in problems.iter().take(NAMED) {
            self.printer.warning(&format!(
                "the corpus page {} is skipped: {}",
                problem.file, problem.reason
            ));
        }
        let more = problems.len().saturating_sub(NAMED);
        if more > 0 {
            self.printer.warning(&format!("{more} more pages of the corpus are skipped"));
        }
    }
}
