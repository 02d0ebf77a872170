//! Lists: how a text separates its entries.

use super::language::Language;
use super::text::clean;
use crate::column::{Column, ColumnType};

/// The entries of a text, cleaned, in order; a text without separators is one entry.
///
/// Line breaks, semicolons, bars and bullets take precedence over commas, so that "Smith, John; Doe,
/// Jane" has two entries. Words for "and" separate the last two entries of a list, in the page's
/// language. Separators in brackets do not count.
pub(crate) fn split_entries(text: &str, column: &Column, language: Language) -> Vec<String> {
    let from_json = json_strings(text);
    let parts = from_json.unwrap_or_else(|| split_text(text, column, language));
    parts
        .iter()
        .map(|part| clean(part))
        .map(|part| {
            let part = part.trim_matches(['"', ' ', '·', '•', '|']);
            part.strip_prefix("- ").or(part.strip_prefix("* ")).unwrap_or(part).to_owned()
        })
        .filter(|part| !part.is_empty() && !is_rest(part))
        .collect()
}

/// `["Crime", "Drama"]`, as structured data carries it.
fn json_strings(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    if !(text.starts_with("[\"") && text.ends_with(']')) {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// "and 3 more": what a page leaves out is not an entry.
fn is_rest(part: &str) -> bool {
    const LINKS: [&str; 12] = [
        "read more",
        "see more",
        "show more",
        "see all",
        "view all",
        "mehr anzeigen",
        "voir plus",
        "ver más",
        "mostra di più",
        "ver mais",
        "lees meer",
        "show all",
    ];
    let lower = part.to_lowercase();
    let tail = lower.strip_prefix("and ").unwrap_or(&lower);
    let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
    matches!(tail, "more" | "others" | "et al" | "et al." | "etc" | "etc." | "…" | "...")
        || LINKS.contains(&tail)
        || (digits > 0 && tail[digits..].trim_start_matches('+').trim_start().starts_with("more"))
}

fn split_text(text: &str, column: &Column, language: Language) -> Vec<String> {
    let strong = |c: char| matches!(c, '\n' | ';' | '|' | '•' | '·' | '、' | '；');
    let parts = outside_brackets(text, |_, c, _| strong(c));
    if parts.len() > 1 {
        return parts;
    }
    let worded = column.kind == ColumnType::String;
    let at_comma = outside_brackets(text, |_, c, next| {
        // Commas without a space occur inside numbers.
        matches!(c, '，') || (c == ',' && (worded || next.is_none_or(char::is_whitespace)))
    });
    let comma_list = at_comma.len() > 1;
    let entries = rejoin_suffixes(at_comma);
    let mut out = Vec::new();
    for entry in entries {
        let slashed = if worded { split_at_slashes(&entry) } else { vec![entry] };
        for part in slashed {
            out.extend(split_at_and(&part, language, comma_list));
        }
    }
    out
}

/// Splits at the characters that the test accepts, given the character before and after.
fn outside_brackets(
    text: &str,
    parts: impl Fn(Option<char>, char, Option<char>) -> bool,
) -> Vec<String> {
    let mut out = vec![String::new()];
    let (mut depth, mut before) = (0usize, None);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && parts(before, c, chars.peek().copied()) {
            out.push(String::new());
        } else if let Some(entry) = out.last_mut() {
            entry.push(c);
        }
        before = Some(c);
    }
    out
}

/// "Smith & Sons, Inc." is one name.
fn rejoin_suffixes(parts: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for part in parts {
        match out.last_mut() {
            Some(last) if is_suffix(&part) => {
                last.push(',');
                last.push_str(&part);
            }
            _ => out.push(part),
        }
    }
    out
}

fn is_suffix(part: &str) -> bool {
    const SUFFIXES: [&str; 26] = [
        "inc",
        "ltd",
        "llc",
        "llp",
        "lp",
        "co",
        "corp",
        "plc",
        "gmbh",
        "ag",
        "sa",
        "spa",
        "srl",
        "bv",
        "nv",
        "kg",
        "limited",
        "incorporated",
        "jr",
        "sr",
        "phd",
        "md",
        "esq",
        "ii",
        "iii",
        "iv",
    ];
    let word: String =
        part.trim().chars().filter(|c| *c != '.').flat_map(char::to_lowercase).collect();
    SUFFIXES.contains(&word.as_str())
}

/// `Crime/Thriller` and `Crime / Thriller`, but not `AC/DC`, `24/7` or an address.
fn split_at_slashes(entry: &str) -> Vec<String> {
    let parts: Vec<&str> = entry.split('/').map(str::trim).collect();
    let words = parts.iter().all(|part| {
        part.chars().count() > 2 && part.chars().all(|c| c.is_alphabetic() || " -'’&.".contains(c))
    });
    if parts.len() > 1 && words {
        parts.into_iter().map(str::to_owned).collect()
    } else {
        vec![entry.to_owned()]
    }
}

/// Splits at words for "and" and, unless it is part of a name, at `&`.
fn split_at_and(part: &str, language: Language, comma_list: bool) -> Vec<String> {
    let words: Vec<&str> = part.split_whitespace().collect();
    let is_and = |word: &str| match word {
        "and" | "AND" => true,
        "und" => language.may_be("de"),
        "et" => language.may_be("fr"),
        "y" => language.is("es"),
        "e" => language.is("it") || language.is("pt"),
        "en" => language.is("nl"),
        _ => false,
    };
    let mut out: Vec<Vec<&str>> = vec![Vec::new()];
    for (at, word) in words.iter().enumerate() {
        let parts = match *word {
            "&" => ampersand_parts(&words[..at], &words[at + 1..], comma_list),
            other => is_and(other),
        };
        match out.last_mut() {
            Some(entry) if !parts => entry.push(word),
            _ => out.push(Vec::new()),
        }
    }
    out.into_iter().map(|words| words.join(" ")).collect()
}

/// "Joel Coen & Ethan Coen" are two entries, "Smith & Sons" and "Barnes & Noble" one; in a list with
/// commas the last `&` separates ("Crime, Drama & Thriller").
fn ampersand_parts(before: &[&str], after: &[&str], comma_list: bool) -> bool {
    const OF_FIRMS: [&str; 9] =
        ["sons", "son", "co", "co.", "company", "brothers", "bros.", "associates", "partners"];
    let firm = after
        .iter()
        .any(|word| OF_FIRMS.contains(&word.to_lowercase().as_str()) || is_suffix(word));
    !firm && (comma_list || (before.len() > 1 && after.len() > 1))
}
