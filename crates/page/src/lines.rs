//! Markdown, plain text and the text of PDFs: the text unchanged, and the facts in its lines.

use ampledata_core::marks::unstruck;
use ampledata_core::page::{Access, Fact, FactKind, Page, Span};

use super::body::is_label;
use super::layout::is_period;
use super::scales::{Place, choose_context};
use super::tree::to_offset;
use super::{Limits, access, empty_page};

/// Maximum number of facts of one page.
const MAX_FACTS: usize = 5000;
/// Lines longer than this, in bytes, are prose.
const MAX_LINE: usize = 600;

/// Reads text line by line.
pub(super) fn read_text(text: &str, is_markdown: bool, limits: &Limits) -> Page {
    let cut = text.floor_char_boundary(limits.text_bytes.min(text.len()));
    let stored = clean(&text[..cut]);
    let mut reader = Reader { text: &stored, ..Reader::default() };
    let (mut title, mut first) = (None, None);
    let mut at = 0;
    for line in stored.split_inclusive('\n') {
        let trimmed = line.trim();
        if let Some(heading) = trimmed.strip_prefix('#').filter(|_| is_markdown) {
            let heading = heading.trim_start_matches('#').trim().to_owned();
            title = title.or_else(|| Some(heading.clone()));
            reader.section = Some(heading);
            reader.note_line(at, line, true);
        } else if reader.facts.len() < MAX_FACTS {
            reader.read_line(at, line);
        }
        if first.is_none() && !trimmed.is_empty() && trimmed.len() <= 200 {
            first = Some(trimmed.to_owned());
        }
        at += line.len();
    }
    let facts = reader.facts;
    let title = title.or(first);
    let evidence = access::Evidence { facts: &facts, ..access::Evidence::default() };
    let access = match access::classify_access(&stored, stored.len(), &evidence) {
        Access::ConsentWall => Access::Open,
        access => access,
    };
    Page {
        title,
        access,
        body_end: to_offset(stored.len()),
        text: stored,
        facts,
        is_cut: cut < text.len(),
        ..empty_page()
    }
}

/// Line ends as `\n`, no control characters, no spaces at line ends, at most one blank line.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = 0;
    for line in text.lines() {
        let line = line.trim_end();
        blank = if line.is_empty() { blank + 1 } else { 0 };
        if blank > 1 || blank == 1 && out.is_empty() {
            continue;
        }
        out.extend(line.chars().filter(|c| !c.is_control() || *c == '\t'));
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out
}

#[derive(Default)]
struct Reader<'a> {
    text: &'a str,
    facts: Vec<Fact>,
    section: Option<String>,
    /// The header of the current pipe table.
    header: Vec<String>,
    /// What the last line before the current table states about its numbers, and each of its headers.
    above: Option<Place>,
    header_places: Vec<Option<Place>>,
}

