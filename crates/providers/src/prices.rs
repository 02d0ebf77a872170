//! Prices of models and searches, with the date and the source of each.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;
use thiserror::Error;

use super::clock::Clock;
use super::models::TokenUsage;
use super::wildcard;

const LIST: &str = include_str!("prices.toml");

/// The price of a model or of a search.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// The provider.
    pub provider: String,
    /// The model's name; `*` stands for any run of characters. Empty for searches.
    #[serde(default)]
    pub model: String,
    /// Billionths of a US dollar per request.
    #[serde(default)]
    pub request: u64,
    /// Billionths of a US dollar per token of the prompt.
    #[serde(default)]
    pub input: u64,
    /// Billionths of a US dollar per token of the answer.
    #[serde(default)]
    pub output: u64,
    /// The same for a token of the prompt that the provider read from its cache; `input` applies if none
    /// is given.
    pub cached: Option<u64>,
    /// The first day on which it applies; `None`: no start.
    pub from: Option<Date>,
    /// The last day on which it applies; `None`: no end.
    pub until: Option<Date>,
    /// The day on which the price was read.
    pub date: Date,
    /// The web page that states it.
    pub source: String,
    /// Whether it is from the user's own file, which takes precedence over the bundled list.
    #[serde(skip)]
    own: bool,
}

/// The price of a call on a certain day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceOnDay {
    /// The price that applies on that day, or else the last one that did.
    pub price: Price,
    /// The last day of that price if none applies any more; the current price is unknown then.
    pub ran_out: Option<Date>,
}

impl PriceOnDay {
    /// A price of zero, for what runs on the user's own server.
    pub fn free(provider: &str) -> Self {
        let price = Price {
            provider: provider.to_owned(),
            model: "*".to_owned(),
            request: 0,
            input: 0,
            output: 0,
            cached: None,
            from: None,
            until: None,
            date: Date::default(),
            source: String::new(),
            own: true,
        };
        Self { price, ran_out: None }
    }
}

impl Price {
    fn is_valid_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    fn applies_to(&self, provider: &str, model: &str) -> bool {
        self.provider == provider && wildcard::matches_pattern(&self.model, model)
    }

    /// The cost of a call, in billionths of a US dollar.
    pub fn cost(&self, usage: TokenUsage) -> u64 {
        let cached = usage.cached_in.min(usage.tokens_in);
        let fresh = usage.tokens_in - cached;
        fresh
            .saturating_mul(self.input)
            .saturating_add(self.request)
            .saturating_add(cached.saturating_mul(self.cached.unwrap_or(self.input)))
            .saturating_add(usage.tokens_out.saturating_mul(self.output))
    }
}

/// The price of one request to a provider, looked up on the day of the call.
#[derive(Debug, Clone)]
pub struct RequestPrice {
    prices: Arc<Prices>,
    provider: String,
    clock: Clock,
}

impl RequestPrice {
    /// The price of a request to this provider, by a list.
    pub fn new(prices: Arc<Prices>, provider: impl Into<String>, clock: Clock) -> Self {
        Self { prices, provider: provider.into(), clock }
    }

    /// The price today; none: it is not known.
    pub fn today(&self) -> Option<PriceOnDay> {
        self.prices.search_price(&self.provider, self.clock.today())
    }

    /// The price today in billionths of a US dollar; 0 where it is not known.
    pub fn nano_usd(&self) -> u64 {
        self.today().map_or(0, |listed| listed.price.request)
    }
}

/// A list of prices.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    #[serde(rename = "price")]
    list: Vec<Price>,
}

/// Why a list of prices cannot be used.
#[derive(Debug, Error)]
pub enum PricesError {
    /// The file cannot be read.
    #[error("cannot read the prices in {}: {source}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The file is not a list of prices.
    #[error("{} is not a list of prices: {source}", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The position and the cause.
        source: Box<toml::de::Error>,
    },
}

impl Prices {
    /// The bundled list.
    pub fn bundled() -> Self {
        toml::from_str(LIST).expect("a test checks that the bundled list parses")
    }

