//! One linear pass over HTML before it is parsed: it removes invisible content, and limits what makes a
//! parser slow.
//!
//! For many tags, a tree builder does work in proportion to the nesting depth, and to the square of a
//! tag's number of attributes. So this pass limits depth, attributes and unclosed formatting elements.
//! The parser's own tree is checked as well ([`super::tree`]), since this scan is not a parser.

use ampledata_core::character_reference::decode_references;

use super::state;
use super::tag::Tag;

/// Start tags at this nesting depth or deeper are left out; browsers flatten at 512 as well.
const MAX_DEPTH: usize = 512;
/// Maximum number of open formatting elements; further ones are left out, since a parser opens each of
/// them again in every following paragraph.
const MAX_OPEN_FORMATTING: usize = 64;
/// Maximum number of attributes of one tag; further ones are cut off.
const MAX_ATTRIBUTES: usize = 256;
/// Maximum size of all `<style>` blocks of one page in bytes; further ones are ignored.
const MAX_STYLES: usize = 500_000;
/// Maximum number of scripts of one page that are kept for [`Limited::scripts`].
const MAX_SCRIPTS: usize = 400;
/// Maximum number of `<html>` and `<body>` tags; further ones are left out, since each is merged into the
/// first.
const MAX_ROOTS: usize = 8;

/// The page without comments, scripts (except those that hold JSON), styles, vector graphics and other
/// invisible content, with limited nesting.
///
/// The content of `<noscript>` is left out as well, unless `without_scripts` is set: then it is part of
/// the page.
pub(super) fn limit_html(html: &str, without_scripts: bool) -> Limited<'_> {
    let mut scan = Scan::new(html, without_scripts);
    scan.run();
    Limited { html: scan.out, styles: scan.styles, scripts: scan.scripts }
}

/// A page after [`limit_html`].
#[derive(Debug)]
pub(super) struct Limited<'a> {
    /// What the parser receives.
    pub(super) html: String,
    /// The content of the `<style>` blocks that hold on a screen.
    pub(super) styles: String,
    /// The `<script>`s that were left out: their tags with their content.
    pub(super) scripts: Vec<&'a str>,
}

struct Scan<'a> {
    html: &'a str,
    without_scripts: bool,
    out: String,
    styles: String,
    scripts: Vec<&'a str>,
    /// Start of the text that is not yet copied.
    kept: usize,
    open: Vec<Tag>,
    /// How often each tag occurs in `open`.
    counts: [u32; Tag::COUNT],
    formatting: usize,
    roots: usize,
    /// End tags that do not occur in the rest of the page.
    missing: [bool; Tag::COUNT],
}

/// The parts of a start or end tag.
struct Token {
    tag: Tag,
    self_closing: bool,
    holds_json: bool,
    /// The position after its `>`.
    end: usize,
    /// The position at which its attributes are cut off, if there are too many.
    cut: Option<usize>,
}

impl<'a> Scan<'a> {
    fn new(html: &'a str, without_scripts: bool) -> Self {
        Self {
            html,
            without_scripts,
            out: String::with_capacity(html.len() / 2),
            styles: String::new(),
            scripts: Vec::new(),
            kept: 0,
            open: Vec::new(),
            counts: [0; Tag::COUNT],
            formatting: 0,
            roots: 0,
            missing: [false; Tag::COUNT],
        }
    }

    fn run(&mut self) {
        let bytes = self.html.as_bytes();
        let mut at = 0;
        while let Some(found) = self.html[at..].find('<') {
            let start = at + found;
            at = match bytes.get(start + 1) {
                Some(b'!') => self.markup_declaration(start),
                Some(b'?') => {
                    let end = self.html[start..].find('>').map_or(bytes.len(), |i| start + i + 1);
                    self.leave_out(start, end)
                }
                Some(b'/') if bytes.get(start + 2).is_some_and(u8::is_ascii_alphabetic) => {
                    self.tag(start, true)
                }
                Some(next) if next.is_ascii_alphabetic() => self.tag(start, false),
                _ => start + 1,
            };
        }
        self.out.push_str(&self.html[self.kept..]);
    }

    fn leave_out(&mut self, start: usize, end: usize) -> usize {
        self.out.push_str(&self.html[self.kept..start]);
        self.kept = end;
        end
    }

