//! The marks of stored text: `~~struck~~` and `^raised^`.

/// What a raised number after digits means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Raised {
    /// The cents of a price, if they are two digits: `19^99^`.
    Cents,
    /// A reference, which is no part of the value: `346^2006^`.
    Reference,
}

/// No raised text is longer than this, in bytes.
const LONGEST_RAISED: usize = 40;

/// The text without struck parts, and with raised ones resolved: references are dropped, the letters of
/// ordinals (`5^th^`) stay. What a mark separates stays separate.
pub(crate) fn without_marks(text: &str, raised: Raised) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['~', '^']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = struck(rest) {
            out.push(' ');
            rest = after;
        } else if let Some((inside, after)) = raised_text(rest, &out) {
            resolve(inside, raised, &mut out);
            rest = after;
        } else {
            let length = rest.chars().next().map_or(0, char::len_utf8);
            out.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    out.push_str(rest);
    out
}

/// What follows the struck text that starts here.
fn struck(text: &str) -> Option<&str> {
    let inside = text.strip_prefix("~~")?;
    let (struck, after) = inside.split_once("~~")?;
    (!struck.trim().is_empty()).then_some(after)
}

/// The raised text that starts here, and what follows it. It touches what comes before it.
fn raised_text<'t>(text: &'t str, before: &str) -> Option<(&'t str, &'t str)> {
    let touches = before.chars().next_back().is_some_and(|c| !c.is_whitespace());
    let (inside, after) = text.strip_prefix('^').filter(|_| touches)?.split_once('^')?;
    let tight = !inside.is_empty()
        && inside.len() <= LONGEST_RAISED
        && !inside.starts_with(char::is_whitespace)
        && !inside.contains('\n')
        // "10^6 and 10^9" are powers.
        && (!inside.starts_with(|c: char| c.is_ascii_digit()) || !inside.contains(' '));
    tight.then_some((inside, after))
}

fn resolve(inside: &str, raised: Raised, out: &mut String) {
    let ordinal = match inside.to_lowercase().as_str() {
        "st" | "nd" | "rd" | "th" | "er" | "re" | "ère" | "ème" | "ª" | "º" => true,
        // Letters also mark footnotes, but not after a day of the month.
        "a" | "o" | "e" => is_small_number(out),
        _ => false,
    };
    let cents = inside.len() == 2 && inside.bytes().all(|b| b.is_ascii_digit());
    if ordinal {
        out.push_str(inside);
    } else if cents && raised == Raised::Cents && ends_in_whole_price(out) {
        // The Arabic decimal mark is one in every language.
        out.push('٫');
        out.push_str(inside);
    } else {
        out.push(' ');
    }
}

/// Whether the text ends in a number of one or two digits.
fn is_small_number(text: &str) -> bool {
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let before = text[..text.len() - digits].chars().next_back();
    (1..=2).contains(&digits) && before.is_none_or(char::is_whitespace)
}

/// Whether the text ends in digits that have no decimals yet; a decimal mark may come last.
fn ends_in_whole_price(out: &mut String) -> bool {
    let bare = out.strip_suffix(['.', ',']).unwrap_or(out);
    if !bare.ends_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let decimals = bare.bytes().rev().take_while(u8::is_ascii_digit).count();
    let before = bare[..bare.len() - decimals].chars().next_back();
    let has_decimals = matches!(before, Some('.' | ',' | '٫')) && decimals != 3;
    let length = bare.len();
    if !has_decimals {
        out.truncate(length);
    }
    !has_decimals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn struck_text_is_no_part_of_a_value() {
        for (text, expected) in [
            ("~~€ 49.00~~ € 39.00", "  € 39.00"),
            ("12~~34~~56", "12 56"),
            ("~~was~~ ~~is~~ 5", "    5"),
            ("~5 km", "~5 km"),
            ("~~~~", "~~~~"),
            ("a ~~ b", "a ~~ b"),
        ] {
            assert_eq!(without_marks(text, Raised::Reference), expected, "{text}");
        }
    }

    #[test]
    fn raised_text_joins_no_number() {
        for (text, reference, cents) in [
            ("346^2006^", "346 ", "346 "),
            ("19^99^", "19 ", "19٫99"),
            ("1.299^00^ €", "1.299  €", "1.299٫00 €"),
            ("19,^99^", "19, ", "19٫99"),
            ("19.50^12^", "19.50 ", "19.50 "),
            ("5^th^ May", "5th May", "5th May"),
            ("1^o^ maggio", "1o maggio", "1o maggio"),
            ("95.855^a^", "95.855 ", "95.855 "),
            ("10^6 and 10^9", "10^6 and 10^9", "10^6 and 10^9"),
            ("2 ^10", "2 ^10", "2 ^10"),
        ] {
            assert_eq!(without_marks(text, Raised::Reference), reference, "{text}");
            assert_eq!(without_marks(text, Raised::Cents), cents, "{text}");
        }
    }
}
