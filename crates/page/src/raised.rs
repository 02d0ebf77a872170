//! Raised and lowered text: exponents, notes, ordinals, cents, indices.
//!
//! On the screen, size and position keep such text apart from what it stands beside; in a plain text it
//! would run into it, so that a number gets the digits of its footnote. So exponents and indices become
//! the Unicode characters for them, notes are left out, and other raised text is put between marks.

use ampledata_core::marks::RAISED;

use super::tag::{Attr, Tag};
use super::tree::{Id, Tree};

/// Raised text longer than this, in bytes, is text of its own.
const MAX_LENGTH: usize = 40;
/// The number of characters around a price in which its currency is searched.
const NEAR: usize = 8;

/// Endings of ordinals and abbreviations, and units of time and angle.
const ENDINGS: [&str; 27] = [
    "st", "nd", "rd", "th", "d", "er", "ere", "ère", "re", "e", "ème", "eme", "nde", "o", "os",
    "h", "m", "s", "min", "tm", "sm", "me", "lle", "ie", "r", "t", "mo",
];

/// Names of units that are raised to a power.
const UNITS: [&str; 38] = [
    "m", "km", "cm", "mm", "dm", "hm", "nm", "µm", "μm", "ft", "in", "mi", "yd", "nmi", "sqm",
    "meter", "meters", "metre", "metres", "mètre", "mètres", "metro", "metros", "metri", "metra",
    "feet", "foot", "inch", "inches", "mile", "miles", "yard", "yards", "sec", "min", "ha", "km/h",
    "pieds",
];

const CURRENCIES: [&str; 24] = [
    "€", "$", "£", "¥", "₽", "₹", "₺", "₩", "zł", "kč", "kr", "ft", "lei", "лв", "eur", "usd",
    "gbp", "chf", "pln", "czk", "sek", "nok", "dkk", "huf",
];

/// How raised or lowered text is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// Not at all.
    Omitted,
    /// Directly after what is before it.
    Joined(String),
    /// As words of its own.
    Apart(String),
    /// Between marks, and then the rest, as words of its own.
    Marked(String, String),
}

impl Form {
    /// What is written after a text that ends in a digit, a letter or a space.
    pub(super) fn written(&self) -> String {
        match self {
            Self::Omitted => String::new(),
            Self::Joined(text) | Self::Apart(text) => text.clone(),
            Self::Marked(text, rest) if rest.is_empty() => format!("{RAISED}{text}{RAISED}"),
            Self::Marked(text, rest) => format!("{RAISED}{text}{RAISED} {rest}"),
        }
    }
}

/// The form of an element, if it is short and raised or lowered, or holds the small cents of a price.
/// `before` is the text that it follows.
pub(super) fn form_of(tree: &Tree, id: Id, before: &str) -> Option<Form> {
    let look = tree.look(id);
    let is_raised = look.raised || is_exponent_in_formula(tree, id, Tag::Msup);
    let is_lowered = look.lowered || is_exponent_in_formula(tree, id, Tag::Msub);
    if look.struck || !(is_raised || is_lowered || look.small) {
        return None;
    }
    let content = tree.flat_text(id, MAX_LENGTH)?;
    let content = content.trim();
    if content.is_empty() {
        return None;
    }
    let after = tree.text_after(id);
    if is_raised {
        return Some(raise(before, content, after, is_note(tree, id)));
    }
    if is_lowered {
        return lower(before, content, after);
    }
    let (digits, rest) = split_digits(content);
    let is_cents = digits.len() == 2 && before.ends_with(|c: char| c.is_ascii_digit());
    (is_cents && (rest.is_empty() || is_currency(rest)))
        .then(|| Form::Marked(digits.to_owned(), rest.to_owned()))
}

/// Whether an element is the second part of `<msup>` or `<msub>`.
fn is_exponent_in_formula(tree: &Tree, id: Id, kind: Tag) -> bool {
    let parent = tree.node(id).parent;
    tree.tag(parent) == kind
        && tree.tag(id) != Tag::Text
        && tree.children(parent).filter(|child| tree.tag(*child) != Tag::Text).nth(1) == Some(id)
}

/// Whether an element refers to a note: by its role or class name, or by a link within the page.
fn is_note(tree: &Tree, id: Id) -> bool {
    (id..tree.node(id).end.min(id + 16)).any(|id| {
        let class = tree.attr(id, Attr::Class).unwrap_or("");
        let is_named = class.len() <= 200
            && class.to_ascii_lowercase().split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
                ["reference", "ref", "fn", "cite", "citation", "endnote", "superscript-note"]
                    .contains(&word)
                    || word.contains("footnote")
                    || word.contains("noteref")
            });
        let links_within =
            tree.attr(id, Attr::Href).is_some_and(|href| href.starts_with('#') && href.len() > 1);
        let has_role = tree.attr(id, Attr::Role).is_some_and(|role| role.contains("noteref"));
        is_named || links_within || has_role
    })
}

