//! Forms of dates: which tokens make one.

use super::date::{DateReader, Stated};
use super::fold::fold;
use super::months::{self, Month};
use super::numeric_date::{Numeric, continues, is_tail};
use super::{DateOrder, PartialDate};

/// Words and endings between the parts of a date, folded: ordinals, "of", "year".
const LINKS: &[&str] = &[
    "st", "nd", "rd", "th", "er", "re", "e", "eme", "o", "a", "º", "°", "ª", "of", "de", "di", "d",
    "da", "do", "del", "dell", "dal", "day", "го", "е", "й", "ое", "ta", "mh", "viz", "the", "ου",
    "η", "an", "en", "ren", "i", "y",
];

/// Words after a year that only say that it is one.
const YEAR_WORDS: &[&str] = &[
    "m",
    "gada",
    "ko",
    "eko",
    "ж",
    "жыл",
    "жылы",
    "жылгы",
    "жылғы",
    "оны",
    "թ",
    "թվականի",
    "წლის",
    "წ",
    "il",
    "йил",
    "йилнин",
    "yil",
    "yili",
    "ел",
    "елнын",
    "г",
    "год",
    "года",
    "р",
    "року",
    "metu",
    "e",
    "ev",
    "evi",
    "nam",
    "tahun",
];

/// A year and nothing more, after a year or its calendar: "year of", "anno".
const BEFORE_YEAR: &[&str] = &[
    "de", "del", "of", "do", "da", "d", "the", "nam", "year", "ano", "anul", "roku", "vuonna",
    "ar", "rok",
];

