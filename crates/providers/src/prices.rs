//! What models and searches cost, with the date and the source of each price.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use super::models::Usage;

const LIST: &str = include_str!("prices.toml");

/// The price of a model, or of a search.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Who is asked.
    pub provider: String,
    /// The model's name; `*` stands for any run of characters. Empty for searches.
    #[serde(default)]
    pub model: String,
    /// Billionths of a US dollar for each request.
    #[serde(default)]
    pub request: u64,
    /// Billionths of a US dollar for a token of the prompt.
    #[serde(default)]
    pub input: u64,
    /// Billionths of a US dollar for a token of the answer.
    #[serde(default)]
    pub output: u64,
    /// The same for a token of the prompt that the provider read from its cache; as `input` where
    /// none is given.
    pub cached: Option<u64>,
    /// The day on which the price was read, `YYYY-MM-DD`.
    pub date: String,
    /// The address that states it.
    pub source: String,
}

impl Price {
    /// What a call cost, in billionths of a US dollar.
    pub fn cost(&self, usage: Usage) -> u64 {
        let cached = usage.cached_in.min(usage.tokens_in);
        let fresh = usage.tokens_in - cached;
        fresh
            .saturating_mul(self.input)
            .saturating_add(self.request)
            .saturating_add(cached.saturating_mul(self.cached.unwrap_or(self.input)))
            .saturating_add(usage.tokens_out.saturating_mul(self.output))
    }
}

/// A list of prices.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    #[serde(rename = "price")]
    list: Vec<Price>,
}

/// A list of prices that cannot be used.
#[derive(Debug, Error)]
pub enum PricesError {
    /// The file cannot be read.
    #[error("cannot read the prices in {}: {source}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is not a list of prices.
    #[error("{} is not a list of prices: {source}", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
}

impl Prices {
    /// The list that comes with the program.
    pub fn listed() -> Self {
        toml::from_str(LIST).expect("the list that is compiled in is tested to parse")
    }

    /// The list that comes with the program, with the prices of a file before it.
    ///
    /// # Errors
    /// Where the file cannot be read, or holds something else than prices.
    pub fn with_file(path: &Path) -> Result<Self, PricesError> {
        let mut own = Self::of_file(path)?;
        own.list.extend(Self::listed().list);
        Ok(own)
    }

    /// No prices at all.
    pub fn none() -> Self {
        Self { list: Vec::new() }
    }

    /// The prices of a file, and no others.
    ///
    /// # Errors
    /// As [`Prices::with_file`].
    pub fn of_file(path: &Path) -> Result<Self, PricesError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| PricesError::Unreadable { path: path.to_owned(), source })?;
        toml::from_str(&text).map_err(|source| PricesError::Malformed {
            path: path.to_owned(),
            source: Box::new(source),
        })
    }

    /// The price of a model; none: the price is unknown, and the model counts as free.
    pub fn of(&self, provider: &str, model: &str) -> Option<&Price> {
        self.list.iter().find(|price| price.provider == provider && fits(&price.model, model))
    }

    /// The price of a search; none: it is unknown, and counts as free.
    pub fn of_search(&self, provider: &str) -> Option<u64> {
        self.of(provider, "").map(|price| price.request)
    }

    /// The price in words: `0.30 + 2.50 USD per million tokens`, or `unknown price`.
    pub fn shown(&self, provider: &str, model: &str) -> String {
        let dollars = |nano: u64| format!("{}.{:03}", nano / 1_000, nano % 1_000);
        self.of(provider, model).map_or_else(
            || "unknown price".to_owned(),
            |price| {
                let (input, output) = (dollars(price.input), dollars(price.output));
                format!("{input} USD in, {output} USD out per million tokens")
            },
        )
    }
}

/// Whether the pattern fits the whole name.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(between) = last.replace(part) {
            let Some(at) = rest.find(between) else { return false };
            rest = &rest[at + between.len()..];
        }
    }
    match last {
        Some(end) => rest.ends_with(end),
        None => rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_price_says_when_and_where() {
        let prices = Prices::listed();
        assert!(prices.list.len() >= 10);
        for price in prices.list {
            assert!(price.source.starts_with("https://"), "{price:?}");
            assert!(price.date.parse::<jiff::civil::Date>().is_ok(), "{price:?}");
            let of_search = price.model.is_empty() && price.request > 0;
            assert!(of_search || price.input > 0 && price.output > 0, "{price:?}");
        }
    }

    #[test]
    fn the_first_pattern_that_fits_counts() {
        let prices = Prices::listed();
        let input = |model| prices.of("gemini", model).map(|price| price.input);
        assert_eq!(input("gemini-2.5-flash"), Some(300));
        assert_eq!(input("gemini-2.5-flash-lite"), Some(100));
        assert_eq!(input("gemini-3.1-pro-preview"), Some(2_000));
        assert_eq!(input("gemma-3"), None);
        assert_eq!(prices.of("openai", "gemini-2.5-flash"), None);
        assert_eq!(prices.shown("openai", "llama3"), "unknown price");
        assert_eq!(
            prices.shown("gemini", "gemini-2.5-flash"),
            "0.300 USD in, 2.500 USD out per million tokens"
        );
    }

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, name, expected) in [
            ("a*", "a", true),
            ("a*c", "abc", true),
            ("a*c", "ab", false),
            ("a*b*c", "axbxc", true),
            ("a*b*c", "axc", false),
            ("abc", "abcd", false),
            ("*", "anything", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn tokens_from_the_cache_cost_less() {
        let prices = Prices::listed();
        let price = prices.of("gemini", "gemini-2.5-flash").unwrap();
        let usage = Usage { tokens_in: 1_000, tokens_out: 10, cached_in: 400 };
        assert_eq!(price.cost(usage), 600 * 300 + 400 * 30 + 10 * 2_500);
    }

    #[test]
    fn a_file_goes_before_the_list() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prices.toml");
        let own = "[[price]]\nprovider='gemini'\nmodel='*'\ninput=1\noutput=2\ndate='2026-01-01'\nsource='https://x.example'\n";
        std::fs::write(&path, own).unwrap();
        let prices = Prices::with_file(&path).unwrap();
        assert_eq!(prices.of("gemini", "gemini-2.5-pro").unwrap().output, 2);
        assert!(prices.of("groq", "llama-3.1-8b-instant").is_some());
        std::fs::write(&path, "[[price]]\nprovider='gemini'\n").unwrap();
        assert!(matches!(Prices::with_file(&path), Err(PricesError::Malformed { .. })));
        let missing = Prices::with_file(&folder.path().join("none"));
        assert!(matches!(missing, Err(PricesError::Unreadable { .. })));
    }

    #[test]
    fn searches_are_charged_by_the_request() {
        let prices = Prices::listed();
        assert_eq!(prices.of_search("serper"), Some(1_000_000));
        assert_eq!(prices.of_search("searxng"), None);
    }
}
