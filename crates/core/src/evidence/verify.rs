//! Checks that a quote is on the page and gives the value.

use jiff::Timestamp;

use super::boundary::{cuts_number, is_specific};
use super::locate::same_words;
use super::repair::repair_quote;
use super::stated::{Quoted, fits_qualifiers, gives_orders, read_boolean, states_allowed};
use super::{
    Candidate, ContextQuote, Evidence, Features, RejectionReason, SourceKind, Suggestion,
    locate_quote,
};
use crate::column::{Column, ColumnType, CompiledColumn, Volatility};
use crate::marks::unstruck;
use crate::merge::is_labelled_former;
use crate::page::{ContentHash, Span};
use crate::standing::{SourceProfile, date_statement};
use crate::value::{Locale, Parsed, PartialDate, Unparsed, Value, fold, parse, same_value};

/// The longest accepted quote, in bytes.
pub const MAX_QUOTE: usize = 1_000;
/// The longest run of words that is read as one value.
const MAX_WORDS: usize = 6;
/// Sources with an entity score below this are about another entity.
pub const ENTITY_FLOOR: f64 = 0.35;

/// A stored text that a suggestion refers to.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The address from which it was read.
    pub url: &'a str,
    /// Identifies the stored content.
    pub hash: &'a ContentHash,
    /// The stored text.
    pub text: &'a str,
    /// As of when the page speaks, and who publishes it.
    pub profile: SourceProfile,
    /// When the page was read, if known.
    pub read_at: Option<Timestamp>,
    /// How its texts should be parsed.
    pub locale: &'a Locale,
}

/// Turns a suggestion into a candidate: the quote must be in the source, and the value must follow from
/// the words of the quote.
///
/// # Errors
/// Returns why the suggestion is rejected.
pub fn verify(
    suggestion: &Suggestion,
    compiled: &CompiledColumn,
    source: &Source<'_>,
) -> Result<Candidate, RejectionReason> {
    if suggestion.entity < ENTITY_FLOOR {
        return Err(RejectionReason::WrongEntity);
    }
    let column = &compiled.column;
    let span = locate_suggestion(suggestion, source.text).ok_or(RejectionReason::QuoteNotFound)?;
    let is_placed = suggestion.span == Some(span);
    let quote = &source.text[span.range()];
    if is_labelled_former(quote, column) {
        return Err(RejectionReason::Outdated);
    }
    // No value comes from words that are struck out.
    let shown = unstruck(source.text, span);
    let context = quote_context(&suggestion.context, source.text)?;
    let mut locale = source.locale.clone().of_number(suggestion.is_machine_number);
    locale.unit.clone_from(&suggestion.unit);
    locale.context = context.iter().map(|words| words.quote.clone()).collect();
    // The extractor compared the label of a fact that it placed itself.
    let is_fact = is_placed && matches!(suggestion.kind, SourceKind::Fact(_));
    let quoted = Quoted { text: source.text, span };
    let is_rival = !is_placed && !fits_qualifiers(quoted, compiled);
    let is_refused = is_rival || gives_orders(quoted);
    let follows = |parsed: &Parsed| {
        let is_accident = !is_placed && is_text(&parsed.value) && !is_specific(&shown);
        let is_stated = if needs_statement(column) {
            states(quoted, &parsed.value, compiled)
                || is_fact && value_follows_from(&shown, &parsed.value, column, &locale)
        } else {
            value_follows_from(&shown, &parsed.value, column, &locale)
        };
        !is_accident && !is_refused && is_stated
    };
    let parsed = parse_proposed(&suggestion.text, column, &locale, follows)?;
    Ok(Candidate {
        column: suggestion.column,
        value: parsed.value,
        qualifier: parsed.qualifier,
        evidence: Evidence {
            quote: quote.to_owned(),
            url: source.url.to_owned(),
            page: source.hash.clone(),
            span,
            context,
            kind: suggestion.kind,
            dated: date_of(quote, column, source),
            read_at: source.read_at,
        },
        features: Features {
            label: suggestion.label.clamp(0.0, 1.0),
            entity: suggestion.entity.clamp(0.0, 1.0),
            own_score: suggestion.own_score.map(|score| score.clamp(0.0, 1.0)),
            standing: source.profile.standing,
            is_from_model: suggestion.is_from_model,
        },
        not_chosen: None,
    })
}

