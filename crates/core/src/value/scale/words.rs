//! The words of scales: powers of ten by name, letters beside a currency, and what scripts without
//! spaces write as one word.

use crate::value::currency;
use crate::value::language::Language;
use crate::value::unit::{Dimension, Unit};

/// The power of ten that a folded word names, in the singular or the plural.
#[rustfmt::skip]
pub(super) fn exponent_of_word(folded: &str, language: Language) -> Option<i32> {
    // The long scale: a German or French billion is a million millions.
    let long_scale =
        ["de", "fr", "es", "it", "nl", "pl", "da", "sv", "nb", "no"].iter().any(|l| language.is(l));
    let is_any = |languages: &[&str]| languages.iter().any(|code| language.is(code));
    Some(match folded {
        "thousand" | "thousands" | "thousandths" | "tausend" | "tausende" | "tausenden" | "tsd"
        | "millier" | "milliers" | "milhares" | "migliaia" | "mila" | "duizend" | "duizenden"
        | "tusen" | "tusental" | "tusind" | "tuhatta" | "tys" | "tysiacach" | "tis"
        | "tisicich" | "ezer" | "тыс" | "тысяч" | "тысячах" | "тисяч" | "хил" | "хиляди"
        | "χιλιαδεσ" | "mii" => 3,
        "bin" if is_any(&["tr"]) => 3,
        "mille" if is_any(&["fr", "it"]) => 3,
        "miles" | "mil" if is_any(&["es", "pt", "ca", "gl"]) => 3,
        "mil" if is_any(&["cs", "sk", "ro"]) => 6,
        "lakh" | "lakhs" | "lac" | "lacs" => 5,
        "million" | "millions" | "millionen" | "mio" | "mios" | "mill" | "mln" | "mn" | "mns" | "millon"
        | "millones" | "milhao" | "milhoes" | "milione" | "milioni" | "milions" | "miljoen" |
        "miljoenen" | "miljon" | "miljoner" | "millioner" | "milj" | "miljoonaa" | "milionow" |
        "milionach" | "milionu" | "millio" | "milyon" | "milioane" | "млн" | "миллион" | "миллионов" |
        "миллионах" | "мільионів" | "εκατομμυρια" => 6,
        "crore" | "crores" => 7,
        "bn" | "bln" | "bns" | "milliarde" | "milliarden" | "mrd" | "mia" | "mdr" | "mld" | "mlrd" |
        "milliard" | "milliards" | "md" | "mds" | "mrds" | "miliardo" | "miliardi" | "bilhao" |
        "bilhoes" | "miljard" | "miljarden" | "miljarder" | "milliarder" | "miliardow" | "milyar" |
        "miliarde" | "млрд" | "миллиард" | "миллиардов" | "миллиардах" => 9,
        "billion" | "billions" => {
            if long_scale {
                12
            } else {
                9
            }
        }
        "billionen" | "trillion" | "trillions" | "trn" | "bilioni" | "billones" => 12,
        _ => return None,
    })
}

/// The power of ten of a letter or two beside a currency: the `m` of `US$ m`.
pub(super) fn exponent_of_letter(word: &str) -> Option<i32> {
    match word {
        "k" | "K" | "ths" | "th" | "Th" | "t" => Some(3),
        "m" | "M" | "mm" | "MM" | "Mn" | "MN" => Some(6),
        "b" | "B" => Some(9),
        "Cr" | "cr" | "CR" | "Crs" => Some(7),
        _ => None,
    }
}

/// The power of ten of a letter right before a currency: the `T` of `T€` is a German thousand.
pub(super) fn exponent_of_prefix(word: &str) -> Option<i32> {
    match word {
        "k" | "K" | "T" | "t" => Some(3),
        "m" | "M" | "mm" | "MM" => Some(6),
        "B" | "G" => Some(9),
        _ => None,
    }
}

/// A code of a currency with its scale in one word: `TEUR`, `MUSD`, `EURm`, `CHFbn`.
pub(super) fn glued_money(word: &str, language: Language) -> Option<(i32, Option<&'static Unit>)> {
    let crowns = currency::by_word("kr", language);
    match word {
        "tkr" | "Tkr" | "kkr" => return Some((3, crowns)),
        "mkr" | "Mkr" => return Some((6, crowns)),
        _ => {}
    }
    if !(4..=6).contains(&word.len()) || !word.is_ascii() {
        return None;
    }
    let is_code = |code: &str| code.bytes().all(|b| b.is_ascii_uppercase());
    let (head, code) = word.split_at(word.len() - 3);
    if is_code(code)
        && let Some(exponent) = exponent_of_prefix(head)
        && let Some(unit) = currency::by_word(code, language)
    {
        return Some((exponent, Some(unit)));
    }
    let (code, tail) = word.split_at(3);
    let exponent = match tail {
        "k" | "K" => 3,
        "m" | "M" | "mn" | "mln" | "mio" | "mm" => 6,
        "bn" | "b" => 9,
        _ => return None,
    };
    let unit = currency::by_word(code, language).filter(|_| is_code(code))?;
    Some((exponent, Some(unit)))
}

/// What a word of a script without spaces says: `百万円`, `人民币千元`, `백만원`, `億`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct UnspacedScale {
    pub(super) exponent: i32,
    pub(super) unit: Option<&'static Unit>,
    /// Whether it counts persons.
    pub(super) counts: bool,
}

