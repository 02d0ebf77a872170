//! Dates relative to today: "3 days ago", "gestern", "il y a 2 jours".

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

use super::fold::fold;
use super::{PartialDate, Qualifier};

/// The unit of a step back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Hours,
    Days,
    Weeks,
    Months,
    Years,
}

/// The date of a text relative to today, with the precision of its unit: "3 months ago" is a month, not a
/// day. `None` without a full date of today.
pub(crate) fn parse_relative_date(
    cleaned: &str,
    today: Option<PartialDate>,
) -> Option<(PartialDate, Option<Qualifier>)> {
    const LONGEST: usize = 60;
    if cleaned.len() > LONGEST {
        return None;
    }
    let folded = fold(cleaned);
    let words: Vec<&str> = folded.split(' ').filter(|word| !is_label(word)).collect();
    let (count, step) = named_day(&words).or_else(|| counted(&words))?;
    step_back(today?, count, step)
}

fn is_label(word: &str) -> bool {
    [
        "posted",
        "published",
        "updated",
        "on",
        "about",
        "vero",
        "veroffentlicht",
        "publie",
        "publicado",
    ]
    .contains(&word)
}

fn named_day(words: &[&str]) -> Option<(i64, Step)> {
    let days = match words {
        ["today" | "heute" | "hoy" | "oggi" | "hoje" | "vandaag"]
        | ["aujourd", "hui"]
        | ["just", "now"] => 0,
        ["yesterday" | "gestern" | "hier" | "ayer" | "ieri" | "ontem" | "gisteren"] => 1,
        ["vorgestern" | "anteayer" | "anteontem" | "eergisteren"] | ["avant", "hier"] => 2,
        _ => return None,
    };
    Some((days, Step::Days))
}

/// A count and a unit, with the words for "ago" of one language around them.
fn counted(words: &[&str]) -> Option<(i64, Step)> {
    let (count, step) = match words {
        [count, step, "ago" | "fa" | "geleden" | "atras"]
        | ["vor" | "hace" | "ha", count, step]
        | ["il", "y", "a", count, step] => (*count, *step),
        _ => return None,
    };
    let count = match count {
        "a" | "an" | "one" | "einem" | "einer" | "un" | "une" | "una" | "um" | "uma" | "een" => 1,
        digits if digits.len() <= 4 => digits.parse().ok()?,
        _ => return None,
    };
    Some((count, parse_step(step)?))
}

fn parse_step(word: &str) -> Option<Step> {
    Some(match word {
        "second" | "seconds" | "minute" | "minutes" | "min" | "mins" | "hour" | "hours"
        | "minuten" | "stunde" | "stunden" | "heure" | "heures" | "minuto" | "minutos" | "hora"
        | "horas" | "ora" | "ore" | "minuti" | "uur" | "h" => Step::Hours,
        "day" | "days" | "tag" | "tagen" | "jour" | "jours" | "dia" | "dias" | "giorno"
        | "giorni" | "dag" | "dagen" | "d" => Step::Days,
        "week" | "weeks" | "woche" | "wochen" | "semaine" | "semaines" | "semana" | "semanas"
        | "settimana" | "settimane" | "weken" => Step::Weeks,
        "month" | "months" | "monat" | "monaten" | "mois" | "mes" | "meses" | "mese" | "mesi"
        | "maand" | "maanden" => Step::Months,
        "year" | "years" | "jahr" | "jahren" | "an" | "ans" | "annee" | "annees" | "ano"
        | "anos" | "anno" | "anni" | "jaar" => Step::Years,
        _ => return None,
    })
}

fn step_back(
    today: PartialDate,
    count: i64,
    step: Step,
) -> Option<(PartialDate, Option<Qualifier>)> {
    let (month, day) = (i8::try_from(today.month()?).ok()?, i8::try_from(today.day()?).ok()?);
    let today = Date::new(today.year(), month, day).ok()?;
    let span: Span = match step {
        Step::Hours => count.checked_div(24)?.days(),
        Step::Days => count.days(),
        Step::Weeks => count.weeks(),
        Step::Months => count.months(),
        Step::Years => count.years(),
    };
    let date = today.checked_sub(span).ok()?;
    let (month, day) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
    Some(match step {
        Step::Days => (PartialDate::full(date.year(), month, day)?, None),
        // Around midnight, hours may reach into the previous day; weeks are rounded.
        Step::Hours | Step::Weeks => {
            (PartialDate::full(date.year(), month, day)?, Some(Qualifier::About))
        }
        Step::Months => (PartialDate::year_month(date.year(), month)?, Some(Qualifier::About)),
        Step::Years => (PartialDate::year_only(date.year())?, Some(Qualifier::About)),
    })
}
