//! The grid of a table's cells, in which a cell may cover several rows and columns (WHATWG HTML, "forming
//! a table").

use std::collections::BTreeMap;

use super::tables::Row;
use super::tag::Attr;
use super::tree::{Id, Tree};

/// Maximum number of columns and rows of a table that are placed.
const MAX_COLUMNS: usize = 40;
const MAX_ROWS: usize = 500;

/// The part of a table that a row belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Part {
    Head,
    #[default]
    Body,
    Foot,
}

/// A cell with the first row and column that it covers, and how many of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct GridCell {
    pub(super) id: Id,
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
}

/// Which cell covers each place of a table.
#[derive(Debug, Default)]
pub(super) struct Grid {
    cells: Vec<GridCell>,
    /// For each row and column, the index of the cell that covers it.
    slots: Vec<Vec<Option<usize>>>,
    parts: Vec<Part>,
    /// How many places before a cell are covered from above, and how many at the end of a row.
    gaps: BTreeMap<Id, usize>,
}

impl Grid {
    /// Places the cells. Work and size are bounded by the number of rows, whatever the cells claim.
    pub(super) fn new(tree: &Tree, rows: &[Row]) -> Self {
        let rows = &rows[..rows.len().min(MAX_ROWS)];
        let mut grid = Self {
            slots: vec![Vec::new(); rows.len()],
            parts: rows.iter().map(|row| row.part).collect(),
            ..Self::default()
        };
        let mut group_end = 0;
        for (at, row) in rows.iter().enumerate() {
            if at >= group_end {
                let others = rows[at..].iter().take_while(|other| other.group == row.group);
                group_end = at + others.count();
            }
            grid.place_row(tree, at, row, group_end);
        }
        grid
    }

    fn place_row(&mut self, tree: &Tree, row: usize, source: &Row, group_end: usize) {
        let mut column = 0;
        for id in source.cells.iter().copied().filter(|id| !tree.node(*id).unseen) {
            let mut gap = 0;
            while self.slot(row, column).is_some() {
                column += 1;
                gap += 1;
            }
            if column >= MAX_COLUMNS {
                return;
            }
            if gap > 0 {
                self.gaps.insert(id, gap);
            }
            let columns = span_of(tree, id, Attr::Colspan).clamp(1, MAX_COLUMNS - column);
            let rows = match span_of(tree, id, Attr::Rowspan) {
                0 => group_end - row,
                rows => rows.min(group_end - row),
            };
            let placed = self.cells.len();
            self.cells.push(GridCell { id, row, column, rows, columns });
            for below in row..row + rows {
                self.cover(below, column..column + columns, placed);
            }
            column += columns;
        }
        let covered = (column..MAX_COLUMNS).take_while(|at| self.slot(row, *at).is_some()).count();
        if covered > 0 && source.id > 0 {
            self.gaps.insert(source.id, covered);
        }
    }

    fn cover(&mut self, row: usize, columns: std::ops::Range<usize>, cell: usize) {
        let slots = &mut self.slots[row];
        if slots.len() < columns.end {
            slots.resize(columns.end, None);
        }
        for slot in &mut slots[columns] {
            if slot.is_some() {
                return;
            }
            *slot = Some(cell);
        }
    }

    fn slot(&self, row: usize, column: usize) -> Option<usize> {
        self.slots[row].get(column).copied().flatten()
    }

    /// How many places before a cell, or at the end of a row, are covered from above.
    pub(super) fn gap(&self, id: Id) -> usize {
        self.gaps.get(&id).copied().unwrap_or(0)
    }

    /// The number of rows.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// The number of columns.
    pub(super) fn width(&self) -> usize {
        self.slots.iter().map(Vec::len).max().unwrap_or(0)
    }

    pub(super) fn part(&self, row: usize) -> Part {
        self.parts[row]
    }

    /// The cell that covers a place.
    pub(super) fn cell(&self, row: usize, column: usize) -> Option<GridCell> {
        self.slot(row, column).map(|at| self.cells[at])
    }

    /// The cells that cover places of a row, from left to right, each once.
    pub(super) fn row(&self, row: usize) -> Vec<GridCell> {
        let mut last = None;
        let mut cells = Vec::new();
        for slot in self.slots[row].iter().flatten() {
            if last != Some(*slot) {
                cells.push(self.cells[*slot]);
            }
            last = Some(*slot);
        }
        cells
    }

    /// All cells in document order.
    pub(super) fn cells(&self) -> &[GridCell] {
        &self.cells
    }
}

/// A span as HTML reads it: the digits at the start; 1 if there are none.
fn span_of(tree: &Tree, id: Id, name: Attr) -> usize {
    let Some(text) = tree.attr(id, name) else { return 1 };
    let text = text.trim_start();
    let digits = &text[..text.bytes().take_while(u8::is_ascii_digit).count()];
    let is_long = digits.len() > 6;
    if is_long { MAX_ROWS } else { digits.parse().unwrap_or(1) }
}