fn raise(before: &str, content: &str, after: &str, is_note: bool) -> Form {
    if is_note || is_note_mark(content) {
        return Form::Omitted;
    }
    let last = before.chars().next_back().unwrap_or(' ');
    let joined = |text: &str| Form::Joined(text.to_owned());
    let marked = || Form::Marked(content.to_owned(), String::new());
    let is_degree = matches!(content, "o" | "0" | "O" | "º")
        && after.trim_start().starts_with(['C', 'F'])
        && last.is_numeric();
    if is_degree {
        return joined("°");
    }
    if content.chars().all(|c| !c.is_alphanumeric()) {
        return joined(content);
    }
    if content.chars().all(|c| c.is_numeric() && !c.is_ascii()) {
        return joined(content);
    }
    let (digits, rest) = split_digits(content);
    let fraction = rest.strip_prefix(['/', '⁄']).map(split_digits);
    if fraction.is_some_and(|(divisor, after)| !divisor.is_empty() && after.is_empty()) {
        return if last.is_numeric() { Form::Apart(content.to_owned()) } else { joined(content) };
    }
    if !digits.is_empty() && after.starts_with(['/', '⁄']) {
        let text = content.to_owned();
        return if last.is_numeric() { Form::Apart(text) } else { Form::Joined(text) };
    }
    if is_currency(content) {
        return if last.is_numeric() { Form::Apart(content.to_owned()) } else { joined(content) };
    }
    if content.chars().all(|c| c.is_alphabetic() || c == '.') {
        return raise_letters(before, content);
    }
    if let Some(form) = raise_exponent(before, content) {
        return form;
    }
    if digits.len() == 2 && (rest.is_empty() || is_currency(rest)) {
        let follows_mark = before
            .strip_suffix([',', '.'])
            .is_some_and(|number| number.ends_with(|c: char| c.is_ascii_digit()));
        if follows_mark && (is_currency(rest) || has_currency_near(before, after)) {
            return joined(content);
        }
        return Form::Marked(digits.to_owned(), rest.to_owned());
    }
    let cents = content.strip_prefix([',', '.']).filter(|_| last.is_ascii_digit());
    if cents.is_some_and(|cents| split_digits(cents).0.len() == 2) {
        return joined(content);
    }
    marked()
}

fn raise_letters(before: &str, content: &str) -> Form {
    let lower = content.to_lowercase();
    let last = before.chars().next_back().unwrap_or(' ');
    let word = trailing_letters(before).chars().count();
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    if digits >= 3 && lower.len() == 1 {
        return Form::Marked(content.to_owned(), String::new());
    }
    if last.is_numeric() && ENDINGS.contains(&&*lower)
        || (1..=3).contains(&word) && ENDINGS.contains(&lower.trim_matches('.'))
        || matches!(&*lower, "tm" | "sm" | "mc" | "md" | "r") && last.is_alphanumeric()
    {
        return Form::Joined(content.to_owned());
    }
    if word >= 3 && content.chars().count() == 1 {
        return Form::Omitted;
    }
    Form::Marked(content.to_owned(), String::new())
}

/// An exponent of a unit or of ten, or the number of a note on a word.
fn raise_exponent(before: &str, content: &str) -> Option<Form> {
    let unsigned = content.trim_start_matches(['-', '−', '–', '+']);
    if unsigned.is_empty() || unsigned.len() > 2 || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let before = before.trim_end();
    let word = trailing_letters(before);
    if !word.is_empty() {
        // No unit has a first power, and none a fifth: this is a note.
        let is_note = unsigned == content && !matches!(content, "2" | "3" | "4");
        let is_power =
            !is_note && (word.chars().count() <= 2 || UNITS.contains(&&*word.to_lowercase()));
        return Some(if is_power {
            Form::Joined(content.chars().map(superscript).collect())
        } else {
            Form::Omitted
        });
    }
    let factor = before.strip_suffix("10")?;
    let has_times = factor.trim_end().ends_with(['×', '·', '⋅', 'x', '*', '∙']);
    let is_alone = !factor.ends_with(|c: char| c.is_numeric() || matches!(c, '.' | ','));
    (has_times || is_alone && (unsigned.len() == 1 || unsigned.len() < content.len()))
        .then(|| Form::Joined(content.chars().map(superscript).collect()))
}

fn lower(before: &str, content: &str, after: &str) -> Option<Form> {
    let last = before.chars().next_back().unwrap_or(' ');
    if !content.bytes().all(|b| b.is_ascii_digit()) {
        return last.is_alphanumeric().then(|| Form::Joined(content.to_owned()));
    }
    if before.ends_with(['/', '⁄']) {
        return Some(Form::Joined(content.to_owned()));
    }
    if content.len() == 2 && last.is_ascii_digit() && has_currency_near(before, after) {
        return Some(Form::Marked(content.to_owned(), String::new()));
    }
    Some(Form::Joined(content.chars().map(subscript).collect()))
}

