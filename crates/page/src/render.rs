//! Renders the whole page as Markdown, as a reader sees it, and records the position of each node.

use ampledata_core::page::Span;

use ampledata_core::marks::STRUCK;

use super::raised::{Form, form_of};
use super::tables::Table;
use super::tag::{Attr, Tag};
use super::tree::{Id, Tree, to_offset};

mod adjacency;

use adjacency::are_apart;

/// Maximum number of columns of a `colspan`.
const MAX_COLSPAN: usize = 30;
/// Maximum number of levels to which nested lists are indented.
const MAX_INDENT: usize = 6;

/// The Markdown with the position of each node.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    pub(super) text: String,
    /// The part of `text` of each node; empty if the node shows nothing.
    pub(super) spans: Vec<Span>,
    /// The position of each heading, with its text.
    pub(super) headings: Vec<(u32, String)>,
    /// The parts of `text` that are struck out, with their marks.
    pub(super) struck: Vec<Span>,
    /// Whether the text was cut at the limit.
    pub(super) is_cut: bool,
}

/// The separator between the last text and the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Line,
    Block,
}

struct Frame {
    id: Id,
    start: Option<u32>,
}

#[expect(clippy::struct_excessive_bools, reason = "the flags are independent of each other")]
struct Writer<'a> {
    tree: &'a Tree,
    tables: &'a [Table],
    out: Rendered,
    max_bytes: usize,
    open: Vec<Frame>,
    /// Frames from this index on have no text yet.
    unset: usize,
    gap: Gap,
    prefix: String,
    /// The number of the next item of each open list; `None` if the list is not numbered.
    lists: Vec<Option<usize>>,
    pre: usize,
    /// The start of the current cell of a data table, in which everything stays on one line.
    cell: Option<usize>,
    /// The number of cells of the current row; `None` after the first row of a table has been closed.
    header: Option<usize>,
    last_text_end: usize,
    /// Whether an element ended and another began since the last text.
    closed: bool,
    reopened: bool,
    /// Whether an element began or ended since the last text.
    crossed: bool,
    /// Whether the text ends with a mark.
    after_mark: bool,
    /// The index in `open` of the outermost element that is struck out.
    struck: Option<usize>,
    /// Where the open mark of struck text stands.
    struck_start: Option<usize>,
    /// The parent of the text that is written, and that of the last one.
    parent: Id,
    last_parent: Id,
}

/// Renders the page; `max_bytes` limits the text.
pub(super) fn render(tree: &Tree, tables: &[Table], max_bytes: usize) -> Rendered {
    let mut writer = Writer {
        tree,
        tables,
        out: Rendered { spans: vec![Span { start: 0, end: 0 }; tree.len()], ..Rendered::default() },
        max_bytes,
        open: Vec::new(),
        unset: 0,
        gap: Gap::None,
        prefix: String::new(),
        lists: Vec::new(),
        pre: 0,
        cell: None,
        header: None,
        last_text_end: 0,
        closed: false,
        reopened: false,
        crossed: false,
        after_mark: false,
        struck: None,
        struck_start: None,
        parent: 0,
        last_parent: 0,
    };
    writer.run();
    writer.out
}