/// Reads a whole word of Han, kana or Hangul as a scale with an optional currency.
#[rustfmt::skip]
pub(super) fn unspaced_scale(word: &str, language: Language) -> Option<UnspacedScale> {
    let mut rest = word;
    for label in ["単位", "单位", "單位", "단위", "金額", "金额"] {
        rest = rest.strip_prefix(label).unwrap_or(rest);
    }
    let mut unit = None;
    for (name, code) in [
    ("人民币", "CNY"), ("人民幣", "CNY"), ("新台幣", "TWD"), ("新臺幣", "TWD"), ("新台币", "TWD"), ("港币", "HKD"),
    ("港幣", "HKD"), ("美元", "USD"),
    ] {
        if let Some(after) = rest.strip_prefix(name) {
            (rest, unit) = (after, currency::by_word(code, language));
        }
    }
    let (exponent, after) = [
    ("百万", 6), ("百萬", 6), ("백만", 6), ("千万", 7), ("千萬", 7), ("천만", 7), ("十亿", 9), ("十億", 9), ("십억",
    9), ("百億", 10), ("亿", 8), ("億", 8), ("억", 8), ("万亿", 12), ("万", 4), ("萬", 4), ("만", 4), ("千",
    3), ("仟", 3), ("천", 3), ("兆", 12), ("조", 12),
    ]
    .into_iter()
    .find_map(|(scale, exponent)| Some((exponent, rest.strip_prefix(scale)?)))?;
    let counts =
        matches!(after, "人" | "名" | "명" | "户" | "戸" | "世帯" | "台" | "株" | "股" | "件");
    let code = match after {
        "円" => Some("JPY"),
        "元" if unit.is_none() => {
            Some(if language.region() == Some("TW") { "TWD" } else { "CNY" })
        }
        "원" => Some("KRW"),
        "ドル" | "米ドル" | "美元" | "달러" | "美金" => Some("USD"),
        "ユーロ" | "欧元" | "歐元" | "유로" => Some("EUR"),
        "港元" | "港币" | "港幣" => Some("HKD"),
        "元" | "" => None,
        _ if counts => None,
        _ => return None,
    };
    let unit = unit.or_else(|| code.and_then(|code| currency::by_word(code, language)));
    Some(UnspacedScale { exponent, unit, counts })
}

/// Whether a folded word names money whose currency the word alone does not decide.
pub(super) fn is_money_noun(word: &str) -> bool {
    matches!(
        word,
        "pound"
            | "pounds"
            | "peso"
            | "pesos"
            | "krone"
            | "kroner"
            | "kronor"
            | "krona"
            | "kr"
            | "franc"
            | "francs"
            | "franken"
            | "franchi"
            | "dinar"
            | "dinars"
            | "rupees"
            | "rupiah"
            | "dirhams"
            | "riyals"
            | "koruna"
            | "kc"
            | "reais"
            | "soles"
            | "shillings"
    )
}

/// Whether a unit is a currency.
pub(super) fn is_currency(unit: &Unit) -> bool {
    matches!(unit.dimension, Dimension::Currency(_))
}

/// Words that begin an exception.
#[rustfmt::skip]
pub(super) fn is_except(word: &str) -> bool {
    matches!(
            word, "except" | "excluding" | "excepting" | "excl" | "ausgenommen" | "ausser" | "sauf" | "hors" |
            "excepto" | "exceto" | "salvo" | "eccetto" | "tranne" | "behalve" | "unntatt" | "utom" | "undtagen"
            | "кроме"
        )
}

/// A word after a scale that starts a remark on it.
#[rustfmt::skip]
pub(super) fn is_remark(word: &str) -> bool {
    is_except(word)
        || matches!(
            word, "unless" | "sofern" | "soweit" | "wenn" | "and" | "und" | "et" | "y" | "e" | "or" | "for" |
            "as" | "where" | "other" | "but" | "mit" | "sans" | "at" | "on" | "unaudited" | "audited" | "to" |
            "by" | "is" | "are" | "s"
        )
}

/// Words that make no exception more precise.
#[rustfmt::skip]
pub(super) fn is_vague(word: &str) -> bool {
    matches!(
            word, "per" | "data" | "information" | "number" | "otherwise" | "where" | "noted" | "stated" |
            "indicated" | "and" | "for" | "und" | "par" | "por" | "item" | "other" | "mention" | "value"
        )
}

/// Words that introduce a scale and say nothing else.
#[rustfmt::skip]
pub(super) fn is_filler(word: &str) -> bool {
    is_statement_word(word)
        || matches!(
            word, "" | "in" | "en" | "em" | "w" | "v" | "в" | "i" | "all" | "alle" | "tous" | "toutes" | "todos"
            | "tutti" | "the" | "are" | "is" | "sind" | "sont" | "son" | "sono" | "of" | "unless" | "otherwise"
            | "les" | "los" | "gli" | "die" | "und" | "and" | "le" | "de" | "unaudited" | "audited" | "note"
        )
}

#[rustfmt::skip]
pub(super) fn is_statement_word(word: &str) -> bool {
    matches!(
            word, "amounts" | "amount" | "figures" | "values" | "numbers" | "data" | "expressed" | "stated" |
            "presented" | "reported" | "shown" | "given" | "currency" | "unit" | "units" | "angaben" | "betrage"
            | "werte" | "zahlen" | "angegeben" | "einheit" | "montants" | "chiffres" | "donnees" | "valeurs" |
            "exprimes" | "exprimees" | "unite" | "importes" | "cifras" | "valores" | "datos" | "expresados" |
            "expresadas" | "expressos" | "unidad" | "unidade" | "importi" | "valori" | "dati" | "cifre" |
            "espressi" | "unita" | "bedragen" | "cijfers" | "belopp" | "belob" | "belop" | "kwoty" | "dane" |
            "суммы" | "данные" | "показатели" | "単位" | "单位" | "單位" | "단위" | "金額" | "金额"
        )
}