/// As of when the quote speaks. It may say so itself if its value changes; beside one that stays, a date is
/// that of something else, such as the edition of a book beside its publisher.
fn date_of(quote: &str, column: &Column, source: &Source<'_>) -> Option<PartialDate> {
    let own = || date_statement(quote, source.locale);
    let is_dated =
        column.kind != ColumnType::Date && Volatility::of(column) == Volatility::Changing;
    is_dated.then(own).flatten().or(source.profile.dated)
}

/// Parses a proposed text, in the scale that the context states, or as it is if the proposer has already
/// applied that scale: 1,234,500,000 for "1,234.5".
fn parse_proposed(
    text: &str,
    column: &Column,
    locale: &Locale,
    follows: impl Fn(&Parsed) -> bool,
) -> Result<Parsed, RejectionReason> {
    let parsed =
        parse(text, column, locale).map_err(|reason| RejectionReason::Unparsed(reason.to_string()));
    match parsed {
        Ok(parsed) if follows(&parsed) => Ok(parsed),
        failed if locale.context.is_empty() => {
            Err(failed.err().unwrap_or(RejectionReason::NotInQuote))
        }
        failed => parse(text, column, &Locale { context: Vec::new(), ..locale.clone() })
            .ok()
            .filter(|parsed| follows(parsed))
            .ok_or_else(|| failed.err().unwrap_or(RejectionReason::NotInQuote)),
    }
}

/// Whether the column's values are single common words, which prove nothing by occurring in a quote.
fn needs_statement(column: &Column) -> bool {
    column.kind == ColumnType::Boolean
        || column.kind == ColumnType::String && !column.allowed.is_empty()
}

/// Whether the quote says that the column has the value.
fn states(quoted: Quoted<'_>, value: &Value, compiled: &CompiledColumn) -> bool {
    match value {
        Value::Boolean(yes) => read_boolean(quoted, compiled) == Some(*yes),
        Value::Text(text) => states_allowed(quoted, text, compiled),
        Value::List(items) => {
            !items.is_empty() && items.iter().all(|item| states(quoted, item, compiled))
        }
        Value::Number(_) | Value::Date(_) => false,
    }
}

/// The words at these places, if all of them are on the page.
fn quote_context(places: &[Span], text: &str) -> Result<Vec<ContextQuote>, RejectionReason> {
    let quote = |span: &Span| {
        let words = text.get(span.range()).filter(|words| words.len() <= MAX_QUOTE)?;
        Some(ContextQuote { quote: words.to_owned(), span: *span })
    };
    places.iter().map(quote).collect::<Option<_>>().ok_or(RejectionReason::QuoteNotFound)
}

fn is_text(value: &Value) -> bool {
    match value {
        Value::Text(_) => true,
        Value::List(items) => items.iter().all(is_text),
        _ => false,
    }
}

fn locate_suggestion(suggestion: &Suggestion, text: &str) -> Option<Span> {
    if suggestion.quote.len() > MAX_QUOTE {
        return None;
    }
    let claimed = suggestion.span.filter(|span| {
        text.get(span.range()).is_some_and(|there| same_words(there, &suggestion.quote))
            && !cuts_number(text, *span)
    });
    claimed
        .or_else(|| locate_quote(&suggestion.quote, text))
        .or_else(|| repair_quote(&suggestion.quote, text))
}

/// Whether the value follows from the words of the quote.
fn value_follows_from(quote: &str, value: &Value, column: &Column, locale: &Locale) -> bool {
    if let Value::List(items) = value {
        let single = Column { list: false, ..column.clone() };
        return !items.is_empty()
            && items.iter().all(|item| value_follows_from(quote, item, &single, locale));
    }
    if let (Value::Text(text), ColumnType::String) = (value, column.kind)
        && column.allowed.is_empty()
        && contains_words(quote, text)
    {
        return true;
    }
    parses_as_value(quote, value, column, locale)
}

