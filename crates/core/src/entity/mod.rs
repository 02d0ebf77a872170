//! Which entity a name, a page or a search result is about: the row's own, or another.
//!
//! Names are compared word by word, regardless of spelling; a site's name and marketing words around a
//! name do not count. Years and model numbers of the key must match exactly. The row's context (city,
//! country, domain, …) distinguishes namesakes.

mod name;
mod place;

use std::collections::BTreeSet;

use crate::page::Page;
use crate::row::{Field, Input};
use crate::serp::SearchResult;
use crate::value::fold;

use name::Name;

pub use place::top_headings;

/// How much of a page's text is searched for the row's context, in bytes.
const MAX_TEXT: usize = 200_000;
/// A page whose names match less well than this may still mention the entity.
const NAMED: f64 = 0.55;
/// The score of a page that does not mention where the row's entity is: it is probably about a namesake.
const ELSEWHERE: f64 = 0.33;
/// The score of such a page if its name is exactly the row's: weak, but not refused.
const SILENT: f64 = 0.45;
/// A name that matches this well is exactly the row's.
const EXACTLY: f64 = 0.97;
/// The score of a page that only mentions the entity, in a list or in passing.
const MENTIONED: f64 = 0.5;

/// How well something matches the row's entity.
#[derive(Debug, Clone, PartialEq)]
pub struct EntityMatch {
    /// 0 (another entity) to 1 (this one).
    pub score: f64,
    /// What the score is based on, in a few words.
    pub reason: String,
    /// Whether the source is about the entity, rather than mentioning it among others.
    pub is_subject: bool,
}

/// A row's entity, ready to be compared with names.
#[derive(Debug, Clone)]
pub struct Target {
    name: Name,
    /// The key's further columns and the row's context.
    context: Vec<ContextField>,
}

/// What is searched for the row's context.
struct SeenTexts<'a> {
    /// The text, folded.
    text: &'a str,
    url: &'a str,
    title: Option<&'a str>,
    /// Whether the text is the whole page, so that missing context counts.
    is_whole: bool,
}

#[derive(Debug, Clone)]
struct ContextField {
    /// How much the field distinguishes namesakes: it says where the entity is, or whom it belongs to.
    distinctiveness: f64,
    /// Part of the key: a page without it is about another entity.
    is_key: bool,
    text: String,
    words: Vec<String>,
    domain: Option<String>,
    year: Option<String>,
}

impl Target {
    /// The entity that a row's key names.
    pub fn new(input: &Input) -> Self {
        let lead = input
            .key
            .iter()
            .position(|field| {
                field.value.chars().any(char::is_alphabetic)
                    && place::domain(&field.value).is_none()
            })
            .unwrap_or(0);
        let name = input.key.get(lead).map_or("", |field| field.value.as_str());
        let others = input.key.iter().enumerate().filter(|(at, _)| *at != lead);
        let context = others
            .map(|(_, field)| (true, field))
            .chain(input.context.iter().map(|field| (false, field)))
            .filter_map(|(is_key, field)| ContextField::new(field, is_key))
            .collect();
        Self { name: Name::new(name), context }
    }

    /// How well a name matches the entity, 0 to 1.
    pub fn score_name(&self, name: &str) -> f64 {
        self.name.matches(name)
    }

    /// Whether a text contains the entity's whole name.
    pub fn is_mentioned(&self, text: &str) -> bool {
        self.name.is_in(&fold(text))
    }

    /// How well a page matches: by its title, headings, main things and address, and by how much of the
    /// row's context it mentions.
    pub fn match_page(&self, page: &Page, url: &str) -> EntityMatch {
        let (mut score, mut reason) = self.best_name(page, url);
        let mut is_subject = true;
        let title = page.title.as_deref();
        let text = fold(place::first_words(&page.text, MAX_TEXT));
        if score < NAMED {
            is_subject = false;
            if score < MENTIONED && self.name.is_in(&text) {
                (score, reason) = (MENTIONED, "mentioned on the page");
            }
        }
        // A year that the title leaves out may be in the text.
        if is_subject && self.name.lacks_year(title.unwrap_or("")) && self.name.has_year_in(&text) {
            score = (score / Name::YEAR_MISSING * 0.9).min(1.0);
        }
        let seen = SeenTexts { text: &text, url, title, is_whole: true };
        self.with_context(EntityMatch { score, reason: reason.to_owned(), is_subject }, &seen)
    }

