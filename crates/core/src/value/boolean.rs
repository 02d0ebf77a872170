//! Yes or no, by rules that can be shown: words for yes and no, pairs of opposites that the column's name
//! or description mentions, and the column's own noun with or without a negation.

use super::fold::{fold, singular_word};
use super::opposites::{OPPOSITES, Opposites};
use super::{Parsed, Unparsed, Value, text};
use crate::column::Column;

/// No yes or no with its remarks is longer than this, in bytes.
const LONGEST: usize = 400;

/// Words for yes and no that may begin a remark: "Yes, from 6 am".
const YES: [&str; 13] = [
    "yes",
    "true",
    "ja",
    "wahr",
    "oui",
    "vrai",
    "si",
    "verdadero",
    "vero",
    "sim",
    "verdadeiro",
    "yep",
    "tak",
];
const NO: [&str; 11] =
    ["no", "false", "nein", "falsch", "non", "faux", "falso", "nao", "nee", "nope", "nie"];
/// Words, letters and digits for yes and no that must be the whole value.
const WHOLE_YES: [&str; 8] = ["y", "1", "waar", "on", "da", "x", "checked", "yes please"];
const WHOLE_NO: [&str; 7] = ["n", "0", "off", "none", "not", "unchecked", "onwaar"];

/// Words that say yes of whatever the label names, alone or with one or two others.
#[rustfmt::skip]
const GIVEN: [&str; 45] = [
    "available", "included", "allowed", "permitted", "welcome", "accepted", "offered", "provided", "present",
    "possible", "vorhanden", "verfugbar", "erlaubt", "gestattet", "inklusive", "inbegriffen", "moglich", "willkommen",
    "disponible", "disponibles", "inclus", "incluse", "compris", "comprise", "autorise", "autorises", "admis", "acceptes",
    "incluido", "incluida", "permitido", "permitidos", "admitido", "disponibile", "incluso", "inclusa", "ammesso",
    "ammessi", "consentito", "disponivel", "beschikbaar", "inbegrepen", "toegestaan", "aanwezig", "onsite",
];
/// Words that say no of whatever the label names.
#[rustfmt::skip]
const REFUSED: [&str; 22] = [
    "unavailable", "prohibited", "forbidden", "banned", "excluded", "verboten", "untersagt", "indisponible", "interdit",
    "interdite", "interdits", "prohibido", "prohibida", "prohibidos", "vietato", "vietata", "vietati", "proibido",
    "proibida", "indisponivel", "verboden", "absent",
];
/// Nouns after which "free" means without.
pub(crate) const FREE_OF: [&str; 11] = [
    "toll", "smoke", "alcohol", "sugar", "charge", "fee", "tax", "maut", "lead", "nut", "caffeine",
];

const NEGATIONS: [&str; 22] = [
    "no", "not", "none", "without", "non", "never", "0", "lacks", "cannot", "isn", "doesn", "kein",
    "keine", "keinen", "ohne", "nicht", "sans", "pas", "sin", "senza", "nao", "geen",
];

/// Parses the whole cleaned value of a column as yes or no.
pub(crate) fn parse(cleaned: &str, column: &Column) -> Result<Parsed, Unparsed> {
    if cleaned.len() > LONGEST {
        return Err(Unparsed::NotABoolean);
    }
    let yes = parse_mark(cleaned).or_else(|| parse_plain(cleaned)).or_else(|| {
        match parse_by_opposites(cleaned, column) {
            Side::Taken(yes) => Some(yes),
            Side::Both => None,
            Side::Neither => parse_by_noun(cleaned, column).or_else(|| parse_given(cleaned)),
        }
    });
    match yes {
        Some(yes) => Ok(Parsed { value: Value::Boolean(yes), qualifier: None }),
        None => Err(Unparsed::NotABoolean),
    }
}

/// Yes or no from a value under a label. A label that asks the opposite ("Non-smoking", "Private") turns a
/// bare yes or no around; one that asks about less than the column ("Valet parking") cannot deny it, and
/// one about something else ("Parking fee") says nothing.
pub fn parse_labelled(label: &str, value: &str, column: &Column) -> Option<bool> {
    let cleaned = text::clean(value);
    let bare =
        parse_mark(&cleaned).or_else(|| parse_plain(&cleaned)).or_else(|| parse_given(&cleaned));
    let stated = match bare {
        Some(yes) => return turn_by_label(label, yes, column),
        None => parse(&cleaned, column).ok()?,
    };
    match stated.value {
        Value::Boolean(yes) => Some(yes),
        _ => None,
    }
}

