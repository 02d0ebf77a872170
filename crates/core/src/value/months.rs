//! The names of months, in the language of the page and in others.

use super::language::Language;
use super::locale_data;

/// Spellings of seven languages that count on every page, because pages quote dates of other languages.
/// CLDR has the others, and those of all further languages.
const COMMON: [&[&str]; 12] = [
    &[
        "january", "jan", "januar", "janner", "janvier", "janv", "enero", "ene", "gennaio", "genn",
        "gen", "janeiro", "januari",
    ],
    &[
        "february",
        "feb",
        "februar",
        "feber",
        "febr",
        "fevrier",
        "fevr",
        "fev",
        "febrero",
        "febbraio",
        "febb",
        "fevereiro",
        "februari",
    ],
    &["march", "mar", "marz", "maerz", "mrz", "mars", "marzo", "marco", "maart", "mrt"],
    &["april", "apr", "avril", "avr", "abril", "abr", "aprile"],
    &["may", "mai", "mayo", "maggio", "mag", "magg", "maio", "mei"],
    &["june", "jun", "juni", "juin", "junio", "giugno", "giu", "junho"],
    &["july", "jul", "juli", "juillet", "juil", "julio", "luglio", "lug", "julho"],
    &["august", "aug", "aout", "agosto", "augustus"],
    &[
        "september",
        "sep",
        "sept",
        "septembre",
        "septiembre",
        "setiembre",
        "settembre",
        "sett",
        "setembro",
    ],
    &["october", "oct", "oktober", "okt", "octobre", "octubre", "ottobre", "ott", "outubro"],
    &["november", "nov", "novembre", "noviembre", "novembro"],
    &["december", "dec", "dezember", "dez", "decembre", "diciembre", "dic", "dicembre", "dezembro"],
];

/// A month that a word names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Month {
    /// 1 to 12.
    pub(crate) number: u8,
    /// Whether only a language other than the page's has the word: it counts with a day, not with a year
    /// alone.
    pub(crate) foreign: bool,
}

/// The month of a folded word or of several.
pub(crate) fn month(folded: &str, language: Language) -> Option<Month> {
    let own = own_month(folded, language);
    let common = || COMMON.iter().zip(1u8..).find(|(names, _)| names.contains(&folded));
    own.or_else(|| common().map(|(_, number)| number))
        .map(|number| Month { number, foreign: false })
        .or_else(|| foreign_month(folded).map(|number| Month { number, foreign: true }))
}

/// The month in the page's own language.
fn own_month(folded: &str, language: Language) -> Option<u8> {
    let code = language.code()?;
    let code = if code == "no" { "nb" } else { code };
    locale_data::months_named(folded).find(|(of, _)| *of == code).map(|(_, month)| month)
}

/// The month that all languages with this word mean. Short Latin words are too common.
fn foreign_month(folded: &str) -> Option<u8> {
    const SHORTEST: usize = 4;
    if folded.is_ascii() && folded.len() < SHORTEST {
        return None;
    }
    let mut months = locale_data::months_named(folded).map(|(_, month)| month);
    let first = months.next()?;
    months.all(|other| other == first).then_some(first)
}

/// Languages that add endings to the names of months, beyond the forms that CLDR lists.
const INFLECTING: [&str; 22] = [
    "pl", "cs", "sk", "sl", "hr", "sr", "bs", "mk", "bg", "ru", "uk", "be", "lt", "lv", "fi", "et",
    "hu", "tr", "az", "eu", "ka", "hy",
];

/// The month whose name the word is, but for its ending: "w sierpniu", "toukokuussa", "maiatzaren".
pub(crate) fn inflected_month(folded: &str, language: Language) -> Option<u8> {
    let code = language.code().filter(|code| INFLECTING.contains(code))?;
    let shortest = if folded.is_ascii() { 4 } else { 3 };
    let mut best: Option<(usize, u8)> = None;
    let mut several = false;
    for (name, number) in locale_data::months_of(code) {
        let shared = name.chars().zip(folded.chars()).take_while(|(a, b)| a == b).count();
        let (own_rest, rest) = (name.chars().count() - shared, folded.chars().count() - shared);
        let fits = shared >= shortest && own_rest <= 2 && rest <= if own_rest == 0 { 5 } else { 3 };
        if !fits {
            continue;
        }
        match best {
            Some((length, other)) if length == shared => several |= other != number,
            Some((length, _)) if length > shared => {}
            _ => (best, several) = (Some((shared, number)), false),
        }
    }
    best.filter(|_| !several).map(|(_, number)| number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::fold;

    #[test]
    fn the_language_of_the_page_decides_first() {
        let month = |word: &str, tag: Option<&str>| {
            month(&fold(word), Language::from_tag(tag)).map(|month| (month.number, month.foreign))
        };
        for (word, tag, expected) in [
            ("listopad", Some("cs"), Some((11, false))),
            ("listopad", Some("hr"), Some((10, false))),
            ("listopad", Some("en"), None),
            ("sierpnia", Some("en"), Some((8, true))),
            ("ago", Some("es"), Some((8, false))),
            ("ago", Some("en"), None),
            ("août", Some("en"), Some((8, false))),
            ("mai", Some("no"), Some((5, false))),
            ("mayıs", None, Some((5, true))),
            ("5", None, None),
        ] {
            assert_eq!(month(word, tag), expected, "{word} in {tag:?}");
        }
    }

    #[test]
    fn endings_of_months_are_understood() {
        for (word, tag, expected) in [
            ("sierpniu", "pl", Some(8)),
            ("květnu", "cs", Some(5)),
            ("červenci", "cs", Some(7)),
            ("červnu", "cs", Some(6)),
            ("toukokuussa", "fi", Some(5)),
            ("maiatzaren", "eu", Some(5)),
            ("májusban", "hu", Some(5)),
            ("августе", "ru", Some(8)),
            ("marketing", "pl", None),
            ("sierpniu", "en", None),
        ] {
            let language = Language::from_tag(Some(tag));
            assert_eq!(inflected_month(&fold(word), language), expected, "{word} in {tag}");
        }
    }
}
