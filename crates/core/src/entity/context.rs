//! The row's context: what is known of its entity beside the name, and whether a page agrees with it.
//!
//! A page supports a field that it repeats, in whatever language, and contradicts one for which it states
//! something else. Silence is neither: most pages leave out what their readers know.

use std::collections::BTreeSet;

use super::gazetteer::{self, PlaceKind};
use super::name;
use super::place::{self, PlaceRole};
use super::stated::{Origin, StatedPlace};
use crate::column::{Column, ColumnType};
use crate::page::Fact;
use crate::row::Field;
use crate::value::{Locale, PartialDate, Value, fold, parse};
use crate::vocabulary::Labels;

/// The longest value that can distinguish namesakes, in bytes.
const LONGEST: usize = 120;
/// A label that means the same as a header scores at least this.
const SAME_LABEL: f64 = 0.85;
/// What remains of a score if a page states another place: another country, another city in the title or
/// under a label, and something after the name that may be another place.
const OTHER_COUNTRY: f64 = 0.3;
const OTHER_CITY: f64 = 0.35;
const OTHER_REGION: f64 = 0.5;
const OTHER_QUALIFIER: f64 = 0.6;
const OTHER_ADDRESS: f64 = 0.6;
/// The same for another date, code, quantity or site.
const OTHER_DATE: f64 = 0.35;
const OTHER_CODE: f64 = 0.3;
const OTHER_MEASURE: f64 = 0.35;
const OTHER_SITE: f64 = 0.45;

/// Whether what is known of the row beside its name speaks for or against a match.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ContextMatch {
    /// Something that distinguishes namesakes agrees, and nothing disagrees.
    Supports,
    /// Nothing of it is mentioned, or nothing is known.
    #[default]
    Silent,
    /// The page states another place, date, code or site.
    Contradicts,
}

/// What one text says about one field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Verdict {
    Supports,
    Silent,
    /// It states something else, for which this share of a score remains.
    Contradicts(f64),
}

/// What is searched for the row's context.
pub(super) struct SeenTexts<'a> {
    /// The text, folded.
    pub(super) text: &'a str,
    pub(super) words: BTreeSet<&'a str>,
    pub(super) url: &'a str,
    pub(super) title: &'a str,
    pub(super) places: &'a [StatedPlace],
    /// The facts about the subject.
    pub(super) facts: &'a [&'a Fact],
    /// Whether the text is the whole page.
    pub(super) is_whole: bool,
}

/// One place of a field: the city or the country of "Graz, Austria".
#[derive(Debug, Clone)]
struct PlacePart {
    role: PlaceRole,
    folded: String,
    /// The known places that it may be.
    known: Vec<usize>,
}

#[derive(Debug, Clone)]
enum Meaning {
    Places(Vec<PlacePart>),
    Domain(String),
    Date(PartialDate, Box<Labels>),
    Code(String, Box<Labels>),
    Measures(Vec<(String, String)>),
    Text,
}

/// One field of the row's context.
#[derive(Debug, Clone)]
pub(super) struct ContextField {
    /// Part of the key: a page without it is probably about another entity.
    pub(super) is_key: bool,
    text: String,
    words: Vec<String>,
    year: Option<String>,
    meaning: Meaning,
}

/// How a text agrees with the parts of one field, with how much each part distinguishes namesakes.
pub(super) type Judgement = Vec<(f64, Verdict)>;

impl ContextField {
    pub(super) fn new(field: &Field, is_key: bool) -> Option<Self> {
        let value = &field.value;
        let text = fold(value);
        if text.is_empty() || text.len() > LONGEST {
            return None;
        }
        let words = text.split(' ').filter(|word| word.len() > 1).map(str::to_owned).collect();
        let year = name::is_year(&text).then(|| text.clone());
        Some(Self { is_key, words, year, meaning: Meaning::of(field), text })
    }