impl DateReader<'_> {
    pub(crate) fn word(&self, at: usize) -> Option<String> {
        self.tokens
            .get(at)
            .filter(|token| token.is_word() && token.text.len() < 32)
            .map(|t| fold(t.text))
    }

    /// The month that the words at a token name, and the token after them: `août`, `พ.ค.`, "d’abril".
    fn month_name(&self, at: usize) -> Option<(Month, usize)> {
        const MOST_WORDS: usize = 4;
        let first = self.tokens.get(at).filter(|token| token.is_word())?;
        let mut spelling = String::new();
        let mut best = None;
        let (mut words, mut end) = (0, at);
        while let Some(token) = self.tokens.get(end).filter(|_| words < MOST_WORDS) {
            if token.is_word() && token.text.len() < 64 {
                spelling.push(' ');
                spelling.push_str(token.text);
                words += 1;
                if let Some(month) = months::month(&fold(&spelling), self.language) {
                    best = Some((month, end + 1));
                }
            } else if token.spaced || !token.is_one_of(".’'׳״ʼ") {
                break;
            }
            end += 1;
        }
        best.or_else(|| {
            let folded = fold(first.text);
            // "ב־9 במאי": the preposition is written with the month.
            let bare = folded.strip_prefix('ב').filter(|_| self.language.is("he"));
            let month = bare.and_then(|bare| months::month(bare, self.language));
            let inflected = || {
                let number = months::inflected_month(&folded, self.language)?;
                Some(Month { number, foreign: false })
            };
            month.or_else(inflected).map(|month| (month, at + 1))
        })
    }

    pub(crate) fn date_at(&self, at: usize) -> Option<(Stated, usize)> {
        let token = &self.tokens[at];
        if token.is_word() {
            return self.numbered_month_and_year(at).or_else(|| self.month_then_year(at));
        }
        if !token.is_numeral() || (is_tail(self.tokens, at) && !self.is_fiscal(at)) {
            return None;
        }
        self.numeric(at)
            .or_else(|| self.day_and_month_before_year(at))
            .or_else(|| self.year_first(at))
            .or_else(|| self.east_asian(at))
            .or_else(|| self.numbered_month(at))
            .or_else(|| self.day_then_month(at))
            .or_else(|| self.compact(at))
            .or_else(|| self.month_and_year(at))
            .or_else(|| self.year_then_month_name(at))
            .or_else(|| self.year_then_day(at))
            .or_else(|| self.year_alone(at))
    }

    /// `FY2023`: the letters touch the year.
    fn is_fiscal(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|at| matches!(self.tokens[at].text, "FY" | "FYE" | "CY"))
    }

    fn numeric(&self, at: usize) -> Option<(Stated, usize)> {
        let numeric = Numeric::parse_at(self.tokens, at)?;
        // Where dates begin with the year, nothing says which of three short numbers it is.
        if numeric.year_digits == 2 && self.language.is_year_first() && self.order.is_none() {
            return None;
        }
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

    /// `9/5 2008` and `9/5-2008`, as Scandinavians write.
    fn day_and_month_before_year(&self, at: usize) -> Option<(Stated, usize)> {
        if !self.language.is_one_of(&["sv", "da", "nb", "nn", "no", "fi"]) {
            return None;
        }
        let (day, month) = (self.small(at, 2)?, self.small(at + 2, 2)?);
        let tight =
            self.tokens.get(at + 1).is_some_and(|sign| sign.is_one_of("/.") && !sign.spaced)
                && !self.tokens[at + 2].spaced;
        let year_at = self.skip(at + 3, &[]);
        let date = PartialDate::full(self.year_number(year_at)?, month, day)?;
        tight.then_some((Stated::Sure(date), year_at + 1))
    }

    /// `1937-05-27`, `1937/5/27`, `2008. 5. 9.`, `1937-05`.
    fn year_first(&self, at: usize) -> Option<(Stated, usize)> {
        let year = self.year_number(at)?;
        let sign = self.tokens.get(at + 1).filter(|sign| sign.is_one_of("-/.") && !sign.spaced)?;
        // A space may follow a dot.
        let follows = |at: usize| {
            self.tokens
                .get(at)
                .is_some_and(|token| token.is_numeral() && (!token.spaced || sign.is_sign('.')))
        };
        let month = self.small(at + 2, 2).filter(|_| follows(at + 2))?;
        let again =
            self.tokens.get(at + 3).filter(|again| again.kind == sign.kind && !again.spaced);
        if again.is_some() && follows(at + 4) {
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

    /// "ngày 9 tháng 5 năm 2008", "2008 оны 5-р сарын 9": the month is a number with a word.
    fn numbered_month(&self, at: usize) -> Option<(Stated, usize)> {
        if let Some(year) = self.year_number(at) {
            let month_at = self.skip(at + 1, YEAR_WORDS);
            let month = self.small(month_at, 2)?;
            let words_end = self.skip(month_at + 1, &["р", "сарын", "дугаар", "дүгээр", "сар"]);
            let marked = self.tokens[month_at + 1..words_end.min(self.tokens.len())]
                .iter()
                .any(|token| token.text.starts_with("сар"));
            let date = match self.small(words_end, 2) {
                Some(day) => PartialDate::full(year, month, day).map(|date| (date, words_end + 1)),
                None => PartialDate::year_month(year, month).map(|date| (date, words_end)),
            };
            return date.filter(|_| marked).map(|(date, end)| (Stated::Sure(date), end));
        }
        let day = self.small(at, 2)?;
        let (month, year, end) = self.month_number_and_year(at + 1)?;
        Some((Stated::Sure(PartialDate::full(year, month, day)?), end))
    }

    /// "tháng 5 năm 2008".
    fn numbered_month_and_year(&self, at: usize) -> Option<(Stated, usize)> {
        let (month, year, end) = self.month_number_and_year(at)?;
        Some((Stated::Sure(PartialDate::year_month(year, month)?), end))
    }

    fn month_number_and_year(&self, at: usize) -> Option<(u8, i16, usize)> {
        self.word(at).filter(|word| matches!(word.as_str(), "thang" | "thg" | "buwan"))?;
        let month = self.small(at + 1, 2)?;
        let year_at = self.skip(at + 2, &["nam"]);
        Some((month, self.year_number(year_at)?, year_at + 1))
    }

    /// `27 May 1937`, `27. Mai 1937`, `1er janvier 2020`, `27 de mayo de 1937`, `27-May-1937`.
    fn day_then_month(&self, at: usize) -> Option<(Stated, usize)> {
        let day = self.small(at, 2)?;
        let (month, after) = self.named_month_after(at + 1, LINKS)?;
        let year_at = self.skip(after, BEFORE_YEAR);
        let (year, end) = match self.year_number(year_at) {
            Some(year) => (year, year_at + 1),
            None => (self.short_year(after)?, after + 2),
        };
        let date = PartialDate::full(year, month.number, day)?;
        Some((Stated::Sure(date), end))
    }

    /// The month at this token, or after words that may stand before it.
    fn named_month_after(&self, at: usize, links: &[&str]) -> Option<(Month, usize)> {
        let skipped = self.skip(at, links);
        // A link may be the beginning of the name: "de maig".
        (at..=skipped).rev().find_map(|at| self.month_name(at))
    }

    /// The year of `05-May-08`: two digits after the same sign.
    fn short_year(&self, sign_at: usize) -> Option<i16> {
        let sign = self.tokens.get(sign_at).filter(|sign| sign.is_sign('-') && !sign.spaced)?;
        let year =
            self.tokens.get(sign_at + 1).filter(|year| !year.spaced && year.text.len() == 2)?;
        let ends = self.tokens.get(sign_at + 2).is_none_or(|next| next.spaced);
        let year = year.text.parse().ok().filter(|_| ends && !sign.spaced)?;
        self.century(year)
    }

    /// `May 27, 1937`, `May 27th, 1937`, `May 1937`, `mayo de 1937`.
    fn month_then_year(&self, at: usize) -> Option<(Stated, usize)> {
        let (month, after) = self.month_name(at)?;
        let next = self.skip(after, &["de", "del", "of", "the", "do", "da", "d"]);
        if let Some(day) = self.small(next, 2) {
            let year_at =
                self.skip(next + 1, &["st", "nd", "rd", "th", "of", "an", "en", "a", "e", "d"]);
            let date = PartialDate::full(self.year_number(year_at)?, month.number, day)?;
            return Some((Stated::Sure(date), year_at + 1));
        }
        let year = self.year_number(self.skip(after, BEFORE_YEAR)).filter(|_| !month.foreign)?;
        let date = PartialDate::year_month(year, month.number)?;
        Some((Stated::Sure(date), self.skip(after, BEFORE_YEAR) + 1))
    }

    /// `1937 May 27`, `2020, March`, "2008 m. gegužės 9 d.".
    fn year_then_month_name(&self, at: usize) -> Option<(Stated, usize)> {
        let year = self.year_number(at)?;
        let (month, after) = self.named_month_after(at + 1, YEAR_WORDS)?;
        let day_at = self.skip(after, &["ren"]);
        match self.small(day_at, 2) {
            Some(day) => {
                Some((Stated::Sure(PartialDate::full(year, month.number, day)?), day_at + 1))
            }
            None if month.foreign => None,
            None => Some((Stated::Sure(PartialDate::year_month(year, month.number)?), after)),
        }
    }

    /// "2008. gada 9. maijs", "2008 ж. 9 мамыр".
    fn year_then_day(&self, at: usize) -> Option<(Stated, usize)> {
        let year = self.year_number(at)?;
        let day_at = self.skip(at + 1, YEAR_WORDS);
        let day = self.small(day_at, 2)?;
        let (month, end) = self.named_month_after(day_at + 1, LINKS)?;
        Some((Stated::Sure(PartialDate::full(year, month.number, day)?), end))
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
        let year = self
            .year_number(at)
            .filter(|year| (1000..=2100).contains(year) || self.is_in_era(at))?;
        let next = self.tokens.get(at + 1).filter(|next| !next.spaced);
        let joined = next.is_some_and(|next| match next.kind {
            super::token::Kind::Word => {
                let text = next.text.to_lowercase();
                // "2008 року", "2008-ж."; in scripts without spaces a word may touch the year.
                !(next.text.starts_with(['年', '년', 'ม', 'ค'])
                    || YEAR_WORDS.contains(&fold(&text).as_str()))
            }
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
            let linked = token.is_one_of(".,/-’'،־‑")
                || (token.is_word() && words.contains(&fold(token.text).as_str()))
                || words.contains(&token.text);
            if linked {
                at += 1;
            } else {
                break;
            }
        }
        at
    }

    fn year_number(&self, at: usize) -> Option<i16> {
        let token =
            self.tokens.get(at).filter(|token| token.is_numeral() && token.text.len() <= 4)?;
        let year = token.text.parse().ok().filter(|year| *year >= 1)?;
        (token.text.len() == 4 || self.is_in_era(at)).then_some(year)
    }

    /// Whether a name of the era stands beside a short year: "AD 79", "79 n. Chr.".
    fn is_in_era(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map(|at| self.tokens[at].text);
        if matches!(before, Some("AD" | "CE" | "A.D.")) {
            return true;
        }
        let after: Vec<&str> =
            self.tokens[at + 1..].iter().take(5).map(|token| token.text).collect();
        if matches!(after[..], ["AD" | "CE", ..] | ["A", ".", "D", ..] | ["C", ".", "E", ..]) {
            return true;
        }
        let folded = format!("{} ", fold(&after.join(" ")));
        let own = self.language.data().is_some_and(|data| {
            data.since_names().any(|name| name.len() > 3 && folded.starts_with(&format!("{name} ")))
        });
        own || ["n chr ", "ap j c ", "d c ", "d chr ", "apres j c ", "de nuestra era "]
            .iter()
            .any(|name| folded.starts_with(name))
    }

    fn small(&self, at: usize, digits: usize) -> Option<u8> {
        let token =
            self.tokens.get(at).filter(|token| token.is_numeral() && token.text.len() <= digits)?;
        token.text.parse().ok()
    }

    /// The end of a time of day that starts here: `10:00:00.5 +02:00`, `10 am`, `9 Uhr`.
    pub(crate) fn time_at(&self, at: usize) -> Option<usize> {
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
