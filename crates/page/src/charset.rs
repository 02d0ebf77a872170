//! Decodes bytes to text: finds the charset of a page.
//!
//! What the byte order mark, the transport, the caller and the page itself say are claims, tried in this
//! order (that of the WHATWG encoding sniffing algorithm). The bytes decide where they prove something:
//! valid UTF-8 is UTF-8 whatever is claimed, and a claim under which the bytes make no text is dropped in
//! favour of the next one, or of a guess from the bytes.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE,
};

use super::Media;

/// The number of bytes in which a page's own charset is searched. Browsers search the first 1,024; real
/// pages have long scripts before it.
const PRESCAN: usize = 64 * 1024;
/// The number of bytes in which a text without a byte order mark is examined for UTF-16.
const SAMPLED: usize = 4096;
/// Number of claims of one page that are tried.
const MAX_CLAIMS: usize = 8;
/// A page with fewer non-ASCII bytes than this does not show how they are distributed.
const MIN_FOREIGN: usize = 6;

/// Decodes the bytes of a page. Malformed sequences become U+FFFD, as in browsers.
pub(super) fn decode<'a>(bytes: &'a [u8], media: &Media<'_>, is_html: bool) -> Cow<'a, str> {
    let bytes = match Encoding::for_bom(bytes) {
        Some((encoding, length)) if encoding == UTF_8 => &bytes[length..],
        Some((encoding, length)) => return without_bom(encoding, &bytes[length..]),
        None => bytes,
    };
    if let Some(encoding) = utf16_without_bom(bytes) {
        return without_bom(encoding, bytes);
    }
    let claims = claims(bytes, media, is_html);
    if bytes.is_ascii() {
        // Only the Japanese charset that switches by escape sequences is ASCII and not what it seems.
        let switches = bytes.contains(&0x1B) && claims.contains(&ISO_2022_JP);
        return without_bom(if switches { ISO_2022_JP } else { UTF_8 }, bytes);
    }
    if is_utf8(bytes) && !is_short_of(bytes, claims.first().copied()) {
        return without_bom(UTF_8, bytes);
    }
    let guess = guess(bytes, media);
    let legacy: Vec<&'static Encoding> =
        claims.into_iter().filter(|claim| *claim != UTF_8 && is_clean(claim, bytes)).collect();
    let claim = match legacy[..] {
        [] => guess,
        // Two claims that the bytes allow: the guess decides if it is one of them.
        [first, ..] => *legacy.iter().find(|claim| **claim == guess).unwrap_or(&first),
    };
    if claim == guess || !is_disproved(claim, guess, bytes) {
        return without_bom(claim, bytes);
    }
    without_bom(guess, bytes)
}

fn without_bom<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Cow<'a, str> {
    encoding.decode_without_bom_handling(bytes).0
}

/// UTF-16 without a byte order mark: of two neighbouring bytes of markup, one is zero.
pub(super) fn utf16_without_bom(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(SAMPLED) & !1];
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let enough = head.len() / 8;
    if head.len() < 4 || first.max(second) <= enough {
        None
    } else if second > first * 8 {
        Some(UTF_16LE)
    } else if first > second * 8 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether the bytes are UTF-8, apart from a damaged character among many, and from one that was cut at
/// the end.
fn is_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut damaged) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        damaged += usize::from(!chunk.invalid().is_empty());
    }
    let is_cut = std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none());
    damaged == 0 || damaged == 1 && is_cut && valid > 0 || damaged * 20 <= valid
}

/// Whether valid UTF-8 is more likely an accident: a few characters of two bytes each, on a page that
/// claims a charset in which most characters have two bytes, and decodes in it.
fn is_short_of(bytes: &[u8], claim: Option<&'static Encoding>) -> bool {
    let Some(claim) = claim.filter(|claim| is_two_byte(claim)) else { return false };
    let non_ascii = bytes.iter().filter(|b| !b.is_ascii()).count();
    let has_longer = bytes.iter().any(|b| *b >= 0xE0);
    !has_longer && non_ascii < 24 && is_clean(claim, bytes)
}

fn is_two_byte(encoding: &'static Encoding) -> bool {
    [BIG5, EUC_JP, EUC_KR, GB18030, GBK, SHIFT_JIS].contains(&encoding)
}

/// Whether the bytes are text in a charset, apart from a damaged character among many.
fn is_clean(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    let (text, _, has_errors) = encoding.decode(bytes);
    if !has_errors {
        return true;
    }
    let damaged = text.matches('\u{fffd}').count();
    let foreign = text.chars().filter(|c| !c.is_ascii()).count();
    damaged * 20 <= foreign
}

/// The charset that the bytes suggest, helped by the page's language and its address.
fn guess(bytes: &[u8], media: &Media<'_>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let host = media.url.and_then(|url| url::Url::parse(url).ok());
    let domain = host.as_ref().and_then(url::Url::domain).and_then(|name| name.rsplit('.').next());
    let language = stated_language(bytes);
    let domain = language.as_deref().and_then(domain_of_language).or(domain).filter(|name| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    });
    detector.guess(domain.map(str::as_bytes), Utf8Detection::Deny)
}

/// The language of the page's `<html lang>`.
fn stated_language(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(PRESCAN)];
    let root = find(head, b"<html")?;
    let tag = head[root..].split(|b| *b == b'>').next()?;
    let at = find(tag, b"lang=")?;
    let value = tag[at + 5..].iter().skip_while(|b| matches!(b, b'"' | b'\''));
    Some(
        value
            .take_while(|b| b.is_ascii_alphabetic())
            .take(8)
            .map(|b| char::from(b.to_ascii_lowercase()))
            .collect(),
    )
}