    /// Notes the styles and the scripts that are left out.
    fn note_left_out(&mut self, tag: Tag, start: usize, inner: usize, end: usize) {
        let html = self.html;
        match tag {
            Tag::Script if self.scripts.len() < MAX_SCRIPTS => self.scripts.push(&html[start..end]),
            Tag::Style => {
                let content = &html[inner..end];
                let content = content.rfind("</").map_or(content, |at| &content[..at]);
                let fits = self.styles.len() + content.len() <= MAX_STYLES;
                if fits && holds_on_screens(&html[start..inner]) {
                    self.styles.push_str(content);
                    self.styles.push('\n');
                }
            }
            _ => {}
        }
    }

    fn markup_declaration(&mut self, start: usize) -> usize {
        let rest = &self.html[start..];
        let length = if rest.starts_with("<!-->") {
            5
        } else if rest.starts_with("<!--->") {
            6
        } else if let Some(comment) = rest.strip_prefix("<!--") {
            comment.find("-->").map_or(rest.len(), |i| i + 7)
        } else if rest.as_bytes().get(..9).is_some_and(|d| d.eq_ignore_ascii_case(b"<!doctype")) {
            // The parser needs the doctype: without one, a table does not close a paragraph.
            return rest.find('>').map_or(self.html.len(), |i| start + i + 1);
        } else if rest.starts_with("<![CDATA[") {
            9
        } else {
            rest.find('>').map_or(rest.len(), |i| i + 1)
        };
        self.leave_out(start, start + length)
    }

    fn tag(&mut self, start: usize, is_end: bool) -> usize {
        let token = self.token(start, is_end);
        if token.tag == Tag::Noscript && self.without_scripts {
            return self.leave_out(start, token.end);
        }
        if is_end {
            self.close(token.tag);
            return token.end;
        }
        if token.tag.is_raw_text() && !token.holds_json {
            let end = self.after_end_tag(token.tag, token.end);
            let content = &self.html[token.end..end.unwrap_or(self.html.len())];
            if token.tag == Tag::Script && state::holds_state(content) {
                let end = end.unwrap_or(self.html.len());
                self.note_left_out(Tag::Script, start, token.end, end);
                return end;
            }
            // A title and a text area are text of the page; the rest is never visible.
            if matches!(token.tag, Tag::Title) {
                return end.unwrap_or(self.html.len());
            }
            let end = end.unwrap_or(self.html.len());
            self.note_left_out(token.tag, start, token.end, end);
            return self.leave_out(start, end);
        }
        if token.holds_json {
            return self.after_end_tag(token.tag, token.end).unwrap_or(self.html.len());
        }
        if token.tag == Tag::Svg {
            let end = if token.self_closing {
                Some(token.end)
            } else {
                self.after_end_tag(token.tag, token.end)
            };
            return self.leave_out(start, end.unwrap_or(token.end));
        }
        if !self.admit(token.tag) {
            return self.leave_out(start, token.end);
        }
        if let Some(cut) = token.cut {
            self.out.push_str(&self.html[self.kept..cut]);
            self.out.push('>');
            self.kept = token.end;
        }
        token.end
    }

    /// Whether a start tag may stay; counts it if so.
    fn admit(&mut self, tag: Tag) -> bool {
        if tag.is_void() {
            return true;
        }
        if matches!(tag, Tag::Html | Tag::Body) {
            self.roots += 1;
            return self.roots <= MAX_ROOTS;
        }
        if tag.is_formatting() {
            if self.formatting >= MAX_OPEN_FORMATTING {
                return false;
            }
            self.formatting += 1;
        }
        self.close_implied(tag);
        if self.open.len() >= MAX_DEPTH {
            return false;
        }
        self.open.push(tag);
        self.counts[tag as usize] += 1;
        true
    }

    /// Closes the elements that a start tag closes implicitly: a list of a thousand items without end
    /// tags is not a thousand levels deep.
    fn close_implied(&mut self, tag: Tag) {
        while let Some(top) = self.open.last().copied() {
            let implied = match tag {
                Tag::Li => matches!(top, Tag::Li | Tag::P),
                Tag::Dt | Tag::Dd => matches!(top, Tag::Dt | Tag::Dd | Tag::P),
                Tag::Td | Tag::Th => matches!(top, Tag::Td | Tag::Th | Tag::P),
                Tag::Tr => matches!(top, Tag::Td | Tag::Th | Tag::Tr | Tag::P),
                Tag::Tbody => matches!(top, Tag::Td | Tag::Th | Tag::Tr | Tag::P | Tag::Tbody),
                Tag::Option => top == Tag::Option,
                _ => tag.is_block() && top == Tag::P,
            };
            if !implied {
                return;
            }
            self.open.pop();
            self.counts[top as usize] -= 1;
        }
    }

