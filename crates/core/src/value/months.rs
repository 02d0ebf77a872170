//! The names of the months in seven languages, folded (source: CLDR).

use super::language::Language;

const NAMES: [&[&str]; 12] = [
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

/// Abbreviations that are common words of another language: they count only in their own.
const ONLY_IN: [(&str, u8, &[&str]); 3] =
    [("ago", 8, &["es", "it", "pt"]), ("set", 9, &["it", "pt"]), ("out", 10, &["pt"])];

/// The month of a folded word, 1 to 12.
pub(crate) fn month(folded: &str, language: Language) -> Option<u8> {
    let everywhere = NAMES.iter().position(|names| names.contains(&folded));
    everywhere.and_then(|at| u8::try_from(at + 1).ok()).or_else(|| {
        ONLY_IN
            .iter()
            .find(|(name, _, codes)| *name == folded && codes.iter().any(|code| language.is(code)))
            .map(|(_, month, _)| *month)
    })
}
