//! Checks suggestions, and limits how many pass.

use ampledata_core::evidence::{Candidate, Rejection, RejectionReason, Source, Suggestion};
use ampledata_core::merge::keep_best;
use ampledata_core::page::ContentHash;
use ampledata_core::row::{Extraction, Plan};
use ampledata_core::standing::SourceProfile;
use ampledata_core::value::{Locale, infer_date_order};

/// Maximum number of candidates of one column from one step; the row machine keeps no more either.
const MAX_CANDIDATES: usize = 16;
/// Maximum number of rejections of one column from one step: enough to explain an empty cell.
const MAX_REJECTIONS: usize = 6;

/// Candidates and rejections of one step.
pub(super) struct Checked<'a> {
    columns: &'a [usize],
    extraction: Extraction,
}

impl<'a> Checked<'a> {
    pub(super) fn new(columns: &'a [usize]) -> Self {
        Self { columns, extraction: Extraction::default() }
    }

    pub(super) fn take(
        &mut self,
        suggestion: &Suggestion,
        url: &str,
        verified: Result<Candidate, RejectionReason>,
    ) {
        let asked = self.columns.contains(&suggestion.column);
        match verified {
            Ok(candidate) if asked => self.extraction.candidates.push(candidate),
            Ok(_) => self.reject(suggestion, url, RejectionReason::NotRequested),
            Err(reason) => self.reject(suggestion, url, reason),
        }
    }

    pub(super) fn reject(&mut self, suggestion: &Suggestion, url: &str, reason: RejectionReason) {
        let Suggestion { column, text, .. } = suggestion;
        self.extraction.rejections.push(Rejection::new(*column, url, text, reason));
    }

    /// Records why a page has no usable value for a column, if it is known.
    pub(super) fn explain(&mut self, rejection: Option<Rejection>) {
        self.extraction.rejections.extend(rejection);
    }

    pub(super) fn other_entity(&mut self, url: &str) {
        self.extraction.other_entities.push(url.to_owned());
    }

    /// The best candidates of each column, and the first rejections, without duplicates.
    pub(super) fn finish(self) -> Extraction {
        let mut extraction = self.extraction;
        keep_best(&mut extraction.candidates, MAX_CANDIDATES);
        let mut rejections: Vec<Rejection> = Vec::new();
        for rejection in extraction.rejections {
            let of_column = rejections.iter().filter(|other| other.column == rejection.column);
            if of_column.count() < MAX_REJECTIONS && !rejections.contains(&rejection) {
                rejections.push(rejection);
            }
        }
        extraction.rejections = rejections;
        extraction
    }
}

/// A result of a search result page as a source of evidence.
pub(super) struct Snippet<'a> {
    pub(super) url: &'a str,
    pub(super) hash: &'a ContentHash,
    pub(super) text: &'a str,
}

impl<'a> Snippet<'a> {
    pub(super) fn source(&self, profile: SourceProfile, locale: &'a Locale) -> Source<'a> {
        Source { url: self.url, hash: self.hash, text: self.text, profile, read_at: None, locale }
    }
}

/// How the texts of a page should be parsed.
pub(super) fn locale(plan: &Plan, language: Option<&str>, text: &str) -> Locale {
    Locale {
        language: language.map(str::to_owned),
        date_order: infer_date_order(text),
        today: Some(plan.today),
        ..Locale::default()
    }
}
