//! Cells of a workbook as a person sees them, as far as that is more than another notation of the same
//! number.
//!
//! A number format shows a code (`00417`, `000-12-3456`, `INV-0042`), a percentage, or only the year of a
//! date: that is the text of the cell. A currency, separators of thousands or a fixed number of decimals
//! are another notation of a number, which stays one.

use calamine::{DataRef, ExcelDateTime, Style};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use ssfmt::ast::{DatePart, DigitPlaceholder, FormatPart};
use ssfmt::{FormatOptions, NumberFormat};

use super::super::cell::{Cell, FormattedNumber, Number};

/// Up to this limit, a double represents every whole number exactly.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// Day 0 of the calendar of spreadsheets, from March 1900 on.
const DAY_ZERO: Date = date(1899, 12, 30);

/// Currencies that formats write as letters before the number.
const CURRENCIES: [&str; 22] = [
    "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "Fr", "Fr.", "GBP", "HUF", "INR",
    "JPY", "kr", "NOK", "PLN", "RUB", "Rs", "Rs.", "SEK", "USD",
];

/// How a number format shows its numbers.
enum Display {
    /// As a number.
    Number,
    /// As a code, with this number of decimals.
    Code(Box<NumberFormat>, i32),
    /// As a percentage with at least this number of decimals.
    Percent(u32),
    /// As a date of which these parts are shown.
    Date(DateParts),
}

/// The parts of a date that a format shows.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "the parts are independent of one another")]
struct DateParts {
    year: bool,
    month: bool,
    day: bool,
    time: bool,
}

/// A number format with how it shows numbers.
struct CellFormat {
    code: String,
    display: Display,
}

/// The number formats of a workbook by the id of their style.
pub(super) struct NumberFormats(Vec<Option<CellFormat>>);

impl NumberFormats {
    pub(super) fn new(styles: &[Style]) -> Self {
        let format = |style: &Style| {
            let code = &style.number_format.as_ref()?.format_code;
            let is_plain = code.eq_ignore_ascii_case("general") || code == "@" || code.is_empty();
            (!is_plain).then(|| CellFormat { code: code.clone(), display: display(code) })
        };
        Self(styles.iter().map(format).collect())
    }

    /// The cell for a value of the workbook with this style.
    pub(super) fn cell(&self, value: &DataRef<'_>, style: usize) -> Cell {
        let format = self.0.get(style).and_then(Option::as_ref);
        let shown = format.and_then(|format| match value {
            DataRef::Int(number) => format.number(&Number::from(*number), exact(*number)?),
            DataRef::Float(number) => format.number(&Number::from_f64(*number)?, *number),
            DataRef::DateTime(at) if !at.is_duration() => format.date(at),
            _ => None,
        });
        shown.unwrap_or_else(|| cell_of(value))
    }
}

#[expect(clippy::cast_precision_loss, reason = "only numbers that a double represents exactly")]
fn exact(number: i64) -> Option<f64> {
    let double = number as f64;
    (double.abs() <= WHOLE).then_some(double)
}

impl CellFormat {
    fn number(&self, number: &Number, double: f64) -> Option<Cell> {
        let text = match &self.display {
            Display::Number => number.to_string(),
            Display::Code(format, decimals) => {
                let shifted = double * 10_f64.powi(*decimals);
                let is_lossless =
                    (shifted - shifted.round()).abs() < 1e-6 && shifted.abs() <= WHOLE;
                if is_lossless {
                    format.format(double, &FormatOptions::default()).trim().to_owned()
                } else {
                    number.to_string()
                }
            }
            Display::Percent(decimals) => percent(number, *decimals)?,
            Display::Date(_) => return None,
        };
        Some(self.cell(number.clone(), text))
    }

    /// A date without the parts that the format leaves out; none if it shows all of them.
    fn date(&self, at: &ExcelDateTime) -> Option<Cell> {
        let Display::Date(shown) = self.display else { return None };
        if shown.time || !shown.year {
            return None;
        }
        let Cell::Date(day) = date_of(at) else {
            let Cell::DateTime(moment) = date_of(at) else { return None };
            // The format hides the time.
            return shown.day.then(|| Cell::Date(moment.date()));
        };
        let text = match (shown.day, shown.month) {
            (true, _) => return None,
            (false, true) => format!("{:04}-{:02}", day.year(), day.month()),
            (false, false) => format!("{:04}", day.year()),
        };
        let serial = day.since(DAY_ZERO).ok()?.get_days();
        Some(self.cell(Number::from(i64::from(serial)), text))
    }

    fn cell(&self, number: Number, text: String) -> Cell {
        Cell::Formatted(Box::new(FormattedNumber { number, format: self.code.clone(), text }))
    }
}

/// All digits of the number as a percentage; the format may show fewer.
fn percent(number: &Number, decimals: u32) -> Option<String> {
    let exact: Decimal = number.as_str().parse().ok()?;
    let mut percent = exact.checked_mul(Decimal::ONE_HUNDRED)?.normalize();
    if percent.scale() < decimals {
        percent.rescale(decimals);
    }
    Some(format!("{percent}%"))
}

