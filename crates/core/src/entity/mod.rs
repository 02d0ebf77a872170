//! Which entity a name, a page or a search result is about: the row's own, or another.
//!
//! Names are compared word by word, regardless of spelling; a site's name and marketing words around a
//! name do not count. Years and model numbers of the key must match exactly. The row's context (city,
//! country, domain, …) supports or contradicts a match; silence about it is neither.

mod context;
mod gazetteer;
mod legal;
mod measure;
mod name;
mod name_words;
mod place;
mod place_part;
mod stated;

use crate::page::{Fact, Page};
use crate::row::Input;
use crate::serp::SearchResult;
use crate::value::fold;

use context::{ContextField, SeenTexts, Verdict};
use name::Name;
use stated::{StatedPlace, own_facts, stated_places};

pub use context::ContextMatch;
pub use place::top_headings;

/// How much of a page's text is searched for the row's context, in bytes.
const MAX_TEXT: usize = 200_000;
/// A page whose names match less well than this may still mention the entity.
const NAMED: f64 = 0.55;
/// A name that matches this well is exactly the row's.
const EXACTLY: f64 = 0.97;
/// The score of a page that only mentions the entity, in a list or in passing.
const MENTIONED: f64 = 0.5;
/// What remains of the score of a page that is silent about everything that distinguishes namesakes: if its
/// name is exactly the row's, and if it only resembles it.
const SILENT: f64 = 0.85;
const SILENT_AND_INEXACT: f64 = 0.65;
/// What remains if a further column of the key is not mentioned.
const KEY_MISSING: f64 = 0.6;

/// How well something matches the row's entity.
#[derive(Debug, Clone, PartialEq)]
pub struct EntityMatch {
    /// 0 (another entity) to 1 (this one).
    pub score: f64,
    /// What the score is based on, in a few words.
    pub reason: String,
    /// Whether the source is about the entity, rather than mentioning it among others.
    pub is_subject: bool,
    /// What the source says about the row's context, which distinguishes namesakes.
    pub context: ContextMatch,
}

/// A row's entity, ready to be compared with names.
#[derive(Debug, Clone)]
pub struct Target {
    name: Name,
    /// The key's further columns and the row's context.
    context: Vec<ContextField>,
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
        let context: Vec<ContextField> = others
            .map(|(_, field)| (true, field))
            .chain(input.context.iter().map(|field| (false, field)))
            .filter_map(|(is_key, field)| ContextField::new(field, is_key))
            .collect();
        let mut name = Name::new(name);
        for field in &context {
            name.add_context(field.words());
        }
        Self { name, context }
    }

    /// Whether an address is on the domain that the row itself names.
    pub fn is_own_domain(&self, url: &str) -> bool {
        self.context.iter().any(|field| field.is_site_of(url))
    }

    /// How well a name matches the entity, 0 to 1.
    pub fn score_name(&self, name: &str) -> f64 {
        self.name.matches(name)
    }

    /// Whether the name is unlikely to occur in a text by chance: it has several words, or a long one.
    pub fn is_distinct(&self) -> bool {
        self.name.is_distinct()
    }

    /// Whether a text contains the entity's whole name.
    pub fn is_mentioned(&self, text: &str) -> bool {
        self.name.is_in(&fold(text))
    }

    /// What a text about something of the row's name says about the row's context: a row of a table, or a
    /// heading such as "Tomas Varga (stuntman)". It contradicts only what it states right after the name.
    pub fn match_text(&self, text: &str) -> ContextMatch {
        if self.context.is_empty() {
            return ContextMatch::Silent;
        }
        let folded = fold(text);
        let places = stated::title_places(text, &self.name);
        let has_qualifier = !places.is_empty();
        let seen = seen_texts(&folded, "", text, (&places, &[]), false);
        let mut tally = Tally::default();
        for field in &self.context {
            tally.add(field, &field.judge(&seen));
        }
        match tally.context() {
            ContextMatch::Silent if tally.found > 0.0 => ContextMatch::Supports,
            ContextMatch::Silent if has_qualifier => ContextMatch::Contradicts,
            context => context,
        }
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
        let matched = EntityMatch {
            score,
            reason: reason.to_owned(),
            is_subject,
            context: ContextMatch::Silent,
        };
        if self.context.is_empty() {
            return matched;
        }
        let places = stated_places(page, &self.name);
        let facts: Vec<&Fact> = own_facts(page, &self.name).collect();
        let title = title.unwrap_or("");
        self.with_context(matched, &seen_texts(&text, url, title, (&places, &facts), true))
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
        let matched = EntityMatch {
            score,
            reason: reason.to_owned(),
            is_subject,
            context: ContextMatch::Silent,
        };
        let places = stated::title_places(&result.title, &self.name);
        self.with_context(
            matched,
            &seen_texts(&text, &result.url, &result.title, (&places, &[]), false),
        )
    }

    /// Adjusts a match by the row's context: what of it is repeated, and what is contradicted.
    fn with_context(&self, matched: EntityMatch, seen: &SeenTexts<'_>) -> EntityMatch {
        let EntityMatch { mut score, mut reason, is_subject, .. } = matched;
        if self.context.is_empty() {
            return EntityMatch { score, reason, is_subject, context: ContextMatch::Silent };
        }
        let is_exact = score >= EXACTLY;
        let mut tally = Tally::default();
        for field in &self.context {
            tally.add(field, &field.judge(seen));
            tally.is_own_site |= field.is_site_of(seen.url);
        }
        if tally.is_own_site {
            score = score.max(0.9);
            "it is the row's own site".clone_into(&mut reason);
        } else if tally.contradictions > 0 {
            score *= tally.remaining;
            reason.push_str(", but with another place, date or code than the row's");
        }
        score *= KEY_MISSING.powi(tally.keys_missing);
        if tally.found < tally.known {
            reason.push_str(", without some of the row's context");
        }
        score *= if seen.is_whole {
            tally.silence_factor(is_exact)
        } else {
            0.75 + 0.25 * tally.found / tally.known
        };
        let score = score.clamp(0.0, 1.0);
        EntityMatch { score, reason, is_subject, context: tally.context() }
    }
}

