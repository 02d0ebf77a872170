//! What CLDR knows of languages: date orders, decimal marks, eras and the names of months.
//!
//! The table beside this file is printed by `scripts/generate-locales`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::fold::fold;

const TABLE: &str = include_str!("locales.txt");

/// The order of the fields in a date of three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldOrder {
    DayMonthYear,
    MonthDayYear,
    /// The year first; whether the day comes before the month in a date without year.
    YearFirst {
        day_first: bool,
    },
    Unknown,
}

/// What is known of one language, or of one language in one region.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LocaleData {
    pub(crate) order: FieldOrder,
    pub(crate) decimal_comma: bool,
    /// Names for the time before year 1, separated by commas.
    before: &'static str,
    /// Names for the time from year 1 on.
    since: &'static str,
    months: &'static str,
}

static BY_TAG: LazyLock<BTreeMap<&'static str, LocaleData>> =
    LazyLock::new(|| TABLE.lines().filter_map(parse_line).collect());

fn parse_line(line: &'static str) -> Option<(&'static str, LocaleData)> {
    if line.starts_with('#') {
        return None;
    }
    let mut fields = line.split('|');
    let tag = fields.next()?;
    let order = match fields.next()? {
        "dmy" => FieldOrder::DayMonthYear,
        "mdy" => FieldOrder::MonthDayYear,
        "y" => FieldOrder::YearFirst { day_first: false },
        "ydm" => FieldOrder::YearFirst { day_first: true },
        _ => FieldOrder::Unknown,
    };
    let decimal_comma = fields.next()? == ",";
    let (before, since, months) = (fields.next()?, fields.next()?, fields.next()?);
    Some((tag, LocaleData { order, decimal_comma, before, since, months }))
}

/// The data of a tag such as `de` or `de-CH`.
pub(crate) fn by_tag(tag: &str) -> Option<&'static LocaleData> {
    BY_TAG.get(tag)
}

impl LocaleData {
    /// Folded names for the time before year 1, in this language.
    pub(crate) fn before_names(&self) -> impl Iterator<Item = String> {
        self.before.split(',').map(fold).filter(|name| !name.is_empty())
    }

    /// Folded names for the time from year 1 on.
    pub(crate) fn since_names(&self) -> impl Iterator<Item = String> {
        self.since.split(',').map(fold).filter(|name| !name.is_empty())
    }
}

/// A month's name in one language.
struct MonthName {
    folded: Box<str>,
    language: &'static str,
    month: u8,
}

/// All names of months, in the order of their spelling.
static MONTH_NAMES: LazyLock<Vec<MonthName>> = LazyLock::new(|| {
    let mut names = Vec::new();
    for (language, data) in BY_TAG.iter() {
        for (month, spellings) in (1u8..).zip(data.months.split(';')) {
            for name in spellings.split(',').map(fold).filter(|name| !name.is_empty()) {
                names.push(MonthName { folded: name.into(), language, month });
            }
        }
    }
    names.sort_by(|a, b| (&a.folded, a.language).cmp(&(&b.folded, b.language)));
    names
});

/// The folded names of the months in one language, each with its month.
pub(crate) fn months_of(language: &str) -> impl Iterator<Item = (&'static str, u8)> {
    static BY_LANGUAGE: LazyLock<BTreeMap<&str, Vec<(&str, u8)>>> = LazyLock::new(|| {
        let mut names: BTreeMap<&str, Vec<(&str, u8)>> = BTreeMap::new();
        for name in MONTH_NAMES.iter() {
            names.entry(name.language).or_default().push((&name.folded, name.month));
        }
        names
    });
    BY_LANGUAGE.get(language).into_iter().flatten().copied()
}

/// The languages in which a folded word names a month, with the month (1 to 12).
pub(crate) fn months_named(folded: &str) -> impl Iterator<Item = (&'static str, u8)> + use<> {
    let names = &*MONTH_NAMES;
    let from = names.partition_point(|name| *name.folded < *folded);
    let to = names.partition_point(|name| *name.folded <= *folded);
    names[from..to].iter().map(|name| (name.language, name.month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_complete() {
        let with_months = BY_TAG.values().filter(|data| !data.months.is_empty());
        for data in with_months.clone() {
            assert_eq!(data.months.split(';').count(), 12, "{}", data.months);
        }
        assert!(with_months.count() > 240);
        assert!(BY_TAG.len() > 350);
    }

    #[test]
    fn months_are_known_by_language() {
        let months = |word: &str| months_named(&fold(word)).collect::<Vec<_>>();
        assert!(months("sierpnia").contains(&("pl", 8)));
        assert!(months("listopad").contains(&("cs", 11)));
        assert!(months("listopad").contains(&("hr", 10)));
        assert!(months("พฤษภาคม").contains(&("th", 5)));
        assert!(months("nothing").is_empty());
    }
}