/// Whether a text is the mark of a note: a star, a dagger, or a number or a letter in brackets.
fn is_note_mark(content: &str) -> bool {
    let is_bracketed =
        |open, close| content.strip_prefix(open).and_then(|text: &str| text.strip_suffix(close));
    is_bracketed('[', ']').is_some()
        || is_bracketed('(', ')').is_some_and(|text| text.len() <= 2)
        || content.len() <= 3 && content.strip_suffix(')').is_some_and(|text| !text.is_empty())
        || content.chars().all(|c| matches!(c, '*' | '†' | '‡' | '§' | '¶' | '‖' | '#' | '∗' | '⁎'))
        || is_list_of_notes(content)
}

/// `1, 2`, `3,4`, `2–5`.
fn is_list_of_notes(content: &str) -> bool {
    let mut parts = content.split([',', ';', '–', '-']).map(str::trim);
    let count = parts.clone().count();
    count >= 2
        && parts.all(|part| {
            !part.is_empty() && part.len() <= 2 && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
        && content.starts_with(|c: char| c.is_ascii_alphanumeric())
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    (&text[..end], text[end..].trim().trim_end_matches('*'))
}

fn is_currency(text: &str) -> bool {
    CURRENCIES.contains(&&*text.trim_matches(['.', ' ']).to_lowercase())
}

fn has_currency_near(before: &str, after: &str) -> bool {
    let from = before.char_indices().rev().nth(NEAR).map_or(0, |(at, _)| at);
    let next = after.split_whitespace().next().unwrap_or("");
    let sign = |c: char| matches!(c, '€' | '$' | '£' | '¥' | '₽' | '₹' | '₺' | '₩');
    before[from..].contains(sign) || next.starts_with(sign) || is_currency(next)
}

fn trailing_letters(text: &str) -> &str {
    let start = text
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphabetic())
        .last()
        .map_or(text.len(), |(at, _)| at);
    &text[start..]
}

fn superscript(c: char) -> char {
    match c {
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '-' | '−' | '–' => '⁻',
        '+' => '⁺',
        _ => shifted(c, '⁰'),
    }
}

fn subscript(c: char) -> char {
    shifted(c, '₀')
}

/// The digit of a row of digits that starts with `zero`.
fn shifted(c: char, zero: char) -> char {
    c.to_digit(10).and_then(|digit| char::from_u32(zero as u32 + digit)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raised_text_is_kept_apart_from_numbers() {
        for (before, content, after, expected) in [
            ("346", "2006", "", "^2006^"),
            ("346", "1", " people", "^1^"),
            ("7,282,835", "[2]", "", ""),
            ("12", "*", "", ""),
            ("12", "a", "", "^a^"),
            ("Springfield", "a", "", ""),
            ("Springfield", "2", "", ""),
            ("in 1998", "1,2", "", ""),
            ("19", "99", " €", "^99^"),
            ("19", "99 €", "", "^99^ €"),
            ("19", "99€*", "", "^99^ €"),
            ("€19.", "99", "", "99"),
            ("19,", "99", " €", "99"),
            ("opened in 1998.", "12", " It", "^12^"),
            ("249", ",50", " zł", ",50"),
            ("249", ",", "50", ","),
            ("", "$", "19", "$"),
            ("19", "€", "", "€"),
            ("3,400 m", "2", "", "²"),
            ("3,400/km", "2", "", "²"),
            ("12 kg m", "−2", "", "⁻²"),
            ("512 m", "1", "", ""),
            ("512 m", "12", "", ""),
            ("346", "e", "", "^e^"),
            ("346", "a,b", "", ""),
            ("2", "1/2", " in", "1/2"),
            ("2", "½", " in", "½"),
            ("19", ".99", "", ".99"),
            ("1.299", "00", " €", "^00^"),
            ("Census", "2020", "", "^2020^"),
            ("1.5 × 10", "6", " m", "⁶"),
            ("1.5 × 10", "12", "", "¹²"),
            ("10", "99", " €", "^99^"),
            ("the 1", "st", " of May", "st"),
            ("le 1", "er", " mai", "er"),
            ("XIX", "e", " siècle", "e"),
            ("M", "me", " Curie", "me"),
            ("n", "o", " 5", "o"),
            ("20", "o", "C", "°"),
            ("20", "0", " C", "°"),
            ("2", "1", "/2", "1"),
            ("Acme", "TM", "", "TM"),
            ("Acme", "®", "", "®"),
            ("346", "(2019)", "", "^(2019)^"),
            ("2", "new", "", "^new^"),
        ] {
            assert_eq!(
                raise(before, content, after, false).written(),
                expected,
                "{before} {content} {after}"
            );
        }
        assert_eq!(raise("346", "2006", "", true), Form::Omitted);
    }

    #[test]
    fn lowered_digits_are_indices() {
        for (before, content, after, expected) in [
            ("H", "2", "O", "₂"),
            ("CO", "2", "", "₂"),
            ("x", "10", "", "₁₀"),
            ("V", "max", "", "max"),
            ("1⁄", "2", "", "2"),
            ("€ 19", "95", "", "^95^"),
        ] {
            let form = lower(before, content, after).map(|form| form.written());
            assert_eq!(form.as_deref(), Some(expected), "{before} {content}");
        }
    }
}