fn contains_words(quote: &str, text: &str) -> bool {
    let wanted = fold(text);
    !wanted.is_empty() && format!(" {} ", fold(quote)).contains(&format!(" {wanted} "))
}

/// Whether some run of words of the quote reads as the value, and no longer run around it reads as
/// another: the `2.5` of "2.5 million" is not 2.5, and the "available" of "not available" is not yes.
fn parses_as_value(quote: &str, value: &Value, column: &Column, locale: &Locale) -> bool {
    if parse(quote, column, locale).is_ok_and(|read| states_value(&read.value, value, column)) {
        return true;
    }
    let words = word_ranges(quote);
    let mut vetoed: Vec<(usize, usize)> = Vec::new();
    for length in (1..=MAX_WORDS.min(words.len())).rev() {
        for first in 0..=words.len() - length {
            let last = first + length - 1;
            let inside_veto = vetoed.iter().any(|&(from, to)| from <= first && last <= to);
            if inside_veto {
                continue;
            }
            match parse(&quote[words[first].0..words[last].1], column, locale) {
                Ok(read) if states_value(&read.value, value, column) => return true,
                Ok(_) | Err(Unparsed::Range { .. }) => vetoed.push((first, last)),
                Err(_) => {}
            }
        }
    }
    false
}

/// A date may be claimed with less precision than the quote, never with more.
fn states_value(read: &Value, claimed: &Value, column: &Column) -> bool {
    match (read, claimed) {
        (Value::Date(read), Value::Date(claimed)) => {
            read.agrees_with(*claimed) && read.precision() >= claimed.precision()
        }
        _ => same_value(read, claimed, column),
    }
}

fn word_ranges(quote: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in quote.char_indices() {
        match (c.is_whitespace() || c == '|', start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                words.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| (from, quote.len())));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(value: &str, quote: &str, text: &str) -> Result<(), RejectionReason> {
        let suggestion = Suggestion {
            column: 0,
            page: 0,
            text: value.to_owned(),
            quote: quote.to_owned(),
            span: None,
            context: Vec::new(),
            is_machine_number: false,
            kind: SourceKind::Sentence,
            label: 0.8,
            entity: 1.0,
            unit: None,
            own_score: None,
            is_from_model: false,
        };
        let kind = if value.starts_with(|c: char| c.is_ascii_digit()) {
            ColumnType::Number
        } else {
            ColumnType::String
        };
        let (hash, locale) = (ContentHash("h".to_owned()), Locale::default());
        let source = Source {
            url: "https://a.example/",
            hash: &hash,
            text,
            profile: SourceProfile::default(),
            read_at: None,
            locale: &locale,
        };
        let column = Column::new("c", kind);
        let compiled = CompiledColumn::new(&column, std::slice::from_ref(&column));
        verify(&suggestion, &compiled, &source).map(|_| ())
    }

    #[test]
    fn a_quote_stands_on_whole_words_and_is_specific() {
        use RejectionReason::{NotInQuote, QuoteNotFound};
        for (value, quote, text, expected) in [
            ("Q", "Q", "Quote of the day", Err(QuoteNotFound)),
            ("Q", "Q", "Section Q of it", Err(NotInQuote)),
            ("Q", "Section Q", "Section Q of it", Ok(())),
            ("Rome", "Rome", "Chrome and Romeo", Err(QuoteNotFound)),
            ("Rome", "Rome", "Romeo lives in Rome.", Ok(())),
            ("280", "280", "It spans 1,280 m", Err(QuoteNotFound)),
            ("1280", "spans 1,280", "It spans 1,280 m", Ok(())),
            ("橋", "橋", "この橋は", Ok(())),
            ("Rome", "Paris", "Rome and Paris", Err(NotInQuote)),
            ("Rome", "in Rome", "Rome and Paris", Err(QuoteNotFound)),
        ] {
            assert_eq!(verdict(value, quote, text), expected, "{value} by {quote} in {text}");
        }
    }
}
