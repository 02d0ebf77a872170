//! Why a cell is empty: its outcome, a code and a sentence.
//!
//! A cell is `error` if work on it failed, `blocked` if a page that may have its value could not be read, and
//! otherwise `absent`. The reason says what was read, and names what was not. docs/guide/outcomes.md has the
//! whole table.

use super::reason::Reason;
use super::state::State;
use super::{CellOutcome, Failure, FailureKind, ReasonCode};
use crate::confidence::site_of;
use crate::evidence::{Rejection, RejectionReason};
use crate::value::Unparsed;

/// The sites that a sentence names; it counts the others.
const NAMED_SITES: usize = 3;
/// The longest part of a page's text that a sentence quotes, in characters.
const QUOTED: usize = 60;

/// Everything that explains an empty cell.
pub(super) struct Explanation<'a> {
    state: &'a State,
    column: usize,
    /// Pages about the row's entity that were read.
    about: Vec<&'a str>,
}

impl<'a> Explanation<'a> {
    pub(super) fn new(state: &'a State, column: usize) -> Self {
        Self { state, column, about: state.pages_about_the_entity() }
    }

    pub(super) fn explain(&self) -> (CellOutcome, Reason) {
        if let Some(failure) = self.unexamined() {
            return (CellOutcome::Error, self.error("", failure));
        }
        let unread = |kind| self.unread_pages().find(|(_, failure)| failure.kind == kind);
        if let Some((url, failure)) = unread(FailureKind::Blocked) {
            return (CellOutcome::Blocked, self.unread(url, failure));
        }
        let kinds = [FailureKind::Unavailable, FailureKind::BadAnswer, FailureKind::Budget];
        if let Some((url, failure)) = kinds.into_iter().find_map(unread) {
            return (CellOutcome::Error, self.unread(url, failure));
        }
        if let Some((what, failure)) = self.state.step_failures().next() {
            return (CellOutcome::Error, self.error(what, failure));
        }
        (CellOutcome::Absent, self.absent())
    }

    /// The failure that kept pages from being examined although they were read.
    fn unexamined(&self) -> Option<&'a Failure> {
        let of_pages = |(what, _): &(&str, &Failure)| *what == State::EXTRACTION;
        self.state.step_failures().find(of_pages).map(|(_, failure)| failure)
    }

    /// Pages that may have the value and could not be read.
    fn unread_pages(&self) -> impl Iterator<Item = (&'a str, &'a Failure)> {
        let is_alone = self.about.is_empty();
        self.state.unread_pages(self.column, is_alone)
    }

    /// The reason of a cell whose value may be on a page that could not be read.
    fn unread(&self, url: &str, failure: &Failure) -> Reason {
        let mut parts = vec![unread_sentence(url, failure)];
        let other = |(other, _): &(&str, &Failure)| site_of(other) != site_of(url);
        parts.extend(
            self.unread_pages().find(other).map(|(url, other)| unread_sentence(url, other)),
        );
        parts.extend(self.note_on_pages_read());
        reason(ReasonCode::Failure(failure.code.clone()), &parts)
    }

    fn error(&self, what: &str, failure: &Failure) -> Reason {
        let failed = if what.contains("://") {
            format!("{}: {}", site_of(what), failure.message)
        } else {
            failure.message.clone()
        };
        let examined = what == State::EXTRACTION || what.is_empty();
        let note = if examined { None } else { self.note_on_pages_read() };
        let parts: Vec<String> = std::iter::once(failed).chain(note).collect();
        reason(ReasonCode::Failure(failure.code.clone()), &parts)
    }

    /// What the pages that were read say, beside an obstacle.
    fn note_on_pages_read(&self) -> Option<String> {
        if let Some((_, rejected)) = self.rejected() {
            return Some(rejected);
        }
        (!self.about.is_empty()).then(|| not_stated(&self.about))
    }

    fn absent(&self) -> Reason {
        if self.state.shown.is_empty() {
            let sentence = "the search found nothing about this row".to_owned();
            return reason(ReasonCode::NothingFound, &[sentence]);
        }
        let (code, sentence) = self.rejected().unwrap_or_else(|| self.nothing_stated());
        let other =
            self.state.failed_pages().find(|(_, failure)| failure.kind != FailureKind::Gone);
        let note = other.map(|(url, failure)| unread_sentence(url, failure));
        reason(code, &std::iter::once(sentence).chain(note).collect::<Vec<_>>())
    }

    /// The first value that was rejected although its page is about the row's entity.
    fn rejected(&self) -> Option<(ReasonCode, String)> {
        self.state.rejections_of(self.column).find_map(rejection_sentence)
    }

    /// The reason of a cell for which no page proposed anything.
    fn nothing_stated(&self) -> (ReasonCode, String) {
        if !self.about.is_empty() {
            return (ReasonCode::NotStated, not_stated(&self.about));
        }
        let others: Vec<&str> = self.state.read.iter().map(String::as_str).collect();
        if let [only] = others.as_slice() {
            let sentence =
                format!("the page that was read, on {}, is about another entity", site_of(only));
            return (ReasonCode::OtherEntity, sentence);
        }
        if !others.is_empty() {
            let sentence =
                format!("the {} are about other entities", pages("that were read", &others));
            return (ReasonCode::OtherEntity, sentence);
        }
        if let Some((url, failure)) = self.state.failed_pages().next() {
            let sentence = format!("{} has no such page: {}", site_of(url), failure.message);
            return (ReasonCode::PagesGone, sentence);
        }
        let sentence = match self.state.shown.len() {
            1 => "the only search result does not seem to be about this row".to_owned(),
            shown => format!("none of the {shown} search results seems to be about this row"),
        };
        (ReasonCode::NoPageChosen, sentence)
    }
}

