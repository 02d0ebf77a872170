//! How the language of a page affects its numbers, dates and joining words.

use super::DateOrder;

/// The language of a page, as far as it affects how values are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Language {
    primary: Option<[u8; 2]>,
    region: Option<[u8; 2]>,
}

impl Language {
    /// From a BCP 47 tag such as `de`, `en-US` or `zh-Hant-TW`; unknown parts are ignored.
    pub(crate) fn from_tag(tag: Option<&str>) -> Self {
        let Some(tag) = tag else { return Self::default() };
        let mut parts = tag.split(['-', '_']);
        let primary = parts.next().and_then(two_letters);
        let region = parts.find_map(two_letters).map(|code| code.map(|b| b.to_ascii_uppercase()));
        Self { primary, region: primary.and(region) }
    }

    /// Whether the page is in this language (two lower-case letters).
    pub(crate) fn is(self, primary: &str) -> bool {
        self.primary.is_some_and(|own| own == primary.as_bytes())
    }

    /// Whether the page is in this language, or names none.
    pub(crate) fn may_be(self, primary: &str) -> bool {
        self.primary.is_none() || self.is(primary)
    }

    /// The region, as two upper-case letters.
    pub(crate) fn region(&self) -> Option<&str> {
        self.region.as_ref().and_then(|code| std::str::from_utf8(code).ok())
    }

    /// Whether a comma separates decimals; `None` if no language is known (source: CLDR numbers).
    pub(crate) fn decimal_comma(self) -> Option<bool> {
        const COMMA: [&str; 33] = [
            "de", "fr", "es", "it", "pt", "nl", "ru", "pl", "cs", "sk", "sl", "hr", "sr", "bs",
            "bg", "uk", "be", "da", "sv", "nb", "nn", "no", "fi", "is", "el", "tr", "ro", "hu",
            "lt", "lv", "id", "vi", "ca",
        ];
        const POINT_REGIONS: [&str; 13] =
            ["CH", "LI", "MX", "US", "PR", "GT", "HN", "NI", "SV", "PA", "PE", "DO", "CU"];
        self.primary?;
        let point_region = self.region().is_some_and(|region| POINT_REGIONS.contains(&region));
        // French keeps its comma in Switzerland.
        let point = point_region && !self.is("fr");
        Some(!point && COMMA.iter().any(|code| self.is(code)))
    }

    /// Which of two numbers of a date comes first (source: CLDR dates). English without a region gives
    /// `None`: it is written both ways.
    pub(crate) fn date_order(self) -> Option<DateOrder> {
        const DAY_FIRST: [&str; 30] = [
            "de", "fr", "es", "it", "pt", "nl", "ru", "pl", "cs", "sk", "sl", "hr", "sr", "bs",
            "bg", "uk", "be", "da", "nb", "nn", "no", "fi", "is", "el", "tr", "ro", "ca", "id",
            "vi", "he",
        ];
        if self.is("en") {
            return match self.region()? {
                "US" | "PH" | "PR" | "GU" | "VI" => Some(DateOrder::MonthFirst),
                // Canada uses both.
                "CA" => None,
                _ => Some(DateOrder::DayFirst),
            };
        }
        DAY_FIRST.iter().any(|code| self.is(code)).then_some(DateOrder::DayFirst)
    }
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
        assert_eq!(Language::from_tag(Some("en-US")).date_order(), Some(DateOrder::MonthFirst));
        assert_eq!(Language::from_tag(Some("en_GB")).date_order(), Some(DateOrder::DayFirst));
        assert_eq!(Language::from_tag(Some("en")).date_order(), None);
        assert_eq!(Language::from_tag(Some("DE")).date_order(), Some(DateOrder::DayFirst));
        assert_eq!(Language::from_tag(Some("zh-Hant-TW")).region(), Some("TW"));
        assert_eq!(Language::from_tag(Some("English")).decimal_comma(), None);
        assert_eq!(Language::from_tag(None).decimal_comma(), None);
        assert_eq!(Language::from_tag(Some("pt-BR")).decimal_comma(), Some(true));
    }
}