/// A country's domain whose pages are in a language with charsets of its own.
fn domain_of_language(language: &str) -> Option<&'static str> {
    Some(match language {
        "ja" => "jp",
        "ko" => "kr",
        "zh" => "cn",
        "ru" => "ru",
        "uk" => "ua",
        "bg" => "bg",
        "sr" => "rs",
        "el" => "gr",
        "tr" => "tr",
        "he" | "iw" => "il",
        "ar" => "sa",
        "fa" => "ir",
        "th" => "th",
        "vi" => "vn",
        "pl" => "pl",
        "cs" => "cz",
        "sk" => "sk",
        "hu" => "hu",
        "sl" => "si",
        "hr" => "hr",
        "ro" => "ro",
        "lt" => "lt",
        "lv" => "lv",
        "et" => "ee",
        _ => return None,
    })
}

/// Whether the bytes show that a claim is false: what it makes of them is no text, and the guess makes
/// text of them.
fn is_disproved(claim: &'static Encoding, guess: &'static Encoding, bytes: &[u8]) -> bool {
    if is_latin(claim) && !is_latin(guess) && is_clustered(bytes) {
        return true;
    }
    let (claimed, guessed) = (without_bom(claim, bytes), without_bom(guess, bytes));
    let (strange, foreign) = count_strange(&claimed);
    let (still_strange, _) = count_strange(&guessed);
    strange >= 2 && strange * 8 >= foreign && still_strange * 4 <= strange
}

/// Whether a charset is for languages that write most letters in ASCII.
fn is_latin(encoding: &'static Encoding) -> bool {
    matches!(
        encoding.name(),
        "windows-1250"
            | "windows-1252"
            | "windows-1254"
            | "windows-1257"
            | "windows-1258"
            | "ISO-8859-2"
            | "ISO-8859-3"
            | "ISO-8859-4"
            | "ISO-8859-10"
            | "ISO-8859-13"
            | "ISO-8859-14"
            | "ISO-8859-15"
            | "ISO-8859-16"
            | "macintosh"
    )
}

/// Whether nearly all non-ASCII bytes are beside others: then they are not the accented letters of words
/// in Latin script.
fn is_clustered(bytes: &[u8]) -> bool {
    let (mut all, mut beside) = (0_usize, 0_usize);
    for (at, byte) in bytes.iter().enumerate() {
        if byte.is_ascii() {
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let after = bytes.get(at + 1);
        all += 1;
        beside += usize::from([before, after].into_iter().flatten().any(|b| !b.is_ascii()));
    }
    all >= MIN_FOREIGN && beside * 10 >= all * 8
}

/// The number of characters that do not occur in text, and of all characters outside ASCII: control and
/// private characters, capitals within words, signs between letters.
fn count_strange(text: &str) -> (usize, usize) {
    let (mut strange, mut foreign) = (0, 0);
    let (mut before_last, mut last) = (' ', ' ');
    for c in text.chars() {
        foreign += usize::from(!c.is_ascii());
        let is_control = matches!(c, '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' | '\u{fffd}');
        let is_inner_capital =
            last.is_lowercase() && c.is_uppercase() && !(last.is_ascii() || c.is_ascii());
        let is_sign = matches!(last, '\u{a1}'..='\u{bf}' | '×' | '÷')
            && !matches!(last, 'ª' | 'º' | '·' | '\u{ad}' | 'µ')
            && before_last.is_alphabetic()
            && c.is_alphabetic();
        strange += usize::from(is_control || is_inner_capital || is_sign);
        (before_last, last) = (last, c);
    }
    (strange, foreign)
}

/// The charsets that are claimed for the bytes, the most trustworthy first.
fn claims(bytes: &[u8], media: &Media<'_>, is_html: bool) -> Vec<&'static Encoding> {
    let mut claims: Vec<&'static Encoding> =
        [media.content_type.and_then(charset_parameter), media.charset]
            .into_iter()
            .flatten()
            .filter_map(lookup_encoding)
            .collect();
    if is_html {
        add_claims_in_page(bytes, &mut claims);
    }
    claims
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

/// Adds the charsets of `<meta charset>`, `<meta http-equiv content="…charset=…">` and an XML
/// declaration, wherever in the head they are.
fn add_claims_in_page(bytes: &[u8], claims: &mut Vec<&'static Encoding>) {
    let head = &bytes[..bytes.len().min(PRESCAN)];
    let mut from = 0;
    if head.starts_with(b"<?xml") {
        let end = head.iter().position(|b| *b == b'>').unwrap_or(head.len());
        if let Some(at) = find(&head[..end], b"encoding") {
            claims.extend(label_after(&head[at + 8..end]).as_deref().and_then(readable_as_ascii));
        }
    }
    while let Some(at) = find(&head[from..], b"charset").map(|at| from + at) {
        from = at + 7;
        let tag = head[..at].iter().rposition(|b| *b == b'<');
        let is_meta = tag.is_some_and(|tag| {
            head[tag + 1..].get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"meta"))
        });
        let label = label_after(&head[from..]);
        if is_meta && let Some(encoding) = label.as_deref().and_then(readable_as_ascii) {
            claims.push(encoding);
            if claims.len() >= MAX_CLAIMS {
                return;
            }
        }
    }
}

/// The label after an equals sign.
fn label_after(bytes: &[u8]) -> Option<Vec<u8>> {
    let equals = bytes.iter().take(8).position(|b| *b == b'=')?;
    let label = bytes[equals + 1..]
        .iter()
        .copied()
        .skip_while(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\''))
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.'));
    Some(label.collect())
}

/// The charset of a label that was read as ASCII: such a page is not in UTF-16, whatever it says.
fn readable_as_ascii(label: &[u8]) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label_no_replacement(label)?;
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle))
}

#[cfg(test)]
mod tests;
