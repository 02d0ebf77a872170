//! Facts of tables with a header: each cell under its header and beside its row's name.

use std::collections::{BTreeMap, BTreeSet};

use ampledata_core::page::FactKind;
use ampledata_core::value::{unit_named_in, without_scale};

use super::body::{Body, Region, bare_label, is_label};
use super::cells::is_box;
use super::graph::MAX_QUOTE;
use super::grid::{Grid, GridCell};
use super::layout::{Layout, is_header_row, is_period, shown_cells, single_cell};
use super::scales::{Place, choose_context};
use super::tables::Table;
use super::tag::Attr;
use super::tree::Id;

/// A longer text in the column of names, in bytes, names nothing.
const MAX_NAME: usize = 200;

/// One column with the path of headers above it.
#[derive(Debug, Default)]
struct Column {
    /// "Length Main span": the texts of its headers from the top, without the units of groups.
    label: String,
    /// Its last header alone, if it says enough and the groups above it only add a unit: "Main span".
    leaf: Option<String>,
    is_period: bool,
    /// The units and scales that its headers state, the nearest first.
    places: Vec<Place>,
}

/// A table while its rows are read.
struct Reader<'t> {
    table: &'t Table,
    grid: &'t Grid,
    name_column: usize,
    kind: FactKind,
    language: Option<&'t str>,
    columns: Vec<Column>,
    corner: Option<Place>,
    /// Titles, caption and the text around the table.
    around: Vec<Place>,
    section: Option<String>,
    /// The first fact of each section, with the section's name.
    sections: Vec<(usize, String)>,
    section_place: Option<Place>,
}

/// Each cell becomes a fact: its column's header is the label, the cell that names its row is the row. If
/// the names are labels, the only value beside one, or its values by year, are also facts of that label.
pub(super) fn add_grid(
    body: &mut Body<'_>,
    table: &Table,
    layout: &Layout,
    around: &[Place],
    language: Option<&str>,
) {
    let text = &body.rendered.text;
    let titled = layout.titles.iter().rev();
    let mut places: Vec<Place> =
        titled.filter_map(|cell| Place::of_label(text, body.span(cell.id), language)).collect();
    places.extend_from_slice(around);
    let mut reader = Reader {
        table,
        grid: &table.grid,
        name_column: layout.name_column,
        kind: if is_box(body, table.id) { FactKind::InfoBox } else { FactKind::Table },
        language,
        columns: Vec::new(),
        corner: None,
        around: places,
        section: None,
        sections: Vec::new(),
        section_place: None,
    };
    let notes = layout.data.iter().filter_map(|row| reader.note_place(body, *row));
    let notes: Vec<Place> = notes.collect();
    reader.around.extend(notes);
    reader.read_header(body, &layout.header);
    for row in &layout.data {
        if body.is_full() {
            return;
        }
        reader.read_row(body, *row, &layout.header);
    }
    name_sections(body, &reader.sections);
}

