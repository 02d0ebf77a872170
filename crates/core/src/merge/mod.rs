//! Merges the candidates that pages and attempts gave into one cell.

use rust_decimal::Decimal;

use crate::column::Column;
use crate::confidence::{ConfidenceModel, Support, candidate_weight, domain_of, site_of};
use crate::evidence::{Candidate, SourceKind};
use crate::row::{Cell, CellOutcome, ReasonCode};
use crate::value::{Qualifier, Value, same_value};

mod not_chosen;
mod outdated;
mod score;

pub use not_chosen::NotChosenReason;
pub(crate) use outdated::is_labelled_former;

use score::{Clock, count_sites, score_group, standing_score, summarize};

/// Two values of different sites are level if their scores differ by less.
const LEVEL: f64 = 0.25;

/// The candidates of one value.
struct Group<'a> {
    members: Vec<&'a Candidate>,
    /// How much its sources speak for it.
    score: f64,
}

/// The values that were found for one cell.
struct Contest<'a> {
    /// The best first.
    groups: Vec<Group<'a>>,
    clock: Clock,
    column: &'a Column,
    model: &'a ConfidenceModel,
}

/// The cell that the candidates give; `None` if there are no candidates.
///
/// A function of the set: the order of the candidates does not matter. Values that agree support each other.
/// If they disagree, the one for which its sources speak more wins: by how clearly they say it, by who
/// publishes them, by how recent they are, and by how many there are. If nothing separates two values, the
/// cell is a conflict and has no value.
pub fn merge(candidates: &[Candidate], column: &Column, model: &ConfidenceModel) -> Option<Cell> {
    let all: Vec<&Candidate> = candidates.iter().collect();
    let clock = Clock::new(&all, column);
    let mut groups = group_by_value(candidates, column);
    for group in &mut groups {
        group.score = score_group(&group.members, &clock, column);
    }
    groups.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| representative(a).value.cmp(&representative(b).value))
    });
    let contest = Contest { groups, clock, column, model };
    let first = contest.groups.first()?;
    if contest.groups.iter().skip(1).any(|second| contradict(first, second)) {
        return Some(contest.conflict_cell());
    }
    Some(contest.found_cell(first))
}

/// Keeps at most so many candidates of each column: of each value the best candidate of each domain, before
/// further ones. Duplicates are left out.
pub fn keep_best(candidates: &mut Vec<Candidate>, most: usize) {
    candidates.sort_by(|a, b| {
        candidate_weight(b)
            .total_cmp(&candidate_weight(a))
            .then_with(|| a.value.cmp(&b.value))
            .then_with(|| a.evidence.url.cmp(&b.evidence.url))
            .then_with(|| a.evidence.span.cmp(&b.evidence.span))
    });
    candidates.dedup();
    let is_same_claim = |a: &Candidate, b: &Candidate| {
        a.column == b.column
            && a.value == b.value
            && a.features.is_from_model == b.features.is_from_model
            && domain_of(&a.evidence.url) == domain_of(&b.evidence.url)
    };
    let mut kept: Vec<Candidate> = Vec::with_capacity(candidates.len());
    let mut further: Vec<Candidate> = Vec::new();
    for candidate in std::mem::take(candidates) {
        let is_further = kept.iter().any(|known| is_same_claim(known, &candidate));
        if is_further { further.push(candidate) } else { kept.push(candidate) }
    }
    for candidate in kept.into_iter().chain(further) {
        let of_column = candidates.iter().filter(|other| other.column == candidate.column).count();
        if of_column < most {
            candidates.push(candidate);
        }
    }
}

fn representative<'a>(group: &Group<'a>) -> &'a Candidate {
    group.members[0]
}

fn group_by_value<'a>(candidates: &'a [Candidate], column: &Column) -> Vec<Group<'a>> {
    let mut sorted: Vec<&Candidate> = candidates.iter().collect();
    // The most precise date leads its group, so that less precise ones join it; then the weightiest.
    sorted.sort_by(|a, b| {
        precision(&b.value)
            .cmp(&precision(&a.value))
            .then_with(|| is_approximate(a).cmp(&is_approximate(b)))
            .then_with(|| candidate_weight(b).total_cmp(&candidate_weight(a)))
            .then_with(|| a.value.cmp(&b.value))
            .then_with(|| a.evidence.url.cmp(&b.evidence.url))
            .then_with(|| a.evidence.span.cmp(&b.evidence.span))
    });
    let mut groups: Vec<Group<'a>> = Vec::new();
    for candidate in sorted {
        let home =
            groups.iter_mut().find(|group| values_agree(group.members[0], candidate, column));
        match home {
            Some(group) => group.members.push(candidate),
            None => groups.push(Group { members: vec![candidate], score: 0.0 }),
        }
    }
    groups
}

