//! Dates: reads the one date that a short text states, with the precision that it states.

use super::calendars;
use super::digits::ascii_digits;
use super::fold::fold;
use super::ideographs;
use super::language::Language;
pub use super::numeric_date::infer_date_order;
use super::qualifier;
use super::relative;
use super::text;
use super::token::{Joining, Token, tokens};
use super::{DateOrder, Locale, Parsed, PartialDate, Qualifier, Unparsed, Value};
use crate::marks::{Raised, without_marks};

/// No date with its remarks is longer than this, in bytes.
const LONGEST: usize = 400;

/// Parses a cleaned text as a date.
///
/// A season or a quarter gives a year but no month, so only the year is kept. Times of day and time zones
/// are dropped: the date is the one that is written. Years of two digits are read as the latest such year
/// that is at most 20 years after today or, without a today, as POSIX does (69 to 99 in the 1900s).
pub(crate) fn parse(cleaned: &str, locale: &Locale) -> Result<Parsed, Unparsed> {
    if cleaned.len() > LONGEST {
        return Err(Unparsed::NotADate);
    }
    let language = Language::from_tag(locale.language.as_deref());
    let cleaned = readable(cleaned, language);
    if is_before_christ(&cleaned, language) {
        return Err(Unparsed::NotADate);
    }
    let tokens = tokens(&cleaned, Joining::Nothing);
    let reading = DateReader::new(&tokens, locale);
    let (date, qualifier) = match reading.one_date()? {
        Some(found) => found,
        None => relative::parse_relative_date(&cleaned, locale.today).ok_or(Unparsed::NotADate)?,
    };
    Ok(Parsed { value: Value::Date(date), qualifier })
}

/// The text without marks and footnotes, with ASCII digits and years of the Gregorian calendar.
fn readable(cleaned: &str, language: Language) -> String {
    let text = ascii_digits(cleaned);
    let text = without_marks(&text, Raised::Reference);
    let text = text::without_footnotes(&text);
    let text = ideographs::date_digits(&text).unwrap_or(text);
    calendars::as_gregorian(&text, language).into_owned()
}

/// Whether the year is before the common era, which a [`PartialDate`] cannot hold.
fn is_before_christ(text: &str, language: Language) -> bool {
    let trimmed = text.trim_start();
    let negative = trimmed
        .strip_prefix(['-', '−'])
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let folded = format!(" {} ", fold(text));
    let marks = [
        " bc ",
        " bce ",
        " b c ",
        " v chr ",
        " av j c ",
        " a c ",
        " avant j c ",
        " vor christus ",
        " до н э ",
    ];
    let own = language
        .data()
        .is_some_and(|data| data.before_names().any(|name| is_beside_number(&folded, &name)));
    let eastern = ["紀元前", "公元前", "西元前", "기원전"].iter().any(|mark| text.contains(mark));
    negative || eastern || own || marks.iter().any(|mark| folded.contains(mark))
}

/// Whether the words stand directly before or after digits.
fn is_beside_number(folded: &str, words: &str) -> bool {
    folded.match_indices(&format!(" {words} ")).any(|(at, found)| {
        folded[..at].ends_with(|c: char| c.is_ascii_digit())
            || folded[at + found.len()..].starts_with(|c: char| c.is_ascii_digit())
    })
}

/// A date found in a text, and the tokens that it spans.
#[derive(Debug, Clone, Copy)]
struct DateMatch {
    date: Stated,
    start: usize,
    end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Stated {
    Sure(PartialDate),
    Ambiguous { day_first: PartialDate, month_first: PartialDate },
}

pub(crate) struct DateReader<'t> {
    pub(crate) tokens: &'t [Token<'t>],
    pub(crate) language: Language,
    pub(crate) order: Option<DateOrder>,
    pub(crate) today: Option<PartialDate>,
    hits: Vec<DateMatch>,
    /// Numerals that belong neither to a date nor to a time of day.
    strays: Vec<usize>,
}

