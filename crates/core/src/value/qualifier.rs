//! Words and signs that bound or soften a number: "more than", "up to", "about", `≥`, `~`.

use super::Qualifier::{self, About, AtLeast, AtMost};
use super::fold::fold;
use super::token::Token;

/// Phrases before a number, folded; longer ones come before the shorter ones that they contain.
const BEFORE: &[(Qualifier, &[&str])] = &[
    (AtMost, &["no more than", "not more than", "nicht mehr als", "pas plus de", "no mas de"]),
    (AtLeast, &["no less than", "not less than", "no fewer than"]),
    (
        AtLeast,
        &[
            "more than",
            "greater than",
            "over",
            "at least",
            "from",
            "starting at",
            "starting from",
            "minimum",
            "min",
            "above",
            "upwards of",
            "in excess of",
            "plus de",
            "au moins",
            "a partir de",
            "des",
            "uber",
            "mehr als",
            "mindestens",
            "ab",
            "mas de",
            "al menos",
            "desde",
            "oltre",
            "piu di",
            "almeno",
            "da",
            "a partire da",
            "mais de",
            "pelo menos",
            "meer dan",
            "minstens",
            "vanaf",
        ],
    ),
    (
        AtMost,
        &[
            "up to",
            "less than",
            "fewer than",
            "under",
            "at most",
            "maximum",
            "max",
            "below",
            "bis zu",
            "weniger als",
            "hochstens",
            "maximal",
            "unter",
            "jusqu a",
            "moins de",
            "au plus",
            "hasta",
            "menos de",
            "como maximo",
            "fino a",
            "meno di",
            "al massimo",
            "ate",
            "tot",
            "minder dan",
        ],
    ),
    (
        About,
        &[
            "about",
            "approx",
            "approximately",
            "around",
            "circa",
            "ca",
            "c",
            "roughly",
            "nearly",
            "almost",
            "est",
            "estimated",
            "rund",
            "etwa",
            "zirka",
            "ungefahr",
            "knapp",
            "fast",
            "environ",
            "vers",
            "presque",
            "aproximadamente",
            "unos",
            "unas",
            "casi",
            "cerca de",
            "alrededor de",
            "approssimativamente",
            "quasi",
            "circa di",
            "ongeveer",
            "bijna",
        ],
    ),
];

/// Phrases after a number, folded.
const AFTER: &[(Qualifier, &[&str])] = &[
    (
        AtLeast,
        &[
            "or more",
            "and more",
            "and up",
            "or above",
            "and above",
            "oder mehr",
            "und mehr",
            "ou plus",
            "et plus",
            "o mas",
            "y mas",
            "e piu",
            "o piu",
            "minimum",
            "or older",
            "plus",
        ],
    ),
    (
        AtMost,
        &[
            "or less",
            "or fewer",
            "or below",
            "oder weniger",
            "ou moins",
            "o menos",
            "o meno",
            "max",
            "maximum",
        ],
    ),
    (About, &["approx", "approximately", "or so", "environ", "circa"]),
];

/// The qualifier around the number that spans the tokens from `start` to `end`.
pub(crate) fn find_around(tokens: &[Token<'_>], start: usize, end: usize) -> Option<Qualifier> {
    find_before(tokens, start).or_else(|| find_after(tokens, end))
}

/// The qualifier that ends right before this token.
pub(crate) fn find_before(tokens: &[Token<'_>], start: usize) -> Option<Qualifier> {
    let last = start.checked_sub(1).map(|at| &tokens[at])?;
    match last.text {
        "~" | "≈" | "±" | "∼" => return Some(About),
        ">" | "≥" => return Some(AtLeast),
        "<" | "≤" => return Some(AtMost),
        "=" if start > 1 && tokens[start - 2].is_sign('>') => return Some(AtLeast),
        "=" if start > 1 && tokens[start - 2].is_sign('<') => return Some(AtMost),
        _ => {}
    }
    let near: Vec<&str> = tokens[start.saturating_sub(6)..start]
        .iter()
        .filter(|token| !token.is_sign('.'))
        .map(|token| token.text)
        .collect();
    let folded = fold(&near.join(" "));
    matching(BEFORE, |phrase| {
        folded.strip_suffix(phrase).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
    })
}

fn find_after(tokens: &[Token<'_>], end: usize) -> Option<Qualifier> {
    let near: Vec<&str> = tokens[end..].iter().take(2).map(|token| token.text).collect();
    let folded = fold(&near.join(" "));
    matching(AFTER, |phrase| {
        folded.strip_prefix(phrase).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}

fn matching(table: &[(Qualifier, &[&str])], stands: impl Fn(&str) -> bool) -> Option<Qualifier> {
    let found = table.iter().find(|(_, phrases)| phrases.iter().any(|phrase| stands(phrase)));
    found.map(|(qualifier, _)| *qualifier)
}
