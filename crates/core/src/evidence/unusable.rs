//! Values that a page labels as a column's, but that the column cannot hold: they explain an empty cell.

use super::{Rejection, RejectionReason};
use crate::column::CompiledColumn;
use crate::entity::{EntityMatch, Target};
use crate::marks::{STRUCK, unstruck};
use crate::page::{Fact, FactKind, Page, Span};
use crate::value::{Locale, Unparsed, parse};

/// A label that names the column less surely may mean something else.
const LABEL: f64 = 0.65;
/// A name that matches this well is the entity's.
const SAME: f64 = 0.68;
/// A page that matches the row's entity less well may be about another one.
const ABOUT: f64 = 0.5;
/// The facts of a page that are examined.
const MAX_FACTS: usize = 400;
/// The longest label and the longest value, in bytes: longer ones are prose.
const MAX_LABEL: usize = 80;
const MAX_VALUE: usize = 160;

/// The first value on a page about the row's entity that is labelled as the column's and has no value of the
/// column's type.
pub fn find_unusable_value(
    (page, url): (&Page, &str),
    (target, matched): (&Target, &EntityMatch),
    (at, compiled): (usize, &CompiledColumn),
    locale: &Locale,
) -> Option<Rejection> {
    if !matched.is_subject || matched.score < ABOUT {
        return None;
    }
    let facts = page.facts.iter().take(MAX_FACTS).filter(|fact| is_shown(fact));
    facts.filter(|fact| is_about(fact, page, target)).find_map(|fact| {
        let label = fact.label.rsplit('.').next().unwrap_or(&fact.label);
        if compiled.labels.score(label) < LABEL {
            return None;
        }
        let reason = if is_struck(&fact.value) {
            RejectionReason::Outdated
        } else {
            match parse(&fact.value, &compiled.column, locale) {
                Ok(_) | Err(Unparsed::Empty) => return None,
                Err(why) => RejectionReason::Unparsed(why.to_string()),
            }
        };
        Some(Rejection::new(at, url, &fact.value, reason))
    })
}

/// Whether readers of the page, or its structured data, see a short label and a short value.
fn is_shown(fact: &Fact) -> bool {
    !matches!(fact.kind, FactKind::Meta | FactKind::Marked)
        && fact.label.len() <= MAX_LABEL
        && fact.value.len() <= MAX_VALUE
        && !fact.value.trim().is_empty()
}

/// Whether a fact of a page about the row's entity is about that entity, not about something beside it.
fn is_about(fact: &Fact, page: &Page, target: &Target) -> bool {
    if let Some(row) = &fact.row {
        return target.score_name(row) >= SAME;
    }
    let Some(entity) = fact.entity.and_then(|at| page.entities.get(at as usize)) else {
        return true;
    };
    entity.name.as_deref().is_none_or(|name| target.score_name(name) >= SAME)
}

/// Whether all of a text is struck out.
fn is_struck(text: &str) -> bool {
    text.contains(STRUCK) && unstruck(text, Span::new(0, text.len())).trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::{Column, ColumnType};
    use crate::page::{Access, ContentHash, Entity};
    use crate::row::{Field, Input};

    fn fact(label: &str, value: &str) -> Fact {
        Fact {
            kind: FactKind::DefinitionList,
            entity: None,
            label: label.to_owned(),
            row: None,
            section: None,
            is_machine_number: false,
            value: value.to_owned(),
            link: None,
            span: Span::new(0, 0),
            context: Vec::new(),
        }
    }

    fn page(facts: Vec<Fact>) -> Page {
        Page {
            hash: ContentHash("h".to_owned()),
            title: Some("Harbour Lido".to_owned()),
            language: None,
            canonical: None,
            published: None,
            modified: None,
            access: Access::Open,
            text: "# Harbour Lido".to_owned(),
            body_end: 14,
            entities: vec![Entity {
                types: vec!["Place".to_owned()],
                name: Some("Market Hall".to_owned()),
                parent: None,
                role: None,
            }],
            facts,
            is_cut: false,
        }
    }

    fn unusable(fact: Fact, kind: ColumnType) -> Option<RejectionReason> {
        let input = Input {
            key: vec![Field { name: "lido".to_owned(), value: "Harbour Lido".to_owned() }],
            context: Vec::new(),
            requested: vec![0],
        };
        let plan = [Column {
            description: Some("Opening of the lido".to_owned()),
            ..Column::new("opened", kind)
        }];
        let (target, compiled) = (Target::new(&input), CompiledColumn::new(&plan[0], &plan));
        let page = page(vec![fact]);
        let matched = target.match_page(&page, "https://a.example/");
        let found = find_unusable_value(
            (&page, "https://a.example/"),
            (&target, &matched),
            (0, &compiled),
            &Locale::default(),
        );
        found.map(|rejection| rejection.reason)
    }

    #[test]
    fn a_labelled_value_of_another_type_is_reported() {
        let date = ColumnType::Date;
        for text in ["in the old days", "the mayor", "soon after the war"] {
            let found = unusable(fact("Opened", text), date);
            assert!(matches!(found, Some(RejectionReason::Unparsed(_))), "{text}: {found:?}");
        }
        assert_eq!(unusable(fact("Opened", "~~1931~~"), date), Some(RejectionReason::Outdated));
    }

    #[test]
    fn what_says_nothing_about_the_column_or_the_entity_is_not_reported() {
        let date = ColumnType::Date;
        assert_eq!(unusable(fact("Opened", "27 May 1937"), date), None);
        assert_eq!(unusable(fact("Opened", "n/a"), date), None);
        assert_eq!(unusable(fact("Closed on", "no day"), date), None);
        assert_eq!(
            unusable(Fact { row: Some("Other Lido".into()), ..fact("Opened", "soon") }, date),
            None
        );
        assert_eq!(unusable(Fact { entity: Some(0), ..fact("Opened", "soon") }, date), None);
        let prose = "long ".repeat(60);
        assert_eq!(unusable(fact("Opened", &prose), date), None);
    }
}
