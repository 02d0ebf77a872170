//! Why a cell is wrong, as far as the run and the labels show it.

use std::fmt;

use ampledata_core::column::{Column, ColumnType};
use ampledata_core::row::{AttemptSummary, Cell, CellOutcome};
use serde::{Deserialize, Serialize};

use super::score::{bare_url, folded, is_correct, number};
use super::scored::ScoredCell;
use super::set::Trap;

/// The likely cause of a wrong cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Its kind.
    pub code: CauseCode,
    /// What the run says about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// The kinds of likely causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseCode {
    /// The value is another entity's.
    OtherEntity,
    /// The value was right earlier.
    Stale,
    /// The value is the claim of a less reliable site.
    LesserSource,
    /// There should be no value.
    Invented,
    /// The right value was a candidate and was not chosen.
    NotChosen,
    /// The number is right but for a power of ten.
    WrongScale,
    /// The text contains the right one, or is contained in it.
    OverlappingText,
    /// The value is from a page that states the right one.
    OtherStatement,
    /// The value is from another page.
    OtherPage,
    /// A page that may have the value could not be read.
    Blocked,
    /// Sources contradict each other, and none was preferred.
    Conflict,
    /// A step failed, or the row has no result.
    Failed,
    /// The right value was proposed and rejected.
    Rejected,
    /// No page that states the right value was read.
    NotRead,
    /// A page that states the right value was read, and the value was not recognised.
    NotRecognised,
    /// No value was found; it is not known which page states it.
    NotFound,
    /// The cell is rightly empty, with another outcome than the accepted one.
    WrongOutcome,
}

impl fmt::Display for CauseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherEntity => "The value belongs to another entity.",
            Self::Stale => "The value is outdated: it was right earlier.",
            Self::LesserSource => {
                "The value is the claim of a less reliable site, which a better one contradicts."
            }
            Self::Invented => "The cell should have no value.",
            Self::NotChosen => "The right value was a candidate, but another one was chosen.",
            Self::WrongScale => "The number differs by a power of ten: its scale was misread.",
            Self::OverlappingText => "The text has too much or too little of the right value.",
            Self::OtherStatement => {
                "Another statement was taken from a page that states the right value."
            }
            Self::OtherPage => {
                "The value was taken from a page that is not known to state the right one."
            }
            Self::Blocked => "A page that may have the value could not be read.",
            Self::Conflict => "Sources contradict each other, and none was preferred.",
            Self::Failed => "A step failed.",
            Self::Rejected => "The right value was proposed, but its evidence was rejected.",
            Self::NotRead => "No page that states the value was read.",
            Self::NotRecognised => "The page was read, but its statement was not recognised.",
            Self::NotFound => "No page that was read gave a value.",
            Self::WrongOutcome => "The cell is rightly empty, but for another reason.",
        })
    }
}

/// Why a wrong cell is wrong. Of several causes that apply, the one that explains most comes first.
pub(super) fn likely_cause(
    scored: &ScoredCell,
    column: &Column,
    cell: Option<&Cell>,
    attempts: &[AttemptSummary],
) -> Cause {
    match &scored.value {
        Some(value) => wrong_value(scored, column, value, cell),
        None if scored.expects_value() => missing_value(scored, column, cell, attempts),
        None => {
            let names: Vec<_> = scored.expected.iter().map(|outcome| outcome.as_str()).collect();
            because(CauseCode::WrongOutcome, format!("expected: {}", names.join(" or ")))
        }
    }
}

fn because(code: CauseCode, detail: impl Into<String>) -> Cause {
    Cause { code, detail: Some(detail.into()).filter(|detail| !detail.is_empty()) }
}