fn is_approximate(candidate: &Candidate) -> bool {
    candidate.qualifier == Some(Qualifier::About)
}

/// Whether two sources mean the same value: a rounded or converted number agrees with the exact one, and
/// "about 640" with 643. Amounts of money are not rounded: 19.99 is not 20.
fn values_agree(a: &Candidate, b: &Candidate, column: &Column) -> bool {
    if same_value(&a.value, &b.value, column) {
        return true;
    }
    let is_money = column.unit.as_deref().is_some_and(is_currency);
    let (Value::Number(one), Value::Number(other)) = (&a.value, &b.value) else { return false };
    if is_money {
        return false;
    }
    let apart = (*one - *other).abs();
    if (is_approximate(a) || is_approximate(b)) && apart * ABOUT <= one.abs().max(other.abs()) {
        return true;
    }
    let (rough, fine) = if one.scale() <= other.scale() { (one, other) } else { (other, one) };
    let nearest = fine.round_dp_with_strategy(
        rough.scale(),
        rust_decimal::RoundingStrategy::MidpointAwayFromZero,
    );
    column.unit.is_some() && nearest == *rough && apart * ROUNDING <= rough.abs()
}

/// A rounded number differs by at most one part in this many.
const ROUNDING: Decimal = Decimal::from_parts(200, 0, 0, false, 0);
/// A number that is only said to be about right differs by at most one part in this many.
const ABOUT: Decimal = Decimal::from_parts(20, 0, 0, false, 0);

fn is_currency(unit: &str) -> bool {
    let code = unit.len() == 3 && unit.bytes().all(|b| b.is_ascii_uppercase());
    code || unit.contains(['$', '€', '£', '¥', '₹', '₽', '₩', '₺', '₿'])
}

fn precision(value: &Value) -> u8 {
    match value {
        Value::Date(date) => date.precision(),
        _ => 0,
    }
}

/// Whether nothing shows which of two values is right.
fn contradict(first: &Group<'_>, second: &Group<'_>) -> bool {
    if are_level_on_page(representative(first), representative(second)) {
        return second.score >= first.score;
    }
    let domains = |group: &Group<'_>| -> Vec<String> {
        group.members.iter().map(|one| domain_of(&one.evidence.url).to_owned()).collect()
    };
    let others = domains(second);
    let independent = !domains(first).iter().any(|domain| others.contains(domain));
    independent && first.score - second.score < LEVEL
}

/// Whether one page states two values alike, and nothing on it separates them, as with the prices of several
/// offers, or two heights under the same label.
fn are_level_on_page(a: &Candidate, b: &Candidate) -> bool {
    let is_fact = matches!(a.evidence.kind, SourceKind::Fact(_));
    let is_text = matches!((&a.value, &b.value), (Value::Text(_) | Value::List(_), _));
    is_fact
        && !is_text
        && a.evidence.page == b.evidence.page
        && a.evidence.kind == b.evidence.kind
        && a.features == b.features
}

