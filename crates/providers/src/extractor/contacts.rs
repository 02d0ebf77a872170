//! Telephone numbers against fax numbers.

use ampledata_core::column::{Column, Format};
use ampledata_core::page::Page;
use ampledata_core::value::asks_for_fax;
use ampledata_core::vocabulary::words;

use super::extract::FoundValue;

/// Fewer digits than this are no number of a subscriber.
const FEWEST_DIGITS: usize = 5;

/// Leaves out telephone numbers that the page names as a fax and nowhere as a telephone.
pub(super) fn leave_out_faxes(found: &mut Vec<FoundValue>, page: &Page, column: &Column) {
    if column.format != Some(Format::Phone) || asks_for_fax(column) {
        return;
    }
    let named = |fax: bool| -> Vec<String> {
        let facts = page.facts.iter().filter(|fact| fact.value.len() <= 60);
        facts.filter(|fact| is_fax(&fact.label) == fax).map(|fact| digits(&fact.value)).collect()
    };
    let faxes = named(true);
    if faxes.is_empty() {
        return;
    }
    let others = named(false);
    found.retain(|one| {
        let number = digits(&one.text);
        !faxes.contains(&number) || number.len() < FEWEST_DIGITS || others.contains(&number)
    });
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn is_fax(label: &str) -> bool {
    let is_fax = |word: &String| matches!(word.as_str(), "fax" | "telefax" | "faks" | "telefaks");
    words(label).iter().any(is_fax)
}
