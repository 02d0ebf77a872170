//! How much the sources of one value speak for it, compared with those of the cell's other values.

use std::collections::BTreeMap;

use crate::column::{Column, Volatility};
use crate::confidence::{Support, candidate_weight, domain_of, site_of};
use crate::evidence::Candidate;
use crate::page::ContentHash;
use crate::standing::Standing;
use crate::value::{PartialDate, Qualifier, fold};

use super::outdated;

/// What a candidate's weight contributes: a sentence against a labelled value costs about 0.8.
const WEIGHT: f64 = 3.0;
/// What the second and third independent site contribute, each by its weight.
const FURTHER_SITES: [f64; 3] = [0.8, 0.45, 0.25];
/// The most that age can cost, and the years after which most of it is lost.
const MAX_AGE_COST: f64 = 1.5;
const AGE_SCALE: f64 = 1.5;
/// How old a page without a date is taken to be, in years: sites of the entity itself are kept up.
const UNDATED: f64 = 1.0;
const UNDATED_OFFICIAL: f64 = 0.4;
/// Scores that differ by less are equal.
const TIE: f64 = 1e-9;
/// Equal quotes of at least this many characters are copies of one text.
const COPIED: usize = 40;

/// What all candidates of a cell have in common: the dates of their sources, how much these matter, and what
/// each page says before all.
pub(super) struct Clock {
    /// The time that is asked for: the newest that is known, or that of the column.
    now: Option<f64>,
    volatility: Volatility,
    /// The score of the value for which each page speaks most.
    pages: BTreeMap<ContentHash, f64>,
}

impl Clock {
    pub(super) fn new(candidates: &[&Candidate], column: &Column) -> Self {
        let dated = candidates.iter().filter_map(|one| one.evidence.dated).map(years);
        let read = candidates.iter().filter_map(|one| one.evidence.read_at).map(|at| {
            let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
            f64::from(date.year()) + f64::from(date.day_of_year()) / 365.25
        });
        let newest_date = dated.fold(f64::NEG_INFINITY, f64::max);
        let newest_read = read.fold(f64::NEG_INFINITY, f64::max);
        // A page cannot speak of a time after it was read.
        let newest = if newest_date.is_finite() && newest_read.is_finite() {
            newest_date.max(newest_read)
        } else {
            newest_date
        };
        let asked = asked_year(column).map(|year| f64::from(year) + 0.5);
        let mut clock = Self {
            now: asked.or_else(|| newest.is_finite().then_some(newest)),
            volatility: if asked.is_some() { Volatility::Changing } else { Volatility::of(column) },
            pages: BTreeMap::new(),
        };
        for candidate in candidates {
            let own = score(candidate, &clock, column);
            let best = clock.pages.entry(candidate.evidence.page.clone()).or_insert(own);
            *best = best.max(own);
        }
        clock
    }

    /// The age of a candidate in years, or its distance from the year that is asked for.
    fn age(&self, candidate: &Candidate) -> f64 {
        let undated = match candidate.features.standing {
            Standing::Official => UNDATED_OFFICIAL,
            _ => UNDATED,
        };
        match (self.now, candidate.evidence.dated) {
            (Some(now), Some(dated)) => (now - years(dated)).abs(),
            _ => undated,
        }
    }

    /// What its age costs a candidate.
    pub(super) fn cost(&self, candidate: &Candidate) -> f64 {
        let share = 1.0 - (-self.age(candidate) / AGE_SCALE).exp();
        self.volatility.factor() * MAX_AGE_COST * share
    }
}

/// The year as of which a column asks: "population 2021", "as of 2019".
fn asked_year(column: &Column) -> Option<i16> {
    let described = column.description.as_deref().unwrap_or_default();
    let words = fold(&format!("{} {described}", column.name));
    let mut years = words.split(' ').filter(|word| {
        word.len() == 4 && ["19", "20"].iter().any(|century| word.starts_with(century))
    });
    let year = years.next().filter(|_| years.next().is_none())?;
    year.parse().ok()
}

/// The years of a date as a number; a year alone counts as its middle.
fn years(date: PartialDate) -> f64 {
    let part = match (date.month(), date.day()) {
        (None, _) => 0.5,
        (Some(month), None) => (f64::from(month) - 0.5) / 12.0,
        (Some(month), Some(day)) => (f64::from(month) - 1.0 + f64::from(day) / 31.0) / 12.0,
    };
    f64::from(date.year()) + part
}