    /// The bundled list, preceded by the prices in a file.
    ///
    /// # Errors
    /// If the file cannot be read, or is not a list of prices.
    pub fn with_file(path: &Path) -> Result<Self, PricesError> {
        let mut own = Self::from_file(path)?;
        own.list.extend(Self::bundled().list);
        Ok(own)
    }

    /// An empty list.
    pub fn none() -> Self {
        Self { list: Vec::new() }
    }

    /// The prices in a file, and no others.
    ///
    /// # Errors
    /// As [`Prices::with_file`].
    pub fn from_file(path: &Path) -> Result<Self, PricesError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| PricesError::Unreadable { path: path.to_owned(), source })?;
        let mut prices: Self = toml::from_str(&text).map_err(|source| PricesError::Malformed {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        prices.list.iter_mut().for_each(|price| price.own = true);
        Ok(prices)
    }

    /// The price of a model on this day. `None` if it is unknown; the model counts as free then.
    ///
    /// The first pattern that matches decides, and of its prices the newest that applies. If none of them
    /// applies, another pattern's may; if none applies at all, the one that expired last is returned.
    pub fn model_price(&self, provider: &str, model: &str, day: Date) -> Option<PriceOnDay> {
        let fitting: Vec<&Price> =
            self.list.iter().filter(|price| price.applies_to(provider, model)).collect();
        let holding = fitting.iter().find(|price| price.is_valid_on(day)).map(|first| {
            let same = |price: &&&Price| price.model == first.model && price.own == first.own;
            let of_pattern = fitting.iter().filter(same).filter(|price| price.is_valid_on(day));
            // Of equally new prices, the first in the list counts.
            of_pattern.rev().max_by_key(|price| price.from)
        });
        if let Some(price) = holding.flatten() {
            return Some(PriceOnDay { price: Price::clone(price), ran_out: None });
        }
        let ran_out = fitting.into_iter().filter_map(|price| Some((price.until?, price)));
        let (until, price) =
            ran_out.filter(|(until, _)| *until < day).max_by_key(|(day, _)| *day)?;
        Some(PriceOnDay { price: price.clone(), ran_out: Some(until) })
    }

    /// The price of a search on this day. `None` if it is unknown; the search counts as free then.
    pub fn search_price(&self, provider: &str, day: Date) -> Option<PriceOnDay> {
        self.model_price(provider, "", day)
    }
}

#[cfg(test)]
mod tests {
    use ampledata_core::model::ModelProvider;

    use super::*;
    use crate::models::catalog::Catalog;

    const DAY: Date = jiff::civil::date(2026, 11, 28);

