//! Decodes bytes to text: finds the charset of a page.
//!
//! The order is that of the WHATWG encoding sniffing algorithm: the byte order mark, the transport's
//! charset, the page's own statement in its first bytes, and finally a guess from the bytes.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The number of bytes in which a page's own charset is searched. Browsers search the first 1,024; real
/// pages have long scripts before it.
const PRESCAN: usize = 4096;

/// Decodes by the byte order mark, the stated charsets in order, the page's own statement, or a guess.
/// Malformed sequences become U+FFFD, as in browsers.
pub(super) fn decode<'a>(
    bytes: &'a [u8],
    content_type: Option<&str>,
    hint: Option<&str>,
    is_html: bool,
) -> Cow<'a, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0;
    }
    let stated = content_type
        .and_then(charset_parameter)
        .and_then(lookup_encoding)
        .or(hint.and_then(lookup_encoding));
    if let Some(encoding) = stated {
        // Servers often state a default that is wrong for the page, but valid UTF-8 with characters
        // outside ASCII is never anything else by accident.
        if encoding == UTF_8 || is_utf8(bytes) {
            return decode_or_guess(bytes);
        }
        return encoding.decode_without_bom_handling(bytes).0;
    }
    if is_html && let Some(encoding) = declared_in_page(bytes) {
        if encoding == UTF_8 {
            return decode_or_guess(bytes);
        }
        return encoding.decode_without_bom_handling(bytes).0;
    }
    decode_or_guess(bytes)
}

/// UTF-8 if the bytes are (nearly) valid UTF-8; a page cut in the middle of a character still is.
fn decode_or_guess(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) if error.error_len().is_none() => UTF_8.decode_without_bom_handling(bytes).0,
        Err(_) => {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
            detector.feed(bytes, true);
            let guess = detector.guess(None, Utf8Detection::Allow);
            guess.decode_without_bom_handling(bytes).0
        }
    }
}

fn is_utf8(bytes: &[u8]) -> bool {
    !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok()
}

fn lookup_encoding(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(label.trim().as_bytes())
}

/// The `charset` parameter of a content type.
fn charset_parameter(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })
}

/// The charset of `<meta charset>`, `<meta http-equiv content="…charset=…">` or an XML declaration.
fn declared_in_page(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(PRESCAN)];
    let mut rest = head;
    while let Some(at) = find(rest, b"charset").or_else(|| find_declaration(rest)) {
        let after = rest[at..].iter().position(|b| *b == b'=').map(|equals| at + equals + 1);
        let Some(after) = after.filter(|after| after - at < 16) else {
            rest = &rest[at + 7..];
            continue;
        };
        let label: Vec<u8> = rest[after..]
            .iter()
            .copied()
            .skip_while(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\''))
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.'))
            .collect();
        if let Some(encoding) = Encoding::for_label_no_replacement(&label) {
            // A page whose tag is readable as ASCII is not in UTF-16, whatever the tag says.
            return Some(if encoding == UTF_16LE || encoding == UTF_16BE {
                UTF_8
            } else {
                encoding
            });
        }
        rest = &rest[after..];
    }
    None
}

fn find_declaration(bytes: &[u8]) -> Option<usize> {
    bytes.starts_with(b"<?xml").then(|| find(bytes, b"encoding")).flatten()
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_wins_and_is_dropped() {
        assert_eq!(decode(b"\xEF\xBB\xBFa", Some("text/html; charset=latin1"), None, true), "a");
        assert_eq!(decode(b"\xFF\xFEa\0b\0", None, None, true), "ab");
        assert_eq!(decode(b"\xFE\xFF\0a", None, None, false), "a");
    }

    #[test]
    fn the_content_type_then_the_hint_then_the_page() {
        let latin = b"<meta charset=windows-1252>caf\xE9";
        assert!(decode(latin, None, None, true).ends_with("café"));
        assert!(decode(latin, Some("text/html; charset=\"koi8-r\""), None, true).ends_with("cafИ"));
        assert!(decode(latin, None, Some("koi8-r"), true).ends_with("cafИ"));
        let http_equiv =
            b"<meta http-equiv=Content-Type content='text/html; charset=iso-8859-2'>\xB1";
        assert!(decode(http_equiv, None, None, true).ends_with('ą'));
        assert_eq!(
            decode(b"<?xml version='1.0' encoding='koi8-r'?>\xC9", None, None, true).chars().last(),
            Some('и')
        );
    }

    #[test]
    fn a_false_statement_does_not_spoil_utf8() {
        let page = "<meta charset=utf-8>naïve".as_bytes();
        assert!(decode(page, Some("text/html; charset=iso-8859-1"), None, true).ends_with("naïve"));
        assert!(
            decode(b"<meta charset=utf-8>caf\xE9 au lait, tr\xE8s bien", None, None, true)
                .contains("café")
        );
        assert!(decode(b"<meta charset=utf-16>abc", None, None, true).ends_with("abc"));
    }

    #[test]
    fn nothing_stated_is_guessed() {
        assert_eq!(decode(b"d\xE9j\xE0 vu, tr\xE8s bien", None, None, false), "déjà vu, très bien");
        assert_eq!(decode("žluťoučký".as_bytes(), None, None, false), "žluťoučký");
        assert_eq!(decode(b"", None, None, true), "");
    }
}