impl Writer<'_> {
    fn run(&mut self) {
        let mut at = 1;
        while at < self.tree.len() {
            while self.open.last().is_some_and(|top| self.tree.node(top.id).end <= at) {
                self.close();
            }
            let node = self.tree.node(at);
            if self.out.text.len() >= self.max_bytes {
                self.out.is_cut = true;
                break;
            }
            if node.unseen {
                at = node.end;
                continue;
            }
            if node.tag == Tag::Text {
                self.parent = node.parent;
                let blank = self.last_text_end;
                let start = self.write_text(self.tree.text(at)).unwrap_or(blank);
                self.out.spans[at] =
                    Span { start: to_offset(start), end: to_offset(self.last_text_end) };
            } else if let Some(form) = form_of(self.tree, at, self.line_before()) {
                self.write_form(at, &form);
                at = node.end;
                continue;
            } else {
                self.open(at);
            }
            at += 1;
        }
        while !self.open.is_empty() {
            self.close();
        }
        let length = self.out.text.trim_end_matches(['\n', ' ']).len();
        self.out.text.truncate(length.max(self.last_text_end));
    }

    fn table(&self, id: Id) -> Option<&Table> {
        self.tables.binary_search_by_key(&id, |table| table.id).ok().map(|i| &self.tables[i])
    }

    fn is_in_data_table(&self) -> bool {
        self.open
            .iter()
            .rev()
            .find(|frame| self.tree.tag(frame.id) == Tag::Table)
            .and_then(|frame| self.table(frame.id))
            .is_some_and(|table| table.is_data)
    }

    fn widen(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    fn open(&mut self, id: Id) {
        let tag = self.tree.tag(id);
        self.reopened |= self.closed;
        self.crossed = true;
        if self.tree.look(id).struck && !tag.is_void() && self.struck.is_none() {
            self.struck = Some(self.open.len());
        }
        if self.tree.tag(self.tree.node(id).parent) == Tag::Mfrac && !self.line_before().is_empty()
        {
            self.write_fraction_bar(id);
        }
        match tag {
            Tag::Br => {
                let doubled = self.gap == Gap::Line;
                self.widen(if doubled { Gap::Block } else { Gap::Line });
            }
            Tag::Hr => self.widen(Gap::Block),
            Tag::Input => self.write_button(id),
            Tag::Pre => {
                self.widen(Gap::Block);
                self.pre += 1;
            }
            Tag::Ul | Tag::Ol | Tag::Menu => {
                self.widen(if self.lists.is_empty() { Gap::Block } else { Gap::Line });
                self.lists.push((tag == Tag::Ol).then_some(1));
            }
            Tag::Li => self.open_item(),
            Tag::Tr if self.is_in_data_table() => self.open_row(id),
            Tag::Td | Tag::Th if self.is_in_data_table() => self.open_cell(id),
            Tag::Table => {
                self.widen(Gap::Block);
                if self.cell.is_none() {
                    self.header = None;
                }
            }
            _ => {
                if let Some(level) = tag.heading_level()
                    && self.cell.is_none()
                {
                    self.prefix = format!("{} ", "#".repeat(level));
                }
                self.widen(gap_around(tag));
            }
        }
        if !tag.is_void() {
            self.open.push(Frame { id, start: None });
        }
    }

    fn open_item(&mut self) {
        self.widen(Gap::Line);
        if self.cell.is_some() {
            return;
        }
        let indent = "  ".repeat(self.lists.len().saturating_sub(1).min(MAX_INDENT));
        self.prefix = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{indent}{}. ", *number - 1)
            }
            _ => format!("{indent}- "),
        };
    }

    fn open_row(&mut self, id: Id) {
        self.close_mark();
        self.prefix.clear();
        if !self.out.text.is_empty() && !self.out.text.ends_with('\n') {
            self.out.text.push('\n');
        }
        let is_first = self.header.is_none() && self.is_first_row(id);
        if is_first && !self.out.text.is_empty() && !self.out.text.ends_with("\n\n") {
            self.out.text.push('\n');
        }
        self.header = is_first.then_some(0);
        self.out.text.push('|');
        self.gap = Gap::None;
    }

    fn is_first_row(&self, id: Id) -> bool {
        self.open
            .iter()
            .rev()
            .find_map(|frame| self.table(frame.id))
            .and_then(|table| table.rows.first()?.cells.first())
            .is_some_and(|cell| (id..self.tree.node(id).end).contains(cell))
    }

    fn open_cell(&mut self, id: Id) {
        self.close_mark();
        if !self.out.text.ends_with('|') {
            self.out.text.push_str("\n|");
        }
        self.write_covered(id);
        self.out.text.push(' ');
        self.gap = Gap::None;
        self.closed = false;
        self.cell = Some(self.out.text.len());
    }

    fn close(&mut self) {
        let Some(frame) = self.open.pop() else { return };
        self.unset = self.unset.min(self.open.len());
        let end = to_offset(self.last_text_end);
        let start = frame.start.unwrap_or(end);
        self.out.spans[frame.id] = Span { start, end };
        self.closed = true;
        self.crossed = true;
        if self.struck == Some(self.open.len()) {
            self.close_mark();
            self.struck = None;
        }
        let tag = self.tree.tag(frame.id);
        match tag {
            Tag::Pre => {
                self.pre = self.pre.saturating_sub(1);
                self.widen(Gap::Block);
            }
            Tag::Ul | Tag::Ol | Tag::Menu => {
                self.lists.pop();
                self.widen(if self.lists.is_empty() { Gap::Block } else { Gap::Line });
            }
            Tag::Td | Tag::Th if self.cell.is_some() && self.is_in_data_table() => {
                self.close_cell(frame.id);
            }
            Tag::Tr if self.cell.is_none() && self.is_in_data_table() => self.close_row(frame.id),
            Tag::Table => self.widen(Gap::Block),
            _ => {
                if tag.heading_level().is_some() && start < end {
                    let heading = &self.out.text[start as usize..end as usize];
                    let heading = heading.split_whitespace().collect::<Vec<_>>().join(" ");
                    self.out.headings.push((start, heading));
                    self.prefix.clear();
                }
                self.widen(gap_around(tag));
            }
        }
    }

    fn close_row(&mut self, id: Id) {
        let is_row = self.out.text.ends_with('|');
        match self.header.filter(|cells| *cells > 0) {
            Some(cells) => {
                self.header = None;
                self.out.text.push_str("\n|");
                self.out.text.push_str(&"---|".repeat(cells));
                self.gap = Gap::Line;
            }
            None if is_row => self.write_covered(id),
            None => {}
        }
    }

    /// Writes an empty cell for each place before this cell, or at the end of this row, that a cell of a
    /// row above covers.
    fn write_covered(&mut self, id: Id) {
        let table = self.open.iter().rev().find_map(|frame| self.table(frame.id));
        let covered = table.map_or(0, |table| table.grid.gap(id));
        self.out.text.push_str(&"  |".repeat(covered));
        if let Some(cells) = &mut self.header {
            *cells += covered;
        }
    }

    fn close_cell(&mut self, id: Id) {
        self.close_mark();
        self.cell = None;
        let columns = self
            .tree
            .attr(id, Attr::Colspan)
            .and_then(|n| n.trim().parse::<usize>().ok())
            .map_or(1, |n| n.clamp(1, MAX_COLSPAN));
        self.out.text.push_str(&" |".repeat(columns));
        if let Some(cells) = &mut self.header {
            *cells += columns;
        }
        self.gap = Gap::None;
    }

    fn write_button(&mut self, id: Id) {
        let kind = self.tree.attr(id, Attr::Type).unwrap_or("");
        let is_button = ["submit", "button"].iter().any(|k| kind.eq_ignore_ascii_case(k));
        if is_button && let Some(value) = self.tree.attr(id, Attr::Value) {
            self.widen(Gap::Space);
            let start = self.write_text(value);
            self.widen(Gap::Space);
            if let Some(start) = start {
                self.out.spans[id] =
                    Span { start: to_offset(start), end: to_offset(self.last_text_end) };
            }
        }
    }

    /// Writes raised or lowered text in its form.
    fn write_form(&mut self, id: Id, form: &Form) {
        self.crossed = true;
        let is_apart = matches!(form, Form::Apart(_));
        if is_apart {
            self.widen(Gap::Space);
        } else if self.gap == Gap::Space
            && self.line_before().ends_with(|c: char| c.is_alphanumeric())
            && form.written().starts_with(|c: char| c.is_alphanumeric() || "^⁻⁺".contains(c))
        {
            self.gap = Gap::None;
        }
        self.reopened = false;
        self.crossed = false;
        if let Some(start) = self.begin(&form.written()) {
            self.last_text_end = self.out.text.len();
            self.out.spans[id] =
                Span { start: to_offset(start), end: to_offset(self.last_text_end) };
            self.after_mark = matches!(form, Form::Marked(..));
        }
        self.closed = true;
        self.crossed = true;
    }

    /// Writes the bar between the two parts of a fraction.
    fn write_fraction_bar(&mut self, id: Id) {
        let parent = self.tree.node(id).parent;
        let mut parts = self.tree.children(parent).filter(|c| self.tree.tag(*c) != Tag::Text);
        if parts.nth(1) == Some(id) {
            self.gap = Gap::None;
            self.out.text.push('/');
            self.reopened = false;
        }
    }

    /// Ends the struck part of a line.
    fn close_mark(&mut self) {
        let Some(start) = self.struck_start.take() else { return };
        self.out.text.truncate(self.last_text_end);
        self.out.text.push_str(STRUCK);
        self.last_text_end = self.out.text.len();
        let end = to_offset(self.last_text_end);
        self.out.struck.push(Span { start: to_offset(start), end });
        self.after_mark = true;
    }

    /// Writes a text and returns its start; `None` if it is only whitespace.
    fn write_text(&mut self, text: &str) -> Option<usize> {
        if self.pre > 0 && self.cell.is_none() {
            return self.write_lines(text);
        }
        if text.starts_with(char::is_whitespace) {
            self.widen(Gap::Space);
        }
        let mut start = None;
        for word in text.split_whitespace() {
            if self.out.text.len() >= self.max_bytes {
                self.out.is_cut = true;
                break;
            }
            if start.is_some() {
                self.out.text.push(' ');
                self.push_word(word);
            } else {
                start = self.begin(word);
            }
        }
        if start.is_some() {
            self.last_text_end = self.out.text.len();
            if text.ends_with(char::is_whitespace) {
                self.widen(Gap::Space);
            }
        }
        start
    }

    fn write_lines(&mut self, text: &str) -> Option<usize> {
        let mut start = None;
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.widen(Gap::Line);
            }
            if self.out.text.len() >= self.max_bytes {
                self.out.is_cut = true;
                break;
            }
            let line = line.trim_end();
            if line.trim_start().is_empty() {
                continue;
            }
            let begun = self.begin(line);
            start = start.or(begun);
        }
        if start.is_some() {
            self.last_text_end = self.out.text.len();
        }
        start
    }

    /// Writes the separator, then the first word of a text.
    fn begin(&mut self, word: &str) -> Option<usize> {
        if !word.contains(is_seen) {
            return None;
        }
        if self.gap >= Gap::Line {
            self.close_mark();
        }
        self.write_gap(word);
        let outside = self.out.text.len();
        if self.struck.is_some() && self.struck_start.is_none() {
            if self.out.text.ends_with(char::is_alphanumeric) {
                self.out.text.push(' ');
            }
            self.struck_start = Some(self.out.text.len());
            self.out.text.push_str(STRUCK);
        }
        let start = self.out.text.len();
        let struck = self.struck.unwrap_or(0);
        for (index, frame) in self.open.iter_mut().enumerate().skip(self.unset) {
            frame.start = Some(to_offset(if index < struck { outside } else { start }));
        }
        self.unset = self.open.len();
        self.push_word(word);
        self.last_text_end = self.out.text.len();
        self.gap = Gap::None;
        self.closed = false;
        self.reopened = false;
        self.crossed = false;
        self.after_mark = false;
        self.last_parent = self.parent;
        Some(start)
    }

    fn push_word(&mut self, word: &str) {
        if word.is_ascii() && !word.contains(STRUCK) {
            self.out.text.push_str(word);
            return;
        }
        // Two tildes of the page itself are no mark.
        let mut last = ' ';
        for c in word.chars().filter(|c| is_seen(*c)) {
            if c != '~' || last != '~' {
                self.out.text.push(c);
            }
            last = c;
        }
    }

    fn write_gap(&mut self, word: &str) {
        self.gap = self.true_gap(word);
        let text = &mut self.out.text;
        if let Some(cell_start) = self.cell {
            if text.len() > cell_start {
                match self.gap {
                    Gap::None if self.reopened && are_apart(text, word) => text.push(' '),
                    Gap::None => {}
                    Gap::Space => text.push(' '),
                    Gap::Line | Gap::Block => {
                        let joined = text.ends_with([',', ';', ':', '.', '-', '('])
                            || word.starts_with([',', ';', '(', ')', '-']);
                        let mark = if self.lists.is_empty() { ", " } else { "; " };
                        text.push_str(if joined { " " } else { mark });
                    }
                }
            }
            return;
        }
        let at_line_start = text.is_empty() || text.ends_with('\n');
        match self.gap {
            Gap::None if self.reopened && are_apart(text, word) => text.push(' '),
            Gap::Space if !at_line_start && !text.ends_with(' ') => text.push(' '),
            Gap::Line if !at_line_start => text.push('\n'),
            Gap::Block if at_line_start && !text.is_empty() && !text.ends_with("\n\n") => {
                text.push('\n');
            }
            Gap::Block if !at_line_start => text.push_str("\n\n"),
            _ => {}
        }
        if !self.prefix.is_empty() {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            text.push_str(&self.prefix);
            self.prefix.clear();
        }
    }
}

/// Whether a character is visible: soft hyphens, zero-width and control characters are not.
fn is_seen(c: char) -> bool {
    let is_invisible = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}' | '\u{34f}' | '\u{180e}' | '\u{e0000}'..='\u{e007f}');
    !is_invisible && (c == '\t' || !c.is_control())
}

fn gap_around(tag: Tag) -> Gap {
    match tag {
        Tag::P | Tag::Dl | Tag::Blockquote | Tag::Figure => Gap::Block,
        _ if tag.heading_level().is_some() => Gap::Block,
        _ if tag.is_block() => Gap::Line,
        Tag::Option | Tag::Button | Tag::Label => Gap::Space,
        _ => Gap::None,
    }
}