impl Contest<'_> {
    /// The probability of all values but this one, if the scores were all that is known.
    fn contested(&self, group: &Group<'_>) -> f64 {
        let mut weights: Vec<f64> =
            self.groups.iter().map(|other| (other.score - group.score).exp()).collect();
        // A sum that does not depend on the order of its terms, down to the last bit.
        weights.sort_by(f64::total_cmp);
        1.0 - 1.0 / weights.iter().sum::<f64>().max(1.0)
    }

    fn support(&self, group: &Group<'_>) -> Support {
        summarize(&group.members, self.contested(group), &self.clock, self.column)
    }

    fn found_cell(&self, group: &Group<'_>) -> Cell {
        let support = self.support(group);
        let precise = representative(group);
        // The quote shown is the one that speaks most for the value, of those that are as precise.
        let shown = group
            .members
            .iter()
            .filter(|candidate| {
                precision(&candidate.value) == precision(&precise.value)
                    && is_approximate(candidate) == is_approximate(precise)
            })
            .max_by(|a, b| {
                let own = |one: &&Candidate| score_group(&[*one], &self.clock, self.column);
                own(a).total_cmp(&own(b)).then_with(|| b.evidence.url.cmp(&a.evidence.url))
            })
            .copied()
            .unwrap_or(precise);
        Cell {
            outcome: CellOutcome::Found,
            value: Some(shown.value.clone()),
            qualifier: shown.qualifier,
            confidence: self.model.confidence(&support),
            reason: found_reason(shown, &support, self.groups.len()),
            reason_code: Some(ReasonCode::Stated),
            support: Some(support),
            evidence: Some(shown.evidence.clone()),
            others: other_candidates(&self.groups, Some(shown), |place, candidate| {
                if place == 0 {
                    reason_if_agreeing(candidate, shown)
                } else {
                    self.reason_if_losing(&self.groups[place], group, candidate)
                }
            }),
            rejected: Vec::new(),
        }
    }

    fn conflict_cell(&self) -> Cell {
        let claims: Vec<String> = self
            .groups
            .iter()
            .take(2)
            .map(|group| {
                let one = representative(group);
                format!("{} by {}", one.value, site_of(&one.evidence.url))
            })
            .collect();
        let [first, ..] = &self.groups[..] else {
            unreachable!("a conflict has values");
        };
        Cell {
            outcome: CellOutcome::Conflict,
            value: None,
            qualifier: None,
            confidence: 0.0,
            reason: format!("sources of equal standing disagree: {}", claims.join(", ")),
            reason_code: Some(ReasonCode::SourcesDisagree),
            support: None,
            evidence: None,
            others: other_candidates(&self.groups, None, |place, candidate| {
                let group = &self.groups[place];
                if place == 0 || contradict(first, group) {
                    NotChosenReason::Contradicted
                } else {
                    self.reason_if_losing(group, first, candidate)
                }
            }),
            rejected: Vec::new(),
        }
    }

    /// Why a candidate of another value was not chosen: the feature in which the two values differ most.
    fn reason_if_losing(
        &self,
        group: &Group<'_>,
        winner: &Group<'_>,
        candidate: &Candidate,
    ) -> NotChosenReason {
        let best = winner
            .members
            .iter()
            .max_by(|a, b| candidate_weight(a).total_cmp(&candidate_weight(b)))
            .copied();
        if let Some(reason) = best.and_then(|best| by_source(candidate, best, &self.clock)) {
            return reason;
        }
        let (ours, _) = count_sites(&group.members, &self.clock, self.column);
        let (theirs, site) = count_sites(&winner.members, &self.clock, self.column);
        if ours < theirs {
            return NotChosenReason::FewerSites { sites: ours, winning: theirs, site };
        }
        best.and_then(|best| NotChosenReason::by_weakest_feature(candidate, best)).unwrap_or_else(
            || NotChosenReason::LowerConfidence {
                confidence: self.model.confidence(&self.support(group)),
                winning: self.model.confidence(&self.support(winner)),
            },
        )
    }
}

/// Whether the publisher or the date of a source is what separates it from the winner most.
fn by_source(loser: &Candidate, winner: &Candidate, clock: &Clock) -> Option<NotChosenReason> {
    let (standing, winning) = (loser.features.standing, winner.features.standing);
    let by_standing = standing_score(winning) - standing_score(standing);
    let by_age = clock.cost(loser) - clock.cost(winner);
    let by_weight = candidate_weight(winner) - candidate_weight(loser);
    if by_age >= by_standing
        && by_age > by_weight
        && let (Some(dated), Some(newer)) = (loser.evidence.dated, winner.evidence.dated)
        && dated < newer
    {
        return Some(NotChosenReason::OlderPage { dated, winning: newer });
    }
    (by_standing > by_weight.max(by_age))
        .then_some(NotChosenReason::LesserSource { standing, winning })
}

fn found_reason(shown: &Candidate, support: &Support, values: usize) -> String {
    let site = site_of(&shown.evidence.url);
    let mut reason = match support.sites {
        0 | 1 => format!("stated by {site}"),
        2 => format!("stated by {site} and 1 more site"),
        n => format!("stated by {site} and {} more sites", n - 1),
    };
    if support.outdated {
        reason.push_str(", which marks a part of the quote as no longer valid");
    }
    if values > 1 {
        reason.push_str("; other values are less well supported");
    }
    reason
}

/// Why a candidate of the winning value is not the one that is shown.
fn reason_if_agreeing(candidate: &Candidate, shown: &Candidate) -> NotChosenReason {
    if precision(&candidate.value) < precision(&shown.value) {
        NotChosenReason::LessPrecise
    } else {
        NotChosenReason::Agrees
    }
}

/// The best candidate of each value first, then further ones, without the one that is shown, each with
/// the reason why it was not chosen.
fn other_candidates(
    groups: &[Group<'_>],
    shown: Option<&Candidate>,
    why: impl Fn(usize, &Candidate) -> NotChosenReason,
) -> Vec<Candidate> {
    let placed = || groups.iter().enumerate();
    let leaders = placed().map(|(place, group)| (place, group.members[0]));
    let rest = placed()
        .flat_map(|(place, group)| group.members.iter().skip(1).map(move |one| (place, *one)));
    leaders
        .chain(rest)
        .filter(|(_, candidate)| shown.is_none_or(|shown| !std::ptr::eq(*candidate, shown)))
        .take(Cell::MAX_OTHERS)
        .map(|(place, candidate)| Candidate {
            not_chosen: Some(why(place, candidate)),
            ..candidate.clone()
        })
        .collect()
}
