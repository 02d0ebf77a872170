//! What the pages leave in doubt about a value that was found without a model.

use std::collections::BTreeSet;

use ampledata_core::column::CompiledColumn;
use ampledata_core::entity::Target;
use ampledata_core::evidence::Suggestion;
use ampledata_core::passage::{ColumnQuery, Limits, says_otherwise};
use ampledata_core::value::fold;

use super::excerpts::{ReadablePage, readable_pages};
use crate::ExtractRequest;

/// The readable pages, and what was found on them without a model.
pub(super) struct Pages<'a> {
    found: &'a [Suggestion],
    readable: Vec<ReadablePage<'a>>,
}

impl<'a> Pages<'a> {
    pub(super) fn new(
        request: &ExtractRequest<'a>,
        found: &'a [Suggestion],
        target: &Target,
    ) -> Self {
        Self { found, readable: readable_pages(request, target) }
    }

    /// Whether a page without the column's value has other words about the column.
    pub(super) fn says_otherwise(&self, column: (usize, &CompiledColumn)) -> bool {
        let (at, compiled) = column;
        let Some(known) = self.best_value(at) else { return false };
        let agreeing = self.agreeing_pages(at, &known.text);
        let others = self.readable.iter().filter(|one| !agreeing.contains(&one.at));
        let query = ColumnQuery::new(compiled);
        others.into_iter().any(|candidate| {
            says_otherwise(candidate.page, &query, &known.text, &Limits::default())
        })
    }

    /// Whether only one of several pages has the column's value.
    pub(super) fn is_unconfirmed(&self, column: usize) -> bool {
        let agreeing = |known: &Suggestion| self.agreeing_pages(column, &known.text).len();
        self.readable.len() > 1 && self.best_value(column).is_none_or(|known| agreeing(known) < 2)
    }

    fn best_value(&self, column: usize) -> Option<&'a Suggestion> {
        let of_column = self.found.iter().filter(|one| one.column == column);
        of_column.max_by(|a, b| (a.label * a.entity).total_cmp(&(b.label * b.entity)))
    }

    /// The pages on which the same value was found.
    fn agreeing_pages(&self, column: usize, value: &str) -> BTreeSet<usize> {
        let value = fold(value);
        let same = |one: &&Suggestion| one.column == column && fold(&one.text) == value;
        self.found.iter().filter(same).map(|one| one.page).collect()
    }
}