fn turn_by_label(label: &str, yes: bool, column: &Column) -> Option<bool> {
    let folded = fold(label);
    let words: Vec<&str> = folded.split(' ').map(singular_word).collect();
    let name = fold(&column.name);
    let is_own = |word: &str| name.split(' ').any(|own| own == word);
    let negated = words.iter().any(|word| NEGATIONS.contains(word) && !is_own(word));
    let opposite = OPPOSITES.iter().find_map(|pair| {
        let asks_for_yes = described_side(pair, column)?;
        match side(pair, &format!(" {folded} ")) {
            Side::Taken(side) => Some(side != asks_for_yes),
            Side::Both | Side::Neither => None,
        }
    });
    if let Some(opposite) = opposite {
        return Some(yes != opposite);
    }
    if let [.., noun, "free"] = words[..]
        && FREE_OF.contains(&noun)
        && !is_own("free")
    {
        return Some(!yes);
    }
    let nouns = nouns(column);
    let last = words.iter().rposition(|word| nouns.iter().any(|noun| noun == word));
    if let Some(last) = last {
        let own = |word: &str| nouns.iter().any(|noun| noun == word) || NEUTRAL.contains(&word);
        if !words[last + 1..].iter().all(|word| own(word)) {
            return None;
        }
        let narrower = !words[..last].iter().all(|word| own(word) || NEGATIONS.contains(word));
        if narrower && !yes {
            return None;
        }
    }
    Some(yes != negated)
}

/// Words of a label that do not narrow what it asks about.
#[rustfmt::skip]
const NEUTRAL: [&str; 48] = [
    "available", "availability", "allowed", "permitted", "offered", "provided", "accepted", "included", "is", "are",
    "has", "have", "the", "a", "of", "for", "in", "on", "at", "site", "onsite", "with", "guest", "customer", "own",
    "option", "facility", "facilitie", "service", "area", "access", "accessible", "welcome", "and", "or", "to", "can",
    "does", "there", "vorhanden", "verfugbar", "disponible", "disponibile", "beschikbaar", "erlaubt", "sur", "place",
    "space",
];

/// "Available", "Not included", "Auf Anfrage nicht möglich": said of whatever the label names.
fn parse_given(cleaned: &str) -> Option<bool> {
    const MOST_WORDS: usize = 4;
    let folded = fold(cleaned);
    let words: Vec<&str> = folded.split(' ').collect();
    if words.len() > MOST_WORDS {
        return None;
    }
    let given = words.iter().filter(|word| GIVEN.contains(word)).count();
    let refused = words.iter().filter(|word| REFUSED.contains(word)).count();
    let negations = words.iter().filter(|word| NEGATIONS.contains(word)).count();
    let is_limited = words.iter().any(|word| LIMITS.contains(word));
    match (given, refused, negations) {
        _ if is_limited => None,
        (1.., 0, 0) => Some(true),
        (1.., 0, 1) | (0, 1.., 0) => Some(false),
        _ => None,
    }
}

/// Words that limit or soften a yes.
const LIMITS: [&str; 16] = [
    "if",
    "unless",
    "except",
    "only",
    "may",
    "some",
    "limited",
    "request",
    "nearby",
    "near",
    "nur",
    "teilweise",
    "anfrage",
    "seulement",
    "solo",
    "alleen",
];

fn parse_mark(cleaned: &str) -> Option<bool> {
    match cleaned {
        "✓" | "✔" | "✔️" | "☑" | "✅" => Some(true),
        "✗" | "✘" | "✕" | "✖" | "❌" | "☐" | "×" => Some(false),
        _ => None,
    }
}

