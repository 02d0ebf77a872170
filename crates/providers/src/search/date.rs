//! Dates as search engines show them: "2 days ago", "Mar 3, 2024", "2024-03-03T10:00:00".

use ampledata_core::column::{Column, ColumnType};
use ampledata_core::value::{self, Locale, PartialDate, Value};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Reads dates of one search result page.
pub(super) struct DateReader {
    column: Column,
    locale: Locale,
}

impl DateReader {
    /// Relative dates count from `today`, or else from today in UTC.
    pub(super) fn new(today: Option<PartialDate>, language: Option<&str>) -> Self {
        let today = today.or_else(|| {
            let day = Timestamp::now().to_zoned(TimeZone::UTC).date();
            let (month, date) = (u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?);
            PartialDate::full(day.year(), month, date)
        });
        let language = language.map(str::to_owned);
        let locale = Locale { language, today, ..Locale::default() };
        Self { column: Column::new("date", ColumnType::Date), locale }
    }

    /// A date that cannot be parsed is left out: a result is usable without it.
    pub(super) fn parse(&self, text: Option<&str>) -> Option<PartialDate> {
        match value::parse(text?, &self.column, &self.locale).ok()?.value {
            Value::Date(date) => Some(date),
            _ => None,
        }
    }
}
