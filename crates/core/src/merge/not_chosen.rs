//! Why a candidate was not chosen as the value of its cell.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::confidence::{candidate_weight, formality};
use crate::evidence::{Candidate, SourceKind};
use crate::page::FactKind;
use crate::standing::Standing;
use crate::value::PartialDate;

/// Why a candidate was not chosen as the value of its cell. Its `Display` is a sentence for users.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum NotChosenReason {
    /// It has the same meaning as the value of the cell.
    Agrees,
    /// It has the same meaning, but is less precise: a year where another page has the day.
    LessPrecise,
    /// More independent sites state another value.
    FewerSites {
        /// Number of sites that state this value.
        sites: usize,
        /// Number of sites that state the cell's value.
        winning: usize,
        /// One of the sites that state this value.
        site: String,
    },
    /// The other value comes from a newer page.
    OlderPage {
        /// As of when this value's page speaks.
        dated: PartialDate,
        /// As of when the winner's page speaks.
        winning: PartialDate,
    },
    /// Its page is published by someone who is trusted less.
    LesserSource {
        /// Who publishes it.
        standing: Standing,
        /// Who publishes the winner's page.
        winning: Standing,
    },
    /// Its source matches the row's entity less well.
    EntityLessClear {
        /// How well its source matches, 0 to 1.
        entity: f64,
        /// How well the winner's source matches, 0 to 1.
        winning: f64,
    },
    /// The words around it name the column less well.
    ColumnLessClear {
        /// How well they name the column, 0 to 1.
        label: f64,
        /// How well the winner's words do, 0 to 1.
        winning: f64,
    },
    /// It was found in a kind of place that is trusted less.
    WeakerPlace {
        /// Where it was found.
        place: SourceKind,
        /// Where the winner was found.
        winning: SourceKind,
    },
    /// The model that proposed it was less sure of it, and no other feature separates the two as clearly.
    ProposedLessSurely,
    /// No single feature decides: it is less probable overall.
    LowerConfidence {
        /// How probable it is among the candidates, 0 to 1.
        confidence: f64,
        /// How probable the winner is, 0 to 1.
        winning: f64,
    },
    /// Sources of equal standing disagree: the cell has no value.
    Contradicted,
}

/// One of the features that make up a weight, for two candidates.
struct Feature {
    loser: f64,
    winner: f64,
    lost: NotChosenReason,
}

impl NotChosenReason {
    /// The feature in which the loser falls short of the winner most, if one stands out.
    pub(crate) fn by_weakest_feature(loser: &Candidate, winner: &Candidate) -> Option<Self> {
        let (l, w) = (&loser.features, &winner.features);
        let (place, winning) = (loser.evidence.kind, winner.evidence.kind);
        let own = |score: Option<f64>| score.map_or(1.0, |score| 0.7 + 0.3 * score);
        let features = [
            Feature {
                loser: l.entity,
                winner: w.entity,
                lost: Self::EntityLessClear { entity: l.entity, winning: w.entity },
            },
            Feature {
                loser: 0.25 + 0.75 * l.label,
                winner: 0.25 + 0.75 * w.label,
                lost: Self::ColumnLessClear { label: l.label, winning: w.label },
            },
            Feature {
                loser: formality(place),
                winner: formality(winning),
                lost: Self::WeakerPlace { place, winning },
            },
            Feature {
                loser: own(l.own_score),
                winner: own(w.own_score),
                lost: Self::ProposedLessSurely,
            },
        ];
        let share = |feature: &Feature| feature.loser / feature.winner.max(f64::MIN_POSITIVE);
        let worst = features.into_iter().min_by(|a, b| share(a).total_cmp(&share(b)))?;
        let decides =
            candidate_weight(loser) < candidate_weight(winner) && share(&worst) < STANDS_OUT;
        decides.then_some(worst.lost)
    }

