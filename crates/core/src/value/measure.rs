//! Combines the quantities of one text: compounds, ranges, ratings, remarks and repetitions.

use rust_decimal::Decimal;

use super::Qualifier;
use super::fold::{fold, singular_word};
use super::number_rules::Rate;
use super::quantity::{Quantity, UnitMatch};
use super::token::Token;
use super::unit::{Dimension, Unit, convert, unit_by_name};

/// An amount in one unit, or a range of them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measure {
    pub(crate) low: Decimal,
    /// The upper bound of a range.
    pub(crate) high: Option<Decimal>,
    pub(crate) unit: UnitMatch,
    pub(crate) qualifier: Option<Qualifier>,
    /// The number of quantities that it was built from: two in "6 ft 5 in".
    pub(crate) parts: u8,
    /// Number of digits as written; none if the amount is exact.
    pub(crate) digits: Option<usize>,
    /// What an amount of money is paid for.
    pub(crate) rate: Option<Rate>,
    /// The power of ten of the text's own multiplier word, already applied.
    pub(crate) exponent: i32,
    start: usize,
    end: usize,
}

impl Measure {
    /// An amount without text around it.
    pub(crate) fn exactly(amount: Decimal, unit: &'static Unit) -> Self {
        let unit = UnitMatch::Known(unit);
        Self {
            low: amount,
            high: None,
            unit,
            qualifier: None,
            parts: 2,
            digits: None,
            rate: None,
            exponent: 0,
            start: 0,
            end: 0,
        }
    }

    fn from_quantity(quantity: &Quantity) -> Self {
        Self {
            low: quantity.value,
            high: None,
            unit: quantity.unit.clone(),
            qualifier: quantity.qualifier,
            parts: 1,
            digits: Some(quantity.digits),
            rate: quantity.rate.clone(),
            exponent: quantity.exponent,
            start: quantity.start,
            end: quantity.end,
        }
    }

    pub(crate) fn unit(&self) -> Option<&'static Unit> {
        match self.unit {
            UnitMatch::Known(unit) => Some(unit),
            _ => None,
        }
    }

    pub(crate) fn dimension(&self) -> Option<Dimension> {
        self.unit().map(|unit| unit.dimension)
    }

    /// Multiplies by a power of ten; `None` if the result does not fit.
    pub(crate) fn scale_by(&mut self, exponent: i32) -> Option<()> {
        self.low = super::numeral::scaled(self.low, exponent)?;
        if let Some(high) = self.high {
            self.high = Some(super::numeral::scaled(high, exponent)?);
        }
        Some(())
    }

    pub(crate) fn negate(&mut self) {
        self.low = -self.low;
    }

    /// Whether the other restates this amount, perhaps in another unit and rounded there.
    pub(crate) fn is_equivalent(&self, other: &Self) -> bool {
        if self.high.is_some() != other.high.is_some() {
            return false;
        }
        match (self.unit(), other.unit()) {
            (Some(own), Some(unit)) if own.symbol != unit.symbol => {
                convert(other.low, unit, own).is_some_and(|low| nearly(self.low, low))
            }
            _ => self.low == other.low && self.high == other.high,
        }
    }
}

/// Whether two numbers differ by no more than rounding on a page (3 miles, 5 km).
fn nearly(a: Decimal, b: Decimal) -> bool {
    let tolerance = Decimal::new(5, 2);
    let bound = a.abs().max(b.abs()).checked_mul(tolerance);
    a.checked_sub(b).zip(bound).is_some_and(|(gap, bound)| gap.abs() <= bound)
}

