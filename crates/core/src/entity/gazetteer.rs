//! Names of countries, regions and well-known cities in many languages.
//!
//! `places.txt` is printed by `scripts/generate-places`; `places_more.txt` adds what it lacks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::value::fold;

/// Maximum number of words of a name that is looked for in a text.
const MAX_WORDS: usize = 6;

/// What kind of place a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PlaceKind {
    Country,
    Region,
    City,
}

/// A place with its names in many languages, folded.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) kind: PlaceKind,
    /// The ISO 3166 code of its country.
    pub(super) country: &'static str,
    pub(super) names: BTreeSet<String>,
    /// The upper-case abbreviation that stands after a comma: `TX`.
    pub(super) abbreviation: Option<&'static str>,
}

/// All known places, and which of them have a name.
struct Gazetteer {
    places: Vec<Place>,
    by_name: BTreeMap<String, Vec<usize>>,
    /// Words for the people and things of a country, by its code.
    demonyms: BTreeMap<&'static str, Vec<String>>,
    /// The names in scripts that put no spaces between words.
    unspaced: Vec<(String, usize)>,
}

static KNOWN: LazyLock<Gazetteer> = LazyLock::new(|| {
    let mut known = Gazetteer {
        places: Vec::new(),
        by_name: BTreeMap::new(),
        demonyms: BTreeMap::new(),
        unspaced: Vec::new(),
    };
    for table in [include_str!("places.txt"), include_str!("places_more.txt")] {
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            known.add_line(line);
        }
    }
    for (at, place) in known.places.iter().enumerate() {
        for name in &place.names {
            known.by_name.entry(name.clone()).or_default().push(at);
            if name.chars().all(is_unspaced) {
                known.unspaced.push((name.clone(), at));
            }
        }
    }
    known
});

impl Gazetteer {
    fn add_line(&mut self, line: &'static str) {
        let Some((country, rest)) = line.split_at_checked(2) else { return };
        let Some(mark) = rest.chars().next() else { return };
        let (names, abbreviation) = match rest[1..].rsplit_once('+') {
            Some((names, short)) => (names, Some(short)),
            None => (&rest[1..], None),
        };
        let names = names.split('|').map(fold).filter(|name| !name.is_empty());
        let kind = match mark {
            '~' => {
                self.demonyms.entry(country).or_default().extend(names);
                return;
            }
            '>' => PlaceKind::City,
            '^' => PlaceKind::Region,
            _ => PlaceKind::Country,
        };
        let names: BTreeSet<String> = names.collect();
        let is_same = |place: &&mut Place| {
            place.kind == kind
                && place.country == country
                && (kind == PlaceKind::Country || !place.names.is_disjoint(&names))
        };
        match self.places.iter_mut().find(is_same) {
            Some(place) => place.names.extend(names),
            None => self.places.push(Place { kind, country, names, abbreviation }),
        }
    }
}

/// A place by its index.
pub(super) fn place(at: usize) -> &'static Place {
    &KNOWN.places[at]
}

/// The places of a name, which is folded.
pub(super) fn places_named(folded: &str) -> &'static [usize] {
    KNOWN.by_name.get(folded).map_or(&[], Vec::as_slice)
}

/// The country of a two-letter code in capitals, as an index.
pub(super) fn country_of_code(code: &str) -> Option<usize> {
    let code = if code == "UK" { "GB" } else { code };
    KNOWN.places.iter().position(|place| place.kind == PlaceKind::Country && place.country == code)
}

/// The region of a country whose abbreviation stands after a comma, as an index: the `TX` of "Austin, TX".
pub(super) fn region_of_abbreviation(short: &str) -> Option<usize> {
    KNOWN.places.iter().position(|place| place.abbreviation == Some(short))
}

/// Words for the people and things of a country, folded.
pub(super) fn demonyms(country: &str) -> &'static [String] {
    KNOWN.demonyms.get(country).map_or(&[], Vec::as_slice)
}

/// All places that a short folded text names; of overlapping names, the longest counts.
pub(super) fn places_in(folded: &str) -> Vec<usize> {
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let longest = MAX_WORDS.min(words.len() - at);
        let hit = (1..=longest).rev().find_map(|length| {
            let places = places_named(&words[at..at + length].join(" "));
            (!places.is_empty()).then_some((length, places))
        });
        if let Some((length, places)) = hit {
            found.extend_from_slice(places);
            at += length;
        } else {
            at += 1;
        }
    }
    if folded.chars().any(is_unspaced) {
        let within = KNOWN.unspaced.iter().filter(|(name, _)| folded.contains(name.as_str()));
        found.extend(within.map(|(_, at)| *at));
    }
    found
}

/// Chinese characters, kana and Hangul (which folding takes apart), of which names are found inside longer
/// runs.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn countries(text: &str) -> BTreeSet<&'static str> {
        places_in(&fold(text)).into_iter().map(|at| place(at).country).collect()
    }

    #[test]
    fn places_have_the_same_country_in_all_languages() {
        for (text, country) in [
            ("Österreich", "AT"),
            ("Autriche", "AT"),
            ("Rakousko", "AT"),
            ("Ausztria", "AT"),
            ("奥地利", "AT"),
            ("オーストリアの会社", "AT"),
            ("Германия", "DE"),
            ("República Federal: Alemania", "DE"),
            ("Niemcy", "DE"),
            ("ألمانيا", "DE"),
            ("Storbritannien", "GB"),
            ("Scotland", "GB"),
            ("Royaume-Uni", "GB"),
            ("Stany Zjednoczone", "US"),
            ("Kalifornien", "US"),
            ("USA", "US"),
            ("Wien", "AT"),
            ("Monaco di Baviera", "DE"),
            ("Firenze", "IT"),
            ("Göteborg", "SE"),
            ("Den Haag", "NL"),
            ("대한민국, 서울", "KR"),
        ] {
            assert!(countries(text).contains(country), "{text}: {:?}", countries(text));
        }
        for text in ["Harbour Museum", "the red kettle", "", "in to as"] {
            assert!(countries(text).is_empty(), "{text}: {:?}", countries(text));
        }
    }

    #[test]
    fn codes_and_abbreviations_are_known() {
        assert_eq!(country_of_code("AT").map(|at| place(at).country), Some("AT"));
        assert_eq!(country_of_code("UK").map(|at| place(at).country), Some("GB"));
        assert_eq!(country_of_code("XX"), None);
        assert_eq!(region_of_abbreviation("TX").map(|at| place(at).country), Some("US"));
        assert!(demonyms("AT").iter().any(|word| word == "osterreichische"));
    }
}
