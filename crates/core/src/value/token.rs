//! The tokens of a short text: numerals, words and signs.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Digits with the separators between them, such as `1.234,56`.
    Numeral,
    /// A run of letters; a superscript 2 or 3 and the degree sign belong to it.
    Word,
    /// Any other character.
    Sign(char),
}

/// One token and its relation to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'t> {
    /// What it is.
    pub(crate) kind: Kind,
    /// The text of the token, unchanged.
    pub(crate) text: &'t str,
    /// Whether whitespace, or the start of the text, comes before it.
    pub(crate) spaced: bool,
    /// How many round brackets are open around it.
    pub(crate) depth: u8,
}

impl Token<'_> {
    pub(crate) fn is_numeral(&self) -> bool {
        self.kind == Kind::Numeral
    }

    pub(crate) fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }

    pub(crate) fn is_sign(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }

    pub(crate) fn is_one_of(&self, signs: &str) -> bool {
        matches!(self.kind, Kind::Sign(sign) if signs.contains(sign))
    }
}

/// Which characters join digits into one numeral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joining {
    /// Separators of thousands and decimals, and an exponent.
    Separators,
    /// None: `27.05.1937` is three numerals. For dates.
    Nothing,
}

/// Splits a text into tokens, in one pass.
pub(crate) fn tokens(text: &str, joining: Joining) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut at = 0;
    let mut spaced = true;
    let mut depth = 0u8;
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() {
            spaced = true;
            at += c.len_utf8();
            continue;
        }
        let rest = &text[at..];
        let starts_decimal = matches!(c, '.' | ',' | '٫')
            && (spaced || tokens.last().is_some_and(|last| last.is_one_of("$€£¥₹")))
            && joining == Joining::Separators;
        let (kind, length) = if c.is_ascii_digit() || (starts_decimal && second_is_digit(rest)) {
            (Kind::Numeral, numeral_length(rest, joining))
        } else if is_ideographic_multiplier(c) && continues_number(tokens.last(), spaced) {
            (Kind::Word, c.len_utf8())
        } else if is_letter(c) {
            (Kind::Word, word_length(rest))
        } else {
            (Kind::Sign(c), c.len_utf8())
        };
        if c == ')' {
            depth = depth.saturating_sub(1);
        }
        tokens.push(Token { kind, text: &rest[..length], spaced, depth });
        if c == '(' {
            depth = depth.saturating_add(1);
        }
        spaced = false;
        at += length;
    }
    tokens
}

fn word_length(text: &str) -> usize {
    let whole = text.find(|c| !is_letter(c)).unwrap_or(text.len());
    // "TEUR" and "MSEK" are thousands and millions of a currency.
    let accounts = matches!(text.as_bytes()[0], b'T' | b'M' | b'k' | b'K')
        && matches!(&text[..whole][1..], "EUR" | "USD" | "CHF" | "GBP" | "SEK" | "NOK" | "DKK");
    if accounts { 1 } else { whole }
}

fn is_letter(c: char) -> bool {
    // Ordinal indicators and the degree sign stand in units; superscripts close them (m²).
    c.is_alphabetic() || matches!(c, '°' | '²' | '³' | 'µ') || is_combining(c)
}

fn is_combining(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn second_is_digit(text: &str) -> bool {
    text.chars().nth(1).is_some_and(|c| c.is_ascii_digit())
}

/// Powers of ten that East Asian scripts write after a number and before what is counted, without spaces.
pub(crate) fn is_ideographic_multiplier(c: char) -> bool {
    "十百千万萬億亿兆십백천만억조".contains(c)
}

/// Whether the character is a syllable of Korean.
pub(crate) fn is_hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7a3}')
}

/// Whether a multiplier here belongs to a number: after digits, or after another multiplier (`3千万`).
fn continues_number(last: Option<&Token<'_>>, spaced: bool) -> bool {
    last.is_some_and(|last| {
        let multiplier = last.text.chars().next().is_some_and(is_ideographic_multiplier);
        last.is_numeral() || (!spaced && multiplier && last.text.chars().count() == 1)
    })
}

fn numeral_length(text: &str, joining: Joining) -> usize {
    let digits = |from: usize| {
        text.as_bytes()[from..].iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    if joining == Joining::Nothing {
        return digits(0);
    }
    let mut end = digits(0);
    loop {
        let Some(separator) = text[end..].chars().next() else { return end };
        let next = end + separator.len_utf8();
        let run = digits(next);
        let joins = match separator {
            '.' | ',' | '٫' | '٬' => run > 0,
            '\'' | '’' | '‘' | 'ʼ' | '´' | '`' | '˙' => {
                run == 3 && is_group_head(&text[..end], separator)
            }
            space if space.is_whitespace() && space != '\n' => {
                run == 3 && is_group_head(&text[..end], separator)
            }
            _ => false,
        };
        if !joins {
            return end + exponent_length(&text[end..]);
        }
        end = next + run;
    }
}

/// Whether a space or an apostrophe after these digits can group thousands: one to three digits, and the
/// same kind of separator before them if there is one.
fn is_group_head(head: &str, separator: char) -> bool {
    let last = head.rfind(|c: char| !c.is_ascii_digit());
    match last {
        None => head.len() <= 3 && !head.starts_with('0'),
        Some(at) => {
            let parts_alike =
                |c: char| c == separator || (c.is_whitespace() && separator.is_whitespace());
            head[at..].chars().next().is_some_and(parts_alike)
        }
    }
}

/// The length in bytes of an exponent such as `e6` or `E+10` at the start of the text.
fn exponent_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    if !matches!(bytes.first(), Some(b'e' | b'E')) {
        return 0;
    }
    let sign = usize::from(matches!(bytes.get(1), Some(b'+' | b'-')));
    let digits = bytes[1 + sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let end = 1 + sign + digits;
    let closed = text[end..].chars().next().is_none_or(|c| !c.is_alphanumeric());
    if (1..=2).contains(&digits) && closed { end } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        tokens(text, Joining::Separators).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn numerals_take_their_separators() {
        assert_eq!(texts("€1.234,56 net"), ["€", "1.234,56", "net"]);
        assert_eq!(texts("1 234 567 m²"), ["1 234 567", "m²"]);
        assert_eq!(texts("1'234.50"), ["1'234.50"]);
        assert_eq!(texts("6'5\""), ["6", "'", "5", "\""]);
        assert_eq!(texts("2019 200"), ["2019", "200"]);
        assert_eq!(texts("10, 200."), ["10", ",", "200", "."]);
        assert_eq!(texts("1.2e6 5eggs .5"), ["1.2e6", "5", "eggs", ".5"]);
        assert_eq!(texts("1h30m"), ["1", "h", "30", "m"]);
        assert_eq!(texts("12億3000万人"), ["12", "億", "3000", "万", "人"]);
        assert_eq!(texts("3千万円"), ["3", "千", "万", "円"]);
        assert_eq!(texts("三千万"), ["三千万"]);
        assert_eq!(texts(",89 12٬345٫6 1\u{2002}234"), [",89", "12٬345٫6", "1\u{2002}234"]);
    }

    #[test]
    fn brackets_count_depth() {
        let depths: Vec<u8> =
            tokens("a (b) c))", Joining::Nothing).iter().map(|token| token.depth).collect();
        assert_eq!(depths, [0, 0, 1, 0, 0, 0, 0]);
    }
}