    fn prices(text: &str) -> Prices {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn every_listed_price_says_when_and_where() {
        let prices = Prices::bundled();
        assert!(prices.list.len() >= 10);
        for price in prices.list {
            assert!(price.source.starts_with("https://"), "{price:?}");
            let of_search = price.model.is_empty() && price.request > 0;
            assert!(of_search || price.input > 0 && price.output > 0, "{price:?}");
            assert!(price.from.is_none_or(|from| price.until.is_none_or(|until| from <= until)));
        }
    }

    #[test]
    fn every_model_that_is_chosen_by_itself_has_a_price() {
        let prices = Prices::bundled();
        for provider in ModelProvider::ALL {
            for facts in Catalog::bundled().defaults(provider) {
                let price = prices.model_price(provider.name(), &facts.name, DAY);
                assert!(price.is_some_and(|price| price.ran_out.is_none()), "{facts:?}");
            }
        }
    }

    #[test]
    fn the_first_pattern_that_fits_counts() {
        let prices = Prices::bundled();
        let input =
            |model| prices.model_price("gemini", model, DAY).map(|listed| listed.price.input);
        assert_eq!(input("gemini-2.5-flash"), Some(300));
        assert_eq!(input("gemini-2.5-flash-lite"), Some(100));
        assert_eq!(input("gemini-3.5-flash-lite"), Some(300));
        assert_eq!(input("gemma-3"), None);
        assert_eq!(prices.model_price("openai", "gemini-2.5-flash", DAY), None);
    }

    #[test]
    fn the_newest_price_that_holds_on_the_day_counts() {
        let list = "
            [[price]]
            provider = 'gemini'\nmodel = 'm'\ninput = 1\noutput = 1\nuntil = '2026-12-31'
            date = '2026-11-01'\nsource = 'https://x.example'
            [[price]]
            provider = 'gemini'\nmodel = 'm'\ninput = 2\noutput = 2\nfrom = '2027-01-01'
            until = '2027-06-30'\ndate = '2026-11-01'\nsource = 'https://x.example'
            [[price]]
            provider = 'gemini'\nmodel = 'm'\ninput = 3\noutput = 3\nfrom = '2027-03-01'
            until = '2027-06-30'\ndate = '2027-02-01'\nsource = 'https://x.example'";
        let prices = prices(list);
        let on = |text: &str| {
            let listed = prices.model_price("gemini", "m", text.parse().unwrap());
            listed.map(|listed| (listed.price.input, listed.ran_out.map(|day| day.to_string())))
        };
        assert_eq!(on("2026-12-31"), Some((1, None)));
        assert_eq!(on("2027-01-01"), Some((2, None)));
        assert_eq!(on("2027-03-01"), Some((3, None)));
        assert_eq!(on("2027-07-01").unwrap().1.as_deref(), Some("2027-06-30"));
    }

    #[test]
    fn tokens_from_the_cache_cost_less() {
        let prices = Prices::bundled();
        let PriceOnDay { price, .. } =
            prices.model_price("gemini", "gemini-2.5-flash", DAY).unwrap();
        let usage =
            TokenUsage { tokens_in: 1_000, tokens_out: 10, thinking_out: 4, cached_in: 400 };
        assert_eq!(price.cost(usage), 600 * 300 + 400 * 30 + 10 * 2_500);
    }

    #[test]
    fn a_file_goes_before_the_list() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prices.toml");
        let own = "[[price]]\nprovider='gemini'\nmodel='*'\ninput=1\noutput=2\n\
                   date='2026-01-01'\nsource='https://x.example'\n";
        std::fs::write(&path, own).unwrap();
        let prices = Prices::with_file(&path).unwrap();
        let output = |prices: &Prices| {
            prices.model_price("gemini", "gemini-2.5-pro", DAY).map(|listed| listed.price.output)
        };
        assert_eq!(output(&prices), Some(2));
        assert!(prices.model_price("groq", "openai/gpt-oss-120b", DAY).is_some());
        std::fs::write(&path, "[[price]]\nprovider='gemini'\n").unwrap();
        assert!(matches!(Prices::with_file(&path), Err(PricesError::Malformed { .. })));
        let missing = Prices::with_file(&folder.path().join("none"));
        assert!(matches!(missing, Err(PricesError::Unreadable { .. })));
    }

    #[test]
    fn searches_are_charged_by_the_request() {
        let prices = Prices::bundled();
        let request = |name| prices.search_price(name, DAY).map(|listed| listed.price.request);
        assert_eq!(request("serper"), Some(1_000_000));
        assert_eq!(request("searxng"), None);
    }

    #[test]
    fn a_request_costs_what_it_does_on_its_day() {
        let list = "
            [[price]]
            provider = 'brave'\nrequest = 5\nuntil = '2026-12-31'
            date = '2026-11-01'\nsource = 'https://x.example'
            [[price]]
            provider = 'brave'\nrequest = 7\nfrom = '2027-01-01'
            date = '2026-11-01'\nsource = 'https://x.example'";
        let prices = Arc::new(prices(list));
        let on = |now: &'static str| {
            let clock = Clock::from_fn(move || now.parse().unwrap());
            RequestPrice::new(Arc::clone(&prices), "brave", clock).nano_usd()
        };
        assert_eq!(on("2026-12-31T23:59:59Z"), 5);
        assert_eq!(on("2027-01-01T00:00:00Z"), 7);
    }
}
