//! Text as a reader sees it, and the placeholders for a missing value.

use super::fold::fold;
use crate::character_reference::decode_reference;

/// The text as a reader sees it: leftover entities decoded, invisible characters removed, whitespace
/// collapsed, footnote marks at the end removed.
pub(crate) fn clean(text: &str) -> String {
    let visible = visible(text);
    let collapsed = collapse(&visible);
    without_end_marks(&collapsed).to_owned()
}

/// Like [`clean`], but keeps line breaks, which separate the entries of a list.
pub(crate) fn clean_lines(text: &str) -> String {
    let visible = visible(text);
    let lines: Vec<String> =
        visible.lines().map(collapse).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// Decodes entities and drops characters that have no width.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '&'
            && let Some((first, second, length)) = decode_reference(rest)
        {
            out.push(first);
            out.extend(second);
            rest = &rest[length..];
            continue;
        }
        if !is_invisible(c) {
            out.push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// Whether the character is invisible; joiners between letters carry meaning in some scripts and are
/// kept.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}'
    ) || (c.is_control() && !c.is_whitespace())
}

fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Removes footnote marks such as `[1]`, `[note 2]`, `[citation needed]` and `†` from the end, and the
/// punctuation that separated the value from what followed it.
fn without_end_marks(text: &str) -> &str {
    let mut rest = text;
    loop {
        let trimmed = rest
            .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '†' | '‡' | ',' | ';'))
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '•' | '▪' | ';'));
        let trimmed = without_opening_comma(trimmed);
        let cut = footnote_at_end(trimmed).map_or(trimmed, |start| &trimmed[..start]);
        if cut.len() == rest.len() {
            return cut;
        }
        rest = cut;
    }
}

/// A comma before digits opens a price without whole part: `,89 €`.
fn without_opening_comma(text: &str) -> &str {
    let rest = text.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    let cents = rest.starts_with(|c: char| c.is_ascii_digit())
        && text[..text.len() - rest.len()].ends_with(',');
    if cents { &text[text.len() - rest.len() - 1..] } else { rest }
}

fn footnote_at_end(text: &str) -> Option<usize> {
    let start = text.strip_suffix(']')?.rfind('[')?;
    // A text that consists of only the mark is left for the callers to refuse.
    (start > 0 && is_footnote(&text[start + 1..text.len() - 1])).then_some(start)
}

/// Whether the text between brackets is a footnote mark: a number, a letter, or a known word.
pub(crate) fn is_footnote(inside: &str) -> bool {
    let inside = inside.trim();
    let words = ["note", "nb", "citation needed", "update", "when", "clarification needed"];
    let number = |text: &str| text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit());
    let letter = inside.len() == 1 && inside.bytes().all(|b| b.is_ascii_lowercase());
    !inside.is_empty()
        && (number(inside)
            || letter
            || words.iter().any(|word| {
                inside.strip_prefix(word).is_some_and(|rest| number(rest.trim_matches([' ', '?'])))
            }))
}

const LONGEST_FOOTNOTE: usize = 24;

/// The text without any footnote mark, wherever it occurs; for numbers and dates.
pub(crate) fn without_footnotes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        out.push_str(&rest[..open]);
        let inside = &rest[open + 1..];
        // No mark is longer than this: limiting the search keeps the scan linear.
        match inside.bytes().take(LONGEST_FOOTNOTE).position(|b| b == b']') {
            Some(close) if is_footnote(&inside[..close]) => rest = &inside[close + 1..],
            _ => {
                out.push('[');
                rest = inside;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Placeholders for unknown values, in folded spelling.
const NO_VALUE: [&str; 47] = [
    "n a",
    "na",
    "n d",
    "nd",
    "k a",
    "none",
    "null",
    "nil",
    "nan",
    "undefined",
    "unknown",
    "tbd",
    "tba",
    "tbc",
    "to be announced",
    "to be determined",
    "to be confirmed",
    "not available",
    "not applicable",
    "not specified",
    "not stated",
    "not known",
    "not provided",
    "not given",
    "no data",
    "no information",
    "unspecified",
    "unbekannt",
    "keine angabe",
    "keine angaben",
    "nicht bekannt",
    "nicht verfugbar",
    "inconnu",
    "inconnue",
    "non renseigne",
    "non disponible",
    "non communique",
    "desconocido",
    "desconocida",
    "no disponible",
    "sin datos",
    "sconosciuto",
    "sconosciuta",
    "desconhecido",
    "onbekend",
    "empty",
    "object object",
];

/// Whether a cleaned text means that there is no value: nothing, a dash, `N/A`, `unknown`, `<nil>`.
pub(crate) fn is_no_value(cleaned: &str) -> bool {
    if cleaned.starts_with("map[") && cleaned.ends_with(']') {
        return true;
    }
    // Every word of the table is short: a long text cannot be one of them.
    if cleaned.len() > 60 {
        return false;
    }
    let folded = fold(cleaned);
    if folded.is_empty() {
        // Symbols alone mean nothing, but a sign such as a check mark is left for booleans.
        return cleaned
            .chars()
            .all(|c| c.is_whitespace() || c.is_ascii_punctuation() || "–—−‐‑…·•¿".contains(c));
    }
    NO_VALUE.contains(&folded.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_what_readers_do_not_see() {
        for (text, expected) in [
            ("  Golden\u{a0}Gate \n Bridge ", "Golden Gate Bridge"),
            ("Smith &amp; Sons", "Smith & Sons"),
            ("Caf&#233;", "Café"),
            ("Caf&#xE9;", "Café"),
            ("R &unknown; B", "R &unknown; B"),
            ("1937[1][note 2]", "1937"),
            ("Berlin[a],", "Berlin"),
            ("[1]", "[1]"),
            ("zero\u{200b}width\u{feff}", "zerowidth"),
            ("• Crime", "Crime"),
            ("A & B", "A & B"),
        ] {
            assert_eq!(clean(text), expected, "{text:?}");
        }
    }

    #[test]
    fn brackets_without_end_stay_linear() {
        let text = "[".repeat(200_000);
        assert_eq!(without_footnotes(&text).len(), text.len());
        assert_eq!(without_footnotes("12[3] m[x1]"), "12 m[x1]");
    }
}