    /// The stable name of the reason, as stored and returned by the API.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::LessPrecise => "less_precise",
            Self::FewerSites { .. } => "fewer_sites",
            Self::OlderPage { .. } => "older_page",
            Self::LesserSource { .. } => "lesser_source",
            Self::EntityLessClear { .. } => "entity_less_clear",
            Self::ColumnLessClear { .. } => "column_less_clear",
            Self::WeakerPlace { .. } => "weaker_place",
            Self::ProposedLessSurely => "proposed_less_surely",
            Self::LowerConfidence { .. } => "lower_confidence",
            Self::Contradicted => "contradicted",
        }
    }
}

/// A feature explains a loss if the loser has less than this share of the winner's.
const STANDS_OUT: f64 = 0.97;

impl fmt::Display for NotChosenReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agrees => {
                f.write_str("It agrees with the value, which is shown with another quote.")
            }
            Self::LessPrecise => f.write_str("It agrees with the value, but is less precise."),
            Self::FewerSites { sites, winning, site } => {
                write!(f, "Fewer sites state it: {sites} against {winning}, including {site}.")
            }
            Self::OlderPage { dated, winning } => {
                write!(f, "It is from an older page: {dated} against {winning}.")
            }
            Self::LesserSource { standing, winning } => write!(
                f,
                "It is from {}, which is trusted less than {}.",
                standing.describe(),
                winning.describe()
            ),
            Self::EntityLessClear { entity, winning } => write!(
                f,
                "The quote matches the row's entity less clearly: {} against {}.",
                percent(*entity),
                percent(*winning)
            ),
            Self::ColumnLessClear { label, winning } => write!(
                f,
                "Its words match the column less clearly: {} against {}.",
                percent(*label),
                percent(*winning)
            ),
            Self::WeakerPlace { place, winning } => write!(
                f,
                "It was found in {}, which is trusted less than {}.",
                place_name(*place),
                place_name(*winning)
            ),
            Self::ProposedLessSurely => {
                f.write_str("The model that proposed it was less sure of it.")
            }
            Self::LowerConfidence { confidence, winning } => write!(
                f,
                "It is less probable: {} against {}.",
                percent(*confidence),
                percent(*winning)
            ),
            Self::Contradicted => {
                f.write_str("Sources of equal standing disagree, and nothing shows which is right.")
            }
        }
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn place_name(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Fact(FactKind::JsonLd | FactKind::Microdata | FactKind::Rdfa) => {
            "data that the page marks up for machines"
        }
        SourceKind::Fact(FactKind::InfoBox | FactKind::DefinitionList) => "an info box",
        SourceKind::Fact(FactKind::Table) => "a table",
        SourceKind::Fact(FactKind::Label) => "a labelled line",
        SourceKind::Fact(FactKind::Meta | FactKind::Marked) => "the page's description of itself",
        SourceKind::Fact(FactKind::Link) => "the target of a link",
        SourceKind::Fact(FactKind::Hydration) => "the data of the page's scripts",
        SourceKind::Heading => "a heading",
        SourceKind::Sentence => "a sentence",
        SourceKind::Snippet => "the snippet of a search result",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::{Column, ColumnType};
    use crate::evidence::{Evidence, Features};
    use crate::merge::merge;
    use crate::page::{ContentHash, Span};
    use crate::row::{Cell, CellOutcome};
    use crate::value::{PartialDate, Value};

    fn said(site: &str, year: i16) -> Candidate {
        Candidate {
            column: 0,
            value: Value::Number(year.into()),
            qualifier: None,
            evidence: Evidence {
                quote: format!("Opened: {year}"),
                url: format!("https://{site}/"),
                page: ContentHash(site.to_owned()),
                span: Span::new(0, 12),
                context: Vec::new(),
                kind: SourceKind::Fact(FactKind::Label),
                dated: None,
                read_at: None,
            },
            features: Features {
                label: 1.0,
                entity: 1.0,
                own_score: None,
                standing: Standing::Unknown,
                is_from_model: false,
            },
            not_chosen: None,
        }
    }

    fn cell(candidates: &[Candidate]) -> Cell {
        merge(
            candidates,
            &Column::new("opened", ColumnType::Number),
            crate::confidence::ConfidenceModel::shipped(),
        )
        .unwrap()
    }

    /// Why the candidate with this year was not chosen.
    fn why(candidates: &[Candidate], year: i16) -> NotChosenReason {
        let cell = cell(candidates);
        assert_ne!(cell.value, Some(Value::Number(year.into())), "it won");
        let lost = cell.others.iter().find(|other| other.value == Value::Number(year.into()));
        lost.unwrap().not_chosen.clone().unwrap()
    }

    #[test]
    fn each_reason_is_the_one_that_distinguishes_them() {
        let fewer =
            why(&[said("a.example", 1937), said("b.example", 1937), said("c.example", 1938)], 1938);
        assert_eq!(
            fewer,
            NotChosenReason::FewerSites { sites: 1, winning: 2, site: "a.example".to_owned() }
        );
        assert_eq!(fewer.to_string(), "Fewer sites state it: 1 against 2, including a.example.");
        let with = |change: fn(&mut Candidate)| {
            let mut weak = said("c.example", 1938);
            change(&mut weak);
            why(&[said("a.example", 1937), weak], 1938)
        };
        let entity = with(|weak| weak.features.entity = 0.5);
        assert_eq!(entity, NotChosenReason::EntityLessClear { entity: 0.5, winning: 1.0 });
        let label = with(|weak| weak.features.label = 0.3);
        assert_eq!(label.name(), "column_less_clear");
        let place = with(|weak| weak.evidence.kind = SourceKind::Snippet);
        assert_eq!(
            place.to_string(),
            "It was found in the snippet of a search result, which is trusted less than a labelled line."
        );
        assert_eq!(
            with(|weak| weak.features.own_score = Some(0.1)),
            NotChosenReason::ProposedLessSurely
        );
    }

    #[test]
    fn what_means_the_same_did_not_lose_to_another_value() {
        let cell = cell(&[said("a.example", 1937), said("b.example", 1937)]);
        let codes: Vec<_> =
            cell.others.iter().map(|o| o.not_chosen.as_ref().unwrap().name()).collect();
        assert_eq!(codes, ["agrees"]);
    }

    #[test]
    fn of_two_that_are_equal_the_newer_page_wins_or_neither_does() {
        let (mut old, mut new) = (said("a.example", 1937), said("b.example", 1938));
        let conflict = cell(&[old.clone(), new.clone()]);
        assert_eq!(conflict.outcome, CellOutcome::Conflict);
        assert!(
            conflict
                .others
                .iter()
                .all(|other| other.not_chosen == Some(NotChosenReason::Contradicted))
        );
        old.evidence.dated = Some(PartialDate::full(2019, 3, 1).unwrap());
        new.evidence.dated = Some(PartialDate::full(2024, 5, 2).unwrap());
        let lost = why(&[old, new], 1937);
        assert_eq!(lost.to_string(), "It is from an older page: 2019-03-01 against 2024-05-02.");
    }

    #[test]
    fn it_is_stored_and_read_back_and_what_was_stored_before_has_none() {
        let mut candidate = said("a.example", 1937);
        let before = serde_json::to_string(&candidate).unwrap();
        assert!(!before.contains("lost"), "{before}");
        assert_eq!(serde_json::from_str::<Candidate>(&before).unwrap(), candidate);
        for lost in [
            NotChosenReason::Agrees,
            NotChosenReason::WeakerPlace {
                place: SourceKind::Snippet,
                winning: SourceKind::Fact(FactKind::JsonLd),
            },
            NotChosenReason::OlderPage {
                dated: PartialDate::full(2019, 3, 1).unwrap(),
                winning: PartialDate::full(2024, 5, 2).unwrap(),
            },
        ] {
            candidate.not_chosen = Some(lost);
            let stored = serde_json::to_string(&candidate).unwrap();
            assert_eq!(serde_json::from_str::<Candidate>(&stored).unwrap(), candidate, "{stored}");
        }
    }
}
