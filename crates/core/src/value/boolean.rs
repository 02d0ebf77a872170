//! Yes or no, by rules that can be shown: words for yes and no, pairs of opposites that the column's name
//! or description mentions, and the column's own noun with or without a negation.

use super::fold::{fold, singular_word};
use super::opposites::{OPPOSITES, Opposites};
use super::{Parsed, Unparsed, Value};
use crate::column::Column;

/// No yes or no with its remarks is longer than this, in bytes.
const LONGEST: usize = 400;

const YES: [&str; 21] = [
    "yes",
    "y",
    "true",
    "1",
    "ja",
    "wahr",
    "oui",
    "vrai",
    "si",
    "verdadero",
    "vero",
    "sim",
    "verdadeiro",
    "waar",
    "yep",
    "on",
    "da",
    "x",
    "checked",
    "tak",
    "yes please",
];
const NO: [&str; 17] = [
    "no",
    "n",
    "false",
    "0",
    "nein",
    "falsch",
    "non",
    "faux",
    "falso",
    "nao",
    "nee",
    "nope",
    "off",
    "none",
    "not",
    "unchecked",
    "nie",
];

const NEGATIONS: [&str; 22] = [
    "no", "not", "none", "without", "non", "never", "0", "lacks", "cannot", "isn", "doesn", "kein",
    "keine", "keinen", "ohne", "nicht", "sans", "pas", "sin", "senza", "nao", "geen",
];

/// Reads a cleaned text as yes or no.
pub(crate) fn parse(cleaned: &str, column: &Column) -> Result<Parsed, Unparsed> {
    if cleaned.len() > LONGEST {
        return Err(Unparsed::NotABoolean);
    }
    let yes = parse_mark(cleaned).or_else(|| parse_plain(cleaned)).or_else(|| {
        match parse_by_opposites(cleaned, column) {
            Side::Taken(yes) => Some(yes),
            Side::Both => None,
            Side::Neither => parse_by_noun(cleaned, column),
        }
    });
    match yes {
        Some(yes) => Ok(Parsed { value: Value::Boolean(yes), qualifier: None }),
        None => Err(Unparsed::NotABoolean),
    }
}

fn parse_mark(cleaned: &str) -> Option<bool> {
    match cleaned {
        "✓" | "✔" | "✔️" | "☑" | "✅" => Some(true),
        "✗" | "✘" | "✕" | "✖" | "❌" | "☐" | "×" => Some(false),
        _ => None,
    }
}

/// A word for yes or no, alone or before a comma, dot or dash: "Yes, from 6 am".
fn parse_plain(cleaned: &str) -> Option<bool> {
    let head = cleaned.split([',', '.', ';', '(', '–', '—', '!', ':']).next().unwrap_or(cleaned);
    let folded = fold(head);
    let word = |words: &[&str]| words.contains(&folded.as_str());
    match (word(&YES), word(&NO)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// What the opposites say: yes or no, or nothing if the column mentions none of them or the text takes no
/// side.
enum Side {
    Taken(bool),
    Both,
    Neither,
}

fn parse_by_opposites(cleaned: &str, column: &Column) -> Side {
    let text = format!(" {} ", fold(without_vocabulary(cleaned)));
    for pair in OPPOSITES {
        let Some(asks_for_yes) = described_side(pair, column) else { continue };
        match side(pair, &text) {
            Side::Taken(yes) => return Side::Taken(yes == asks_for_yes),
            Side::Both => return Side::Both,
            Side::Neither => {}
        }
    }
    Side::Neither
}

/// `https://schema.org/InStock` without the address.
fn without_vocabulary(text: &str) -> &str {
    let bare = text.trim_start_matches("https://").trim_start_matches("http://");
    bare.trim_start_matches("www.").strip_prefix("schema.org/").unwrap_or(text)
}

/// Which side of the pair the column means, by its name first and then its description; `None` if it
/// mentions neither.
fn described_side(pair: &Opposites, column: &Column) -> Option<bool> {
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
fn side(pair: &Opposites, text: &str) -> Side {
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
    const SAY_NOTHING: [&str; 18] = [
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
    ];
    let folded = fold(cleaned);
    let words: Vec<&str> = folded.split(' ').map(singular_word).collect();
    if words.len() > MOST_WORDS {
        return None;
    }
    let name = fold(&column.name);
    let nouns: Vec<&str> = name
        .split(' ')
        .filter(|word| !word.is_empty() && !SAY_NOTHING.contains(word))
        .map(singular_word)
        .collect();
    let last = nouns.iter().map(|noun| words.iter().position(|word| word == noun)).max()??;
    if !nouns.iter().all(|noun| words.contains(noun)) {
        return None;
    }
    let before_noun_free =
        words.windows(2).any(|pair| pair[0] == "free" && matches!(pair[1], "of" | "from"));
    let free = before_noun_free || words.get(last + 1) == Some(&"free");
    let negations =
        words.iter().filter(|word| NEGATIONS.contains(word)).count() + usize::from(free);
    match negations {
        0 => Some(true),
        1 => Some(false),
        // Two negations may cancel each other or stand side by side: no rule decides which.
        _ => None,
    }
}
