//! Places of the row's context, compared with the places that a page states for its subject.

use std::collections::BTreeSet;

use super::context::{SeenTexts, Verdict};
use super::gazetteer::{self, PlaceKind};
use super::name;
use super::place::PlaceRole;
use super::stated::{Origin, StatedPlace};
use crate::value::fold;

/// What remains of a score if a page states another place: another country, another city in the title or
/// under a label, and something after the name that may be another place.
const OTHER_COUNTRY: f64 = 0.3;
const OTHER_CITY: f64 = 0.35;
const OTHER_REGION: f64 = 0.5;
const OTHER_QUALIFIER: f64 = 0.6;
const OTHER_ADDRESS: f64 = 0.6;
/// What remains if the beginning of a page names another country, and the page nowhere names the row's.
const OTHER_LEAD: f64 = 0.5;
/// How much of a page is its beginning, in words.
const LEAD: usize = 60;

/// One place of a field: the city or the country of "Graz, Austria".
#[derive(Debug, Clone)]
pub(super) struct PlacePart {
    role: PlaceRole,
    folded: String,
    /// The known places that it may be.
    known: Vec<usize>,
}

/// The places that a value names. Without a header for places, it must be a country or a region.
pub(super) fn place_parts(value: &str, role: Option<PlaceRole>) -> Vec<PlacePart> {
    let pieces: Vec<&str> = value
        .split([',', '(', ')', ';', '/', '|'])
        .flat_map(|piece| piece.split(" - "))
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
        .collect();
    let parts: Vec<PlacePart> = pieces
        .iter()
        .enumerate()
        .filter_map(|(at, piece)| PlacePart::new(piece, at, pieces.len(), role))
        .collect();
    let is_known = |part: &PlacePart| part.known.iter().any(|at| !is_city(*at));
    if role.is_some() || !parts.is_empty() && pieces.len() == 1 && parts.iter().all(is_known) {
        parts
    } else {
        Vec::new()
    }
}

fn is_city(at: usize) -> bool {
    gazetteer::place(at).kind == PlaceKind::City
}

impl PlacePart {
    /// A part of a field; `at` is its place among the field's `all` parts.
    fn new(piece: &str, at: usize, all: usize, header: Option<PlaceRole>) -> Option<Self> {
        let folded = fold(piece);
        if folded.chars().filter(|c| c.is_alphabetic()).count() < 2 {
            return None;
        }
        let mut known = gazetteer::places_named(&folded).to_vec();
        let is_capital = piece.len() <= 3 && piece.chars().all(|c| c.is_ascii_uppercase());
        if known.is_empty() && is_capital {
            if at > 0 {
                known.extend(gazetteer::region_of_abbreviation(piece));
            }
            if known.is_empty() {
                known.extend(gazetteer::country_of_code(piece));
            }
        }
        let of_kind = |kind: PlaceKind| known.iter().any(|at| gazetteer::place(*at).kind == kind);
        let is_later = at > 0;
        let role = match header {
            Some(PlaceRole::City) if !is_later => PlaceRole::City,
            Some(PlaceRole::Region) if !is_later && !of_kind(PlaceKind::Country) => {
                PlaceRole::Region
            }
            Some(PlaceRole::Country) if of_kind(PlaceKind::Country) => PlaceRole::Country,
            Some(PlaceRole::Country) => PlaceRole::Region,
            _ if of_kind(PlaceKind::Country) && (is_later || all == 1) => PlaceRole::Country,
            _ if of_kind(PlaceKind::Region) && (is_later || all == 1) => PlaceRole::Region,
            _ if of_kind(PlaceKind::City) || header.is_some() => PlaceRole::City,
            _ => return None,
        };
        let fits = |at: &usize| match role {
            PlaceRole::Country => gazetteer::place(*at).kind == PlaceKind::Country,
            PlaceRole::Region => gazetteer::place(*at).kind != PlaceKind::City,
            _ => true,
        };
        known.retain(fits);
        Some(Self { role, folded, known })
    }

    /// How much it distinguishes namesakes.
    pub(super) fn distinctiveness(&self) -> f64 {
        match self.role {
            PlaceRole::City | PlaceRole::Address => 2.0,
            PlaceRole::Country | PlaceRole::Region => 1.0,
        }
    }

    /// Whether a folded text names the place, in whatever language.
    fn is_in(&self, text: &str) -> bool {
        contains(text, &self.folded)
            || self.known.iter().any(|at| {
                gazetteer::place(*at).names.iter().any(|name| {
                    if name.chars().all(gazetteer::is_unspaced) {
                        text.contains(name.as_str())
                    } else {
                        contains(text, name)
                    }
                })
            })
    }