fn reason(code: ReasonCode, parts: &[String]) -> Reason {
    Reason { code, sentence: parts.join("; ") }
}

fn unread_sentence(url: &str, failure: &Failure) -> String {
    format!("{} could not be read: {}", site_of(url), failure.message)
}

fn not_stated(about: &[&str]) -> String {
    match about {
        [only] => format!("not stated on the only page about this row, on {}", site_of(only)),
        several => format!("not stated on the {}", pages("about this row", several)),
    }
}

/// "3 pages about this row: a.example, b.example and c.example".
fn pages(which: &str, urls: &[&str]) -> String {
    let mut sites: Vec<&str> = Vec::new();
    for url in urls {
        if !sites.contains(&site_of(url)) {
            sites.push(site_of(url));
        }
    }
    let more = sites.len().saturating_sub(NAMED_SITES);
    sites.truncate(NAMED_SITES);
    let named = sites.join(", ");
    let named = match more {
        0 => named,
        1 => format!("{named} and 1 more site"),
        more => format!("{named} and {more} more sites"),
    };
    format!("{} pages {which} ({named})", urls.len())
}

/// Why a value about the row's entity was rejected; none if it was about another one.
fn rejection_sentence(rejection: &Rejection) -> Option<(ReasonCode, String)> {
    let site = site_of(&rejection.url);
    let text = quoted(&rejection.proposed);
    Some(match &rejection.reason {
        RejectionReason::Unparsed(why) if *why == Unparsed::Empty.to_string() => {
            (ReasonCode::NotStated, format!("{site} names the column but gives no value: {text}"))
        }
        RejectionReason::Unparsed(why) => {
            (ReasonCode::UnusableValue, format!("the value on {site} is {why}: {text}"))
        }
        RejectionReason::Outdated => {
            (ReasonCode::OutdatedValue, format!("{site} only gives an old value: {text}"))
        }
        RejectionReason::QuoteNotFound => (
            ReasonCode::UnprovenValue,
            format!("{text} was proposed and rejected: its quote is not on {site}"),
        ),
        RejectionReason::NotInQuote => (
            ReasonCode::UnprovenValue,
            format!("{text} was proposed and rejected: its quote on {site} does not support it"),
        ),
        RejectionReason::WrongEntity | RejectionReason::NotRequested => return None,
    })
}

/// A part of a page's text in quotation marks, on one line.
fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("“{}…”", &line[..end]),
        None => format!("“{line}”"),
    }
}
