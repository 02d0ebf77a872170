//! How probable it is that a value is right, computed from features that can be shown.

use std::collections::BTreeSet;

use crate::evidence::{Candidate, SourceKind};
use crate::page::FactKind;
use crate::value::Qualifier;

/// The weight of one candidate against others, 0 to 1, judged without looking at the others.
pub fn candidate_weight(candidate: &Candidate) -> f64 {
    let features = &candidate.features;
    let own = features.own_score.map_or(1.0, |score| 0.7 + 0.3 * score);
    formality(candidate.evidence.kind) * (0.25 + 0.75 * features.label) * features.entity * own
}

/// How far the form of a source can be trusted: an author who marks data up means it.
pub(crate) fn formality(kind: SourceKind) -> f64 {
    match kind {
        SourceKind::Fact(FactKind::JsonLd) => 0.95,
        SourceKind::Fact(FactKind::Microdata | FactKind::Rdfa) => 0.92,
        SourceKind::Fact(FactKind::InfoBox | FactKind::DefinitionList) => 0.90,
        SourceKind::Fact(FactKind::Table | FactKind::Label) => 0.86,
        // A class name is written for style sheets, not for readers.
        SourceKind::Fact(FactKind::Meta | FactKind::Marked) => 0.80,
        SourceKind::Fact(FactKind::Link) => 0.84,
        // The data of scripts holds more than the page shows, some of it of other things.
        SourceKind::Fact(FactKind::Hydration) => 0.78,
        SourceKind::Heading => 0.75,
        SourceKind::Sentence => 0.72,
        SourceKind::Snippet => 0.65,
    }
}

/// What supports one value: a summary of its candidates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Support {
    /// Weight of the best of them.
    pub best: f64,
    /// Number of sites that state it.
    pub sites: usize,
    /// Share of the weight of all candidates of the cell that belongs to other values, 0 to 1.
    pub contested: f64,
    /// Whether the text only says "about".
    pub approximate: bool,
    /// Whether every quote marks a part of itself as no longer valid.
    pub outdated: bool,
}

impl Support {
    /// Summarises the candidates of one value (`group`) among all candidates of the cell.
    pub fn summarize(group: &[&Candidate], all: &[Candidate]) -> Self {
        let total = stable_sum(all.iter().map(candidate_weight));
        let mine = stable_sum(group.iter().map(|candidate| candidate_weight(candidate)));
        Self {
            best: group.iter().map(|candidate| candidate_weight(candidate)).fold(0.0, f64::max),
            sites: group.iter().map(|c| site_of(&c.evidence.url)).collect::<BTreeSet<_>>().len(),
            contested: if total > 0.0 { 1.0 - mine / total } else { 0.0 },
            approximate: group.iter().all(|c| c.qualifier == Some(Qualifier::About)),
            outdated: false,
        }
    }

    /// Probability that the value is right, 0 to 1.
    ///
    /// A logistic model. Its coefficients are set by hand and err on the low side;
    /// docs/adr/0006-confidence.md explains why they are not fitted.
    pub fn confidence(&self) -> f64 {
        let more_sites = (self.sites.clamp(1, 4) as f64).ln();
        let logit = INTERCEPT
            + BEST * self.best
            + MORE_SITES * more_sites
            + CONTESTED * self.contested
            + if self.approximate { APPROXIMATE } else { 0.0 }
            + if self.outdated { OUTDATED } else { 0.0 };
        1.0 / (1.0 + (-logit).exp())
    }
}

const INTERCEPT: f64 = -2.2;
const BEST: f64 = 6.0;
const MORE_SITES: f64 = 1.2;
const CONTESTED: f64 = -2.5;
const APPROXIMATE: f64 = -0.5;
const OUTDATED: f64 = -1.2;

/// A sum that does not depend on the order of its terms, down to the last bit.
fn stable_sum(terms: impl Iterator<Item = f64>) -> f64 {
    let mut terms: Vec<f64> = terms.collect();
    terms.sort_by(f64::total_cmp);
    terms.iter().sum()
}

/// The site of an address: its host without `www.`, or the address itself if it has no host.
pub fn site_of(url: &str) -> &str {
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = after.split(['/', '?', '#']).next().unwrap_or(after);
    host.strip_prefix("www.").unwrap_or(host)
}