impl Reader<'_> {
    /// A sentence in a row of its own, such as a footnote, that states a scale.
    fn note_place(&self, body: &Body<'_>, row: usize) -> Option<Place> {
        let cell = single_cell(body, self.grid, row)?;
        let is_note = body.visible_text(cell.id).split_whitespace().count() >= 5;
        is_note.then(|| Place::in_line(&body.rendered.text, body.span(cell.id), self.language))?
    }

    fn read_header(&mut self, body: &Body<'_>, header: &[usize]) {
        let width = self.grid.width();
        self.columns = (0..width).map(|at| self.column(body, header, at, width)).collect();
        let corner = header.iter().rev().find_map(|row| self.grid.cell(*row, self.name_column));
        self.corner = corner.and_then(|cell| {
            Place::of_label(&body.rendered.text, body.span(cell.id), self.language)
        });
    }

    fn column(&self, body: &Body<'_>, header: &[usize], at: usize, width: usize) -> Column {
        let mut cells: Vec<GridCell> = Vec::new();
        let mut shared: Vec<GridCell> = Vec::new();
        for cell in header.iter().filter_map(|row| self.grid.cell(*row, at)) {
            // A cell over all values names the table, not a column.
            let names_all = cell.columns + 1 >= width && width > 2 && header.len() > 1;
            if names_all {
                shared.push(cell);
            } else if !body.is_blank(cell.id) && cells.last() != Some(&cell) {
                cells.push(cell);
            }
        }
        let mut words: Vec<String> = Vec::new();
        for (place, cell) in cells.iter().enumerate() {
            let text = bare_label(body.visible_text(cell.id));
            let is_group = place + 1 < cells.len();
            let text = if is_group { without_unit(text) } else { text.to_owned() };
            if !text.is_empty() && words.last() != Some(&text) {
                words.push(text);
            }
        }
        let label = words.join(" ");
        let place = |cell: &GridCell| {
            Place::of_label(&body.rendered.text, body.span(cell.id), self.language)
        };
        let is_period = is_period(&label);
        let places: Vec<Place> =
            cells.iter().rev().chain(shared.iter().rev()).filter_map(place).collect();
        let adds_unit = cells.len() > 1 && !places.is_empty();
        let leaf = words.last().filter(|leaf| adds_unit && leaf.contains(' ')).cloned();
        Column { label, leaf, is_period, places }
    }

    fn read_row(&mut self, body: &mut Body<'_>, row: usize, header: &[usize]) {
        let cells = shown_cells(body, self.grid, row);
        if is_repeated(body, self.grid, row, header) {
            return;
        }
        if let [only] = cells[..] {
            self.read_section(body, only);
            return;
        }
        if is_header_row(body, self.grid, row) {
            self.read_header(body, &[row]);
            return;
        }
        let Some(name) = self.grid.cell(row, self.name_column) else { return };
        let about = body.visible_text(name.id).to_owned();
        let named =
            Some(about.clone()).filter(|about| !about.is_empty() && about.len() <= MAX_NAME);
        let row_place = Place::of_label(&body.rendered.text, body.span(name.id), self.language);
        let values: Vec<GridCell> =
            cells.into_iter().filter(|cell| cell.id != name.id && !self.covers_all(cell)).collect();
        let only_value = values.len() == 1;
        for (index, cell) in values.iter().enumerate() {
            self.add_values(body, *cell, (&named, row_place.as_ref()));
            let column = &self.columns[cell.column];
            let is_own = only_value || column.is_period;
            if is_own && cell.column > name.column && is_label(&about, 8) {
                let is_adjacent = index == 0 && cell.row == row && name.row == row;
                self.add_attribute(body, *cell, (name.id, row_place.as_ref()), is_adjacent);
            }
        }
        let label = self.columns[self.name_column].label.clone();
        if !label.is_empty() && name.row == row {
            let region = body.region(name.id);
            body.add_named(self.kind, None, (label, named), &region, None);
        }
    }

    /// Whether a cell covers all of three or more values, as a remark does.
    fn covers_all(&self, cell: &GridCell) -> bool {
        cell.columns >= 3 && cell.columns + 1 >= self.grid.width()
    }

    /// A row with a single cell names the group of the rows below it.
    fn read_section(&mut self, body: &Body<'_>, cell: GridCell) {
        let text = body.visible_text(cell.id);
        let is_name = text.len() <= 100 && !text.ends_with(['.', '!', '?']);
        if is_name && (cell.columns > 1 || cell.column == 0) {
            self.section = Some(text.to_owned());
            self.sections.push((body.facts.len(), text.to_owned()));
            self.section_place =
                Place::of_label(&body.rendered.text, body.span(cell.id), self.language);
        }
    }

    /// Facts of a value, one for each column that it covers.
    fn add_values(
        &self,
        body: &mut Body<'_>,
        cell: GridCell,
        (named, row_place): (&Option<String>, Option<&Place>),
    ) {
        let region = body.region(cell.id);
        let by_ids = self.header_ids(body, cell.id);
        let is_amount = body
            .visible_text(cell.id)
            .starts_with(|c: char| c.is_numeric() || "$€£¥₹(-−+".contains(c));
        let covered = &self.columns[cell.column..cell.column + cell.columns];
        let mut last = "";
        for column in covered {
            let label = by_ids.as_ref().unwrap_or(&column.label);
            if label.is_empty() || label == last {
                continue;
            }
            last = label;
            for label in [Some(label), column.leaf.as_ref()].into_iter().flatten() {
                let known = body.facts.len();
                let name = named.as_deref().unwrap_or("");
                let of_row = if is_amount && is_period(name) && !column.is_period {
                    // The rows are years of one thing.
                    (format!("{label} {name}"), None)
                } else {
                    (label.clone(), named.clone())
                };
                body.add_named(self.kind, None, of_row, &region, None);
                let row = row_place.into_iter().map(|place| (place, true));
                // Below a year, the row says what is counted.
                let own = column.places.iter().map(|place| (place, !column.is_period));
                let places = row.chain(own).chain(self.far_places());
                self.complete(body, known, places, &[label, name]);
            }
        }
    }

    /// A fact of a row's label: "Revenue 2023".
    fn add_attribute(
        &self,
        body: &mut Body<'_>,
        cell: GridCell,
        (name, row_place): (Id, Option<&Place>),
        is_adjacent: bool,
    ) {
        let column = &self.columns[cell.column];
        let region: Region = body.region(cell.id);
        let (start, end) = body.span(name);
        let bare = bare_label(body.visible_text(name));
        let label = if column.is_period {
            format!("{bare} {}", without_scale(&column.label))
        } else {
            bare.to_owned()
        };
        let is_close = is_adjacent && region.start >= end && region.end - start <= MAX_QUOTE;
        let known = body.facts.len();
        body.add_named(self.kind, None, (label, None), &region, is_close.then_some(start));
        let own = row_place.into_iter().map(|place| (place, true));
        let header = column.places.iter().map(|place| (place, false));
        self.complete(body, known, own.chain(header).chain(self.far_places()), &[bare]);
    }

    /// The places that hold for all cells below them, the nearest first.
    fn far_places(&self) -> impl Iterator<Item = (&Place, bool)> {
        let inside = self.section_place.iter().chain(&self.corner);
        inside.chain(&self.around).map(|place| (place, false))
    }

    /// Adds context and section to the facts from an index on.
    fn complete<'p>(
        &self,
        body: &mut Body<'_>,
        known: usize,
        places: impl Iterator<Item = (&'p Place, bool)>,
        labels: &[&str],
    ) {
        if let Some(fact) = body.facts.get_mut(known) {
            fact.context = choose_context(places, labels, &fact.value);
            if let Some(section) = self.section.as_ref().filter(|_| fact.row.is_some()) {
                fact.section = Some(section.clone());
            }
        }
    }

    /// The label of a cell that names its headers by their ids, from those that are not in its row.
    fn header_ids(&self, body: &Body<'_>, id: Id) -> Option<String> {
        let listed = body.tree.attr(id, Attr::Headers).filter(|listed| listed.len() <= 300)?;
        let own_row = self.table.rows.iter().find(|row| row.cells.contains(&id))?;
        let mut words: Vec<&str> = Vec::new();
        for wanted in listed.split_whitespace().take(6) {
            let has_id = |cell: &&GridCell| body.tree.attr(cell.id, Attr::Id) == Some(wanted);
            let header = self.grid.cells().iter().find(has_id)?;
            if !own_row.cells.contains(&header.id) && header.column != self.name_column {
                words.push(bare_label(body.visible_text(header.id)));
            }
        }
        (!words.is_empty()).then(|| words.join(" "))
    }
}

