//! How the language of a page affects its numbers, dates and joining words.

use super::DateOrder;
use super::locale_data::{self, FieldOrder, LocaleData};

/// The language of a page, as far as it affects how values are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Language {
    /// Two or three lower-case letters; the last is zero if there are two.
    primary: Option<[u8; 3]>,
    region: Option<[u8; 2]>,
}

impl Language {
    /// From a BCP 47 tag such as `de`, `en-US` or `zh-Hant-TW`; unknown parts are ignored.
    pub(crate) fn from_tag(tag: Option<&str>) -> Self {
        let Some(tag) = tag else { return Self::default() };
        let mut parts = tag.split(['-', '_']);
        let primary = parts.next().and_then(primary_code);
        let region = parts.find_map(two_letters).map(|code| code.map(|b| b.to_ascii_uppercase()));
        Self { primary, region: primary.and(region) }
    }

    /// Whether the page is in this language (lower-case letters).
    pub(crate) fn is(self, primary: &str) -> bool {
        self.code().is_some_and(|own| own == primary)
    }

    /// Whether the page is in this language, or names none.
    pub(crate) fn may_be(self, primary: &str) -> bool {
        self.primary.is_none() || self.is(primary)
    }

    /// Whether the page is in one of these languages.
    pub(crate) fn is_one_of(self, codes: &[&str]) -> bool {
        codes.iter().any(|code| self.is(code))
    }

    /// The code of the language; `None` if the page names none.
    pub(crate) fn code(&self) -> Option<&str> {
        let bytes = self.primary.as_ref()?;
        let length = if bytes[2] == 0 { 2 } else { 3 };
        std::str::from_utf8(&bytes[..length]).ok()
    }

    /// The region, as two upper-case letters.
    pub(crate) fn region(&self) -> Option<&str> {
        self.region.as_ref().and_then(|code| std::str::from_utf8(code).ok())
    }

    /// What CLDR knows of the language, in its region if that has habits of its own.
    pub(crate) fn data(self) -> Option<&'static LocaleData> {
        let code = self.code()?;
        self.region()
            .and_then(|region| locale_data::by_tag(&format!("{code}-{region}")))
            .or_else(|| locale_data::by_tag(code))
            .or_else(|| (code == "no").then(|| locale_data::by_tag("nb")).flatten())
    }

    /// Whether a comma separates decimals; `None` if no language is known (source: CLDR numbers).
    pub(crate) fn decimal_comma(self) -> Option<bool> {
        self.primary?;
        Some(self.data().is_some_and(|data| data.decimal_comma))
    }

    /// Which of two numbers of a date with the year at its end comes first (source: CLDR dates). English
    /// without a region gives `None`: it is written both ways. So do languages that begin with the year.
    pub(crate) fn date_order(self) -> Option<DateOrder> {
        if self.is("en") {
            return match self.region()? {
                "US" | "PH" | "PR" | "GU" | "VI" => Some(DateOrder::MonthFirst),
                // Canada uses both.
                "CA" => None,
                _ => Some(DateOrder::DayFirst),
            };
        }
        match self.data()?.order {
            FieldOrder::DayMonthYear | FieldOrder::YearFirst { day_first: true } => {
                Some(DateOrder::DayFirst)
            }
            FieldOrder::MonthDayYear => Some(DateOrder::MonthFirst),
            FieldOrder::YearFirst { day_first: false } | FieldOrder::Unknown => None,
        }
    }

    /// Whether dates of three numbers begin with the year.
    pub(crate) fn is_year_first(self) -> bool {
        self.data().is_some_and(|data| matches!(data.order, FieldOrder::YearFirst { .. }))
    }
}

fn primary_code(part: &str) -> Option<[u8; 3]> {
    let letters = part.bytes().all(|b| b.is_ascii_alphabetic());
    let mut code = [0; 3];
    if !letters || !(2..=3).contains(&part.len()) {
        return None;
    }
    for (slot, byte) in code.iter_mut().zip(part.bytes()) {
        *slot = byte.to_ascii_lowercase();
    }
    Some(code)
}

fn two_letters(part: &str) -> Option<[u8; 2]> {
    match part.as_bytes() {
        [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
            Some([a.to_ascii_lowercase(), b.to_ascii_lowercase()])
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_far_as_they_matter() {
        use DateOrder::{DayFirst, MonthFirst};
        for (tag, order, comma) in [
            (Some("en-US"), Some(MonthFirst), Some(false)),
            (Some("en_GB"), Some(DayFirst), Some(false)),
            (Some("en"), None, Some(false)),
            (Some("DE"), Some(DayFirst), Some(true)),
            (Some("de-CH"), Some(DayFirst), Some(false)),
            (Some("fr-CH"), Some(DayFirst), Some(true)),
            (Some("fr-CA"), None, Some(true)),
            (Some("es-MX"), Some(DayFirst), Some(false)),
            (Some("pt-BR"), Some(DayFirst), Some(true)),
            (Some("sv"), Some(DayFirst), Some(true)),
            (Some("fil"), Some(MonthFirst), Some(false)),
            (Some("hu"), None, Some(true)),
            (Some("ja"), None, Some(false)),
            (Some("no"), Some(DayFirst), Some(true)),
            (Some("English"), None, None),
            (None, None, None),
        ] {
            let language = Language::from_tag(tag);
            assert_eq!(
                (language.date_order(), language.decimal_comma()),
                (order, comma),
                "{tag:?}"
            );
        }
        assert_eq!(Language::from_tag(Some("zh-Hant-TW")).region(), Some("TW"));
        assert!(Language::from_tag(Some("ja")).is_year_first());
    }
}
