//! Dates: reads the one date that a short text states, with the precision that it states.

use super::fold::fold;
use super::language::Language;
use super::months;
pub use super::numeric_date::infer_date_order;
use super::numeric_date::{Numeric, continues, is_tail};
use super::qualifier;
use super::relative;
use super::text;
use super::token::{Joining, Token, tokens};
use super::{DateOrder, Locale, Parsed, PartialDate, Qualifier, Unparsed, Value};

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
    let cleaned = text::without_footnotes(cleaned);
    if is_before_christ(&cleaned) {
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

/// Whether the year is before the common era, which a [`PartialDate`] cannot hold.
fn is_before_christ(text: &str) -> bool {
    let trimmed = text.trim_start();
    let negative = trimmed
        .strip_prefix(['-', '−'])
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let folded = format!(" {} ", fold(text));
    let marks =
        [" bc ", " bce ", " b c ", " v chr ", " av j c ", " a c ", " avant j c ", " vor christus "];
    negative || marks.iter().any(|mark| folded.contains(mark))
}

/// A date found in a text, and the tokens that it spans.
#[derive(Debug, Clone, Copy)]
struct DateMatch {
    date: Stated,
    start: usize,
    end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Stated {
    Sure(PartialDate),
    Ambiguous { day_first: PartialDate, month_first: PartialDate },
}

struct DateReader<'t> {
    tokens: &'t [Token<'t>],
    language: Language,
    order: Option<DateOrder>,
    today: Option<PartialDate>,
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
                if tokens[at].is_numeral() && !reading.is_age(at) {
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

    fn word(&self, at: usize) -> Option<String> {
        self.tokens
            .get(at)
            .filter(|token| token.is_word() && token.text.len() < 32)
            .map(|t| fold(t.text))
    }

    fn month_name(&self, at: usize) -> Option<u8> {
        self.word(at).and_then(|word| months::month(&word, self.language))
    }

    fn date_at(&self, at: usize) -> Option<(Stated, usize)> {
        let token = &self.tokens[at];
        if token.is_word() {
            return self.month_then_year(at);
        }
        if !token.is_numeral() || is_tail(self.tokens, at) {
            return None;
        }
        self.numeric(at)
            .or_else(|| self.year_first(at))
            .or_else(|| self.east_asian(at))
            .or_else(|| self.day_then_month(at))
            .or_else(|| self.compact(at))
            .or_else(|| self.month_and_year(at))
            .or_else(|| self.year_then_month_name(at))
            .or_else(|| self.year_alone(at))
    }

    fn numeric(&self, at: usize) -> Option<(Stated, usize)> {
        let numeric = Numeric::parse_at(self.tokens, at)?;
        let year = if numeric.year_digits == 2 {
            self.century(numeric.year)?
        } else {
            i16::try_from(numeric.year).ok()?
        };
        let date = |month: u16, day: u16| {
            PartialDate::full(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
        };
        let day_first = date(numeric.second, numeric.first);
        let month_first = date(numeric.first, numeric.second);
        let date = match (day_first, month_first) {
            (Some(one), Some(other)) if one == other => Stated::Sure(one),
            (Some(day_first), Some(month_first)) => {
                // Every country that writes dates with dots puts the day before the month.
                let order = self.order.or(numeric.dotted.then_some(DateOrder::DayFirst));
                match order {
                    Some(DateOrder::DayFirst) => Stated::Sure(day_first),
                    Some(DateOrder::MonthFirst) => Stated::Sure(month_first),
                    None => Stated::Ambiguous { day_first, month_first },
                }
            }
            (Some(date), None) | (None, Some(date)) => Stated::Sure(date),
            (None, None) => return None,
        };
        Some((date, at + 5))
    }

    /// The full year that two digits stand for.
    fn century(&self, two_digits: u16) -> Option<i16> {
        let two_digits = i16::try_from(two_digits).ok()?;
        let latest = self.today.map_or(2068, |today| today.year().saturating_add(20));
        let candidate = latest - latest.rem_euclid(100) + two_digits;
        Some(if candidate > latest { candidate - 100 } else { candidate })
    }

    /// `1937-05-27`, `1937/5/27`, `1937-05`.
    fn year_first(&self, at: usize) -> Option<(Stated, usize)> {
        let year = self.year_number(at)?;
        let sign = self.tokens.get(at + 1).filter(|sign| sign.is_one_of("-/.") && !sign.spaced)?;
        let month = self.small(at + 2, 2).filter(|_| !self.tokens[at + 2].spaced)?;
        let again =
            self.tokens.get(at + 3).filter(|again| again.kind == sign.kind && !again.spaced);
        if again.is_some()
            && self.tokens.get(at + 4).is_some_and(|day| !day.spaced && day.is_numeral())
        {
            let day = self.small(at + 4, 2)?;
            let date =
                PartialDate::full(year, month, day).filter(|_| !continues(self.tokens, at + 5))?;
            return Some((Stated::Sure(date), at + 5));
        }
        let iso = !sign.is_sign('.')
            && self.tokens[at + 2].text.len() == 2
            && !continues(self.tokens, at + 3);
        let date = PartialDate::year_month(year, month).filter(|_| iso)?;
        Some((Stated::Sure(date), at + 3))
    }

    /// `2020年3月5日`.
    fn east_asian(&self, at: usize) -> Option<(Stated, usize)> {
        let year = self.year_number(at)?;
        let marked = |at: usize, marks: &str| {
            self.tokens.get(at).is_some_and(|token| marks.contains(token.text))
        };
        let month =
            self.small(at + 2, 2).filter(|_| marked(at + 1, "年년") && marked(at + 3, "月월"))?;
        let day = self.small(at + 4, 2).filter(|_| marked(at + 5, "日일号"));
        let (date, end) = match day {
            Some(day) => (PartialDate::full(year, month, day)?, at + 6),
            None => (PartialDate::year_month(year, month)?, at + 4),
        };
        Some((Stated::Sure(date), end))
    }

    /// `27 May 1937`, `27. Mai 1937`, `1er janvier 2020`, `27 de mayo de 1937`, `27-May-1937`.
    fn day_then_month(&self, at: usize) -> Option<(Stated, usize)> {
        let day = self.small(at, 2)?;
        let month_at = self.skip(
            at + 1,
            &["st", "nd", "rd", "th", "er", "º", "°", "ª", "o", "of", "de", "di", "day"],
        );
        let month = self.month_name(month_at)?;
        let year_at = self.skip(month_at + 1, &["de", "del", "of", "do"]);
        let year = self.year_number(year_at)?;
        let date = PartialDate::full(year, month, day)?;
        Some((Stated::Sure(date), year_at + 1))
    }

    /// `May 27, 1937`, `May 27th, 1937`, `May 1937`, `mayo de 1937`.
    fn month_then_year(&self, at: usize) -> Option<(Stated, usize)> {
        let month = self.month_name(at)?;
        let next = self.skip(at + 1, &["de", "del", "of", "the"]);
        if let Some(day) = self.small(next, 2) {
            let year_at = self.skip(next + 1, &["st", "nd", "rd", "th", "of"]);
            let date = PartialDate::full(self.year_number(year_at)?, month, day)?;
            return Some((Stated::Sure(date), year_at + 1));
        }
        let date = PartialDate::year_month(self.year_number(next)?, month)?;
        Some((Stated::Sure(date), next + 1))
    }

    /// `1937 May 27`, `2020, March`.
    fn year_then_month_name(&self, at: usize) -> Option<(Stated, usize)> {
        let year = self.year_number(at)?;
        let month_at = self.skip(at + 1, &[]);
        let month = self.month_name(month_at)?;
        let day_at = self.skip(month_at + 1, &[]);
        Some(match self.small(day_at, 2) {
            Some(day) => (Stated::Sure(PartialDate::full(year, month, day)?), day_at + 1),
            None => (Stated::Sure(PartialDate::year_month(year, month)?), month_at + 1),
        })
    }

    /// `20200403`.
    fn compact(&self, at: usize) -> Option<(Stated, usize)> {
        let text = self.tokens[at].text;
        if text.len() != 8 {
            return None;
        }
        let year = text[..4].parse().ok().filter(|year| (1000..=2999).contains(year))?;
        let date = PartialDate::full(year, text[4..6].parse().ok()?, text[6..].parse().ok()?)?;
        let stamp = self.tokens.get(at + 1).is_none_or(|next| {
            next.spaced || matches!(next.text, "T" | "t") || next.is_one_of(".,;)")
        });
        stamp.then_some((Stated::Sure(date), at + 1))
    }

    /// `03/2020`, `5.1937`.
    fn month_and_year(&self, at: usize) -> Option<(Stated, usize)> {
        let month = self.small(at, 2)?;
        self.tokens.get(at + 1).filter(|sign| sign.is_one_of("/.-") && !sign.spaced)?;
        let tight = self.tokens.get(at + 2).is_some_and(|year| !year.spaced);
        let year = self.year_number(at + 2).filter(|_| tight && !continues(self.tokens, at + 3))?;
        Some((Stated::Sure(PartialDate::year_month(year, month)?), at + 3))
    }

    /// A year on its own; not the 1990s, not a part of something longer, not an amount.
    fn year_alone(&self, at: usize) -> Option<(Stated, usize)> {
        let year = self.year_number(at).filter(|year| (1000..=2100).contains(year))?;
        let next = self.tokens.get(at + 1).filter(|next| !next.spaced);
        let joined = next.is_some_and(|next| match next.kind {
            super::token::Kind::Word => !matches!(next.text, "年" | "년" | "년도"),
            super::token::Kind::Numeral => true,
            super::token::Kind::Sign(sign) => {
                let digits = self
                    .tokens
                    .get(at + 2)
                    .is_some_and(|token| token.is_numeral() && !token.spaced);
                "/_%'’@&".contains(sign) || ("-–.,:".contains(sign) && digits)
            }
        });
        (!joined).then_some((Stated::Sure(PartialDate::year_only(year)?), at + 1))
    }

    /// Skips signs and words that may occur between the parts of a date.
    fn skip(&self, mut at: usize, words: &[&str]) -> usize {
        const MOST: usize = 4;
        for _ in 0..MOST {
            let Some(token) = self.tokens.get(at) else { break };
            let word = token.text.to_lowercase();
            if token.is_one_of(".,/-") || words.contains(&word.as_str()) {
                at += 1;
            } else {
                break;
            }
        }
        at
    }

    fn year_number(&self, at: usize) -> Option<i16> {
        let token =
            self.tokens.get(at).filter(|token| token.is_numeral() && token.text.len() == 4)?;
        token.text.parse().ok().filter(|year| *year >= 1)
    }

    fn small(&self, at: usize, digits: usize) -> Option<u8> {
        let token =
            self.tokens.get(at).filter(|token| token.is_numeral() && token.text.len() <= digits)?;
        token.text.parse().ok()
    }

    /// The end of a time of day that starts here: `10:00:00.5 +02:00`, `10 am`, `9 Uhr`.
    fn time_at(&self, at: usize) -> Option<usize> {
        self.small(at, 2)?;
        let mut end = at + 1;
        while self.tokens.get(end).is_some_and(|sign| sign.is_one_of(":.") && !sign.spaced)
            && self.tokens.get(end + 1).is_some_and(|token| token.is_numeral() && !token.spaced)
        {
            end += 2;
        }
        let clock = end > at + 1 && self.tokens[at + 1].is_sign(':');
        let marked = self
            .word(end)
            .is_some_and(|word| ["am", "pm", "uhr", "h", "a", "p", "z"].contains(&word.as_str()));
        if !(clock || marked) {
            return None;
        }
        end += usize::from(marked);
        let zone = self.tokens.get(end).is_some_and(|sign| sign.is_one_of("+-−"))
            && self.tokens.get(end + 1).is_some_and(|token| token.is_numeral() && !token.spaced);
        if zone {
            end += 2;
            let minutes =
                self.tokens.get(end).is_some_and(|sign| sign.is_sign(':') && !sign.spaced);
            end += if minutes { 2 } else { 0 };
        }
        Some(end.min(self.tokens.len()))
    }
}
