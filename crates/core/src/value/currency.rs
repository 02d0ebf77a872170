//! Currencies by code, sign and name (ISO 4217). They never convert into each other.

use super::language::Language;
use super::unit::{Dimension, Scale, Unit};

const fn money(
    code: &'static str,
    names: &'static [&'static str],
    codes: &'static [&'static str],
) -> Unit {
    let scale = Scale::Linear { shift: (0, 0), numerator: (1, 0), denominator: (1, 0) };
    Unit { symbol: code, dimension: Dimension::Currency(code), scale, symbols: codes, names }
}

/// The currencies with the spellings that mean only one of them. A name that several share, such as
/// "dollar" or "peso", belongs to the most common one.
#[rustfmt::skip]
pub(crate) const UNITS: &[Unit] = &[
    money("USD", &["us dollar", "u s dollar", "dollar", "dolar", "dolare", "dollaro", "dollari", "us-dollar"], &["USD", "US$", "$"]),
    money("EUR", &["euro"], &["EUR", "€"]),
    money("GBP", &["pound sterling", "pounds sterling", "british pound", "pound", "pfund sterling"], &["GBP", "£"]),
    money("JPY", &["yen", "japanese yen", "円"], &["JPY", "JP¥", "¥"]),
    money("CNY", &["yuan", "renminbi", "元"], &["CNY", "CN¥", "RMB"]),
    money("CHF", &["swiss franc", "schweizer franken", "franken"], &["CHF", "SFr"]),
    money("CAD", &["canadian dollar"], &["CAD", "C$", "CA$"]),
    money("AUD", &["australian dollar"], &["AUD", "A$", "AU$"]),
    money("NZD", &["new zealand dollar"], &["NZD", "NZ$"]),
    money("HKD", &["hong kong dollar"], &["HKD", "HK$"]),
    money("SGD", &["singapore dollar"], &["SGD", "S$", "SG$"]),
    money("TWD", &["new taiwan dollar"], &["TWD", "NT$"]),
    money("MXN", &["mexican peso"], &["MXN", "MX$", "Mex$"]),
    money("BRL", &["brazilian real", "reais"], &["BRL", "R$"]),
    money("ARS", &["argentine peso"], &["ARS", "AR$"]),
    money("CLP", &["chilean peso"], &["CLP", "CLP$"]),
    money("COP", &["colombian peso"], &["COP", "COL$"]),
    money("INR", &["indian rupee", "rupee"], &["INR", "₹", "Rs"]),
    money("RUB", &["ruble", "rouble", "руб", "рублей"], &["RUB", "₽"]),
    money("KRW", &["won"], &["KRW", "₩"]),
    money("TRY", &["turkish lira", "tl"], &["TRY", "₺"]),
    money("PLN", &["zloty", "zł", "zl", "złoty", "złotych"], &["PLN", "zł"]),
    money("CZK", &["czech koruna", "kc"], &["CZK", "Kč"]),
    money("HUF", &["forint"], &["HUF"]),
    money("RON", &["lei"], &["RON"]),
    money("BGN", &["leva"], &["BGN", "лв"]),
    money("SEK", &["swedish krona", "swedish kronor"], &["SEK"]),
    money("NOK", &["norwegian krone", "norwegian kroner"], &["NOK"]),
    money("DKK", &["danish krone", "danish kroner"], &["DKK"]),
    money("ISK", &["icelandic krona"], &["ISK"]),
    money("UAH", &["hryvnia", "грн"], &["UAH", "₴"]),
    money("ILS", &["shekel"], &["ILS", "₪"]),
    money("VND", &["dong"], &["VND", "₫"]),
    money("THB", &["baht"], &["THB", "฿"]),
    money("IDR", &["rupiah"], &["IDR", "Rp"]),
    money("MYR", &["ringgit"], &["MYR", "RM"]),
    money("PHP", &["philippine peso"], &["PHP", "₱"]),
    money("ZAR", &["rand"], &["ZAR"]),
    money("NGN", &["naira"], &["NGN", "₦"]),
    money("AED", &["dirham"], &["AED"]),
    money("SAR", &["riyal"], &["SAR"]),
    money("BTC", &["bitcoin"], &["BTC", "₿"]),
];

/// The currency of this code.
fn by_code(code: &str) -> Option<&'static Unit> {
    UNITS.iter().find(|unit| unit.symbol == code)
}

/// Whether the character is the sign of a currency.
pub(crate) fn is_sign(c: char) -> bool {
    matches!(
        c,
        '$' | '€'
            | '£'
            | '¥'
            | '₹'
            | '₽'
            | '₩'
            | '₺'
            | '₴'
            | '₪'
            | '₫'
            | '฿'
            | '₱'
            | '₦'
            | '₿'
    )
}

/// The currency of a sign, with the letters written before it (`US` in `US$`), if any. A bare `$` or `¥`
/// means the currency of the page's region, otherwise the most common one.
pub(crate) fn by_sign(
    letters: Option<&str>,
    sign: char,
    language: Language,
) -> Option<&'static Unit> {
    if let Some(letters) = letters {
        let spelling = format!("{letters}{sign}");
        return UNITS.iter().find(|unit| unit.symbols.contains(&spelling.as_str()));
    }
    match sign {
        '$' => by_code(match language.region() {
            Some("CA") => "CAD",
            Some("AU") => "AUD",
            Some("NZ") => "NZD",
            Some("HK") => "HKD",
            Some("SG") => "SGD",
            Some("TW") => "TWD",
            Some("MX") => "MXN",
            Some("AR") => "ARS",
            Some("CL") => "CLP",
            Some("CO") => "COP",
            _ => "USD",
        }),
        '¥' if language.is("zh") => by_code("CNY"),
        _ => {
            let spelling = sign.to_string();
            UNITS.iter().find(|unit| unit.symbols.contains(&spelling.as_str()))
        }
    }
}

/// The currency of a word before or after a number: a code in capitals, or `Rs`, `kr`, `zł`.
pub(crate) fn by_word(word: &str, language: Language) -> Option<&'static Unit> {
    if matches!(word, "kr" | "Kr") {
        return match () {
            () if language.is("sv") => by_code("SEK"),
            () if language.is("da") => by_code("DKK"),
            () if language.is("nb") || language.is("nn") || language.is("no") => by_code("NOK"),
            () if language.is("is") => by_code("ISK"),
            () => None,
        };
    }
    if word == "Ft" && language.is("hu") {
        return by_code("HUF");
    }
    let exact = UNITS.iter().find(|unit| unit.symbols.contains(&word));
    let small_code = || matches!(word, "eur" | "usd" | "gbp" | "Euro" | "chf" | "Eur" | "Usd");
    exact.or_else(|| small_code().then(|| by_code(&word.to_uppercase()[..3])).flatten())
}