/// How a format shows numbers, judged by its first section.
fn display(code: &str) -> Display {
    let Ok(format) = ssfmt::parser::parse(code) else { return Display::Number };
    let Some(section) = format.sections().first() else { return Display::Number };
    let parts = &section.parts;
    if section.has_date_parts() {
        return Display::Date(date_parts(parts));
    }
    let is = |wanted: fn(&FormatPart) -> bool| parts.iter().any(wanted);
    let digits = |parts: &[FormatPart]| {
        parts.iter().filter(|part| matches!(part, FormatPart::Digit(_))).count()
    };
    let point = parts.iter().position(|part| matches!(part, FormatPart::DecimalPoint));
    let (whole, fraction) = parts.split_at(point.unwrap_or(parts.len()));
    let decimals = digits(fraction);
    if section.has_percent() {
        return Display::Percent(u32::try_from(decimals).unwrap_or(0));
    }
    let is_other = is(|part| {
        matches!(
            part,
            FormatPart::ThousandsSeparator
                | FormatPart::Scientific { .. }
                | FormatPart::Fraction { .. }
                | FormatPart::GeneralNumber
                | FormatPart::TextPlaceholder
        )
    });
    if is_other || digits(whole) == 0 {
        return Display::Number;
    }
    let zero = |part: &&FormatPart| matches!(part, FormatPart::Digit(DigitPlaceholder::Zero));
    let is_padded = whole.iter().filter(zero).count() > 1;
    if is_padded || is_divided(whole) || (point.is_none() && has_prefix(whole)) {
        return Display::Code(Box::new(format), i32::try_from(decimals).unwrap_or(0));
    }
    Display::Number
}

fn literal(part: &FormatPart) -> Option<&str> {
    match part {
        FormatPart::Literal(text) | FormatPart::EscapedLiteral(text) => Some(text),
        _ => None,
    }
}

/// Whether characters other than separators of thousands stand between digits, as in `###-####`.
fn is_divided(parts: &[FormatPart]) -> bool {
    let is_digit = |part: &FormatPart| matches!(part, FormatPart::Digit(_));
    let first = parts.iter().position(is_digit);
    let last = parts.iter().rposition(is_digit);
    let Some(inner) = first.zip(last).and_then(|(first, last)| parts.get(first..last)) else {
        return false;
    };
    let separators = |c: char| c.is_whitespace() || "'’.,".contains(c);
    inner.iter().filter_map(literal).any(|text| !text.chars().all(separators))
}

/// Whether letters stand before the digits that are no currency, as in `"INV-"0`.
fn has_prefix(parts: &[FormatPart]) -> bool {
    if parts.iter().any(|part| matches!(part, FormatPart::Locale(_))) {
        return false;
    }
    let before = parts.iter().take_while(|part| !matches!(part, FormatPart::Digit(_)));
    let prefix: String = before.filter_map(literal).collect();
    let prefix = prefix.trim();
    let is_currency = CURRENCIES.contains(&prefix) || prefix.contains(['$', '€', '£', '¥']);
    prefix.contains(|c: char| c.is_alphabetic() || c == '#') && !is_currency
}

fn date_parts(parts: &[FormatPart]) -> DateParts {
    use DatePart as P;
    let mut shown = DateParts { year: false, month: false, day: false, time: false };
    for part in parts {
        match part {
            FormatPart::DatePart(part) => match part {
                P::Month | P::Month2 | P::MonthAbbr | P::MonthFull | P::MonthLetter => {
                    shown.month = true;
                }
                P::Day | P::Day2 | P::DayAbbr | P::DayFull => shown.day = true,
                P::Hour | P::Hour2 | P::Minute | P::Minute2 | P::Second | P::Second2 => {
                    shown.time = true;
                }
                P::SubSecond(_) => shown.time = true,
                _ => shown.year = true,
            },
            FormatPart::AmPm(_) | FormatPart::Elapsed(_) => shown.time = true,
            _ => {}
        }
    }
    shown
}

fn cell_of(value: &DataRef<'_>) -> Cell {
    let text = |text: &str| {
        if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
    };
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(string) => text(string),
        DataRef::SharedString(string) => text(string),
        DataRef::Int(number) => Cell::Number(Number::from(*number)),
        DataRef::Float(number) => match Number::from_f64(*number) {
            Some(number) => Cell::Number(number),
            None => Cell::Text(number.to_string()),
        },
        DataRef::Bool(yes) => Cell::Boolean(*yes),
        DataRef::DateTime(at) => date_of(at),
        DataRef::DateTimeIso(iso) | DataRef::DurationIso(iso) => iso_of(iso),
        // As shown in the sheet: #N/A, #REF!.
        DataRef::Error(error) => Cell::Text(error.to_string()),
    }
}