impl Reader<'_> {
    fn read_line(&mut self, at: usize, line: &str) {
        let line = line.trim_end_matches('\n');
        if line.len() > MAX_LINE {
            return;
        }
        if line.trim_start().starts_with('|') {
            self.read_row(at, line);
            return;
        }
        self.header.clear();
        self.header_places.clear();
        self.note_line(at, line, false);
        let Some(colon) = line.find(": ").or_else(|| line.find(":** ")) else { return };
        let label = strip_marks(&line[..colon]);
        let raw = &line[colon + 1..];
        let value = raw.trim_start_matches(['*', '_', ' ', '\t']).trim_end();
        let value_start = at + line.len()
            - (raw.len() - (raw.len() - raw.trim_start_matches(['*', '_', ' ', '\t']).len()));
        if is_label(label, 6) && !value.is_empty() {
            let start = at + line.find(label).unwrap_or(0);
            self.add(FactKind::Label, label, None, (start, value_start, value.len()));
        }
    }

    /// Notes the scale that a line states for the table below it.
    fn note_line(&mut self, at: usize, line: &str, is_heading: bool) {
        let shown = line.trim().trim_start_matches(['#', ' ']);
        if shown.is_empty() {
            return;
        }
        let start = at + line.len() - line.trim_start().len();
        let start = start + line.trim().len() - shown.len();
        let span = (start, start + shown.len());
        self.above = if is_heading {
            Place::of_label(self.text, span, None)
        } else {
            Place::in_line(self.text, span, None)
        };
    }

    /// A row of a pipe table: a label and a value, or cells under their header.
    fn read_row(&mut self, at: usize, line: &str) {
        let base = self.text[at..].as_ptr() as usize;
        let cells: Vec<(usize, &str)> = self.text[at..at + line.len()]
            .trim()
            .trim_matches('|')
            .split('|')
            .map(|cell| (at + cell.trim_start().as_ptr() as usize - base, cell.trim()))
            .collect();
        let is_rule =
            |cell: &str| !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':' | ' '));
        if cells.iter().all(|(_, cell)| is_rule(cell)) {
            return;
        }
        if self.header_places.is_empty() {
            let place = |(at, cell): &(usize, &str)| {
                Place::of_label(self.text, (*at, *at + cell.len()), None)
            };
            self.header_places = cells.iter().map(place).collect();
            let periods = cells.iter().skip(1).all(|(_, cell)| is_period(cell));
            if cells.len() == 2 && !periods {
                self.header_places = vec![None, None];
            }
        }
        if cells.len() == 2 {
            let ((label_at, label), (value_at, value)) = (cells[0], cells[1]);
            if is_label(strip_marks(label), 8) && !value.is_empty() {
                let known = self.facts.len();
                self.add(
                    FactKind::Table,
                    strip_marks(label),
                    None,
                    (label_at, value_at, value.len()),
                );
                self.add_context(known, Some((label_at, label)), 1);
            }
            return;
        }
        if self.header.is_empty() {
            self.header = cells.iter().map(|(_, cell)| strip_marks(cell).to_owned()).collect();
            return;
        }
        let header = std::mem::take(&mut self.header);
        let about = strip_marks(cells.first().map_or("", |(_, cell)| cell)).to_owned();
        let periods = header.len() > 1 && header[1..].iter().all(|name| is_period(name));
        for (column, ((value_at, value), name)) in cells.iter().zip(&header).enumerate() {
            if !value.is_empty() && !name.is_empty() {
                let row = Some(about.clone()).filter(|about| !about.is_empty() && about != value);
                let known = self.facts.len();
                let is_labelled = periods && row.is_some() && is_label(&about, 8);
                self.add(FactKind::Table, name, row, (*value_at, *value_at, value.len()));
                if is_labelled {
                    let label = format!("{about} {name}");
                    self.add(FactKind::Table, &label, None, (*value_at, *value_at, value.len()));
                }
                self.add_context(known, cells.first().copied().filter(|_| periods), column);
            }
        }
        self.header = header;
    }

    /// Adds to the facts from an index on what label, header, corner and the line above the table state.
    fn add_context(&mut self, known: usize, label: Option<(usize, &str)>, column: usize) {
        let own =
            label.and_then(|(at, label)| Place::of_label(self.text, (at, at + label.len()), None));
        let header = self.header_places.get(column).and_then(Option::as_ref);
        let corner = self.header_places.first().and_then(Option::as_ref);
        let is_list = label.is_none();
        for fact in &mut self.facts[known..] {
            let places = own.iter().map(|place| (place, true));
            let places = places.chain(header.map(|place| (place, is_list)));
            let far = corner.into_iter().chain(&self.above).map(|place| (place, false));
            let row = fact.row.clone().unwrap_or_default();
            fact.context = choose_context(places.chain(far), &[&fact.label, &row], &fact.value);
        }
    }

    fn add(
        &mut self,
        kind: FactKind,
        label: &str,
        row: Option<String>,
        (start, value_start, length): (usize, usize, usize),
    ) {
        let end = value_start + length;
        let value = unstruck(self.text, Span::new(value_start, end));
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        if value.is_empty() {
            return;
        }
        self.facts.push(Fact {
            kind,
            entity: None,
            label: label.to_owned(),
            row,
            section: self.section.clone(),
            value,
            link: None,
            span: Span { start: to_offset(start), end: to_offset(end) },
            context: Vec::new(),
            is_machine_number: false,
        });
    }
}

/// The text without list marks and emphasis.
fn strip_marks(text: &str) -> &str {
    text.trim().trim_start_matches(['-', '*', '+', '_', ' ']).trim_end_matches(['*', '_', ':', ' '])
}
