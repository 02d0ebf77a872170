//! Text that a spreadsheet would interpret as a formula.

use std::borrow::Cow;

/// Characters that make a spreadsheet interpret a CSV field as a formula, or skip to one, according to
/// the OWASP page on CSV injection; includes full-width forms.
const STARTS: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}'];

/// The text, with an apostrophe in front if a spreadsheet would interpret it as a formula.
///
/// Signed numbers and telephone numbers (`-5`, `+49 30 1234`, `-1.5e-3`, `-12 %`) stay as they are:
/// arithmetic with digits is harmless.
pub(super) fn guarded(text: &str) -> Cow<'_, str> {
    // Spreadsheets may trim blanks before they check.
    let seen = text.trim_start_matches([' ', '\u{A0}']);
    if !seen.starts_with(STARTS) || is_number_like(seen) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{text}"))
}

fn is_number_like(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['+', '-']) else { return false };
    if rest.starts_with(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok() {
        return true;
    }
    let plain = |c: char| {
        c.is_ascii_digit()
            || matches!(c, ' ' | '.' | ',' | '(' | ')' | '-' | '/' | '%' | '\u{A0}' | '\u{202F}')
    };
    rest.chars().all(plain) && rest.chars().any(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_guarded_and_numbers_are_not() {
        for text in [
            "=1+1",
            "=HYPERLINK(\"http://x\")",
            "+cmd|' /C calc'!A0",
            "-2+3+cmd|' /C calc'!A0",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "  =1",
            "＝1",
            "-",
            "+",
            "--",
            "-A1",
            "+inf",
        ] {
            assert_eq!(guarded(text), format!("'{text}"), "{text:?}");
        }
        for text in [
            "",
            "a=b",
            "-5",
            "+5.5",
            "-1.5e-3",
            "-1,234",
            "-12 %",
            "+49 30 1234",
            "+1 (555) 123-4567",
            "'=1",
            " a",
        ] {
            assert_eq!(guarded(text), text);
        }
    }
}
