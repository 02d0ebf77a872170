//! Which numbers a stated scale is about: amounts, but not the years, ratios and head counts beside them.

use crate::value::fold::{fold, singular_word};
use crate::value::unit::unit_named_in;

/// What a label says about its number, as far as a scale above it is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LabelKind {
    /// An amount of money.
    Money,
    /// Persons or places, which reports count one by one.
    Count,
    /// A ratio, a rate per something, a date, a rank, or a measure with a unit of its own.
    Unscaled,
    /// Anything else.
    Other,
}

/// What kind of number a label names.
pub(super) fn classify_label(label: &str) -> LabelKind {
    let folded = fold(label);
    let words: Vec<&str> = folded.split(' ').map(singular_word).collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let contains = |stems: &[&str]| stems.iter().any(|stem| folded.contains(stem));
    let is_ratio = label.contains(['%', '‰', '％'])
        || has(&RATIOS)
        || contains(&RATIO_STEMS)
        || label.contains("当たり")
        || label.contains("每股")
        || label.contains("주당");
    // "Year" and "Founded" name a date, but "Revenue last year" does not.
    let is_money = has(&MONEY) || contains(&MONEY_STEMS);
    if is_ratio || is_per_something(&words) || !is_money && has(&DATES) {
        return LabelKind::Unscaled;
    }
    if has(&COUNTS) || contains(&COUNT_STEMS) {
        return LabelKind::Count;
    }
    if is_money {
        return LabelKind::Money;
    }
    let has_own_unit = unit_named_in(label).is_some_and(|unit| unit.len() != 3 || !is_code(unit));
    if has_own_unit { LabelKind::Unscaled } else { LabelKind::Other }
}

/// Whether the digits alone may be a year.
pub(super) fn may_be_year(value: &str) -> bool {
    let digits = value.trim();
    digits.len() == 4
        && digits.bytes().all(|b| b.is_ascii_digit())
        && ("1500"..="2100").contains(&digits)
}

fn is_code(unit: &str) -> bool {
    unit.bytes().all(|b| b.is_ascii_uppercase())
}

/// "per share", "je Aktie", "par action"; an amount per year is still an amount.
fn is_per_something(words: &[&str]) -> bool {
    let is_per = |word: &str| matches!(word, "per" | "je" | "pro" | "par" | "por" | "pr");
    let is_time = |word: &str| {
        matches!(
            word,
            "year" | "annum" | "month" | "quarter" | "jahr" | "an" | "ano" | "anno" | "mois"
        )
    };
    words.windows(2).any(|pair| is_per(pair[0]) && !is_time(pair[1]))
}

#[rustfmt::skip]
const RATIOS: [&str; 19] = [
    "percent", "percentage", "ratio", "rate", "yield", "eps", "dps", "roe", "roi", "roce", "roic",
    "roa", "growth", "multiple", "index", "quote", "tasa", "taxa", "prozent",
];
#[rustfmt::skip]
const RATIO_STEMS: [&str; 8] = [
    "in prozent", "pourcent", "porcentaje", "percentuale", "rendite", "kapitalquote", "return on", "利益率",
];
#[rustfmt::skip]
const DATES: [&str; 34] = [
    "year", "date", "founded", "established", "opened", "built", "launched", "completed", "since",
    "day", "month", "age", "rank", "no", "id", "code", "isin", "ticker", "gegrundet", "baujahr", "jahr",
    "eroffnet", "annee", "fondation", "fonde", "ano", "fundada", "fundado", "fundacion", "anno",
    "fondata", "fondazione", "opgericht", "inaugurated",
];
#[rustfmt::skip]
const COUNTS: [&str; 34] = [
    "employee", "headcount", "staff", "workforce", "fte", "personnel", "worker", "people", "store",
    "shop", "branch", "outlet", "restaurant", "hotel", "room", "site", "plant", "vessel", "ship",
    "aircraft", "member", "country", "countries", "effectif", "salarie", "plantilla", "empleado",
    "dipendenti", "organico", "colaboradore", "funcionario", "ansatte", "medewerker", "location",
];
#[rustfmt::skip]
const COUNT_STEMS: [&str; 12] = [
    "mitarbeit", "beschaftigt", "angestellt", "filial", "werknemer", "anstall", "medarbej", "сотрудник",
    "従業員", "员工", "員工", "직원",
];
#[rustfmt::skip]
const MONEY: [&str; 42] = [
    "revenue", "sale", "turnover", "income", "profit", "loss", "earning", "ebit", "ebitda", "ebita",
    "cash", "asset", "equity", "debt", "liability", "liabilities", "capital", "dividend", "cost",
    "expense", "price", "budget", "capex", "opex", "funding", "valuation", "premium", "deposit", "loan",
    "fee", "salary", "gdp", "tax", "ventes", "ca", "resultat", "ingreso", "beneficio", "ricavi",
    "utile", "receita", "lucro",
];
#[rustfmt::skip]
const MONEY_STEMS: [&str; 24] = [
    "umsatz", "erlos", "ertrag", "ergebnis", "gewinn", "kosten", "aufwand", "bilanz", "eigenkapital",
    "chiffre d affaires", "benefice", "revenu", "fatturato", "ganancia", "venta", "omzet", "winst",
    "omsattning", "omsaetning", "omsetning", "выручка", "прибыль", "przychod", "market cap",
];