/// How far a publisher is trusted more or less than one of whom nothing shows.
pub(super) fn standing_score(standing: Standing) -> f64 {
    match standing {
        Standing::Official => 1.0,
        Standing::Registry => 0.8,
        Standing::Reference => 0.35,
        Standing::News => 0.3,
        Standing::Unknown => 0.0,
        Standing::Directory => -0.5,
        Standing::Forum => -0.9,
    }
}

fn is_outdated(candidate: &Candidate, column: &Column) -> bool {
    outdated::says_outdated(&candidate.evidence.quote, &candidate.value, column)
}

/// How much one candidate speaks for its value.
fn score(candidate: &Candidate, clock: &Clock, column: &Column) -> f64 {
    let outdated = if is_outdated(candidate, column) { 1.0 } else { 0.0 };
    WEIGHT * candidate_weight(candidate) + standing_score(candidate.features.standing)
        - clock.cost(candidate)
        - outdated
}

/// The independent witnesses among candidates, each with its best candidate, the best first. Pages of one
/// domain are one witness, and so are copies of one text. A page that speaks more for another value, as one that
/// reports a change, is no further witness.
fn find_witnesses<'a>(
    members: &[&'a Candidate],
    clock: &Clock,
    column: &Column,
) -> Vec<(&'a Candidate, f64)> {
    let mut scored: Vec<(&Candidate, f64)> =
        members.iter().map(|one| (*one, score(one, clock, column))).collect();
    scored.sort_by(|(a, x), (b, y)| {
        y.total_cmp(x)
            .then_with(|| a.evidence.url.cmp(&b.evidence.url))
            .then_with(|| a.evidence.span.cmp(&b.evidence.span))
    });
    let mut witnesses: Vec<(&Candidate, f64)> = Vec::new();
    for (candidate, score) in scored {
        let best = clock.pages.get(&candidate.evidence.page).copied().unwrap_or(score);
        let is_further = !witnesses.is_empty();
        let is_beaten = is_further && score + TIE < best;
        if !is_beaten && !witnesses.iter().any(|(known, _)| is_same_witness(known, candidate)) {
            witnesses.push((candidate, score));
        }
    }
    witnesses
}

fn is_same_witness(a: &Candidate, b: &Candidate) -> bool {
    let (one, other) = (&a.evidence, &b.evidence);
    one.page == other.page
        || domain_of(&one.url) == domain_of(&other.url)
        || one.quote.len() >= COPIED
            && other.quote.len() >= COPIED
            && fold(&one.quote) == fold(&other.quote)
}

/// How much the sources of a value speak for it together.
pub(super) fn score_group(members: &[&Candidate], clock: &Clock, column: &Column) -> f64 {
    let witnesses = find_witnesses(members, clock, column);
    let Some((_, best)) = witnesses.first() else { return f64::NEG_INFINITY };
    let further: f64 = witnesses
        .iter()
        .skip(1)
        .zip(FURTHER_SITES)
        .map(|((candidate, _), factor)| {
            // A source that is known to be old, or is a lesser one, adds less.
            let dated =
                if candidate.evidence.dated.is_some() { clock.cost(candidate) } else { 0.0 };
            let share = (standing_score(candidate.features.standing) - dated).min(0.0).exp();
            factor * candidate_weight(candidate) * share
        })
        .sum();
    best + further
}

/// Summarises the candidates of one value, and the probability of the others.
pub(super) fn summarize(
    members: &[&Candidate],
    contested: f64,
    clock: &Clock,
    column: &Column,
) -> Support {
    let witnesses = find_witnesses(members, clock, column);
    let by_model =
        |is_from_model: bool| members.iter().any(|one| one.features.is_from_model == is_from_model);
    let standing = |one: &&Candidate| standing_score(one.features.standing);
    let age = members.iter().map(|one| clock.age(one)).fold(f64::INFINITY, f64::min);
    Support {
        best: members.iter().map(|one| candidate_weight(one)).fold(0.0, f64::max),
        sites: witnesses.len(),
        contested,
        approximate: members.iter().all(|one| one.qualifier == Some(Qualifier::About)),
        outdated: members.iter().all(|one| is_outdated(one, column)),
        standing: members.iter().map(standing).fold(-1.0, f64::max),
        age: if age.is_finite() { age * clock.volatility.factor() } else { 0.0 },
        agreement: by_model(true) && by_model(false),
    }
}

/// The site of the best witness of a value, and the number of witnesses.
pub(super) fn count_sites(
    members: &[&Candidate],
    clock: &Clock,
    column: &Column,
) -> (usize, String) {
    let witnesses = find_witnesses(members, clock, column);
    let site = witnesses.first().map_or("", |(one, _)| site_of(&one.evidence.url));
    (witnesses.len(), site.to_owned())
}