/// Makes sections the rows of their facts if the same labels occur in several of them: if half of the
/// labels do, each section is about a thing of its own, otherwise only those facts are.
pub(super) fn name_sections(body: &mut Body<'_>, sections: &[(usize, String)]) {
    let section_of = |at: usize| sections.partition_point(|(start, _)| *start <= at);
    let Some((first, _)) = sections.first() else { return };
    let mut labels: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (at, fact) in body.facts.iter().enumerate().skip(*first) {
        if fact.row.is_none() {
            labels.entry(fact.label.clone()).or_default().insert(section_of(at));
        }
    }
    let repeated = labels.values().filter(|sections| sections.len() > 1).count();
    let all = repeated * 2 >= labels.len();
    for (at, fact) in body.facts.iter_mut().enumerate().skip(*first) {
        let is_repeated = labels.get(&fact.label).is_some_and(|sections| sections.len() > 1);
        if fact.row.is_none()
            && repeated > 0
            && (all || is_repeated)
            && let Some((_, name)) = section_of(at).checked_sub(1).and_then(|at| sections.get(at))
        {
            fact.row = Some(name.clone());
        }
    }
}

/// Whether a row shows the same texts as the header.
fn is_repeated(body: &Body<'_>, grid: &Grid, row: usize, header: &[usize]) -> bool {
    let texts = |row: usize| {
        let cells = shown_cells(body, grid, row);
        cells.iter().map(|cell| body.visible_text(cell.id)).collect::<Vec<_>>()
    };
    let own = texts(row);
    header.iter().any(|header| texts(*header) == own)
}

/// The name of a group of columns without the unit of its values: `Length` of "Length in metres".
fn without_unit(text: &str) -> String {
    let text = without_scale(text);
    if unit_named_in(&text).is_none() {
        return text;
    }
    let lower = text.to_lowercase();
    let cut = [" in ", " en ", " (", " ["].iter().filter_map(|mark| lower.find(mark)).min();
    let kept = cut.and_then(|at| text.get(..at)).unwrap_or(&text);
    kept.trim().to_owned()
}
