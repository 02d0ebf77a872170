use super::*;
use crate::column::{Column, ColumnType};
use crate::value::{Locale, parse};

fn stated(text: &str, language: &str, place: ScalePlace) -> Option<(i32, Option<&'static str>)> {
    let language = Some(language).filter(|language| !language.is_empty());
    find_scale(text, language, place).map(|s| (s.exponent, s.unit.map(|unit| unit.symbol)))
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of examples")]
fn labels_state_scales_in_many_ways() {
    let mut wrong = Vec::new();
    let (eur, usd, gbp) = (Some("EUR"), Some("USD"), Some("GBP"));
    for (text, language, expected) in [
        ("Key figures (in millions of US dollars, except per share)", "en", (6, usd)),
        ("In thousands of US dollars", "en", (3, usd)),
        ("(in thousands)", "en", (3, None)),
        ("2023, US$ m", "en", (6, usd)),
        ("Revenue (US$ million)", "en", (6, usd)),
        ("USD million", "en", (6, usd)),
        ("Revenue, €m", "en", (6, eur)),
        ("Revenue €m", "en", (6, eur)),
        ("£'000", "en", (3, gbp)),
        ("£000s", "en", (3, gbp)),
        ("FY23 (US$'000)", "en", (3, usd)),
        ("$ in millions", "en", (6, usd)),
        ("Dollars in thousands", "en", (3, usd)),
        ("($ millions)", "en", (6, usd)),
        ("(000s)", "en", (3, None)),
        ("Population ('000)", "en", (3, None)),
        ("Population (thousands)", "en", (3, None)),
        ("Population, thousands", "en", (3, None)),
        ("Turnover £bn", "en", (9, gbp)),
        ("in $ billions", "en", (9, usd)),
        ("(₹ in crores)", "en-IN", (7, Some("INR"))),
        ("Rs. crore", "en-IN", (7, Some("INR"))),
        ("₹ lakh", "en-IN", (5, Some("INR"))),
        ("Revenue (₹ Cr)", "en-IN", (7, Some("INR"))),
        ("Kennzahlen in Mio. USD", "de", (6, usd)),
        ("Umsatz (Mio. €)", "de", (6, eur)),
        ("Umsatz in Mrd. Euro", "de", (9, eur)),
        ("in TEUR", "de", (3, eur)),
        ("Umsatz T€", "de", (3, eur)),
        ("Angaben in Tsd. €", "de", (3, eur)),
        ("Angaben in Tausend Euro", "de", (3, eur)),
        ("in 1.000 €", "de", (3, eur)),
        ("Umsatz (k€)", "fr", (3, eur)),
        ("en millions d'euros", "fr", (6, eur)),
        ("en millions d’euros", "fr", (6, eur)),
        ("en milliers d'euros", "fr", (3, eur)),
        ("(M€)", "fr", (6, eur)),
        ("Chiffre d'affaires en Md€", "fr", (9, eur)),
        ("en miles de euros", "es", (3, eur)),
        ("en miles", "es", (3, None)),
        ("en miles de euros", "", (3, eur)),
        ("millones de euros", "es", (6, eur)),
        ("Ventas (mill. €)", "es", (6, eur)),
        ("em milhares de reais", "pt", (3, Some("BRL"))),
        ("em R$ mil", "pt", (3, Some("BRL"))),
        ("in migliaia di euro", "it", (3, eur)),
        ("in milioni di euro", "it", (6, eur)),
        ("Ricavi (mln €)", "it", (6, eur)),
        ("in miljoenen euro", "nl", (6, eur)),
        ("w mln zł", "pl", (6, Some("PLN"))),
        ("w tys. zł", "pl", (3, Some("PLN"))),
        ("v mil. Kč", "cs", (6, Some("CZK"))),
        ("Omsättning, MSEK", "sv", (6, Some("SEK"))),
        ("Nettoomsättning (mkr)", "sv", (6, Some("SEK"))),
        ("млн руб.", "ru", (6, Some("RUB"))),
        ("Выручка, тыс. руб", "ru", (3, Some("RUB"))),
        ("（単位：百万円）", "ja", (6, Some("JPY"))),
        ("売上高（億円）", "ja", (8, Some("JPY"))),
        ("単位:千円", "ja", (3, Some("JPY"))),
        ("单位：千元", "zh", (3, Some("CNY"))),
        ("人民币百万元", "zh", (6, Some("CNY"))),
        ("(单位：万元)", "zh", (4, Some("CNY"))),
        ("(단위: 백만원)", "ko", (6, Some("KRW"))),
        ("Area (thousand km²)", "en", (3, Some("km²"))),
        ("Production in million tonnes", "en", (6, Some("t"))),
        ("Passengers (millions)", "en", (6, None)),
        ("RMB'000", "en", (3, Some("CNY"))),
        ("HK$ million", "en", (6, Some("HKD"))),
    ] {
        let read = stated(text, language, ScalePlace::Label);
        if read != Some(expected) {
            wrong.push(format!("{text}: {read:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn numbers_in_words_and_units_are_no_scales() {
    for (text, language) in [
        ("Cities with more than one million inhabitants", "en"),
        ("Cities of over 5 million people", "en"),
        ("Length (m)", "en"),
        ("Width (mm)", "en"),
        ("Mass (t)", "en"),
        ("Distance in miles", "en"),
        ("Storage (MB)", "en"),
        ("M", "en"),
        ("Share capital €", "en"),
        ("Price in €", "en"),
        ("Revenue (USD)", "en"),
        ("2000", "en"),
        ("Year 2000", "en"),
        ("The million-dollar bridge", "en"),
        ("Who wants to be a millionaire", "en"),
        ("Box office: 5 million USD", "en"),
    ] {
        assert_eq!(stated(text, language, ScalePlace::Label), None, "{text}");
    }
    for text in [
        "The company earned its first million euros in 1990.",
        "Sales fell by 3 million USD.",
        "People live in thousands of homes along the river.",
        "It was built with millions.",
        "Amounts are rounded to the nearest million.",
    ] {
        assert_eq!(stated(text, "en", ScalePlace::Sentence), None, "{text}");
    }
}

#[test]
fn sentences_about_figures_state_scales() {
    let mut wrong = Vec::new();
    for (text, language, expected) in [
        ("All amounts in USD thousands unless otherwise stated.", "en", (3, Some("USD"))),
        ("All figures in millions of euros", "en", (6, Some("EUR"))),
        ("Figures are in thousands of pounds sterling.", "en", (3, Some("GBP"))),
        ("Amounts expressed in millions of U.S. dollars", "en", (6, Some("USD"))),
        ("The values below are given in thousands.", "en", (3, None)),
        ("Unit: million yen", "en", (6, Some("JPY"))),
        ("(In millions)", "en", (6, None)),
        ("In millions, except per share data", "en", (6, None)),
        ("Alle Angaben in Mio. EUR, sofern nicht anders angegeben", "de", (6, Some("EUR"))),
        ("Alle Beträge in Tausend Euro.", "de", (3, Some("EUR"))),
        ("Montants exprimés en millions d'euros", "fr", (6, Some("EUR"))),
        ("Cifras en miles de euros", "es", (3, Some("EUR"))),
        ("Valori espressi in migliaia di euro", "it", (3, Some("EUR"))),
        ("Bedragen in duizenden euro's", "nl", (3, Some("EUR"))),
        ("単位：百万円", "ja", (6, Some("JPY"))),
        ("Visitors in thousands.", "en", (3, None)),
    ] {
        let read = stated(text, language, ScalePlace::Sentence);
        if read != Some(expected) {
            wrong.push(format!("{text}: {read:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn scales_are_about_amounts_only() {
    let money =
        find_scale("in millions of euros, except employees", None, ScalePlace::Label).unwrap();
    let bare = find_scale("In thousands, except per share data", None, ScalePlace::Label).unwrap();
    for (label, value, by_money, by_bare) in [
        ("Revenue", "1,234.5", true, true),
        ("Umsatz", "2023", true, true),
        ("Employees", "2,100", false, false),
        ("Average number of employees", "12.3", false, true),
        ("Mitarbeiter", "640", false, false),
        ("Earnings per share", "2.41", false, false),
        ("Ergebnis je Aktie", "2,41", false, false),
        ("EPS", "2.41", false, false),
        ("Return on equity", "12.1", false, false),
        ("Equity ratio", "41", false, false),
        ("Margin", "12 %", false, false),
        ("Tax rate (%)", "21", false, false),
        ("Founded", "1912", false, false),
        ("Launched", "1984", false, false),
        ("Weight (kg)", "1200", false, false),
        ("Total assets", "9,100", true, true),
        ("Revenue per year", "31", true, true),
    ] {
        assert_eq!(money.applies_to(&[label], value, false), by_money, "{label} {value}");
        assert_eq!(bare.applies_to(&[label], value, false), by_bare, "{label} {value}");
    }
    let visitors = find_scale("Visitors in thousands.", None, ScalePlace::Sentence).unwrap();
    assert!(visitors.applies_to(&["Visitors 2025", "Lace Museum"], "33.7", false));
    assert!(!visitors.applies_to(&["Area", "Lace Museum"], "33.7", false));
    let people = find_scale("in thousands of people", None, ScalePlace::Label).unwrap();
    assert!(people.applies_to(&["People employed"], "12", false));
}

#[test]
fn labels_stand_without_their_scale() {
    for (label, bare) in [
        ("Revenue (US$ million)", "Revenue"),
        ("Revenue, €m", "Revenue"),
        ("Umsatz in Mio. EUR", "Umsatz"),
        ("Population (thousands)", "Population"),
        ("Revenue", "Revenue"),
        ("Length (m)", "Length (m)"),
    ] {
        assert_eq!(without_scale(label), bare, "{label}");
    }
}

fn amount(text: &str, unit: Option<&str>, described: &str, context: &[&str]) -> Option<String> {
    let column = Column {
        unit: unit.map(str::to_owned),
        description: Some(described.to_owned()),
        ..Column::new("revenue", ColumnType::Number)
    };
    let context = context.iter().map(|words| (*words).to_owned()).collect();
    let locale = Locale { language: Some("en".to_owned()), context, ..Locale::default() };
    parse(text, &column, &locale).ok().map(|parsed| parsed.value.to_string())
}

#[test]
fn numbers_are_scaled_by_what_stands_around_them() {
    let mut wrong = Vec::new();
    let usd = Some("USD");
    for (text, unit, described, context, expected) in [
        ("1,234.5", usd, "", vec!["in millions of US dollars"], Some("1234500000")),
        ("$1,234.5", usd, "", vec!["in millions"], Some("1234500000")),
        ("(1,200)", usd, "", vec!["In thousands of US dollars"], Some("-1200000")),
        ("1.2 bn", usd, "", vec!["in millions of US dollars"], Some("1200000000")),
        ("1,234 (2022)", usd, "", vec!["in millions"], Some("1234000000")),
        ("1,234.5", Some("EUR"), "", vec!["in millions of US dollars"], None),
        ("1,234.5", None, "", vec!["in millions of US dollars"], Some("1234500000")),
        ("12%", Some("%"), "", vec!["in millions"], Some("12")),
        ("1,234.5", usd, "Revenue in millions of US dollars", vec!["in millions"], Some("1234.5")),
        ("1.2 billion", usd, "Revenue in millions of US dollars", vec![], Some("1200")),
        ("1,200,000,000", usd, "Revenue in USD m", vec![], Some("1200")),
        ("1200", usd, "Revenue in USD m", vec![], Some("1200")),
        ("120", Some("m"), "", vec!["Length in metres"], Some("120")),
        ("120", Some("m"), "", vec!["Length in feet"], Some("36.576")),
        ("1,234.5", usd, "", vec![], Some("1234.5")),
    ] {
        let read = amount(text, unit, described, &context);
        if read.as_deref() != expected {
            wrong.push(format!("{text} {context:?} {described}: {read:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
