//! Durations in the notations of machines: ISO 8601 (`PT1H30M`) and clocks (`01:30:00`).

use rust_decimal::Decimal;

use super::unit::{Unit, unit_by_name};

/// An ISO 8601 duration, in the smallest unit that it names. `None` for a text that is not a duration,
/// and for one that mixes months or years with days, as a month has no fixed number of days.
pub(crate) fn parse_iso_duration(text: &str) -> Option<(Decimal, &'static Unit)> {
    const LONGEST: usize = 40;
    let rest = text.trim().strip_prefix(['P', 'p']).filter(|rest| rest.len() <= LONGEST)?;
    let mut sum: Option<(Decimal, &'static Unit)> = None;
    let (mut number, mut in_time) = (String::new(), false);
    for c in rest.chars() {
        match c {
            'T' | 't' if !in_time && number.is_empty() => in_time = true,
            '0'..='9' => number.push(c),
            '.' | ',' => number.push('.'),
            _ => {
                let amount: Decimal = number.parse().ok()?;
                number.clear();
                sum = add(sum, amount, designated(c.to_ascii_uppercase(), in_time)?)?;
            }
        }
    }
    sum.filter(|_| number.is_empty())
}

fn designated(letter: char, in_time: bool) -> Option<&'static Unit> {
    unit_by_name(match (letter, in_time) {
        ('Y', false) => "yr",
        ('M', false) => "mo",
        ('W', false) => "wk",
        ('D', false) => "d",
        ('H', true) => "h",
        ('M', true) => "min",
        ('S', true) => "s",
        _ => return None,
    })
}

type Sum = Option<(Decimal, &'static Unit)>;

/// The sum in the smaller unit; zeros of any unit change nothing.
fn add(sum: Sum, amount: Decimal, unit: &'static Unit) -> Option<Sum> {
    let Some((so_far, larger)) = sum.filter(|(so_far, _)| !so_far.is_zero()) else {
        return Some(Some((amount, unit)));
    };
    if amount.is_zero() {
        return Some(sum);
    }
    let ratio = larger.whole_ratio(unit)?;
    Some(Some((so_far.checked_mul(ratio)?.checked_add(amount)?, unit)))
}

/// Hours, minutes and seconds of a clock: `01:30:00`. Two numbers (`1:30`) could be either pair.
pub(crate) fn parse_clock_duration(text: &str) -> Option<(Decimal, &'static Unit)> {
    let parts: Vec<&str> = text.trim().split(':').collect();
    let [hours, minutes, seconds] = parts[..] else { return None };
    let digits = |part: &str, longest: usize| {
        let shape =
            !part.is_empty() && part.len() <= longest && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u32>().ok().filter(|_| shape)
    };
    let (hours, minutes, seconds) = (digits(hours, 4)?, digits(minutes, 2)?, digits(seconds, 2)?);
    let total = hours * 3600 + minutes * 60 + seconds;
    (minutes < 60 && seconds < 60).then_some((Decimal::from(total), unit_by_name("s")?))
}