    /// Whether the text mentions the place, in an inflected form or by the word for its people and things.
    fn is_mentioned(&self, seen: &SeenTexts<'_>) -> bool {
        if self.is_in(seen.text) {
            return true;
        }
        let has = |word: &String| contains(seen.text, word);
        if self.role == PlaceRole::Country
            && self.countries().any(|country| gazetteer::demonyms(country).iter().any(has))
        {
            return true;
        }
        let names = self.known.iter().flat_map(|at| gazetteer::place(*at).names.iter());
        names.chain([&self.folded]).any(|name| is_inflected_in(name, &seen.words))
    }

    fn countries(&self) -> impl Iterator<Item = &'static str> {
        self.known.iter().map(|at| gazetteer::place(*at).country)
    }

    pub(super) fn judge(&self, seen: &SeenTexts<'_>) -> Verdict {
        let mut worst: Option<(f64, bool)> = None;
        let mut is_supported = false;
        for stated in seen.places {
            match self.compare(stated) {
                Verdict::Supports => is_supported = true,
                Verdict::Silent => {}
                Verdict::Contradicts(factor) => {
                    let is_title = matches!(stated.origin, Origin::Qualifier);
                    if worst.is_none_or(|(least, _)| factor < least) {
                        worst = Some((factor, is_title));
                    }
                }
            }
        }
        if is_supported {
            return Verdict::Supports;
        }
        let is_mentioned = self.is_mentioned(seen);
        match worst {
            // The name of an unknown place after the name is one only if the page has not the row's own.
            Some((factor, true)) if is_mentioned && factor >= OTHER_QUALIFIER => Verdict::Supports,
            Some((factor, false)) if is_mentioned => {
                Verdict::Contradicts(1.0 - (1.0 - factor) / 2.0)
            }
            Some((factor, _)) => Verdict::Contradicts(factor),
            None if is_mentioned => Verdict::Supports,
            None if self.is_elsewhere(seen) => Verdict::Contradicts(OTHER_LEAD),
            None => Verdict::Silent,
        }
    }

    /// Whether the beginning of a whole page names exactly one country, and it is another one.
    fn is_elsewhere(&self, seen: &SeenTexts<'_>) -> bool {
        if self.role != PlaceRole::Country || !seen.is_whole || self.known.is_empty() {
            return false;
        }
        let lead = seen.text.split(' ').take(LEAD).collect::<Vec<_>>().join(" ");
        let named = gazetteer::places_in(&lead);
        let countries: BTreeSet<&str> = named
            .into_iter()
            .map(gazetteer::place)
            .filter(|place| place.kind == PlaceKind::Country)
            .map(|place| place.country)
            .collect();
        countries.len() == 1 && !self.countries().any(|own| countries.contains(own))
    }

    /// Compares the part with a place that the page states for its subject.
    fn compare(&self, stated: &StatedPlace) -> Verdict {
        let mut named = gazetteer::places_in(&stated.folded);
        let is_country_label = matches!(stated.origin, Origin::Labelled(PlaceRole::Country));
        if is_country_label && stated.raw.len() == 2 {
            named.extend(gazetteer::country_of_code(&stated.raw));
        } else if let Some(short) = trailing_abbreviation(&stated.raw) {
            named.extend(gazetteer::region_of_abbreviation(short));
        }
        if self.is_in(&stated.folded) || self.known.iter().any(|at| named.contains(at)) {
            return Verdict::Supports;
        }
        match self.role {
            PlaceRole::Country => self.compare_country(stated, &named),
            PlaceRole::Region => self.compare_region(stated, &named),
            PlaceRole::City | PlaceRole::Address => self.compare_city(stated, &named),
        }
    }

    fn compare_country(&self, stated: &StatedPlace, named: &[usize]) -> Verdict {
        let own: BTreeSet<&str> = self.countries().collect();
        if own.is_empty() || named.is_empty() {
            return Verdict::Silent;
        }
        if named.iter().any(|at| own.contains(gazetteer::place(*at).country)) {
            return Verdict::Supports;
        }
        let is_country = |at: &usize| gazetteer::place(*at).kind == PlaceKind::Country;
        let is_certain = named.iter().any(is_country)
            && !matches!(stated.origin, Origin::Labelled(PlaceRole::City));
        // Cities of one name are in many countries.
        Verdict::Contradicts(if is_certain { OTHER_COUNTRY } else { OTHER_REGION })
    }

    fn compare_region(&self, stated: &StatedPlace, named: &[usize]) -> Verdict {
        let own: BTreeSet<&str> = self.countries().collect();
        let of_kind = |kind: PlaceKind| {
            named.iter().filter(move |at| gazetteer::place(**at).kind == kind).copied()
        };
        let other_country = !own.is_empty()
            && of_kind(PlaceKind::Country).next().is_some()
            && of_kind(PlaceKind::Country).all(|at| !own.contains(gazetteer::place(at).country));
        if other_country {
            return Verdict::Contradicts(OTHER_COUNTRY);
        }
        let is_region =
            matches!(stated.origin, Origin::Labelled(PlaceRole::Region) | Origin::Qualifier);
        if is_region && of_kind(PlaceKind::Region).next().is_some() {
            return Verdict::Contradicts(OTHER_REGION);
        }
        self.compare_qualifier(stated, named)
    }

    fn compare_city(&self, stated: &StatedPlace, named: &[usize]) -> Verdict {
        match stated.origin {
            Origin::Labelled(PlaceRole::City) => {
                let is_name = stated.folded.split(' ').count() <= 4
                    && !stated.folded.contains(|c: char| c.is_ascii_digit());
                let is_part = contains(&self.folded, &stated.folded);
                if is_part {
                    Verdict::Supports
                } else if is_name {
                    Verdict::Contradicts(OTHER_CITY)
                } else {
                    Verdict::Silent
                }
            }
            Origin::Labelled(PlaceRole::Address) if is_whole_address(&stated.raw) => {
                Verdict::Contradicts(OTHER_ADDRESS)
            }
            Origin::Labelled(_) => Verdict::Silent,
            Origin::Qualifier => {
                let is_other = |at: &usize| is_city(*at) && !self.known.contains(at);
                if named.iter().any(is_other) {
                    Verdict::Contradicts(OTHER_CITY)
                } else {
                    self.compare_qualifier(stated, named)
                }
            }
        }
    }

    /// Something that stands after the name and looks like the name of a place.
    fn compare_qualifier(&self, stated: &StatedPlace, named: &[usize]) -> Verdict {
        let is_own_country =
            named.iter().any(|at| self.countries().any(|own| own == gazetteer::place(*at).country));
        let is_proper = matches!(stated.origin, Origin::Qualifier)
            && named.is_empty()
            && name::is_proper_phrase(&stated.raw);
        if is_proper && !is_own_country {
            Verdict::Contradicts(OTHER_QUALIFIER)
        } else {
            Verdict::Silent
        }
    }
}