impl<'t> DateReader<'t> {
    fn new(tokens: &'t [Token<'t>], locale: &Locale) -> Self {
        let language = Language::from_tag(locale.language.as_deref());
        let mut reading = Self {
            tokens,
            language,
            order: locale.date_order.or(language.date_order()),
            today: locale.today,
            hits: Vec::new(),
            strays: Vec::new(),
        };
        let mut at = 0;
        while at < tokens.len() {
            if let Some((date, end)) = reading.date_at(at) {
                reading.hits.push(DateMatch { date, start: at, end });
                at = end;
            } else if let Some(end) = reading.time_at(at) {
                at = end;
            } else {
                if tokens[at].is_numeral() && !reading.is_age(at) && !reading.is_part_of_year(at) {
                    reading.strays.push(at);
                }
                at += 1;
            }
        }
        reading
    }

    /// The one date that all dates of the text agree on; `None` if there is no date at all.
    fn one_date(&self) -> Result<Option<(PartialDate, Option<Qualifier>)>, Unparsed> {
        let sure = |hit: &DateMatch| match hit.date {
            Stated::Sure(date) => Some(date),
            Stated::Ambiguous { .. } => None,
        };
        if self.hits.iter().any(|hit| self.is_bound_of_range(hit)) {
            return Err(Unparsed::NotADate);
        }
        let most_precise = self
            .hits
            .iter()
            .filter_map(|hit| sure(hit).map(|date| (date, hit)))
            .max_by_key(|(date, hit)| (date.precision(), std::cmp::Reverse(hit.start)));
        let ambiguous =
            self.hits.iter().map(|hit| hit.date).find(|date| !matches!(date, Stated::Sure(_)));
        let Some((date, hit)) = most_precise else {
            return match ambiguous {
                None => Ok(None),
                Some(Stated::Ambiguous { day_first, month_first })
                    if self.hits.iter().all(|hit| Some(hit.date) == ambiguous) =>
                {
                    Err(Unparsed::AmbiguousDate { day_first, month_first })
                }
                Some(_) => Err(Unparsed::NotADate),
            };
        };
        let agree = self.hits.iter().all(|hit| match hit.date {
            Stated::Sure(other) => other.agrees_with(date),
            Stated::Ambiguous { day_first, month_first } => {
                date.precision() == 3 && (day_first == date || month_first == date)
            }
        });
        // Beside a lone year, any other number makes it doubtful that it is a year.
        let doubtful = date.precision() == 1 && !self.strays.is_empty();
        if !agree || doubtful {
            return Err(Unparsed::NotADate);
        }
        Ok(Some((date, self.qualifier(hit.start))))
    }

    /// "5–7 May 2020", "1937–present", "January 5 to February 7, 2020" are periods.
    fn is_bound_of_range(&self, hit: &DateMatch) -> bool {
        let links = |at: usize| {
            self.tokens.get(at).is_some_and(|token| {
                token.is_one_of("-–—‑−")
                    || ["to", "bis", "until", "through", "hasta", "al"]
                        .contains(&token.text.to_lowercase().as_str())
            })
        };
        let digits_before = hit.start > 1
            && links(hit.start - 1)
            && self.strays.iter().any(|stray| *stray + 4 >= hit.start && *stray < hit.start);
        let open_end = links(hit.end)
            && self.tokens.get(hit.end + 1).is_none_or(|token| {
                (token.is_numeral() && self.time_at(hit.end + 1).is_none())
                    || ["present", "heute", "now", "today", "date", "current", "oggi", "presente"]
                        .contains(&token.text.to_lowercase().as_str())
            });
        // "5–7 May 2020" and "32 May 2020": the number before the month is not its day.
        let odd_day = hit.start.checked_sub(1).is_some_and(|at| {
            let at = if self.tokens[at].is_sign('.') { at.saturating_sub(1) } else { at };
            self.tokens[hit.start].is_word() && self.strays.contains(&at)
        });
        digits_before || open_end || odd_day
    }

    fn qualifier(&self, start: usize) -> Option<Qualifier> {
        let near: Vec<&str> =
            self.tokens[start.saturating_sub(4)..start].iter().map(|token| token.text).collect();
        let folded = fold(&near.join(" "));
        let ends = |phrases: &[&str]| {
            phrases.iter().any(|phrase| {
                folded
                    .strip_suffix(phrase)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
            })
        };
        if ends(&["before", "no later than", "avant", "prima del", "antes de", "vor"]) {
            return Some(Qualifier::AtMost);
        }
        if ends(&["after", "no earlier than", "nach", "apres", "dopo il", "despues de"]) {
            return Some(Qualifier::AtLeast);
        }
        if ends(&["um", "hacia", "verso il", "verso", "vers"]) {
            return Some(Qualifier::About);
        }
        qualifier::find_before(self.tokens, start).filter(|found| *found == Qualifier::About)
    }

    /// The number of a quarter or half of a year: `Q3 2020`, "3. Quartal 2020".
    fn is_part_of_year(&self, at: usize) -> bool {
        const WORDS: [&str; 12] = [
            "quarter",
            "quartal",
            "trimestre",
            "trim",
            "kvartal",
            "kwartal",
            "kwartaal",
            "квартал",
            "half",
            "halbjahr",
            "semestre",
            "q",
        ];
        let letter = at.checked_sub(1).is_some_and(|at| {
            matches!(self.tokens[at].text, "Q" | "H" | "T" | "S" | "Quarter" | "Half")
        });
        let touches = !self.tokens[at].spaced
            || self.word(at.saturating_sub(1)).is_some_and(|word| word.len() > 1);
        let named = (at + 1..at + 3)
            .filter_map(|at| self.word(at))
            .any(|word| WORDS.contains(&word.as_str()));
        let small = self.tokens[at].text.len() == 1;
        small && ((letter && touches) || named)
    }

    /// "(age 87)", "87 years ago".
    fn is_age(&self, at: usize) -> bool {
        let word = |at: Option<usize>| {
            at.and_then(|at| self.tokens.get(at)).map(|token| token.text.to_lowercase())
        };
        let before = word(at.checked_sub(1)).is_some_and(|word| {
            ["age", "aged", "alter", "âge", "edad", "età"].contains(&word.as_str())
        });
        let after = word(Some(at + 1)).is_some_and(|word| {
            ["year", "years", "jahre", "jahren", "ans", "años", "anni", "yrs"]
                .contains(&word.as_str())
        });
        before || after
    }
}
