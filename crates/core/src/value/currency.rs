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
/// "dollar" or "peso", belongs to the most common one. Codes that are common words in capitals (`ALL`,
/// `TOP`, `GEL`, `PEN`) are no spellings of theirs.
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
    money("AFN", &[], &["AFN"]),
    money("AMD", &["dram"], &["AMD", "֏"]),
    money("AOA", &[], &["AOA"]),
    money("AWG", &[], &["AWG"]),
    money("AZN", &["manat"], &["AZN", "₼"]),
    money("BAM", &["convertible mark"], &[]),
    money("BBD", &[], &["BBD"]),
    money("BDT", &["taka"], &["BDT", "৳"]),
    money("BHD", &[], &["BHD"]),
    money("BIF", &[], &["BIF"]),
    money("BMD", &[], &["BMD"]),
    money("BND", &[], &["BND"]),
    money("BOB", &["boliviano"], &[]),
    money("BSD", &[], &["BSD"]),
    money("BTN", &[], &["BTN"]),
    money("BWP", &[], &["BWP"]),
    money("BYN", &["belarusian ruble"], &["BYN"]),
    money("BZD", &[], &["BZD"]),
    money("CDF", &[], &["CDF"]),
    money("CRC", &[], &["CRC", "₡"]),
    money("CVE", &[], &["CVE"]),
    money("DJF", &[], &["DJF"]),
    money("DOP", &[], &["DOP"]),
    money("DZD", &[], &["DZD"]),
    money("EGP", &["egyptian pound"], &["EGP"]),
    money("ERN", &[], &["ERN"]),
    money("ETB", &["birr"], &["ETB"]),
    money("FJD", &[], &["FJD"]),
    money("FKP", &[], &["FKP"]),
    money("GEL", &["lari"], &["₾"]),
    money("GHS", &["cedi"], &["GHS", "GH₵"]),
    money("GIP", &[], &["GIP"]),
    money("GMD", &[], &["GMD"]),
    money("GNF", &[], &["GNF"]),
    money("GTQ", &[], &["GTQ"]),
    money("GYD", &[], &["GYD"]),
    money("HNL", &[], &["HNL"]),
    money("HTG", &[], &["HTG"]),
    money("IQD", &[], &["IQD"]),
    money("IRR", &["iranian rial"], &["IRR"]),
    money("JMD", &[], &["JMD"]),
    money("JOD", &[], &["JOD"]),
    money("KES", &["kenyan shilling"], &["KES"]),
    money("KGS", &[], &["KGS"]),
    money("KHR", &["riel"], &["KHR", "៛"]),
    money("KMF", &[], &["KMF"]),
    money("KPW", &[], &["KPW"]),
    money("KWD", &["kuwaiti dinar"], &["KWD"]),
    money("KYD", &[], &["KYD"]),
    money("KZT", &["tenge"], &["KZT", "₸"]),
    money("LAK", &["kip"], &["LAK", "₭"]),
    money("LBP", &[], &["LBP"]),
    money("LKR", &["sri lankan rupee"], &["LKR"]),
    money("LRD", &[], &["LRD"]),
    money("LSL", &[], &["LSL"]),
    money("LYD", &[], &["LYD"]),
    money("MAD", &["moroccan dirham"], &["MAD"]),
    money("MDL", &[], &["MDL"]),
    money("MGA", &[], &["MGA"]),
    money("MKD", &[], &["MKD"]),
    money("MMK", &["kyat"], &["MMK"]),
    money("MNT", &["tugrik"], &["MNT", "₮"]),
    money("MRU", &[], &["MRU"]),
    money("MUR", &[], &["MUR"]),
    money("MVR", &[], &["MVR"]),
    money("MWK", &[], &["MWK"]),
    money("MZN", &[], &["MZN"]),
    money("NAD", &[], &["NAD"]),
    money("NIO", &[], &["NIO"]),
    money("NPR", &["nepalese rupee"], &["NPR"]),
    money("OMR", &[], &["OMR"]),
    money("PAB", &[], &["PAB"]),
    money("PEN", &["peruvian sol"], &["S/"]),
    money("PGK", &[], &["PGK"]),
    money("PKR", &["pakistani rupee"], &["PKR", "₨"]),
    money("PYG", &[], &["PYG", "₲"]),
    money("QAR", &["qatari riyal"], &["QAR"]),
    money("RSD", &["serbian dinar"], &["RSD"]),
    money("RWF", &[], &["RWF"]),
    money("SBD", &[], &["SBD"]),
    money("SCR", &[], &["SCR"]),
    money("SDG", &[], &["SDG"]),
    money("SHP", &[], &["SHP"]),
    money("SLE", &[], &["SLE"]),
    money("SRD", &[], &["SRD"]),
    money("SSP", &[], &["SSP"]),
    money("STN", &[], &["STN"]),
    money("SVC", &[], &["SVC"]),
    money("SYP", &[], &["SYP"]),
    money("SZL", &[], &["SZL"]),
    money("TJS", &[], &["TJS"]),
    money("TMT", &[], &["TMT"]),
    money("TND", &[], &["TND"]),
    money("TTD", &[], &["TTD"]),
    money("TZS", &[], &["TZS"]),
    money("UGX", &[], &["UGX"]),
    money("UYU", &[], &["UYU"]),
    money("UZS", &[], &["UZS"]),
    money("VES", &[], &["VES"]),
    money("VUV", &[], &["VUV"]),
    money("WST", &[], &["WST"]),
    money("XAF", &[], &["XAF"]),
    money("XCD", &[], &["XCD"]),
    money("XOF", &[], &["XOF"]),
    money("XPF", &[], &["XPF"]),
    money("YER", &[], &["YER"]),
    money("ZMW", &[], &["ZMW"]),
    money("ZWG", &[], &["ZWG"]),
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
            | '₸'
            | '₮'
            | '₾'
            | '₼'
            | '֏'
            | '৳'
            | '₭'
            | '៛'
            | '₡'
            | '₲'
            | '₨'
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
