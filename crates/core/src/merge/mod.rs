//! Merges the candidates that pages and attempts gave into one cell.

use rust_decimal::Decimal;

use crate::column::Column;
use crate::confidence::{Support, candidate_weight, site_of};
use crate::evidence::{Candidate, SourceKind};
use crate::row::{Cell, CellOutcome, ReasonCode};
use crate::value::{Value, same_value};

mod not_chosen;
mod outdated;

pub use not_chosen::NotChosenReason;

/// Another value is a contender if its weight is at least this share of the leader's.
const EQUAL_STANDING: f64 = 0.93;

/// The candidates of one value.
struct Group<'a> {
    members: Vec<&'a Candidate>,
    weight: f64,
}

/// The cell that the candidates give; `None` if there are no candidates.
///
/// The order of the candidates does not matter. Values that agree support each other; if they disagree,
/// the better supported value wins, then the more recent; if nothing separates two sites, the cell is a
/// conflict and has no value.
pub fn merge(candidates: &[Candidate], column: &Column) -> Option<Cell> {
    let mut groups = group_by_value(candidates, column);
    groups.sort_by(|a, b| {
        b.weight
            .total_cmp(&a.weight)
            .then_with(|| representative(a).value.cmp(&representative(b).value))
    });
    prefer_recent(&mut groups);
    let first = groups.first()?;
    if let Some(second) = groups.get(1)
        && contradict(first, second)
    {
        return Some(conflict_cell(&groups, candidates));
    }
    Some(found_cell(first, &groups, candidates, column))
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
            .then_with(|| candidate_weight(b).total_cmp(&candidate_weight(a)))
            .then_with(|| a.value.cmp(&b.value))
            .then_with(|| a.evidence.url.cmp(&b.evidence.url))
            .then_with(|| a.evidence.span.cmp(&b.evidence.span))
    });
    let mut groups: Vec<Group<'a>> = Vec::new();
    for candidate in sorted {
        let home = groups
            .iter_mut()
            .find(|group| values_agree(&group.members[0].value, &candidate.value, column));
        match home {
            Some(group) => group.members.push(candidate),
            None => groups.push(Group { members: vec![candidate], weight: 0.0 }),
        }
    }
    for group in &mut groups {
        group.weight = combine_weights(&group.members);
    }
    groups
}

/// Whether two sources mean the same value: a rounded or converted number agrees with the exact one.
/// Amounts of money are not rounded: 19.99 is not 20.
fn values_agree(a: &Value, b: &Value, column: &Column) -> bool {
    if same_value(a, b, column) {
        return true;
    }
    let measured = column.unit.as_deref().is_some_and(|unit| !is_currency(unit));
    match (a, b) {
        (Value::Number(a), Value::Number(b)) if measured => {
            let (rough, fine) = if a.scale() <= b.scale() { (a, b) } else { (b, a) };
            let nearest = fine.round_dp_with_strategy(
                rough.scale(),
                rust_decimal::RoundingStrategy::MidpointAwayFromZero,
            );
            let apart = (*rough - *fine).abs();
            nearest == *rough && apart * ROUNDING <= rough.abs()
        }
        _ => false,
    }
}

/// A rounded number differs by at most one part in this many.
const ROUNDING: Decimal = Decimal::from_parts(200, 0, 0, false, 0);

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

/// The weights of independent sites combine like those of independent witnesses; each site counts once, by
/// its best candidate.
fn combine_weights(members: &[&Candidate]) -> f64 {
    let mut sites: Vec<(&str, f64)> = Vec::new();
    for candidate in members {
        let (name, weight) = (site_of(&candidate.evidence.url), candidate_weight(candidate));
        match sites.iter_mut().find(|(known, _)| *known == name) {
            Some((_, best)) => *best = best.max(weight),
            None => sites.push((name, weight)),
        }
    }
    sites.sort_by(|a, b| a.1.total_cmp(&b.1));
    1.0 - sites.iter().map(|(_, weight)| 1.0 - 0.8 * weight).product::<f64>()
}

/// Of two values of equal standing, puts the one with the newer pages first.
fn prefer_recent(groups: &mut [Group<'_>]) {
    if let [first, second, ..] = groups
        && second.weight >= first.weight * EQUAL_STANDING
        && let (Some(a), Some(b)) = (newest_date(first), newest_date(second))
        && b > a
    {
        groups.swap(0, 1);
    }
}

fn newest_date(group: &Group<'_>) -> Option<crate::value::PartialDate> {
    group.members.iter().filter_map(|candidate| candidate.evidence.dated).max()
}

/// Two values contradict each other if nothing shows which source is better.
fn contradict(first: &Group<'_>, second: &Group<'_>) -> bool {
    let sites = |group: &Group<'_>| -> Vec<String> {
        group.members.iter().map(|c| site_of(&c.evidence.url).to_owned()).collect()
    };
    let others = sites(second);
    if are_level_on_page(representative(first), representative(second)) {
        return second.weight >= first.weight;
    }
    let independent = !sites(first).iter().any(|site| others.contains(site));
    let dated_apart =
        matches!((newest_date(first), newest_date(second)), (Some(a), Some(b)) if a != b);
    independent && !dated_apart && second.weight >= first.weight * EQUAL_STANDING
}

