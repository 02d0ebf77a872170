//! The tokens of a sentence: words, numbers and the punctuation that separates clauses.

use ampledata_core::value::fold;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extractor) enum TokenKind {
    Word,
    /// Begins with a digit or the sign of a currency.
    Number,
    Mark,
}

/// A word, number or punctuation mark of a sentence.
#[derive(Debug, Clone)]
pub(in crate::extractor) struct Token<'a> {
    pub(super) text: &'a str,
    /// Its position in the sentence, in bytes.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) folded: String,
    pub(super) kind: TokenKind,
    /// Whether a hyphen joins it to the token before it.
    pub(super) is_joined: bool,
    /// Whether it is part of a quotation of several words.
    pub(super) is_quoted: bool,
}

impl Token<'_> {
    pub(super) fn is_mark(&self) -> bool {
        self.kind == TokenKind::Mark
    }

    pub(super) fn is_capitalised(&self) -> bool {
        self.kind == TokenKind::Word && self.text.starts_with(char::is_uppercase)
    }
}

/// Fewest tokens between quotation marks that are speech and not a name.
const QUOTATION: usize = 4;

/// Splits a sentence into tokens. Apostrophes and hyphens end a word; full stops and quotation marks are
/// left out. Linear in the sentence.
pub(super) fn tokenize(sentence: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut at = 0;
    let mut is_joined = false;
    let mut quoted_from: Option<usize> = None;
    while let Some(c) = sentence[at..].chars().next() {
        let (end, kind) = if starts_number(&sentence[at..]) {
            (number_end(sentence, at), TokenKind::Number)
        } else if c.is_alphanumeric() {
            let rest = &sentence[at..];
            let length = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
            (at + length, TokenKind::Word)
        } else if matches!(c, ',' | ';' | ':' | '(' | ')' | '–' | '—' | '/' | '|' | '·' | '•')
        {
            (at + c.len_utf8(), TokenKind::Mark)
        } else {
            match (c, quoted_from) {
                ('“' | '„' | '«' | '"', None) => quoted_from = Some(tokens.len()),
                ('”' | '“' | '»' | '"', Some(from)) => {
                    if tokens.len() - from >= QUOTATION {
                        for token in &mut tokens[from..] {
                            token.is_quoted = true;
                        }
                    }
                    quoted_from = None;
                }
                _ => {}
            }
            let next = &sentence[at + c.len_utf8()..];
            is_joined = matches!(c, '-' | '‐' | '‑')
                && tokens.last().is_some_and(|last| last.end == at && !last.is_mark())
                && next.starts_with(char::is_alphanumeric);
            at += c.len_utf8();
            continue;
        };
        let text = &sentence[at..end];
        let folded = if kind == TokenKind::Mark { fold_mark(c).to_owned() } else { fold(text) };
        tokens.push(Token { text, start: at, end, folded, kind, is_joined, is_quoted: false });
        is_joined = false;
        at = end;
    }
    tokens
}

/// Dashes and opening brackets separate as a comma does.
fn fold_mark(c: char) -> &'static str {
    match c {
        ',' | '(' | '–' | '—' => ",",
        ')' => ")",
        ':' => ":",
        _ => ";",
    }
}

fn starts_number(rest: &str) -> bool {
    let mut chars = rest.chars();
    match chars.next() {
        Some(c) if c.is_ascii_digit() => true,
        Some('$' | '€' | '£' | '¥') => {
            chars.as_str().trim_start().starts_with(|c: char| c.is_ascii_digit())
        }
        _ => false,
    }
}

/// The end of a number with its separators and the letters that follow it directly: `1,280`, `2 115`,
/// `34.5km`, `€ 389`.
fn number_end(sentence: &str, start: usize) -> usize {
    let bytes = sentence.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = start;
    while !is_digit(at) {
        at += sentence[at..].chars().next().map_or(1, char::len_utf8);
    }
    let mut leading = true;
    loop {
        let run = at;
        while is_digit(at) {
            at += 1;
        }
        let length = at - run;
        let Some(mark) = sentence[at..].chars().next() else { break };
        let next = at + mark.len_utf8();
        let group = (0..3).all(|offset| is_digit(next + offset)) && !is_digit(next + 3);
        let goes_on = match mark {
            '.' | ',' | '\'' | '’' => is_digit(next),
            ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' => {
                group && if leading { length <= 3 } else { length == 3 }
            }
            _ => false,
        };
        if !goes_on {
            break;
        }
        leading = false;
        at = next;
    }
    let rest = &sentence[at..];
    let suffix = |c: char| c.is_alphanumeric() || matches!(c, '²' | '³' | '%' | '€' | '£' | '°');
    at + rest.find(|c: char| !suffix(c)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_are_whole() {
        for (sentence, expected) in [
            ("It has 43,000 seats.", "It has 43,000 seats"),
            ("compte 2 115 habitants", "compte 2 115 habitants"),
            ("in 1998 300 people", "in 1998 300 people"),
            ("L’ingresso costa € 5, poi", "L ingresso costa € 5 , poi"),
            ("a sous-chef (34.5km)", "a sous chef ( 34.5km )"),
        ] {
            let tokens = tokenize(sentence);
            let texts: Vec<&str> = tokens.iter().map(|token| token.text).collect();
            assert_eq!(texts.join(" "), expected);
        }
        assert_eq!(tokenize("compte 2 115 habitants").len(), 3);
        assert!(tokenize("a sous-chef")[2].is_joined);
    }
}