/// A word for yes or no: alone, or before a comma, dot or dash and a remark ("Yes, from 6 am"). "No. 5" and
/// "1, 2" are none.
fn parse_plain(cleaned: &str) -> Option<bool> {
    let whole = fold(cleaned);
    let is_one_of = |words: &[&str], text: &str| words.contains(&text);
    if is_one_of(&WHOLE_YES, &whole) {
        return Some(true);
    }
    if is_one_of(&WHOLE_NO, &whole) {
        return Some(false);
    }
    let end = cleaned.find([',', '.', ';', '(', '–', '—', '!', ':']).unwrap_or(cleaned.len());
    let (head, remark) = cleaned.split_at(end);
    let numbered = remark.trim_start_matches(['.', ':', ' ']).starts_with(|c: char| c.is_numeric())
        && remark.starts_with(['.', ':']);
    let folded = fold(head);
    match (is_one_of(&YES, &folded), is_one_of(&NO, &folded)) {
        _ if numbered => None,
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// What the opposites say: yes or no, or nothing if the column mentions none of them or the text takes no
/// side.
pub(crate) enum Side {
    Taken(bool),
    Both,
    Neither,
}

fn parse_by_opposites(cleaned: &str, column: &Column) -> Side {
    let text = format!(" {} ", fold(without_vocabulary(cleaned)));
    for pair in OPPOSITES {
        let Some(asks_for_yes) = described_side(pair, column) else { continue };
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        let costs = pair.yes.contains(&"free of charge") && names_price(cleaned);
        match side(pair, &text) {
            Side::Taken(_) if is_limited(pair, &words) => return Side::Both,
            Side::Taken(true) if costs => return Side::Both,
            Side::Neither if costs => return Side::Taken(!asks_for_yes),
            Side::Taken(yes) => return Side::Taken(yes == asks_for_yes),
            Side::Both => return Side::Both,
            Side::Neither => {}
        }
    }
    Side::Neither
}

/// Whether a text names an amount of money above zero.
pub(crate) fn names_price(text: &str) -> bool {
    const MONEY: [&str; 9] = ["eur", "usd", "gbp", "chf", "euro", "dollar", "pound", "kr", "zl"];
    let folded = fold(text);
    let has_unit = text.contains(['$', '€', '£', '¥'])
        || folded.split(' ').any(|word| MONEY.contains(&singular_word(word)));
    has_unit && text.contains(|c: char| matches!(c, '1'..='9'))
}

/// Whether the words limit what a text says to some people or some days.
pub(crate) fn is_limited(pair: &Opposites, words: &[String]) -> bool {
    words.iter().any(|word| pair.limits.contains(&singular_word(word)))
}

/// The nouns of the column's name: what it asks about.
pub(crate) fn nouns(column: &Column) -> Vec<String> {
    fold(&column.name)
        .split(' ')
        .filter(|word| !word.is_empty() && !SAY_NOTHING.contains(word))
        .map(|word| singular_word(word).to_owned())
        .collect()
}

/// The nouns of the column's name beside the words of the pair: `admission` of `free_admission`.
pub(crate) fn nouns_beside(pair: &Opposites, column: &Column) -> Vec<String> {
    let name = format!(" {} ", fold(&column.name));
    let phrases = || pair.yes.iter().chain(pair.no).chain(pair.topic);
    // "Free admission" is a phrase of its pair, but "free" alone takes the side: admission is the noun.
    let is_whole = |phrase: &str| {
        let first = phrase.split(' ').next().unwrap_or_default();
        first == phrase || !phrases().any(|other| *other == first)
    };
    let is_of_pair = |noun: &String| {
        phrases().any(|phrase| {
            is_whole(phrase)
                && name.contains(&format!(" {phrase} "))
                && phrase.split(' ').any(|word| singular_word(word) == noun)
        })
    };
    nouns(column).into_iter().filter(|noun| !is_of_pair(noun)).collect()
}

/// Words of a column's name that say nothing about what it asks.
const SAY_NOTHING: [&str; 21] = [
    "is",
    "has",
    "have",
    "was",
    "are",
    "can",
    "does",
    "with",
    "the",
    "of",
    "a",
    "an",
    "for",
    "in",
    "charges",
    "charge",
    "allowed",
    "available",
    "offers",
    "there",
    "now",
];

/// `https://schema.org/InStock` without the address.
fn without_vocabulary(text: &str) -> &str {
    let bare = text.trim_start_matches("https://").trim_start_matches("http://");
    bare.trim_start_matches("www.").strip_prefix("schema.org/").unwrap_or(text)
}

/// Which side of the pair the column means, by its name first and then its description; `None` if it
/// mentions neither.
pub(crate) fn described_side(pair: &Opposites, column: &Column) -> Option<bool> {
    let name = fold(&column.name);
    let described = column.description.as_deref().map(fold).unwrap_or_default();
    [name, described].iter().find_map(|text| {
        let padded = format!(" {text} ");
        let first = |words: &[&str]| {
            words.iter().filter_map(|word| padded.find(&format!(" {word} "))).min()
        };
        match (first(pair.yes), first(pair.no)) {
            (Some(yes), Some(no)) => Some(yes < no),
            (Some(_), None) => Some(true),
            (None, Some(_)) => Some(false),
            (None, None) => first(pair.topic).map(|_| true),
        }
    })
}

/// Which side of the pair a text takes.
pub(crate) fn side(pair: &Opposites, text: &str) -> Side {
    // Phrases of one side may contain one of the other ("not available"), so they are removed first.
    let mut rest = text.to_owned();
    let mut sides = Vec::new();
    let mut take = |phrases: &[&str], yes: bool, others: Option<&[&str]>| {
        let wanted = |phrase: &str| others.is_none_or(|others| contains_other(phrase, others));
        for negated in remove_phrases(&mut rest, phrases, wanted) {
            sides.push(yes != negated);
        }
    };
    take(pair.no, false, Some(pair.yes));
    take(pair.yes, true, Some(pair.no));
    take(pair.no, false, None);
    take(pair.yes, true, None);
    match sides.split_first() {
        None => Side::Neither,
        Some((first, rest)) if rest.iter().all(|side| side == first) => Side::Taken(*first),
        Some(_) => Side::Both,
    }
}

fn contains_other(phrase: &str, others: &[&str]) -> bool {
    let padded = format!(" {phrase} ");
    others.iter().any(|other| padded.contains(&format!(" {other} ")))
}

/// Removes the phrases that occur in the padded text, and reports for each whether a negation preceded
/// it.
fn remove_phrases(text: &mut String, phrases: &[&str], wanted: impl Fn(&str) -> bool) -> Vec<bool> {
    let mut found = Vec::new();
    for phrase in phrases.iter().filter(|phrase| wanted(phrase)) {
        let padded = format!(" {phrase} ");
        if let Some(at) = text.find(&padded) {
            let near = text[..at].rsplit(' ').take(2);
            found.push(near.into_iter().any(|word| NEGATIONS.contains(&word)));
            *text = text.replace(&padded, " ");
        }
    }
    found
}

/// The column's own noun: "Toll bridge" and "Tolls: charged" mean yes for a column `toll`; "no toll",
/// "toll-free" and "without tolls" mean no.
fn parse_by_noun(cleaned: &str, column: &Column) -> Option<bool> {
    const MOST_WORDS: usize = 10;
    let folded = fold(cleaned);
    let words: Vec<&str> = folded.split(' ').map(singular_word).collect();
    if words.len() > MOST_WORDS {
        return None;
    }
    let nouns = nouns(column);
    let last = nouns.iter().map(|noun| words.iter().position(|word| word == noun)).max()??;
    if !nouns.iter().all(|noun| words.contains(&noun.as_str())) {
        return None;
    }
    let before_noun_free =
        words.windows(2).any(|pair| pair[0] == "free" && matches!(pair[1], "of" | "from"));
    let free =
        before_noun_free || FREE_OF.contains(&words[last]) && words.get(last + 1) == Some(&"free");
    let negations =
        words.iter().filter(|word| NEGATIONS.contains(word)).count() + usize::from(free);
    match negations {
        0 => Some(true),
        1 => Some(false),
        // Two negations may cancel each other or stand side by side: no rule decides which.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::ColumnType;

    #[test]
    fn a_label_decides_what_its_yes_means() {
        for (name, label, value, expected) in [
            ("parking", "Parking", "yes", Some(true)),
            ("parking", "Parking", "✗", Some(false)),
            ("parking", "Parking", "Available", Some(true)),
            ("parking", "Parking", "Not available", Some(false)),
            ("parking", "Parking", "on request only", None),
            ("parking", "On-site parking", "No", Some(false)),
            ("parking", "Parking available", "1", Some(true)),
            ("parking", "Valet parking", "No", None),
            ("parking", "Valet parking", "Yes", Some(true)),
            ("parking", "Parking fee", "Yes", None),
            ("parking", "Parking", "No. 5 on the map", None),
            ("parking", "Parking", "1. and 2. floor", None),
            ("parking", "Parking", "On the river", None),
            ("parking", "No parking", "yes", Some(false)),
            ("smoking", "Non-smoking", "yes", Some(false)),
            ("smoking", "Smoke free", "yes", Some(false)),
            ("is_public", "Private", "yes", Some(false)),
            ("is_public", "Public", "no", Some(false)),
            ("is_public", "Type", "Private, non-profit", Some(false)),
            ("toll", "Toll-free", "yes", Some(false)),
            ("free_admission", "Admission", "€8", Some(false)),
            ("free_admission", "Admission", "Free", Some(true)),
            ("free_admission", "Admission", "€8, children free", None),
            ("free_admission", "Admission", "Free on Sundays", None),
            ("open", "Status", "Closed on Mondays", None),
        ] {
            let column = Column::new(name, ColumnType::Boolean);
            assert_eq!(parse_labelled(label, value, &column), expected, "{label}: {value}");
        }
    }
}
