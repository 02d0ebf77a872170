//! How probable it is that a value is right, computed from features that can be shown.

mod model;

pub use model::{Coefficients, ConfidenceModel, InvalidModel};

use serde::{Deserialize, Serialize};

use crate::evidence::{Candidate, SourceKind};
use crate::page::FactKind;

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
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Support {
    /// Weight of the best of them.
    pub best: f64,
    /// Number of independent sites that state it.
    pub sites: usize,
    /// Probability of the cell's other values, 0 to 1, as far as candidates can be compared.
    pub contested: f64,
    /// Whether the text only says "about".
    pub approximate: bool,
    /// Whether every quote marks a part of itself as no longer valid.
    pub outdated: bool,
    /// How far the best source can be trusted for who publishes it, from -1 (a forum) to 1 (the entity's
    /// own site); 0 if nothing shows.
    pub standing: f64,
    /// Years by which the newest statement is older than the newest known date of the cell, if its column
    /// changes; at most 10.
    pub age: f64,
    /// Whether the extractor and a model propose it independently.
    pub agreement: bool,
}

impl Support {
    /// The features in the order of [`Coefficients::to_array`], the first one constant.
    pub fn features(&self) -> [f64; Coefficients::COUNT] {
        let flag = |is_set: bool| if is_set { 1.0 } else { 0.0 };
        [
            1.0,
            self.best,
            (self.sites.clamp(1, 4) as f64).ln(),
            self.contested,
            flag(self.approximate),
            flag(self.outdated),
            self.standing,
            self.age.clamp(0.0, 10.0),
            flag(self.agreement),
        ]
    }
}

/// The site of an address: its host without `www.`, or the address itself if it has no host.
pub fn site_of(url: &str) -> &str {
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = after.split(['/', '?', '#']).next().unwrap_or(after);
    host.strip_prefix("www.").unwrap_or(host)
}

/// The registrable domain of an address: `b.co.uk` of `https://www.a.b.co.uk/x`. Pages of one domain are one
/// witness.
///
/// By the Public Suffix List (<https://publicsuffix.org>), in which hosts of many owners, such as `github.io`,
/// count as suffixes.
pub fn domain_of(url: &str) -> &str {
    let site = site_of(url);
    let host = site.split(':').next().unwrap_or(site);
    let is_number = host.ends_with(|c: char| c.is_ascii_digit());
    if is_number { host } else { psl::domain_str(host).unwrap_or(host) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_one_registrable_domain_are_one_witness() {
        for (url, domain) in [
            ("https://en.encyclopedia.example/wiki/A", "encyclopedia.example"),
            ("https://www.a.fern.co.uk/x?y=1", "fern.co.uk"),
            ("https://fern.github.io/", "fern.github.io"),
            ("http://fern.example:8080/", "fern.example"),
            ("http://127.0.0.1:3000/a", "127.0.0.1"),
        ] {
            assert_eq!(domain_of(url), domain, "{url}");
        }
    }
}