/// Combines quantities, and leaves out those that are remarks about others.
pub(crate) fn combine(quantities: Vec<Quantity>, tokens: &[Token<'_>]) -> Vec<Measure> {
    let kept = without_remarks(quantities, tokens);
    let mut measures: Vec<Measure> = Vec::new();
    for quantity in &kept {
        let joined = measures.last_mut().is_some_and(|last| {
            let between = &tokens[last.end.min(quantity.start)..quantity.start];
            add_part(last, quantity, between) || close_range(last, quantity, between, tokens)
        });
        if !joined {
            measures.push(Measure::from_quantity(quantity));
        }
    }
    measures
}

/// Adds inches to feet and minutes to hours: the next smaller unit of the same system, with an amount of
/// less than one larger unit, and nothing but "and" or a comma in between.
fn add_part(last: &mut Measure, quantity: &Quantity, between: &[Token<'_>]) -> bool {
    let Some(larger) = last.unit() else { return false };
    let link = words_of(between);
    let linked = between.len() <= 1
        && ["", ",", "-", "and", "&", "und", "et", "y", "e"].contains(&link.as_str())
        // "5-foot-11", but "5 ft - 11 ft" is a range.
        && (link != "-" || (!between[0].spaced && !matches!(quantity.unit, UnitMatch::Known(unit) if unit.symbol == larger.symbol)));
    let smaller = match &quantity.unit {
        UnitMatch::Known(unit) => Some(*unit),
        UnitMatch::Nothing | UnitMatch::Word(_) if between.is_empty() || link == "-" => {
            next_smaller(larger)
        }
        _ => None,
    };
    let Some(smaller) = smaller else { return false };
    let Some(ratio) = larger.whole_ratio(smaller) else { return false };
    let fits = linked
        && last.high.is_none()
        && last.low.is_integer()
        && !quantity.value.is_sign_negative()
        && quantity.value < ratio;
    let sum = last.low.checked_mul(ratio).and_then(|low| low.checked_add(quantity.value));
    match sum.filter(|_| fits) {
        Some(low) => {
            last.low = low;
            last.unit = UnitMatch::Known(smaller);
            last.parts = last.parts.saturating_add(1);
            last.digits = last.digits.map(|digits| digits + quantity.digits);
            last.end = quantity.end;
            true
        }
        None => false,
    }
}

/// The unit of a bare number right after this unit: `6'5`, `1h30`.
fn next_smaller(unit: &Unit) -> Option<&'static Unit> {
    match unit.symbol {
        "ft" => unit_by_name("in"),
        "h" => unit_by_name("min"),
        "min" => unit_by_name("s"),
        "m" => unit_by_name("cm"),
        _ => None,
    }
}

/// Makes a range of the last measure and this quantity if words or a dash join them.
fn close_range(
    last: &mut Measure,
    quantity: &Quantity,
    between: &[Token<'_>],
    tokens: &[Token<'_>],
) -> bool {
    let link = words_of(between);
    let before = last.start.checked_sub(1).map(|at| tokens[at].text.to_lowercase());
    let spanned = before.is_some_and(|word| {
        ["between", "zwischen", "entre", "tra", "fra", "tussen"].contains(&word.as_str())
    });
    let joined = match link.as_str() {
        "-" | "–" | "—" | "‐" | "‑" | "−" | "~" | "〜" | "to" | "bis" | "à" | "a" | "al"
        | "hasta" | "through" | "tot" | "até" => true,
        "and" | "und" | "et" | "y" | "e" | "en" => spanned,
        _ => false,
    };
    if !joined || last.high.is_some() || last.parts > 1 {
        return false;
    }
    let (Some(low), unit) = (low_bound(last, quantity), quantity.unit.clone()) else {
        return false;
    };
    if low >= quantity.value {
        return false;
    }
    last.low = low;
    last.high = Some(quantity.value);
    last.exponent = last.exponent.max(quantity.exponent);
    last.end = quantity.end;
    if !matches!(unit, UnitMatch::Nothing) {
        last.unit = unit;
    }
    true
}

/// The lower bound in the unit and multiplier of the upper one: "20–30 million".
fn low_bound(last: &Measure, quantity: &Quantity) -> Option<Decimal> {
    let low = match (last.unit(), quantity.known_unit()) {
        (Some(own), Some(unit)) => convert(last.low, own, unit)?,
        _ => last.low,
    };
    let shared = quantity.exponent > 0 && low < Decimal::from(1000);
    if shared { super::numeral::scaled(low, quantity.exponent) } else { Some(low) }
}

fn words_of(tokens: &[Token<'_>]) -> String {
    let words: Vec<String> = tokens.iter().map(|token| token.text.to_lowercase()).collect();
    words.join(" ")
}

/// A test whether the quantity at an index is a remark about the others.
type RemarkTest<'a> = dyn Fn(&[Quantity], usize) -> bool + 'a;

/// Leaves out dates of counting, old prices, savings and the maximum of a rating, as long as something
/// else remains.
fn without_remarks(quantities: Vec<Quantity>, tokens: &[Token<'_>]) -> Vec<Quantity> {
    let tests: [&RemarkTest<'_>; 4] = [
        &|all, at| all[at].rate.is_some(),
        &|all, at| is_date_remark(all, at, tokens),
        &|all, at| is_old_price(&all[at], tokens),
        &|all, at| is_maximum_of_rating(all, at, tokens),
    ];
    let mut kept = quantities;
    for is_remark in tests {
        let stays: Vec<bool> = (0..kept.len()).map(|at| !is_remark(&kept, at)).collect();
        if stays.iter().any(|stays| *stays) {
            let mut stays = stays.into_iter();
            kept.retain(|_| stays.next().unwrap_or(true));
        }
    }
    kept
}

/// A year beside another number: in brackets, or after "as of", "in", "Stand"; and the day and month
/// before such a year.
fn is_date_remark(all: &[Quantity], at: usize, tokens: &[Token<'_>]) -> bool {
    let quantity = &all[at];
    let first_outside = all.iter().any(|other| other.depth == 0);
    if quantity.may_be_year() {
        return (quantity.depth > 0 && first_outside) || is_date_word(tokens, quantity.start);
    }
    let day = quantity.known_unit().is_none()
        && quantity.value.is_integer()
        && quantity.value <= Decimal::from(31)
        && quantity.value > Decimal::ZERO;
    let year_in_brackets = || {
        all.get(at + 1..).is_some_and(|rest| {
            rest.first().is_some_and(|next| next.may_be_year() && next.depth == quantity.depth)
        })
    };
    day && quantity.depth > 0 && first_outside && year_in_brackets()
}

/// Whether the words right before this token say that a date follows.
pub(crate) fn is_date_word(tokens: &[Token<'_>], start: usize) -> bool {
    const WORDS: [&str; 23] = [
        "as of", "in", "since", "stand", "im", "seit", "en", "depuis", "au", "nel", "dal", "desde",
        "est", "census", "by", "fy", "year", "updated", "am", "per", "vom", "zum", "on",
    ];
    let near: Vec<&str> =
        tokens[start.saturating_sub(4)..start].iter().map(|token| token.text).collect();
    let folded = fold(&near.join(" "));
    // A month may come in between: "as of May 2021".
    let without_month = folded
        .rsplit_once(' ')
        .filter(|(_, last)| {
            super::months::month(last, super::language::Language::default()).is_some()
        })
        .map(|(rest, _)| rest);
    [Some(folded.as_str()), without_month].into_iter().flatten().any(|phrase| {
        WORDS.iter().any(|word| {
            phrase.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
        })
    })
}

/// A price that the page marks as no longer valid, or the amount saved by the new one.
fn is_old_price(quantity: &Quantity, tokens: &[Token<'_>]) -> bool {
    const WORDS: [&str; 24] = [
        "was",
        "reg",
        "regular",
        "regularly",
        "originally",
        "original",
        "list price",
        "rrp",
        "msrp",
        "uvp",
        "statt",
        "bisher",
        "au lieu de",
        "antes",
        "prima",
        "invece di",
        "save",
        "you save",
        "saving",
        "savings",
        "sparen",
        "spare",
        "economisez",
        "ahorra",
    ];
    let near: Vec<&str> = tokens[quantity.start.saturating_sub(4)..quantity.start]
        .iter()
        .filter(|token| !token.is_one_of(".:("))
        .map(|token| token.text)
        .collect();
    let folded = fold(&near.join(" "));
    let after = tokens.get(quantity.end).is_some_and(|next| next.text.eq_ignore_ascii_case("off"));
    after
        || WORDS.iter().any(|word| {
            folded.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
        })
}

/// The five of "4.5 out of 5" and "4.5/5".
fn is_maximum_of_rating(all: &[Quantity], at: usize, tokens: &[Token<'_>]) -> bool {
    let Some(before) = at.checked_sub(1).map(|at| &all[at]) else { return false };
    let quantity = &all[at];
    let maximum = before.value <= quantity.value
        && before.known_unit().is_none()
        && quantity.value.is_integer()
        && !before.value.is_sign_negative();
    let from = before.end.min(quantity.start);
    // "4.5 stars out of 5": a noun may come in between.
    let between = words_of(&tokens[from..quantity.start]);
    let worded = ["out of", "von", "sur", "su", "van de", "of"].iter().any(|link| {
        between.strip_suffix(link).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
    });
    let slashed = between == "/" && !before.value.is_integer();
    maximum && (worded || slashed)
}

/// Whether the numbers are factors: `10 x 20`, `3840×2160`, `2 * 500 ml`.
pub(crate) fn multiplied_together(quantities: &[Quantity], tokens: &[Token<'_>]) -> bool {
    quantities.windows(2).any(|pair| {
        let between = &tokens[pair[0].end.min(pair[1].start)..pair[1].start];
        // `27/36 mpg` are two numbers of one unit.
        let shared = matches!(pair[0].unit, UnitMatch::Nothing) && pair[1].known_unit().is_some();
        match words_of(between).as_str() {
            "x" | "×" | "*" | "by" => true,
            "/" => shared,
            _ => false,
        }
    })
}

/// The measure that is nearest to one of the column's nouns, if no other is as near: in "14 gauge 304 series
/// steel", 14 is the gauge. A text with a word of meaning before its first number labels its numbers before
/// them rather than after them, any other text the other way round.
pub(crate) fn beside_noun<'m>(
    measures: &[&'m Measure],
    tokens: &[Token<'_>],
    nouns: &[String],
) -> Option<&'m Measure> {
    let first = measures.iter().map(|measure| measure.start).min().unwrap_or(0);
    let labels_first = tokens[..first]
        .iter()
        .rev()
        .find(|token| !token.is_one_of(":.'-="))
        .is_some_and(|token| token.is_word() && !is_neutral(token.text));
    let is_noun = |token: &&Token<'_>| {
        let word = fold(token.text);
        nouns.iter().any(|noun| *noun == singular_word(&word))
    };
    let near = |tokens: &mut dyn Iterator<Item = &Token<'_>>| {
        let mut label = tokens.take_while(|t| is_part_of_label(t)).take(4);
        label.position(|token| is_noun(&token))
    };
    let distance = |measure: &Measure| {
        let before = near(&mut tokens[..measure.start].iter().rev());
        let after = near(&mut tokens[measure.end..].iter());
        let before = before.map(|steps| 2 * steps + usize::from(!labels_first));
        let after = after.map(|steps| 2 * steps + usize::from(labels_first));
        before.into_iter().chain(after).min()
    };
    let mut found: Vec<(usize, &'m Measure)> =
        measures.iter().filter_map(|measure| Some((distance(measure)?, *measure))).collect();
    found.sort_by_key(|(distance, _)| *distance);
    match found[..] {
        [(_, only)] => Some(only),
        [(first, nearest), (second, _), ..] if first < second => Some(nearest),
        _ => None,
    }
}

fn is_part_of_label(token: &Token<'_>) -> bool {
    token.is_word() || token.is_one_of(":.'-=")
}

/// Words that may follow a number without being its unit.
#[rustfmt::skip]
pub(crate) fn is_neutral(word: &str) -> bool {
    const WORDS: [&str; 61] = [
        "high", "tall", "long", "wide", "deep", "thick", "approx", "approximately", "about", "ca", "circa",
        "total", "each", "incl", "including", "inkl", "plus", "excl", "zzgl", "net", "gross", "only",
        "now", "was", "at", "on", "of", "with", "and", "or", "to", "from", "for",
        "as", "by", "since", "the", "est", "hoch", "lang", "breit", "max", "maximum", "minimum",
        "per", "tax", "vat", "mwst", "ttc", "ht", "in", "is", "more", "less", "oder",
        "und", "et", "y", "x", "up", "above",
    ];
    WORDS.contains(&word.to_lowercase().as_str())
}
