//! Cuts pages into pieces: one per line; long lines are cut after sentences.

use crate::page::{Page, Span};

/// A long line is cut no earlier than at one part in this many of a piece's length.
const LEAST_SHARE: usize = 3;
/// Longest entry of a menu, in bytes.
const MENU_ENTRY: usize = 40;
/// Least number of entries of a menu.
const MENU: usize = 4;

/// One piece of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Its position in the page's text.
    pub span: Span,
    /// The nearest heading above it, as an index into those of [`Pieces`].
    heading: Option<usize>,
    /// Number of pieces between it and that heading.
    pub(super) after_heading: usize,
    /// Whether it is an entry of a menu.
    is_menu: bool,
}

/// The pieces of one page, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pieces {
    pieces: Vec<Piece>,
    /// Text, level, and the heading above.
    headings: Vec<(String, usize, Option<usize>)>,
}

impl Pieces {
    /// Number of pieces.
    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Whether the page has no text.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The position of one piece in the page's text.
    pub fn span(&self, at: usize) -> Span {
        self.pieces[at].span
    }

    /// The text of one piece; `page` is the page that was cut.
    pub fn text<'a>(&self, page: &'a Page, at: usize) -> &'a str {
        &page.text[self.pieces[at].span.range()]
    }

    /// The headings above one piece, outermost first.
    pub fn headings(&self, at: usize) -> Vec<String> {
        let mut above = Vec::new();
        let mut next = self.pieces[at].heading;
        while let Some((text, _, parent)) = next.and_then(|at| self.headings.get(at)) {
            above.push(text.clone());
            next = *parent;
        }
        above.reverse();
        above
    }

    /// Whether one piece is an entry of a menu: one of several short lines in a row that state nothing.
    pub(super) fn is_menu(&self, at: usize) -> bool {
        self.pieces[at].is_menu
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter()
    }

    /// The nearest heading above a piece.
    pub(super) fn heading(&self, piece: &Piece) -> Option<&str> {
        piece.heading.and_then(|at| self.headings.get(at)).map(|(text, ..)| text.as_str())
    }

    /// The pieces that overlap a part of the page's text.
    pub(super) fn pieces_touching(&self, span: Span) -> std::ops::Range<usize> {
        let from = self.pieces.partition_point(|piece| piece.span.end <= span.start);
        let to = self.pieces.partition_point(|piece| piece.span.start < span.end);
        from..to.max(from)
    }

    /// The nearest heading above a new one of this level.
    fn parent(&self, level: usize) -> Option<usize> {
        let mut next = self.headings.len().checked_sub(1);
        while let Some((_, above, parent)) = next.and_then(|at| self.headings.get(at)) {
            if *above < level {
                return next;
            }
            next = *parent;
        }
        None
    }
}

/// Cuts a page into pieces of at most `longest` bytes. Linear in its text: headings have six levels.
pub(super) fn split_page(page: &Page, longest: usize) -> Pieces {
    let mut cut = Pieces::default();
    let mut heading = None;
    let mut after_heading = 0;
    let mut at = 0;
    for line in page.text.split_inclusive('\n') {
        let is_body = at < page.body_end as usize;
        if !is_body {
            heading = None;
        } else if let Some((level, text)) = parse_heading(line) {
            let parent = cut.parent(level);
            cut.headings.push((text.to_owned(), level, parent));
            heading = Some(cut.headings.len() - 1);
            after_heading = 0;
        }
        let mut rest = line;
        while !rest.trim().is_empty() {
            let end = if rest.len() > longest { piece_end(rest, longest) } else { rest.len() };
            let span = Span::new(at, at + end);
            cut.pieces.push(Piece { span, heading, after_heading, is_menu: false });
            after_heading += 1;
            at += end;
            rest = &rest[end..];
        }
        at += rest.len();
    }
    mark_menus(page, &mut cut.pieces);
    cut
}

/// Marks runs of short lines without digits, labels and ends of sentences.
fn mark_menus(page: &Page, pieces: &mut [Piece]) {
    let is_entry = |piece: &Piece| {
        let text = page.text[piece.span.range()].trim();
        text.len() <= MENU_ENTRY
            && !text.starts_with(['#', '|'])
            && !text.contains(|c: char| c.is_numeric() || ":：@.!?。".contains(c))
    };
    for run in pieces.chunk_by_mut(|a, b| is_entry(a) == is_entry(b)) {
        if run.len() >= MENU && run.first().is_some_and(is_entry) {
            for piece in run {
                piece.is_menu = true;
            }
        }
    }
}

/// Where a text of more than `longest` bytes is cut: after a sentence, else after a word, else
/// anywhere between characters.
fn piece_end(text: &str, longest: usize) -> usize {
    let limit = text.floor_char_boundary(longest.max(4));
    let least = limit / LEAST_SHARE;
    let head = &text[..limit];
    let sentence = head.char_indices().rev().find_map(|(at, c)| {
        let end = at + c.len_utf8();
        let stops = matches!(c, '。' | '！' | '？')
            || matches!(c, '.' | '!' | '?' | ';') && text[end..].starts_with(char::is_whitespace);
        (end > least && stops).then_some(end)
    });
    let word = || head.rfind(char::is_whitespace).filter(|at| *at > least);
    sentence.or_else(word).unwrap_or(limit)
}

fn parse_heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|b| *b == b'#').count();
    let text = line.get(level..)?;
    ((1..=6).contains(&level) && text.starts_with(' ')).then(|| (level, text.trim()))
}
