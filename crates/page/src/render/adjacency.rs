//! Whether the texts of two adjacent elements are one word or number, or two.

use super::{Gap, Writer};
use crate::tag::Attr;

impl Writer<'_> {
    /// The text before the next one on the same line, with at most its last 64 bytes.
    pub(super) fn line_before(&self) -> &str {
        let text = &self.out.text;
        let is_new_line = self.gap >= Gap::Line || self.cell == Some(text.len());
        if is_new_line || text.ends_with('\n') {
            return "";
        }
        let from = text.floor_char_boundary(text.len().saturating_sub(64));
        let end = &text[from.max(self.cell.unwrap_or(0))..];
        end.rsplit('\n').next().unwrap_or(end)
    }

    /// The gap before a word, as far as the ends and starts of elements and the words themselves decide.
    pub(super) fn true_gap(&self, word: &str) -> Gap {
        let text = self.line_before();
        let (Some(last), Some(first)) = (text.chars().next_back(), word.chars().next()) else {
            return self.gap;
        };
        let is_sign = |c: char| matches!(c, '€' | '$' | '£' | '¥');
        match self.gap {
            Gap::None if self.after_mark && (first.is_alphanumeric() || is_sign(first)) => {
                Gap::Space
            }
            Gap::None if self.crossed && last.is_ascii_digit() => {
                let next_amount = is_sign(first) && word.contains(|c: char| c.is_ascii_digit());
                let is_apart = next_amount || first.is_ascii_digit() && self.starts_number(word);
                if is_apart { Gap::Space } else { Gap::None }
            }
            Gap::Space if self.crossed && last.is_ascii_digit() && continues_number(word) => {
                Gap::None
            }
            gap => gap,
        }
    }

    /// Whether digits that follow digits in another element are another number.
    fn starts_number(&self, word: &str) -> bool {
        let before = number_at_end(self.line_before());
        let digits =
            word.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')).count();
        let number = word[..digits].trim_end_matches(['.', ',']);
        if has_cents(before) && number.len() >= 2
            || has_cents(number) && before.contains(['.', ','])
        {
            return true;
        }
        if number.len() == word.len() && self.tree.text_after(self.parent).starts_with('⁄') {
            return true;
        }
        let class = |id| self.tree.attr(id, Attr::Class).filter(|class| !class.trim().is_empty());
        let classes = class(self.last_parent).zip(class(self.parent));
        classes.is_some_and(|(last, class)| last != class)
            && self.tree.node(self.last_parent).end <= self.parent
    }
}

/// Whether a text right after a number continues it with cents: `,50`, `.99 €`.
fn continues_number(word: &str) -> bool {
    let cents = word.strip_prefix([',', '.']).unwrap_or("");
    let digits = cents.bytes().take_while(u8::is_ascii_digit).count();
    digits == 2 && !cents[digits..].starts_with(|c: char| c.is_alphanumeric())
}

/// The digits and marks at the end of a text that belong to one number.
fn number_at_end(text: &str) -> &str {
    let number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    &text[text.trim_end_matches(number).len()..]
}

/// Whether a number has cents already.
fn has_cents(number: &str) -> bool {
    number.rfind(['.', ',']).is_some_and(|mark| number.len() - mark == 3)
}

/// Whether two adjacent elements without whitespace between them look separate: a label and its value
/// often are, the parts of a number are not.
pub(super) fn are_apart(text: &str, word: &str) -> bool {
    let (Some(last), Some(first)) = (text.chars().next_back(), word.chars().next()) else {
        return false;
    };
    let ends_word = last.is_alphabetic() || matches!(last, ')' | ':');
    ends_word && (first.is_alphanumeric() || matches!(first, '$' | '€' | '£' | '(' | '+'))
        || last.is_ascii_digit() && first.is_alphabetic()
}
