//! Interprets a run of digits and separators: which separator groups thousands, which marks decimals.

use rust_decimal::Decimal;

use super::language::Language;

/// The number that a numeral such as `1.234,56` writes; `None` if it is not a number (`1.2.3`, `12,34`,
/// `0049123`).
///
/// A single separator before exactly three digits is ambiguous. The page's language decides; without one,
/// a comma groups thousands and a dot marks decimals, as in English, the most common language of pages
/// that name none.
pub(crate) fn parse_numeral(numeral: &str, language: Language) -> Option<Decimal> {
    let (mantissa, exponent) = match numeral.find(['e', 'E']) {
        Some(at) => (&numeral[..at], numeral[at + 1..].parse::<i32>().ok()?),
        None => (numeral, 0),
    };
    let plain = without_separators(mantissa, language)?;
    let number = Decimal::from_str_exact(&plain).ok()?;
    scaled(number, exponent)
}

/// The number times a power of ten; `None` if that does not fit.
pub(crate) fn scaled(number: Decimal, exponent: i32) -> Option<Decimal> {
    const LARGEST: u32 = 27;
    if exponent.unsigned_abs() > LARGEST {
        return None;
    }
    let mut power = Decimal::ONE;
    for _ in 0..exponent.unsigned_abs() {
        power = power.checked_mul(Decimal::TEN)?;
    }
    if exponent < 0 { number.checked_div(power) } else { number.checked_mul(power) }
}

/// The digits with at most one dot.
fn without_separators(numeral: &str, language: Language) -> Option<String> {
    let (whole, fraction) = split_decimals(numeral, language)?;
    let digits = ungrouped(whole)?;
    // 007 and 0049123 are codes; 05 and 00 occur on clocks and in prices.
    if digits.len() > 2 && digits.starts_with('0') && fraction.is_none() {
        return None;
    }
    let digits = if digits.is_empty() { "0".to_owned() } else { digits };
    Some(match fraction {
        Some(fraction) => format!("{digits}.{fraction}"),
        None => digits,
    })
}

/// Whole part and decimals.
fn split_decimals(numeral: &str, language: Language) -> Option<(&str, Option<&str>)> {
    let is_point = |c: char| matches!(c, '.' | ',' | '٫');
    let Some(last) = numeral.rfind(is_point) else { return Some((numeral, None)) };
    let point = numeral[last..].chars().next()?;
    let (head, tail) = (&numeral[..last], &numeral[last + point.len_utf8()..]);
    if !tail.bytes().all(|b| b.is_ascii_digit()) {
        // Thousands by space or apostrophe after a point: 1.234 567.
        return None;
    }
    let decimals = if head.contains(point) {
        false
    } else if point == '٫' {
        true
    } else if head.contains(|c: char| !c.is_ascii_digit()) {
        // 1,234.56 and 1 234,56: the other separator already groups the thousands.
        true
    } else {
        tail.len() != 3 || is_decimal_before_three(head, point, language)
    };
    Some(if decimals { (head, Some(tail)) } else { (numeral, None) })
}

/// Whether the only separator of a numeral, before three digits, marks decimals.
fn is_decimal_before_three(head: &str, point: char, language: Language) -> bool {
    if head.is_empty() || head.starts_with('0') || head.len() > 3 {
        return true;
    }
    match point {
        ',' => language.decimal_comma() == Some(true),
        '.' => language.decimal_comma() != Some(true),
        _ => true,
    }
}

/// The digits of a whole number, if its groups are thousands (or Indian ones).
fn ungrouped(whole: &str) -> Option<String> {
    let is_digit = |c: char| c.is_ascii_digit();
    let Some(at) = whole.find(|c| !is_digit(c)) else { return Some(whole.to_owned()) };
    let separator = whole[at..].chars().next()?;
    let alike = |c: char| c == separator || (c.is_whitespace() && separator.is_whitespace());
    let groups: Vec<&str> = whole.split(alike).collect();
    if !groups.iter().all(|group| group.chars().all(is_digit)) {
        return None;
    }
    let [first, ref middle @ .., last] = groups[..] else { return None };
    let thousands = middle.iter().all(|group| group.len() == 3);
    // 12,34,567: lakhs and crores are groups of two.
    let indian = separator == ',' && first.len() <= 2 && middle.iter().all(|g| g.len() == 2);
    let fits = (1..=3).contains(&first.len()) && last.len() == 3 && (thousands || indian);
    fits.then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_language(numeral: &str, tag: &str) -> Option<String> {
        parse_numeral(numeral, Language::from_tag(Some(tag)))
            .map(|number| number.normalize().to_string())
    }

    #[test]
    fn separators_are_read_as_the_language_writes_them() {
        for (numeral, tag, expected) in [
            ("1,234", "en", Some("1234")),
            ("1,234", "de", Some("1.234")),
            ("1.234", "de", Some("1234")),
            ("1.234", "en", Some("1.234")),
            ("1.234", "de-CH", Some("1.234")),
            ("1,234", "es-MX", Some("1234")),
            ("0,250", "en", Some("0.25")),
            ("1.234,56", "en", Some("1234.56")),
            ("1,234.56", "de", Some("1234.56")),
            ("1.234.567", "en", Some("1234567")),
            ("12,34,567", "en-IN", Some("1234567")),
            ("1\u{202f}234,5", "fr", Some("1234.5")),
            ("1'234.50", "de-CH", Some("1234.5")),
            ("1.2.3", "en", None),
            ("12,34,56", "en", None),
            ("0049123", "en", None),
            ("1.2e6", "en", Some("1200000")),
            ("99999999999999999999999999999999", "en", None),
        ] {
            assert_eq!(in_language(numeral, tag).as_deref(), expected, "{numeral} in {tag}");
        }
    }
}