fn wrong_value(scored: &ScoredCell, column: &Column, value: &str, cell: Option<&Cell>) -> Cause {
    let code = match scored.trap {
        Some(Trap::OtherEntity) => CauseCode::OtherEntity,
        Some(Trap::Stale) => CauseCode::Stale,
        Some(Trap::LesserSource) => CauseCode::LesserSource,
        None if scored.gold.is_empty() => CauseCode::Invented,
        None => {
            if let Some(detail) = right_candidate(scored, column, cell) {
                return because(CauseCode::NotChosen, detail);
            }
            if scored.gold.iter().any(|gold| differs_by_power_of_ten(column, value, gold)) {
                CauseCode::WrongScale
            } else if scored.gold.iter().any(|gold| overlap(column, value, gold)) {
                CauseCode::OverlappingText
            } else if scored.source.as_ref().is_some_and(|url| is_listed(url, &scored.gold_pages)) {
                CauseCode::OtherStatement
            } else {
                CauseCode::OtherPage
            }
        }
    };
    Cause { code, detail: None }
}

/// Why the right candidate was not chosen, if there is one.
fn right_candidate(scored: &ScoredCell, column: &Column, cell: Option<&Cell>) -> Option<String> {
    let others = cell.map(|cell| cell.others.as_slice()).unwrap_or_default();
    let right = others.iter().find(|other| is_right(scored, column, &other.value.to_string()))?;
    let why = right.not_chosen.as_ref().map(ToString::to_string).unwrap_or_default();
    Some(format!("{}: {} {why}", right.evidence.url, right.value).trim_end().to_owned())
}

fn is_right(scored: &ScoredCell, column: &Column, text: &str) -> bool {
    scored.gold.iter().any(|gold| is_correct(column, text, gold))
}

fn missing_value(
    scored: &ScoredCell,
    column: &Column,
    cell: Option<&Cell>,
    attempts: &[AttemptSummary],
) -> Cause {
    let Some(cell) = cell else { return because(CauseCode::Failed, "the row has no result") };
    if cell.outcome == CellOutcome::Conflict {
        return Cause { code: CauseCode::Conflict, detail: None };
    }
    let proposed = cell.rejected.iter().find(|one| is_right(scored, column, &one.proposed));
    if let Some(rejected) = proposed {
        return because(CauseCode::Rejected, format!("{}: {}", rejected.url, rejected.reason));
    }
    if scored.gold_pages.is_empty() {
        let code = match cell.outcome {
            CellOutcome::Blocked => CauseCode::Blocked,
            CellOutcome::Error => CauseCode::Failed,
            _ => CauseCode::NotFound,
        };
        return Cause { code, detail: None };
    }
    let read = |page: &&String| attempts.iter().any(|attempt| is_listed(page, &attempt.pages));
    if let Some(page) = scored.gold_pages.iter().find(read) {
        return because(CauseCode::NotRecognised, page.as_str());
    }
    let failed = attempts.iter().flat_map(|attempt| &attempt.failed);
    let mut failed = failed.filter(|(url, _)| is_listed(url, &scored.gold_pages));
    if let Some((url, code)) = failed.next() {
        return because(CauseCode::Blocked, format!("{url}: {code}"));
    }
    because(CauseCode::NotRead, scored.gold_pages.join(" "))
}

fn is_listed(url: &str, pages: &[String]) -> bool {
    pages.iter().any(|page| bare_url(page) == bare_url(url))
}

/// Whether two numbers have the same digits and another scale.
fn differs_by_power_of_ten(column: &Column, value: &str, gold: &str) -> bool {
    let (ColumnType::Number, Some(value), Some(gold)) = (column.kind, number(value), number(gold))
    else {
        return false;
    };
    let power = (value / gold).log10();
    (1.0..=12.0).contains(&power.abs()) && (power - power.round()).abs() < SAME_DIGITS
}

/// How far the logarithm of a ratio may be from a whole number.
const SAME_DIGITS: f64 = 1e-4;

/// Whether one text contains the other, word by word.
fn overlap(column: &Column, value: &str, gold: &str) -> bool {
    let (value, gold) = (format!(" {} ", folded(value)), format!(" {} ", folded(gold)));
    let is_text = column.kind == ColumnType::String && value.len() > 2 && gold.len() > 2;
    is_text && (value.contains(&gold) || gold.contains(&value))
}

