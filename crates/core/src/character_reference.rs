//! Character references of HTML, such as `&eacute;` and `&#x2013;`, in text outside of markup.

use std::borrow::Cow;

use web_atoms::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// Longest reference, in bytes: `&CounterClockwiseContourIntegral;`.
const MAX_LENGTH: usize = 33;

/// Decodes the reference at the start of a text, which begins with `&`. Returns its one or two characters
/// and its length in bytes; `None` if the `&` is just a character.
pub fn decode_reference(text: &str) -> Option<(char, Option<char>, usize)> {
    let end = text.as_bytes().iter().take(MAX_LENGTH).position(|byte| *byte == b';')? + 1;
    let name = text.strip_prefix('&')?.get(..end - 1)?;
    if let Some(number) = name.strip_prefix('#') {
        let number = number.trim_end_matches(';');
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        let c1 = code.checked_sub(0x80).and_then(|at| C1_REPLACEMENTS.get(at as usize));
        let decoded = c1.copied().flatten().or_else(|| char::from_u32(code))?;
        return Some((decoded, None, end));
    }
    let (first, second) = *NAMED_ENTITIES.get(name)?;
    // Beginnings of names are in the table with a zero.
    let first = char::from_u32(first).filter(|c| *c != '\0')?;
    Some((first, char::from_u32(second).filter(|c| *c != '\0'), end))
}

/// Decodes all references of a text, once.
pub fn decode_references(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((first, second, length)) = decode_reference(rest) {
            decoded.push(first);
            decoded.extend(second);
            rest = &rest[length..];
        } else {
            decoded.push('&');
            rest = &rest[1..];
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_of_the_standard_are_decoded_once() {
        for (text, expected) in [
            ("S&ouml;hne &amp;amp; Co", "Söhne &amp; Co"),
            ("&Scaron;koda &rarr; &#x27;&#39;", "Škoda → ''"),
            ("&#146;s", "’s"),
            ("&NotEqualTilde;", "≂̸"),
            ("&unknown; &amp &#xD800; &#; & &;", "&unknown; &amp &#xD800; &#; & &;"),
            ("no reference", "no reference"),
        ] {
            assert_eq!(decode_references(text), expected, "{text}");
        }
    }
}
