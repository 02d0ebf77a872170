//! Finds what a page states about the unit and the scale of a quoted number.

use super::{Suggestion, locate_quote};
use crate::page::{Fact, FactKind, Page, Span};

/// The places that state the unit or the scale of the number that a suggestion quotes, from the fact of
/// the page that has this number in the same place; empty if there is none. For proposers that know only
/// the text of the page.
pub fn find_context(suggestion: &Suggestion, page: &Page) -> Vec<Span> {
    let with_context = || page.facts.iter().filter(|fact| !fact.context.is_empty());
    if with_context().next().is_none() {
        return Vec::new();
    }
    let span = suggestion.span.or_else(|| locate_quote(&suggestion.quote, &page.text));
    let Some(span) = span else { return Vec::new() };
    let overlaps = |other: Span| other.start < span.end && span.start < other.end;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let wanted = digits(&suggestion.text);
    // A proposer may have applied the scale: 1,234,500,000 for "1,234.5".
    let is_number = |value: &str| {
        let own = digits(value);
        !own.is_empty() && wanted.trim_end_matches('0') == own.trim_end_matches('0')
    };
    let is_cell = |fact: &&Fact| matches!(fact.kind, FactKind::Table | FactKind::InfoBox);
    let mut stated = page
        .facts
        .iter()
        .filter(is_cell)
        .filter(|fact| overlaps(fact.span) && is_number(&fact.value))
        .map(|fact| &fact.context);
    let Some(first) = stated.next() else { return Vec::new() };
    // A scale that is not about one reading of a cell is about none.
    if stated.all(|other| !other.is_empty()) { first.clone() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::{Column, ColumnType, CompiledColumn};
    use crate::evidence::{RejectionReason, Source, SourceKind, verify};
    use crate::page::{Access, ContentHash};
    use crate::value::Locale;

    const TEXT: &str = "Figures in millions of euros\n\n| Sales | 1,234.5 |\n| Staff | 640 |";

    fn page() -> Page {
        let fact = |label: &str, value: &str, context: Vec<Span>| {
            let quote = format!("{label} | {value}");
            let start = TEXT.find(&quote).unwrap();
            Fact {
                kind: FactKind::Table,
                entity: None,
                label: label.to_owned(),
                row: None,
                section: None,
                value: value.to_owned(),
                link: None,
                span: Span::new(start, start + quote.len()),
                context,
                is_machine_number: false,
            }
        };
        Page {
            hash: ContentHash("h".to_owned()),
            title: None,
            language: Some("en".to_owned()),
            canonical: None,
            published: None,
            modified: None,
            access: Access::Open,
            text: TEXT.to_owned(),
            body_end: 0,
            entities: Vec::new(),
            facts: vec![
                fact("Sales", "1,234.5", vec![Span::new(0, 28)]),
                fact("Staff", "640", Vec::new()),
            ],
            is_cut: false,
        }
    }

    fn suggestion(text: &str, quote: &str) -> Suggestion {
        Suggestion {
            column: 0,
            page: 0,
            text: text.to_owned(),
            quote: quote.to_owned(),
            span: None,
            context: Vec::new(),
            kind: SourceKind::Sentence,
            label: 0.8,
            entity: 1.0,
            unit: None,
            own_score: None,
            is_from_model: false,
            is_machine_number: false,
        }
    }

    fn verified(suggestion: &Suggestion) -> Result<String, RejectionReason> {
        let (hash, locale) = (ContentHash("h".to_owned()), Locale::default());
        let source = Source {
            url: "https://a.example/",
            hash: &hash,
            text: TEXT,
            profile: crate::standing::SourceProfile::default(),
            read_at: None,
            locale: &locale,
        };
        let column =
            Column { unit: Some("EUR".to_owned()), ..Column::new("sales", ColumnType::Number) };
        let column = CompiledColumn::new(&column, &[]);
        verify(suggestion, &column, &source).map(|candidate| candidate.value.to_string())
    }

    #[test]
    fn a_scale_counts_however_the_value_was_proposed() {
        for (text, quote, value) in [
            ("1,234.5", "Sales | 1,234.5", Ok("1234500000".to_owned())),
            ("1,234,500,000", "Sales | 1,234.5", Ok("1234500000".to_owned())),
            ("1.2345 billion", "1,234.5", Ok("1234500000".to_owned())),
            ("1,234.6", "Sales | 1,234.5", Err(RejectionReason::NotInQuote)),
            ("640", "Staff | 640", Ok("640".to_owned())),
        ] {
            let mut suggestion = suggestion(text, quote);
            suggestion.context = find_context(&suggestion, &page());
            assert_eq!(verified(&suggestion), value, "{text} in {quote}");
        }
    }

    #[test]
    fn context_must_be_on_the_page() {
        let there = suggestion("1,234.5", "Sales | 1,234.5");
        let beyond = Suggestion { context: vec![Span::new(0, 10_000)], ..there };
        assert_eq!(verified(&beyond), Err(RejectionReason::QuoteNotFound));
    }
}
