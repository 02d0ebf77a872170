//! Words and letters that multiply the number before them: `k`, `million`, `Mrd.`, `mil millones`.

use super::currency;
use super::fold::fold;
use super::language::Language;
use super::token::Token;
use super::unit::Dimension;

/// Decides whether a letter after a number multiplies it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MultiplierContext {
    pub(crate) language: Language,
    /// The expected dimension: if it has a unit of that letter, the letter is the unit.
    pub(crate) wanted: Option<Dimension>,
    /// Whether a currency comes before the number.
    pub(crate) money: bool,
}

/// The power of ten of the tokens at `at`, and the token after them.
pub(crate) fn read(
    tokens: &[Token<'_>],
    at: usize,
    setting: MultiplierContext,
) -> Option<(i32, usize)> {
    let (mut exponent, mut next) = read_single(tokens, at, setting)?;
    // "mil millones", "thousand million", "hundred thousand".
    while let Some((more, after)) = read_single(tokens, next, setting) {
        exponent += more;
        next = after;
    }
    (exponent <= 15).then_some((exponent, next))
}

fn read_single(
    tokens: &[Token<'_>],
    at: usize,
    setting: MultiplierContext,
) -> Option<(i32, usize)> {
    let hyphen = tokens.get(at).is_some_and(|token| token.is_sign('-') && !token.spaced);
    let word_at = at + usize::from(hyphen);
    let token = tokens.get(word_at).filter(|token| token.is_word())?;
    if hyphen && token.spaced {
        return None;
    }
    let money_follows = tokens.get(word_at + 1).is_some_and(|next| {
        next.text.chars().next().is_some_and(currency::is_sign)
            || (next.is_word() && currency::by_word(next.text, setting.language).is_some())
    });
    let setting = MultiplierContext { money: setting.money || money_follows, ..setting };
    let exponent = match letter(token, setting) {
        Some(exponent) => exponent,
        None => word(token.text, setting)?,
    };
    let mut next = word_at + 1;
    if tokens.get(next).is_some_and(|dot| dot.is_sign('.') && !dot.spaced)
        && is_abbreviation(token.text)
    {
        next += 1;
    }
    Some((exponent, next))
}

fn is_abbreviation(word: &str) -> bool {
    word.chars().count() <= 4
}

/// Letters multiply if they touch the number and are no unit of the expected dimension, or if money is
/// meant.
fn letter(token: &Token<'_>, setting: MultiplierContext) -> Option<i32> {
    let touches = !token.spaced;
    let not = |dimension: Dimension| setting.wanted != Some(dimension);
    match token.text {
        "k" | "K" if setting.money || (touches && not(Dimension::Temperature)) => Some(3),
        "M" if setting.money || (touches && not(Dimension::Length)) => Some(6),
        "m" | "MM" | "mm" if setting.money => Some(6),
        "B" if setting.money || (touches && not(Dimension::Data)) => Some(9),
        "b" if setting.money => Some(9),
        "T" if setting.money || (touches && not(Dimension::Mass)) => Some(12),
        _ => None,
    }
}

fn word(text: &str, setting: MultiplierContext) -> Option<i32> {
    const LONGEST: usize = 32;
    if text.len() > LONGEST {
        return None;
    }
    let language = setting.language;
    // The long scale: a German or French billion is a million millions.
    let long_scale = ["de", "fr", "es", "it", "nl", "pl", "da", "sv", "nb", "no"];
    let billion = if long_scale.iter().any(|code| language.is(code)) { 12 } else { 9 };
    let latin = ["es", "pt", "ca"].iter().any(|code| language.may_be(code));
    match fold(text).as_str() {
        "hundred" => Some(2),
        "thousand" | "thousands" | "tausend" | "tsd" | "millier" | "milliers" | "mila"
        | "duizend" | "тыс" | "тысяч" => Some(3),
        "mille" if ["fr", "it"].iter().any(|code| language.may_be(code)) => Some(3),
        "mil" if latin => Some(3),
        "lakh" | "lakhs" => Some(5),
        "million" | "millions" | "millionen" | "mio" | "mill" | "mln" | "mn" | "millon"
        | "millones" | "milione" | "milioni" | "milhao" | "milhoes" | "miljoen" | "млн"
        | "миллион" | "миллионов" | "миллиона" => Some(6),
        "crore" | "crores" => Some(7),
        "bn"
        | "bln"
        | "milliarde"
        | "milliarden"
        | "mrd"
        | "milliard"
        | "milliards"
        | "md"
        | "mds"
        | "miliardo"
        | "miliardi"
        | "bilhao"
        | "bilhoes"
        | "miljard"
        | "млрд"
        | "миллиард"
        | "миллиардов" => Some(9),
        "billion" | "billions" => Some(billion),
        "billionen" | "billon" | "billones" | "trn" | "tn" | "trillion" | "trillions"
        | "bilione" | "bilioni" => Some(12),
        "万" | "萬" | "만" => Some(4),
        "億" | "亿" | "억" => Some(8),
        _ => None,
    }
}