/// A day, a day with a time, or text such as `13:30:00` for a time alone or a duration.
fn date_of(at: &ExcelDateTime) -> Cell {
    let serial = at.as_f64();
    if at.is_duration() || (0.0..1.0).contains(&serial) {
        return duration_of(serial);
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let date = i16::try_from(year).ok().zip(i8::try_from(month).ok()).zip(i8::try_from(day).ok());
    let date = date.and_then(|((year, month), day)| Date::new(year, month, day).ok());
    let time = [hour, minute, second].map(|part| i8::try_from(part).unwrap_or(0));
    match date {
        Some(date) if (time, milli) == ([0, 0, 0], 0) => Cell::Date(date),
        Some(date) => {
            Cell::DateTime(date.at(time[0], time[1], time[2], i32::from(milli) * 1_000_000))
        }
        // 29 February 1900, which exists only in spreadsheets.
        None => Cell::Text(format!("{year:04}-{month:02}-{day:02}")),
    }
}

fn duration_of(days: f64) -> Cell {
    let milliseconds = (days.abs() * 86_400_000.0).round();
    let (seconds, milli) = ((milliseconds / 1000.0).floor(), milliseconds % 1000.0);
    let (minutes, second) = ((seconds / 60.0).floor(), seconds % 60.0);
    let (hour, minute) = ((minutes / 60.0).floor(), minutes % 60.0);
    let sign = if days < 0.0 { "-" } else { "" };
    let fraction = if milli > 0.0 { format!(".{milli:03.0}") } else { String::new() };
    Cell::Text(format!("{sign}{hour:02.0}:{minute:02.0}:{second:02.0}{fraction}"))
}

fn iso_of(iso: &str) -> Cell {
    let day = iso.parse::<Date>().ok().filter(|_| iso.len() == "2020-01-01".len());
    match (day, iso.parse::<jiff::civil::DateTime>()) {
        (Some(day), _) => Cell::Date(day),
        (None, Ok(at)) if !iso.ends_with('Z') => Cell::DateTime(at),
        _ => Cell::Text(iso.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a number in a cell of this format is read as.
    fn text(number: f64, code: &str) -> String {
        let format = CellFormat { code: code.to_owned(), display: display(code) };
        let cell = format.number(&Number::from_f64(number).unwrap(), number);
        cell.unwrap_or_else(|| cell_of(&DataRef::Float(number))).text().into_owned()
    }

    #[test]
    fn codes_are_read_as_shown() {
        for (number, code, shown) in [
            (417.0, "00000", "00417"),
            (2138.0, "00000", "02138"),
            (60_001.0, "00000", "60001"),
            (21_380_001.0, "00000-0000", "02138-0001"),
            (123_456_789.0, "000-00-0000", "123-45-6789"),
            (12_345.0, "000\\-00\\-0000", "000-01-2345"),
            (5_551_234.0, "[<=9999999]###-####;(###) ###-####", "555-1234"),
            (4_155_551_234.0, "[<=9999999]###-####;(###) ###-####", "(415) 555-1234"),
            (42.0, "\"INV-\"0000", "INV-0042"),
            (7.0, "\"No. \"0", "No. 7"),
            (7.0, "\\A0", "A7"),
            (101.21, "0000.00", "0101.21"),
            (7.0, "00000;-00000", "00007"),
            (-7.0, "00000;-00000", "-00007"),
            (7.0, "00000;-00000;;@", "00007"),
            (3_000_000_000.0, "00000000000000", "00003000000000"),
        ] {
            assert_eq!(text(number, code), shown, "{code}");
        }
    }

    #[test]
    fn another_notation_of_a_number_is_that_number() {
        for (number, code, shown) in [
            (4_006_381_333_931.0, "0", "4006381333931"),
            (4_006_381_333_931.0, "0.00E+00", "4006381333931"),
            (4_006_381_333_931.0, "##0.0E+0", "4006381333931"),
            (1234.5, "#,##0.00", "1234.5"),
            (1234.5, "\"$\"#,##0.00", "1234.5"),
            (1234.5, "#,##0.00\\ [$\u{20ac}-407]", "1234.5"),
            (1_234_567.0, "# ##0", "1234567"),
            (1_234_567.0, "#'##0", "1234567"),
            (5.0, "\"EUR \"0", "5"),
            (31.0, "0.0\" days\"", "31"),
            (7.5, "0\" km\"", "7.5"),
            (0.5, "# ?/?", "0.5"),
            (7.25, "00000", "7.25"),
            (5.0, ";;;", "5"),
            (5.0, "[Red]0", "5"),
            (5.0, "\"unclosed", "5"),
        ] {
            assert_eq!(text(number, code), shown, "{code}");
        }
    }

    #[test]
    fn percentages_keep_all_digits() {
        for (number, code, shown) in [
            (0.125, "0%", "12.5%"),
            (0.5, "0%", "50%"),
            (0.5, "0.00%", "50.00%"),
            (0.07, "0%", "7%"),
            (-0.031, "0.0%", "-3.1%"),
            (12.0, "0%", "1200%"),
        ] {
            assert_eq!(text(number, code), shown, "{code}");
        }
    }
}