/// The abbreviation at the end of an address, before a postal code if there is one: "Austin, TX 78701".
fn trailing_abbreviation(raw: &str) -> Option<&str> {
    let (_, after) = raw.rsplit_once(',')?;
    let word = after.split_whitespace().next()?;
    (matches!(word.len(), 2..=3) && word.chars().all(|c| c.is_ascii_uppercase())).then_some(word)
}

/// Whether an address has a city in it: a postal code, or several parts.
fn is_whole_address(raw: &str) -> bool {
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    let has_code =
        raw.split([' ', ',', '\n']).any(|word| matches!(digits(word), 4..=6) && word.len() <= 8);
    has_code && raw.split_whitespace().count() >= 3
}

/// Whether a folded text contains a folded phrase, word by word.
pub(super) fn contains(text: &str, phrase: &str) -> bool {
    if phrase.is_empty() {
        return false;
    }
    text.match_indices(phrase).any(|(at, _)| {
        let end = at + phrase.len();
        (at == 0 || text.as_bytes()[at - 1] == b' ')
            && (end == text.len() || text.as_bytes()[end] == b' ')
    })
}

/// Whether one of the words is a form of a name with another ending: "Austrii", "Grazu", "Itävallassa".
fn is_inflected_in(name: &str, words: &BTreeSet<&str>) -> bool {
    const SHORTEST: usize = 6;
    const LONGEST_ENDING: usize = 4;
    if name.contains(' ') || name.chars().count() < SHORTEST {
        return false;
    }
    let cut = name.char_indices().next_back().map_or(0, |(at, _)| at);
    let stem = &name[..cut];
    let mut after = words.range(stem..).take_while(|word| word.starts_with(stem));
    after.any(|word| word.chars().count() <= stem.chars().count() + LONGEST_ENDING)
}
