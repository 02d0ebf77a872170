//! Words and letters that multiply the number before them: `k`, `million`, `Mrd.`, `mil millones`, `万`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

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
    /// The code of the currency before the number.
    pub(crate) money: Option<&'static str>,
}

/// What the tokens after a number do to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Multiplied {
    /// Nothing.
    No,
    /// They multiply it by a power of ten, and end before `next`.
    Power { exponent: i32, next: usize },
    /// They multiply it, but by how much is unclear: "mil" is a thousand in Spanish and a million in
    /// some American prices.
    Unclear,
}

/// The largest power that a number is multiplied by.
const LARGEST: i32 = 18;

/// Reads the multipliers at a token.
pub(crate) fn read(tokens: &[Token<'_>], at: usize, setting: MultiplierContext) -> Multiplied {
    let mut sum = Multiplied::No;
    let mut next = at;
    // "mil millones", "thousand million", "hundred thousand", "3千万".
    loop {
        match (read_single(tokens, next, setting), sum) {
            (Multiplied::No, _) => return sum,
            (Multiplied::Unclear, _) => return Multiplied::Unclear,
            (Multiplied::Power { exponent, next: after }, so_far) => {
                let before = match so_far {
                    Multiplied::Power { exponent, .. } => exponent,
                    _ => 0,
                };
                if before + exponent > LARGEST {
                    return Multiplied::Unclear;
                }
                next = after;
                sum = Multiplied::Power { exponent: before + exponent, next };
            }
        }
    }
}

fn read_single(tokens: &[Token<'_>], at: usize, setting: MultiplierContext) -> Multiplied {
    let hyphen = tokens.get(at).is_some_and(|token| token.is_sign('-') && !token.spaced);
    let word_at = at + usize::from(hyphen);
    let Some(token) = tokens.get(word_at).filter(|token| token.is_word()) else {
        return Multiplied::No;
    };
    if hyphen && token.spaced {
        return Multiplied::No;
    }
    let money = setting.money.or_else(|| money_after(tokens, word_at + 1, setting.language));
    let setting = MultiplierContext { money, ..setting };
    let exponent = match letter(tokens, word_at, setting) {
        Some(exponent) => exponent,
        None => match word(token, setting) {
            Meaning::Power(exponent) => exponent,
            Meaning::Unclear => return Multiplied::Unclear,
            Meaning::Other => return Multiplied::No,
        },
    };
    let mut next = word_at + 1;
    if tokens.get(next).is_some_and(|dot| dot.is_sign('.') && !dot.spaced)
        && is_abbreviation(token.text)
    {
        next += 1;
    }
    Multiplied::Power { exponent, next }
}

fn money_after(tokens: &[Token<'_>], at: usize, language: Language) -> Option<&'static str> {
    let next = tokens.get(at)?;
    let unit = match next.text.chars().next().filter(|c| currency::is_sign(*c)) {
        Some(sign) => currency::by_sign(None, sign, language),
        None if next.is_word() => currency::by_word(next.text, language),
        None => None,
    };
    unit.map(|unit| unit.symbol)
}

fn is_abbreviation(word: &str) -> bool {
    word.chars().count() <= 4
}

/// Letters multiply if they touch the number and are no unit of the expected dimension, or if money is
/// meant.
fn letter(tokens: &[Token<'_>], at: usize, setting: MultiplierContext) -> Option<i32> {
    let token = &tokens[at];
    let touches = !token.spaced;
    let money = setting.money.is_some();
    let rupees = setting.money == Some("INR");
    let not = |dimension: Dimension| setting.wanted != Some(dimension);
    // `T€` and `TEUR` are thousands in German accounts.
    let german_thousand = || {
        setting.language.may_be("de")
            && tokens.get(at + 1).is_some_and(|next| !next.spaced)
            && money_after(tokens, at + 1, setting.language).is_some()
    };
    match token.text {
        "k" | "K" if money || (touches && not(Dimension::Temperature)) => Some(3),
        "M" if money || (touches && not(Dimension::Length)) => Some(6),
        "m" | "MM" | "mm" if money => Some(6),
        "B" if money || (touches && not(Dimension::Data)) => Some(9),
        "b" if money => Some(9),
        "T" if money && german_thousand() => Some(3),
        "T" if money || (touches && not(Dimension::Mass)) => Some(12),
        "L" if rupees => Some(5),
        _ => None,
    }
}

enum Meaning {
    Power(i32),
    Unclear,
    Other,
}

/// Words that multiply in every language that has them.
#[rustfmt::skip]
const WORDS: &[(i32, &[&str])] = &[
    (1, &["十", "십"]),
    (2, &["hundred", "百", "백"]),
    (3, &[
        "thousand", "thousands", "tausend", "tsd", "millier", "milliers", "mila", "duizend", "тыс", "тысяч",
        "тысячи", "тис", "тисяч", "хиляди", "хил", "tusen", "tusind", "tuhat", "tuhatta", "tys", "tysiąc",
        "tysiące", "tysięcy", "tisíc", "ezer", "tūkst", "ribu", "nghìn", "ngàn", "χιλιάδες", "χιλ",
        "हज़ार", "हजार", "হাজার", "ஆயிரம்", "هزار", "ألف", "الف", "آلاف", "אלף", "พัน", "千", "천",
    ]),
    (4, &["万", "萬", "만", "หมื่น"]),
    (5, &["lakh", "lakhs", "lac", "lacs", "लाख", "লাখ", "লক্ষ", "லட்சம்", "แสน"]),
    (6, &[
        "million", "millions", "millionen", "mio", "mill", "mln", "millon", "millones", "milione", "milioni",
        "milhao", "milhoes", "miljoen", "млн", "миллион", "миллионов", "миллиона", "мільйон", "мільйонів",
        "мільйони", "милион", "милиона", "miljon", "miljoner", "millioner", "miljoona", "miljoonaa", "milj",
        "miliony", "milionów", "miliónů", "milionů", "millió", "milioane", "milyon", "miljons",
        "miljoni", "miljonit", "mln", "juta", "triệu", "εκατομμύρια", "εκατομμύριο", "εκατ", "میلیون", "مليون",
        "ملايين", "מיליון", "ล้าน", "मिलियन", "ദശലക്ഷം", "milió", "milions", "milijuna", "miliona", "milijonov",
    ]),
    (7, &["crore", "crores", "करोड़", "कोटि", "কোটি", "கோடி"]),
    (8, &["億", "亿", "억"]),
    (9, &[
        "bn", "bln", "milliarde", "milliarden", "mrd", "mlrd", "mld", "milliard", "milliards", "miliardo",
        "miliardi", "bilhao", "bilhoes", "miljard", "miljarder", "milliarder", "miljardi", "miljardia", "млрд",
        "миллиард", "миллиардов", "миллиарда", "мільярд", "мільярдів", "милиард", "милиарда", "miliard",
        "miliardy", "miliardów", "miliard", "miliárd", "milliárd", "miliarde", "milyar", "miliar",
        "δισεκατομμύρια", "δισ", "میلیارد", "مليار", "مليارات", "מיליארד", "अरब", "milijardi", "milijarde",
    ]),
    (12, &[
        "billionen", "billon", "billones", "trn", "tn", "bilione", "bilioni", "biljoona", "biljoonaa", "biljoen",
        "biljon", "biljoner", "trilyon", "triliun", "триллион", "триллионов", "трлн", "трильйон", "трильйонів",
        "兆", "조",
    ]),
];

static BY_WORD: LazyLock<BTreeMap<String, i32>> = LazyLock::new(|| {
    let words =
        WORDS.iter().flat_map(|(exponent, words)| words.iter().zip(std::iter::repeat(*exponent)));
    words.map(|(word, exponent)| (fold(word), exponent)).collect()
});

/// Languages of the long scale, in which a billion is a million millions.
const LONG_SCALE: [&str; 16] = [
    "de", "fr", "es", "it", "nl", "pl", "da", "sv", "nb", "no", "nn", "fi", "cs", "sk", "hu", "sl",
];

fn word(token: &Token<'_>, setting: MultiplierContext) -> Meaning {
    const LONGEST: usize = 48;
    if token.text.len() > LONGEST {
        return Meaning::Other;
    }
    let language = setting.language;
    let money = setting.money.is_some();
    let only_in = |codes: &[&str], exponent: i32| {
        if language.is_one_of(codes) { Meaning::Power(exponent) } else { Meaning::Other }
    };
    let short_scale = !language.is_one_of(&LONG_SCALE);
    match fold(token.text).as_str() {
        "mille" if language.may_be("fr") || language.may_be("it") => Meaning::Power(3),
        "mil" if language.is_one_of(&["es", "pt", "ca", "gl"]) => Meaning::Power(3),
        "mil" if money || language.code().is_none() => Meaning::Unclear,
        "mn" if money || language.is("en") => Meaning::Power(6),
        "md" | "mds" if language.is_one_of(&["fr", "ro"]) || (money && !language.is("en")) => {
            Meaning::Power(9)
        }
        "md" | "mds" if money => Meaning::Unclear,
        "cr" | "crs" if setting.money == Some("INR") || language.region() == Some("IN") => {
            Meaning::Power(7)
        }
        "billion" | "billions" | "bilion" | "bilionu" | "billio" => {
            Meaning::Power(if short_scale { 9 } else { 12 })
        }
        "trillion" | "trillions" | "trilhao" | "trilhoes" => {
            Meaning::Power(if short_scale { 12 } else { 18 })
        }
        "trillionen" | "trillones" | "trilioni" => Meaning::Power(18),
        "bin" => only_in(&["tr", "az"], 3),
        "mii" => only_in(&["ro"], 3),
        "rb" => only_in(&["id", "ms"], 3),
        "jt" => only_in(&["id", "ms"], 6),
        "tr" => only_in(&["vi"], 6),
        "ty" => only_in(&["vi"], 9),
        "mia" => only_in(&["da"], 9),
        "tis" => only_in(&["cs", "sk", "sl"], 3),
        folded => BY_WORD.get(folded).map_or(Meaning::Other, |exponent| Meaning::Power(*exponent)),
    }
}