    /// The best match among the names that a page gives to its subject.
    fn best_name(&self, page: &Page, url: &str) -> (f64, &'static str) {
        let mut best = (0.0, "no name on the page matches");
        let mut consider = |name: &str, weight: f64, reason: &'static str| {
            let score = self.name.matches(name) * weight;
            if score > best.0 {
                best = (score, reason);
            }
        };
        if let Some(title) = &page.title {
            consider(title, 1.0, "the title names it");
        }
        for heading in top_headings(page) {
            consider(heading, 1.0, "the heading names it");
        }
        for fact in &page.facts {
            if matches!(fact.label.as_str(), "og:title" | "twitter:title") {
                consider(&fact.value, 1.0, "the page's tags name it");
            }
        }
        let embedded = page.embedded_entities();
        for (at, entity) in page.entities.iter().enumerate() {
            // The data of scripts describes other things as well as the page's subject.
            if entity.parent.is_some() || embedded.contains(&at) {
                continue;
            }
            if let Some(name) = &entity.name
                && !place::is_auxiliary_type(&entity.types)
            {
                consider(name, 1.0, "its main thing has that name");
            }
        }
        let address = page.canonical.as_deref().unwrap_or(url);
        for address in [url, address] {
            consider(&place::slug(address), 0.8, "the address names it");
        }
        best
    }

    /// How well a search result matches, by its title, address and snippet.
    pub fn match_result(&self, result: &SearchResult) -> EntityMatch {
        let title = self.name.matches(&result.title);
        let slug = 0.8 * self.name.matches(&place::slug(&result.url));
        let text = fold(&format!("{} {} {}", result.title, result.snippet, result.url));
        let mentioned = if self.name.is_in(&text) { MENTIONED } else { 0.0 };
        let score = title.max(slug).max(mentioned);
        let is_subject = score > mentioned;
        let reason = if is_subject { "the title names it" } else { "mentioned in the snippet" };
        let title = Some(result.title.as_str());
        let seen = SeenTexts { text: &text, url: &result.url, title, is_whole: false };
        self.with_context(EntityMatch { score, reason: reason.to_owned(), is_subject }, &seen)
    }

    /// Adjusts a match by the row's context: what of it was found.
    fn with_context(&self, matched: EntityMatch, seen: &SeenTexts<'_>) -> EntityMatch {
        let EntityMatch { mut score, mut reason, is_subject } = matched;
        let matched_exactly = score >= EXACTLY;
        let words: BTreeSet<&str> =
            if self.context.is_empty() { BTreeSet::new() } else { seen.text.split(' ').collect() };
        let (mut found, mut known) = (0.0, 0.0);
        let (mut matched, mut total) = (0.0, 0.0);
        for context in &self.context {
            if context.contradicts(seen.title.unwrap_or("")) {
                score *= 0.4;
                reason.push_str(", but for another year");
            }
            let is_found = context.is_in(seen.text, &words, seen.url);
            if is_found && context.domain.is_some() {
                score = score.max(0.9);
                "it is the row's own site".clone_into(&mut reason);
            }
            let weight = if context.is_key { 3.0 } else { 1.0 };
            known += weight;
            found += if is_found { weight } else { 0.0 };
            total += context.distinctiveness;
            matched += if is_found { context.distinctiveness } else { 0.0 };
            if context.is_key && !is_found {
                score *= 0.6;
            }
        }
        if known > 0.0 {
            score *= 0.75 + 0.25 * found / known;
            if found < known {
                reason.push_str(", without some of the row's context");
            }
        }
        if seen.is_whole && total > 0.0 {
            // A page with exactly this name that does not mention the place may be the entity's own.
            let least = if matched_exactly { SILENT } else { ELSEWHERE };
            score *= least + (1.0 - least) * matched / total;
        }
        EntityMatch { score: score.clamp(0.0, 1.0), reason, is_subject }
    }
}