/// Whether two numbers come from the same structured data of one page and nothing separates them, as with
/// the prices of several offers.
fn are_level_on_page(a: &Candidate, b: &Candidate) -> bool {
    let is_structured = matches!(a.evidence.kind, SourceKind::Fact(kind) if kind.is_structured());
    is_structured
        && matches!((&a.value, &b.value), (Value::Number(_), Value::Number(_)))
        && a.evidence.page == b.evidence.page
        && a.evidence.kind == b.evidence.kind
        && a.features == b.features
}

fn found_cell(group: &Group<'_>, groups: &[Group<'_>], all: &[Candidate], column: &Column) -> Cell {
    let outdated = |one: &&Candidate| outdated::says_outdated(&one.evidence.quote, column);
    let support = Support {
        outdated: group.members.iter().all(outdated),
        ..Support::summarize(&group.members, all)
    };
    let precise = representative(group);
    // The quote shown is the one with the greatest weight of those that are as precise as the value.
    let shown = group
        .members
        .iter()
        .filter(|candidate| precision(&candidate.value) == precision(&precise.value))
        .max_by(|a, b| {
            candidate_weight(a)
                .total_cmp(&candidate_weight(b))
                .then_with(|| b.evidence.url.cmp(&a.evidence.url))
        })
        .copied()
        .unwrap_or(precise);
    Cell {
        outcome: CellOutcome::Found,
        value: Some(shown.value.clone()),
        qualifier: shown.qualifier,
        confidence: support.confidence(),
        reason: found_reason(shown, &support, groups.len()),
        reason_code: Some(ReasonCode::Stated),
        evidence: Some(shown.evidence.clone()),
        others: other_candidates(groups, Some(shown), |place, candidate| {
            if place == 0 {
                reason_if_agreeing(candidate, shown)
            } else {
                reason_if_losing(&groups[place], group, candidate, all)
            }
        }),
        rejected: Vec::new(),
    }
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

fn conflict_cell(groups: &[Group<'_>], all: &[Candidate]) -> Cell {
    let claims: Vec<String> = groups
        .iter()
        .take(2)
        .map(|group| {
            format!(
                "{} by {}",
                representative(group).value,
                site_of(&representative(group).evidence.url)
            )
        })
        .collect();
    Cell {
        outcome: CellOutcome::Conflict,
        value: None,
        qualifier: None,
        confidence: 0.0,
        reason: format!("sources of equal standing disagree: {}", claims.join(", ")),
        reason_code: Some(ReasonCode::SourcesDisagree),
        evidence: None,
        others: other_candidates(groups, None, |place, candidate| {
            let equal = groups[place].weight >= groups[0].weight * EQUAL_STANDING;
            if equal {
                NotChosenReason::Contradicted
            } else {
                reason_if_losing(&groups[place], &groups[0], candidate, all)
            }
        }),
        rejected: Vec::new(),
    }
}

/// Why a candidate of the winning value is not the one that is shown.
fn reason_if_agreeing(candidate: &Candidate, shown: &Candidate) -> NotChosenReason {
    if precision(&candidate.value) < precision(&shown.value) {
        NotChosenReason::LessPrecise
    } else {
        NotChosenReason::Agrees
    }
}

/// Why a candidate of another value was not chosen: the feature in which the two values differ most.
fn reason_if_losing(
    group: &Group<'_>,
    winner: &Group<'_>,
    candidate: &Candidate,
    all: &[Candidate],
) -> NotChosenReason {
    if group.weight >= winner.weight * EQUAL_STANDING
        && let (Some(dated), Some(winning)) = (newest_date(group), newest_date(winner))
        && dated < winning
    {
        return NotChosenReason::OlderPage { dated, winning };
    }
    let (ours, theirs) =
        (Support::summarize(&group.members, all), Support::summarize(&winner.members, all));
    if ours.sites < theirs.sites {
        let site = site_of(&representative(winner).evidence.url).to_owned();
        return NotChosenReason::FewerSites { sites: ours.sites, winning: theirs.sites, site };
    }
    let best =
        winner.members.iter().max_by(|a, b| candidate_weight(a).total_cmp(&candidate_weight(b)));
    best.and_then(|best| NotChosenReason::by_weakest_feature(candidate, best)).unwrap_or(
        NotChosenReason::LowerConfidence {
            confidence: ours.confidence(),
            winning: theirs.confidence(),
        },
    )
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
