//! The row's context: what is known of its entity beside the name, and whether a page agrees with it.
//!
//! A page supports a field that it repeats, in whatever language, and contradicts one for which it states
//! something else. Silence is neither: most pages leave out what their readers know.

use std::collections::BTreeSet;

use super::measure::{Measure, measures};
use super::name;
use super::place;
use super::place_part::{PlacePart, contains, place_parts};
use super::stated::StatedPlace;
use crate::column::{Column, ColumnType};
use crate::page::Fact;
use crate::row::Field;
use crate::value::{Locale, PartialDate, Value, fold, parse};
use crate::vocabulary::Labels;

/// The longest value that can distinguish namesakes, in bytes.
const LONGEST: usize = 120;
/// A label that means the same as a header scores at least this.
const SAME_LABEL: f64 = 0.85;
/// What remains of a score if a page states another date, code, quantity, site, or text under the same label.
const OTHER_DATE: f64 = 0.35;
const OTHER_CODE: f64 = 0.3;
const OTHER_MEASURE: f64 = 0.35;
const OTHER_SITE: f64 = 0.45;
const OTHER_TEXT: f64 = 0.45;

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

#[derive(Debug, Clone)]
enum Meaning {
    Places(Vec<PlacePart>),
    Domain(String),
    Date(PartialDate, Box<Labels>),
    Code(String, Box<Labels>),
    Measures(Vec<Measure>),
    Text(Box<Labels>),
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
        let (measures, all): (&[Measure], &str) = match &self.meaning {
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
            Meaning::Text(labels) => vec![(0.0, self.judge_text(labels, seen))],
        }
    }

    fn mention(&self, seen: &SeenTexts<'_>) -> Verdict {
        if self.is_mentioned(seen) { Verdict::Supports } else { Verdict::Silent }
    }

    /// Compares a text with what the page has under the same label: an occupation, a sport, a brand.
    fn judge_text(&self, labels: &Labels, seen: &SeenTexts<'_>) -> Verdict {
        if self.is_mentioned(seen) {
            return Verdict::Supports;
        }
        let stated = seen
            .facts
            .iter()
            .filter(|fact| fact.value.len() <= LONGEST && labels.score(&fact.label) >= SAME_LABEL);
        let stated: Vec<String> = stated.map(|fact| fold(&fact.value)).collect();
        let is_alike = |text: &String| {
            text.split(' ').any(|word| self.words.iter().any(|own| begin_alike(own, word)))
        };
        if stated.is_empty() || self.words.is_empty() || stated.iter().any(is_alike) {
            Verdict::Silent
        } else {
            Verdict::Contradicts(OTHER_TEXT)
        }
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
    fn judge_measures(&self, own: &[Measure], seen: &SeenTexts<'_>) -> Verdict {
        let mut verdict = self.mention(seen);
        let compare = |stated: &[Measure]| -> Option<bool> {
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
        if measures.is_empty() {
            Self::Text(labels(ColumnType::String))
        } else {
            Self::Measures(measures)
        }
    }
}

/// Whether two folded words have the same beginning, or are so short that they are abbreviations.
fn begin_alike(a: &str, b: &str) -> bool {
    const STEM: usize = 4;
    let begin = |word: &str| word.chars().take(STEM).collect::<String>();
    a == b || begin(a).chars().count() == STEM && begin(a) == begin(b)
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