#[cfg(test)]
mod tests {
    use ampledata_core::evidence::{Rejection, RejectionReason};

    use super::super::scored::tests::{empty, found, gold, text};
    use super::super::scored::{Predicted, score_cells};
    use super::super::set::{GoldCell, GoldRow, Kind};
    use super::*;

    fn cause(column: Column, gold: GoldCell, cell: Option<Cell>, read: &[&str]) -> CauseCode {
        let attempt = AttemptSummary {
            pages: read.iter().map(|page| (*page).to_owned()).collect(),
            failed: vec![("https://wall.example/".into(), "page_login_wall".into())],
            ..AttemptSummary::default()
        };
        let predicted = Predicted { key: "k".into(), cells: vec![cell], attempts: vec![attempt] };
        let kind = Kind {
            name: "kind".into(),
            input: "input.csv".into(),
            key: "key".into(),
            columns: vec![column],
            gold: vec![GoldRow { key: "k".into(), cells: vec![gold] }],
        };
        score_cells(&kind, &[predicted])[0].cause.clone().unwrap().code
    }

    #[test]
    fn a_missing_value_was_not_found_not_read_or_not_recognised() {
        use CellOutcome::{Absent, Blocked, Conflict, Error};
        let proposal =
            Rejection::new(0, "https://a.example/", "Kiel", RejectionReason::QuoteNotFound);
        let rejected = Cell { rejected: vec![proposal], ..empty(Absent) };
        for (cell, pages, code) in [
            (None, vec![], CauseCode::Failed),
            (Some(empty(Conflict)), vec![], CauseCode::Conflict),
            (Some(rejected), vec![], CauseCode::Rejected),
            (Some(empty(Blocked)), vec![], CauseCode::Blocked),
            (Some(empty(Error)), vec![], CauseCode::Failed),
            (Some(empty(Absent)), vec![], CauseCode::NotFound),
            (Some(empty(Absent)), vec!["https://www.read.example"], CauseCode::NotRecognised),
            (Some(empty(Absent)), vec!["https://wall.example"], CauseCode::Blocked),
            (Some(empty(Absent)), vec!["https://far.example/"], CauseCode::NotRead),
        ] {
            let pages = pages.into_iter().map(str::to_owned).collect();
            let gold = GoldCell { pages, ..gold(&["Kiel"], &[]) };
            let column = Column::new("port", ColumnType::String);
            assert_eq!(
                cause(column, gold, cell.clone(), &["https://read.example/"]),
                code,
                "{cell:?}"
            );
        }
    }

    #[test]
    fn a_wrong_value_is_compared_with_the_right_one() {
        let string = || Column::new("c", ColumnType::String);
        let number = || Column::new("c", ColumnType::Number);
        for (column, accepted, value, code) in [
            (number(), "4200", "4.2", CauseCode::WrongScale),
            (number(), "4.2", "42000000", CauseCode::WrongScale),
            (number(), "4200", "4300", CauseCode::OtherPage),
            (number(), "0", "7", CauseCode::OtherPage),
            (string(), "Ada Brook", "Ada Brook, captain", CauseCode::OverlappingText),
            (string(), "Captain Ada Brook", "Ada Brook", CauseCode::OverlappingText),
            (string(), "Ada Brook", "Ada Brookes", CauseCode::OtherPage),
        ] {
            let value = match column.kind {
                ColumnType::Number => ampledata_core::value::Value::Number(value.parse().unwrap()),
                _ => text(value),
            };
            let cell = Some(found(value.clone(), 0.9));
            assert_eq!(cause(column, gold(&[accepted], &[]), cell, &[]), code, "{value}");
        }
        let absent = gold(&[], &[CellOutcome::Absent]);
        let invented = cause(string(), absent.clone(), Some(found(text("x"), 0.1)), &[]);
        assert_eq!(invented, CauseCode::Invented);
        let blocked = cause(string(), absent, Some(empty(CellOutcome::Blocked)), &[]);
        assert_eq!(blocked, CauseCode::WrongOutcome);
    }
}
