//! Extracts text from strings that may contain markup.

use ampledata_core::character_reference::decode_reference;

/// Removes tags and decodes character references; collapses whitespace. Linear in the length of the text.
pub(super) fn strip_markup(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        bare.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = if rest.starts_with('<') { tag_length(rest) } else { None };
        if let Some(length) = length {
            bare.push(' ');
            rest = &rest[length..];
        } else if let Some((first, second, length)) = decode_reference(rest) {
            bare.push(first);
            bare.extend(second);
            rest = &rest[length..];
        } else {
            bare.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    bare.push_str(rest);
    collapse(&bare)
}

/// Words with single spaces in between; control and invisible characters are removed.
pub(super) fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let before = out.len();
        if before > 0 {
            out.push(' ');
        }
        let start = out.len();
        out.extend(word.chars().filter(|c| {
            !c.is_control() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{feff}')
        }));
        if out.len() == start {
            out.truncate(before);
        }
    }
    out
}

/// The length of the tag at the start of the text; `None` if the `<` is just a character.
fn tag_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let first = bytes.get(1)?;
    (first.is_ascii_alphabetic() || matches!(first, b'/' | b'!')).then_some(())?;
    let end = bytes.iter().take(400).position(|b| *b == b'>')?;
    Some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_references_go_and_words_stay() {
        assert_eq!(
            strip_markup("<p>A &amp; B</p>\n<br/>C&#39;s &#x2013; 5 < 6 & 7"),
            "A & B C's – 5 < 6 & 7"
        );
        assert_eq!(strip_markup("a\u{200b}b \u{200b} c"), "ab c");
        assert_eq!(strip_markup("&unknown; &#xD800; <"), "&unknown; &#xD800; <");
    }

    #[test]
    fn many_open_brackets_are_no_burden() {
        let text = "<a".repeat(100_000);
        assert_eq!(strip_markup(&text), text);
    }
}