/// What a text says about all fields of the context.
#[derive(Debug)]
struct Tally {
    /// The weight of the fields that were found, and of all.
    found: f64,
    known: f64,
    /// How much of what distinguishes namesakes was found, and of all.
    matched: f64,
    total: f64,
    keys_missing: i32,
    contradictions: usize,
    /// The share of the score that the contradictions leave.
    remaining: f64,
    is_own_site: bool,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            found: 0.0,
            known: 0.0,
            matched: 0.0,
            total: 0.0,
            keys_missing: 0,
            contradictions: 0,
            remaining: 1.0,
            is_own_site: false,
        }
    }
}

impl Tally {
    fn add(&mut self, field: &ContextField, judgement: &[(f64, Verdict)]) {
        let weight = if field.is_key { 3.0 } else { 1.0 };
        self.known += weight;
        let is_found = judgement.iter().any(|(_, verdict)| *verdict == Verdict::Supports);
        self.found += if is_found { weight } else { 0.0 };
        self.keys_missing += i32::from(field.is_key && !is_found);
        for (distinctiveness, verdict) in judgement {
            self.total += distinctiveness;
            match verdict {
                Verdict::Supports => self.matched += distinctiveness,
                Verdict::Silent => {}
                // A second contradiction often follows from the first: another city, another country.
                Verdict::Contradicts(share) => {
                    let (least, most) = (self.remaining.min(*share), self.remaining.max(*share));
                    self.remaining = least * most.sqrt();
                    self.contradictions += 1;
                }
            }
        }
    }

    /// The factor for what a whole page leaves out.
    fn silence_factor(&self, is_exact: bool) -> f64 {
        let least = if is_exact { SILENT } else { SILENT_AND_INEXACT };
        let share = if self.total > 0.0 { self.matched / self.total } else { 1.0 };
        let mentioned = if self.known > 0.0 { self.found / self.known } else { 1.0 };
        (least + (1.0 - least) * share.sqrt()) * (0.95 + 0.05 * mentioned)
    }

    fn context(&self) -> ContextMatch {
        if self.is_own_site {
            ContextMatch::Supports
        } else if self.contradictions > 0 {
            ContextMatch::Contradicts
        } else if self.matched > 0.0 {
            ContextMatch::Supports
        } else {
            ContextMatch::Silent
        }
    }
}

fn seen_texts<'a>(
    text: &'a str,
    url: &'a str,
    title: &'a str,
    (places, facts): (&'a [StatedPlace], &'a [&'a Fact]),
    is_whole: bool,
) -> SeenTexts<'a> {
    SeenTexts { text, words: text.split(' ').collect(), url, title, places, facts, is_whole }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Field;

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