impl ContextField {
    fn new(field: &Field, is_key: bool) -> Option<Self> {
        const LONGEST: usize = 120;
        let value = &field.value;
        let text = fold(value);
        if text.is_empty() || text.len() > LONGEST {
            return None;
        }
        let words = text.split(' ').filter(|word| word.len() > 1).map(str::to_owned).collect();
        let year = name::is_year(&text).then(|| text.clone());
        Some(Self {
            is_key,
            distinctiveness: place::distinctiveness(&field.name),
            words,
            domain: place::domain(value),
            year,
            text,
        })
    }

    fn is_in(&self, text: &str, words: &BTreeSet<&str>, url: &str) -> bool {
        if let Some(domain) = &self.domain {
            return place::is_on(url, domain);
        }
        format!(" {text} ").contains(&format!(" {} ", self.text))
            || self.words.len() > 1 && self.words.iter().all(|word| words.contains(word.as_str()))
    }

    /// Whether a title names another year than the context.
    fn contradicts(&self, title: &str) -> bool {
        let Some(year) = &self.year else { return false };
        let folded = fold(title);
        let mut years = folded.split(' ').filter(|word| name::is_year(word)).peekable();
        years.peek().is_some() && years.all(|other| other != year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(key: &str, context: &[(&str, &str)]) -> Input {
        let field = |name: &str, value: &str| Field { name: name.into(), value: value.into() };
        Input {
            key: vec![field("name", key)],
            context: context.iter().map(|(name, value)| field(name, value)).collect(),
            requested: vec![0],
        }
    }

    fn result(title: &str, url: &str, snippet: &str) -> SearchResult {
        SearchResult {
            url: url.into(),
            title: title.into(),
            snippet: snippet.into(),
            date: None,
            kind: crate::serp::ResultKind::Organic,
        }
    }

    #[test]
    fn context_distinguishes_namesakes() {
        let target =
            Target::new(&input("Springfield Bridge", &[("city", "Oslo"), ("year", "1931")]));
        let here = target.match_result(&result(
            "Springfield Bridge",
            "https://a.org/1",
            "A bridge in Oslo of 1931.",
        ));
        let there = target.match_result(&result(
            "Springfield Bridge",
            "https://a.org/2",
            "A bridge in Bergen.",
        ));
        let other = target.match_result(&result(
            "Springfield Bridge (1974)",
            "https://a.org/3",
            "In Oslo.",
        ));
        assert!(here.score > 0.9, "{here:?}");
        assert!(there.score < here.score - 0.15, "{there:?}");
        assert!(other.score < 0.5, "{other:?}");
    }

    #[test]
    fn the_own_site_counts_whatever_its_title() {
        let target = Target::new(&input("Acme Tools", &[("website", "https://www.acme.example/")]));
        let own =
            target.match_result(&result("Welcome", "https://acme.example/about", "We make tools."));
        assert!(own.score >= 0.9, "{own:?}");
    }

    #[test]
    fn a_result_that_only_mentions_the_entity_is_not_about_it() {
        let target = Target::new(&input("Wadi Bridge", &[]));
        let list = target.match_result(&result(
            "List of bridges",
            "https://a.org/l",
            "Among them the Wadi Bridge.",
        ));
        assert!(!list.is_subject && list.score > 0.3 && list.score < 0.6, "{list:?}");
        let other = target.match_result(&result("Harbour Bridge", "https://a.org/h", "Another."));
        assert!(other.score < 0.4, "{other:?}");
    }
}
