//! Digits of every script, and the signs of East Asian keyboards, as ASCII.

use std::borrow::Cow;

/// The zeros of the scripts whose ten digits follow one another (Unicode category Nd, without those of
/// historic scripts and of mathematics).
const ZEROS: [char; 37] = [
    '\u{660}',
    '\u{6f0}',
    '\u{7c0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{ae6}',
    '\u{b66}',
    '\u{be6}',
    '\u{c66}',
    '\u{ce6}',
    '\u{d66}',
    '\u{de6}',
    '\u{e50}',
    '\u{ed0}',
    '\u{f20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17e0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19d0}',
    '\u{1a80}',
    '\u{1a90}',
    '\u{1b50}',
    '\u{1bb0}',
    '\u{1c40}',
    '\u{1c50}',
    '\u{a620}',
    '\u{a8d0}',
    '\u{a900}',
    '\u{a9d0}',
    '\u{a9f0}',
    '\u{aa50}',
    '\u{abf0}',
    '\u{ff10}',
    '\u{11136}',
];

/// The text with all decimal digits, and full-width punctuation and currency signs, as ASCII. The Arabic
/// marks of decimals (`٫`) and thousands (`٬`) stay: they say more than a comma does.
pub(crate) fn ascii_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(ascii).collect())
}

fn ascii(c: char) -> char {
    match c {
        '\0'..='\u{65f}' if c != '،' => c,
        '،' => ',',
        '，' | '．' | '％' | '（' | '）' | '－' | '＋' | '／' | '：' | '～' => {
            u8::try_from(u32::from(c) - 0xfee0).map_or(c, char::from)
        }
        '￥' => '¥',
        '＄' => '$',
        '￡' => '£',
        '￦' => '₩',
        other => digit(other).unwrap_or(other),
    }
}

/// The ASCII digit of the same value.
fn digit(c: char) -> Option<char> {
    let zero = ZEROS.iter().rev().find(|zero| **zero <= c)?;
    char::from_digit(u32::from(c) - u32::from(*zero), 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_all_scripts_become_ascii() {
        for (text, expected) in [
            ("١٢٬٣٤٥٫٦", "12٬345٫6"),
            ("۱۲۳۴۵۶۷۸۹۰", "1234567890"),
            ("१२,३४५", "12,345"),
            ("৪৫৬", "456"),
            ("๒๕๕๑", "2551"),
            ("១៩៩៩", "1999"),
            ("１２，３４５．６％", "12,345.6%"),
            ("٣، ٤", "3, 4"),
            ("½ ² ① 三", "½ ² ① 三"),
            ("plain 12", "plain 12"),
        ] {
            assert_eq!(ascii_digits(text), expected, "{text}");
        }
    }
}