    /// The words that may stand beside the entity's name without naming something else.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        let (measures, all): (&[(String, String)], &str) = match &self.meaning {
            Meaning::Measures(measures) => (measures, &self.text),
            _ => (&[], ""),
        };
        let units = measures.iter().map(|(_, unit)| unit.as_str());
        let words = self.words.iter().map(String::as_str);
        words.chain(all.split(' ').filter(|word| !word.is_empty())).chain(units)
    }

    /// Whether an address is on the site that the field names.
    pub(super) fn is_site_of(&self, url: &str) -> bool {
        matches!(&self.meaning, Meaning::Domain(domain) if place::is_on(url, domain))
    }

    /// Whether the field's text is there literally, or all its words are.
    fn is_mentioned(&self, seen: &SeenTexts<'_>) -> bool {
        contains(seen.text, &self.text)
            || self.words.len() > 1
                && self.words.iter().all(|word| seen.words.contains(word.as_str()))
    }

    /// What a text says about the field, part by part.
    pub(super) fn judge(&self, seen: &SeenTexts<'_>) -> Judgement {
        match &self.meaning {
            Meaning::Places(parts) => {
                parts.iter().map(|part| (part.distinctiveness(), part.judge(seen))).collect()
            }
            Meaning::Domain(domain) => vec![(2.0, judge_domain(domain, seen))],
            Meaning::Date(date, labels) => vec![(1.0, self.judge_date(*date, labels, seen))],
            Meaning::Code(code, labels) => vec![(2.0, self.judge_code(code, labels, seen))],
            Meaning::Measures(own) => vec![(1.0, self.judge_measures(own, seen))],
            Meaning::Text => vec![(0.0, self.mention(seen))],
        }
    }

    fn mention(&self, seen: &SeenTexts<'_>) -> Verdict {
        if self.is_mentioned(seen) { Verdict::Supports } else { Verdict::Silent }
    }

    fn judge_date(&self, own: PartialDate, labels: &Labels, seen: &SeenTexts<'_>) -> Verdict {
        let column = Column::new("date", ColumnType::Date);
        let dates = seen.facts.iter().filter(|fact| labels.score(&fact.label) >= SAME_LABEL);
        let dates: Vec<PartialDate> = dates
            .filter_map(|fact| match parse(&fact.value, &column, &Locale::default()).ok()?.value {
                Value::Date(date) => Some(date),
                _ => None,
            })
            .collect();
        if dates.iter().any(|date| date.agrees_with(own)) {
            return Verdict::Supports;
        }
        // Sources differ by a year, and by the order of day and month.
        let is_far = |date: &PartialDate| (date.year() - own.year()).abs() > 1;
        if !dates.is_empty() && dates.iter().all(is_far) {
            return Verdict::Contradicts(OTHER_DATE);
        }
        if self.is_other_year(seen.title) {
            return Verdict::Contradicts(OTHER_DATE);
        }
        self.mention(seen)
    }

    /// Whether a title names another year than the field.
    fn is_other_year(&self, title: &str) -> bool {
        let Some(year) = &self.year else { return false };
        let folded = fold(title);
        let mut years = folded.split(' ').filter(|word| name::is_year(word)).peekable();
        years.peek().is_some() && years.all(|other| other != year)
    }

    fn judge_code(&self, own: &str, labels: &Labels, seen: &SeenTexts<'_>) -> Verdict {
        let is_mentioned = self.is_mentioned(seen);
        let others = seen.facts.iter().filter(|fact| labels.score(&fact.label) >= SAME_LABEL);
        let others: Vec<String> = others.filter_map(|fact| code(&fact.value)).collect();
        if is_mentioned || others.iter().any(|other| other == own) {
            Verdict::Supports
        } else if others.is_empty() {
            Verdict::Silent
        } else {
            Verdict::Contradicts(OTHER_CODE)
        }
    }

    /// Compares the quantities of a variant: a kettle of 1.7 litres is not the one of 1.0 litre.
    fn judge_measures(&self, own: &[(String, String)], seen: &SeenTexts<'_>) -> Verdict {
        let mut verdict = self.mention(seen);
        let compare = |stated: &[(String, String)]| -> Option<bool> {
            let of_unit = stated.iter().filter(|(_, unit)| own.iter().any(|(_, own)| own == unit));
            let equal: Vec<bool> = of_unit.map(|measure| own.contains(measure)).collect();
            (!equal.is_empty()).then(|| equal.contains(&true))
        };
        let in_title = compare(&measures(seen.title));
        let in_facts = || {
            let values = seen.facts.iter().flat_map(|fact| measures(&fact.value));
            compare(&values.collect::<Vec<_>>())
        };
        match in_title.or_else(in_facts) {
            Some(true) => verdict = Verdict::Supports,
            Some(false) => verdict = Verdict::Contradicts(OTHER_MEASURE),
            None => {}
        }
        verdict
    }
}

impl Meaning {
    fn of(field: &Field) -> Self {
        let value = field.value.trim();
        if let Some(domain) = place::domain(value) {
            return Self::Domain(domain);
        }
        let role = place::place_role(&field.name);
        let parts = place_parts(value, role);
        if !parts.is_empty() {
            return Self::Places(parts);
        }
        let labels = |kind| {
            let column = Column::new(field.name.clone(), kind);
            Box::new(Labels::new(&column, std::slice::from_ref(&column)))
        };
        let date = Column::new("date", ColumnType::Date);
        let has_digit = value.contains(|c: char| c.is_ascii_digit());
        if has_digit
            && is_date_header(&field.name)
            && let Ok(parsed) = parse(value, &date, &Locale::default())
            && let Value::Date(date) = parsed.value
        {
            return Self::Date(date, labels(ColumnType::Date));
        }
        if is_code_header(&field.name)
            && let Some(code) = code(value)
        {
            return Self::Code(code, labels(ColumnType::String));
        }
        let measures = measures(value);
        if measures.is_empty() { Self::Text } else { Self::Measures(measures) }
    }
}