    fn close(&mut self, tag: Tag) {
        if tag.is_formatting() {
            self.formatting = self.formatting.saturating_sub(1);
        }
        if self.counts[tag as usize] == 0 {
            return;
        }
        // As in the specification, an end tag does not reach beyond a table's cell.
        let reaches = tag.is_table_part()
            || !self
                .open
                .iter()
                .rev()
                .take_while(|open| **open != tag)
                .any(|open| matches!(open, Tag::Td | Tag::Th | Tag::Table | Tag::Caption));
        if !reaches {
            return;
        }
        while let Some(top) = self.open.pop() {
            self.counts[top as usize] -= 1;
            if top == tag {
                return;
            }
        }
    }

    /// Reads a tag up to its `>`, respecting quotes.
    fn token(&self, start: usize, is_end: bool) -> Token {
        let bytes = self.html.as_bytes();
        let name_start = start + 1 + usize::from(is_end);
        let name_end = name_start
            + bytes[name_start..]
                .iter()
                .position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
                .unwrap_or(bytes.len() - name_start);
        let tag = Tag::from_name_ignoring_case(&self.html[name_start..name_end]);
        let (mut at, mut attributes, mut cut) = (name_end, 0_usize, None);
        let mut after_equals = false;
        let mut in_name = false;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'>' => break,
                b'"' | b'\'' if after_equals => {
                    at = bytes[at + 1..]
                        .iter()
                        .position(|b| *b == byte)
                        .map_or(bytes.len(), |i| at + 1 + i);
                    after_equals = false;
                    in_name = false;
                }
                b'=' => after_equals = true,
                b'/' if !after_equals => in_name = false,
                _ if byte.is_ascii_whitespace() => in_name = false,
                _ => {
                    if !in_name && !after_equals {
                        attributes += 1;
                        if attributes > MAX_ATTRIBUTES && cut.is_none() {
                            cut = Some(at);
                        }
                    }
                    in_name = true;
                    after_equals = false;
                }
            }
            at += 1;
        }
        let end = (at + 1).min(bytes.len());
        let inside = self.html.get(name_end..at.min(bytes.len())).unwrap_or("");
        Token {
            tag,
            self_closing: inside.ends_with('/'),
            holds_json: tag == Tag::Script && !is_end && names_json(inside),
            end,
            cut,
        }
    }

    /// The position after the next `</tag…>`; `None` if the rest of the page has none.
    fn after_end_tag(&mut self, tag: Tag, from: usize) -> Option<usize> {
        if self.missing[tag as usize] {
            return None;
        }
        let name = tag.name();
        let mut at = from;
        while let Some(found) = self.html[at..].find("</") {
            let start = at + found + 2;
            let candidate = self.html.as_bytes().get(start..start + name.len());
            if candidate.is_some_and(|c| c.eq_ignore_ascii_case(name.as_bytes())) {
                let close = self.html[start..].find('>');
                return Some(close.map_or(self.html.len(), |i| start + i + 1));
            }
            at = start;
        }
        self.missing[tag as usize] = true;
        None
    }
}

/// Whether a `<style>` tag has no `media`, or one that includes every screen.
fn holds_on_screens(tag: &str) -> bool {
    let lower = tag.to_ascii_lowercase();
    let Some((_, media)) = lower.split_once("media=") else { return true };
    let media = media.trim_start_matches(['"', '\'']);
    let media = media.split(['"', '\'', '>']).next().unwrap_or("").trim();
    matches!(media, "" | "all" | "screen" | "screen, print" | "all, print")
}

/// Whether the attributes of a script mark it as JSON-LD or other JSON.
fn names_json(attributes: &str) -> bool {
    let attributes = decode_references(attributes);
    attributes
        .as_bytes()
        .windows(5)
        .any(|w| w.eq_ignore_ascii_case(b"+json") || w.eq_ignore_ascii_case(b"/json"))
}