/// Whether a page is on the row's site, or says that its subject's site is another one.
fn judge_domain(domain: &str, seen: &SeenTexts<'_>) -> Verdict {
    if place::is_on(seen.url, domain) {
        return Verdict::Supports;
    }
    let is_site = |fact: &&&Fact| {
        let label = fold(fact.label.rsplit('.').next().unwrap_or(&fact.label));
        matches!(
            label.as_str(),
            "website"
                | "web site"
                | "official website"
                | "homepage"
                | "official site"
                | "webseite"
                | "site web"
                | "sitio web"
                | "sito web"
                | "strona internetowa"
                | "сайт"
        )
    };
    let mut sites =
        seen.facts.iter().filter(is_site).filter_map(|fact| place::domain(&fact.value)).peekable();
    if sites.peek().is_none() {
        return if contains(seen.text, &fold(domain)) {
            Verdict::Supports
        } else {
            Verdict::Silent
        };
    }
    if sites
        .any(|site| site == domain || place::is_on(&site, domain) || place::is_on(domain, &site))
    {
        Verdict::Supports
    } else {
        Verdict::Contradicts(OTHER_SITE)
    }
}

fn is_date_header(header: &str) -> bool {
    const DATES: [&str; 27] = [
        "born",
        "birth",
        "birthday",
        "birthdate",
        "dob",
        "died",
        "death",
        "founded",
        "established",
        "opened",
        "date",
        "year",
        "edition",
        "season",
        "released",
        "release",
        "published",
        "geboren",
        "geburtsdatum",
        "jahr",
        "datum",
        "naissance",
        "annee",
        "nacimiento",
        "ano",
        "nascita",
        "anno",
    ];
    crate::vocabulary::words(header).iter().any(|word| DATES.contains(&word.as_str()))
}

fn is_code_header(header: &str) -> bool {
    const CODES: [&str; 30] = [
        "id",
        "no",
        "nr",
        "number",
        "code",
        "isbn",
        "ean",
        "gtin",
        "upc",
        "sku",
        "mpn",
        "asin",
        "ref",
        "reference",
        "listing",
        "vat",
        "registration",
        "ticker",
        "iata",
        "icao",
        "doi",
        "zip",
        "postcode",
        "lei",
        "isin",
        "model",
        "nummer",
        "numero",
        "artikelnummer",
        "plz",
    ];
    crate::vocabulary::words(header).iter().any(|word| CODES.contains(&word.as_str()))
}

/// A code of letters and digits without the marks in it; `None` if a text is none.
fn code(text: &str) -> Option<String> {
    const SHORTEST: usize = 4;
    const LONGEST: usize = 24;
    let text = text.trim();
    let compact: String = fold(text).split(' ').collect();
    let is_code = text.split_whitespace().count() <= 3
        && compact.contains(|c: char| c.is_ascii_digit())
        && (SHORTEST..=LONGEST).contains(&compact.len());
    is_code.then_some(compact)
}

/// The numbers of a text that have a unit right after them, each with its unit.
fn measures(text: &str) -> Vec<(String, String)> {
    #[rustfmt::skip]
    const UNITS: [(&str, &[&str]); 17] = [
        ("l", &["l", "litre", "liter", "litro", "litri", "ltr", "litr", "litra"]),
        ("ml", &["ml", "millilitre", "milliliter"]),
        ("kg", &["kg", "kilo", "kilogram"]),
        ("g", &["g", "gram", "gramm", "gramme"]),
        ("gb", &["gb", "go", "gigabyte"]),
        ("tb", &["tb", "to", "terabyte"]),
        ("mm", &["mm", "millimetre", "millimeter"]),
        ("cm", &["cm", "centimetre", "centimeter", "zentimeter"]),
        ("m", &["m", "metre", "meter", "metro", "metri"]),
        ("inch", &["inch", "inche", "zoll", "pouce", "pulgada", "pollici", "in"]),
        ("w", &["w", "watt"]),
        ("kw", &["kw", "kilowatt"]),
        ("mah", &["mah"]),
        ("v", &["v", "volt"]),
        ("cl", &["cl"]),
        ("oz", &["oz", "ounce"]),
        ("person", &["person", "personen", "people", "personne", "persona", "persone"]),
    ];
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let is_inside = rest[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        let tail = &rest[at..];
        let end = tail
            .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ','))
            .unwrap_or(tail.len());
        let number = tail[..end].trim_end_matches(['.', ',']).replace(',', ".");
        rest = &tail[end..];
        let word: String = rest
            .trim_start_matches([' ', '\u{a0}', '-', '\u{202f}'])
            .chars()
            .take_while(|c| c.is_alphabetic())
            .collect();
        let word = fold(&word);
        let singular = word.strip_suffix('s').filter(|_| word.len() > 3).unwrap_or(&word);
        let unit = UNITS.iter().find(|(_, names)| names.contains(&singular));
        if let Some((unit, _)) = unit
            && !is_inside
            && let Ok(number) = number.parse::<f64>()
        {
            found.push((number.to_string(), (*unit).to_owned()));
        }
    }
    found
}

/// The places that a value names. Without a header for places, it must be a country or a region.
fn place_parts(value: &str, role: Option<PlaceRole>) -> Vec<PlacePart> {
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
    fn distinctiveness(&self) -> f64 {
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

    fn judge(&self, seen: &SeenTexts<'_>) -> Verdict {
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
            None => Verdict::Silent,
        }
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
