//! Determines which tables hold data, and their rows and cells.

use super::grid::{Grid, Part};
use super::tag::Tag;
use super::tree::{Id, Tree};

/// A cell with more text than this, in bytes, is part of the page's layout.
const MAX_CELL: usize = 1000;

/// One row with its own cells; cells that reach into it from above belong to their own rows.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// The `tr`; 0 if the page has none.
    pub(super) id: Id,
    /// The `tbody`, `thead` or `tfoot` around it.
    pub(super) group: Id,
    pub(super) part: Part,
    /// Its cells (`td`, `th`).
    pub(super) cells: Vec<Id>,
}

/// One `<table>` with its own rows; rows of nested tables belong to those tables.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) id: Id,
    pub(super) caption: Option<Id>,
    pub(super) rows: Vec<Row>,
    pub(super) grid: Grid,
    /// Whether it holds data, rather than being used for layout.
    pub(super) is_data: bool,
    /// Whether it is inside a cell of a table that holds data, and so is a part of that cell's text.
    pub(super) is_inline: bool,
    contents: Contents,
}

/// What a table holds, which separates tables of data from those of layout.
#[derive(Debug, Default)]
struct Contents {
    /// Bytes of text of its largest cell.
    largest_cell: usize,
    text_bytes: usize,
    /// Whether it holds a main heading or preformatted text.
    has_blocks: bool,
    has_tables: bool,
}

/// A table that is not yet closed, with the bytes of text of its current cell.
struct OpenTable {
    table: usize,
    cell_bytes: usize,
}

/// All tables of a page in document order.
pub(super) fn find_tables(tree: &Tree) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut open: Vec<OpenTable> = Vec::new();
    let mut at = 1;
    while at < tree.len() {
        while open.last().is_some_and(|top| tree.node(tables[top.table].id).end <= at) {
            close_table(&mut tables, &mut open);
        }
        let node = tree.node(at);
        if node.unseen {
            at = node.end;
            continue;
        }
        if node.tag == Tag::Table {
            if let Some(top) = open.last() {
                tables[top.table].contents.has_tables = true;
            }
            open.push(OpenTable { table: tables.len(), cell_bytes: 0 });
            tables.push(Table { id: at, ..Table::default() });
        } else if let Some(top) = open.last_mut() {
            note_cell(tree, &mut tables[top.table], &mut top.cell_bytes, at);
        }
        at += 1;
    }
    while !open.is_empty() {
        close_table(&mut tables, &mut open);
    }
    classify_tables(tree, &mut tables);
    tables
}

fn close_table(tables: &mut [Table], open: &mut Vec<OpenTable>) {
    let Some(closed) = open.pop() else { return };
    let table = &mut tables[closed.table];
    table.contents.largest_cell = table.contents.largest_cell.max(closed.cell_bytes);
    if let Some(outer) = open.last_mut() {
        outer.cell_bytes += table.contents.text_bytes;
    }
}

/// Decides which tables hold data. A table around other tables does only if its first row consists of
/// headers; the tables inside are then parts of its cells.
fn classify_tables(tree: &Tree, tables: &mut [Table]) {
    let mut inline_up_to = 0;
    for table in tables {
        table.is_inline = table.id < inline_up_to;
        if table.is_inline {
            continue;
        }
        table.grid = Grid::new(tree, &table.rows);
        let is_th = |cell: &Id| tree.tag(*cell) == Tag::Th;
        let first = table.rows.first().map_or(&[][..], |row| &row.cells);
        let has_headers = first.len() >= 2 && first.iter().all(is_th) && table.rows.len() >= 3;
        let widest = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        table.is_data = !table.contents.has_blocks
            && widest >= 2
            && table.contents.largest_cell <= MAX_CELL
            && (!table.contents.has_tables || has_headers);
        if table.is_data && table.contents.has_tables {
            inline_up_to = tree.node(table.id).end;
        }
    }
}

fn note_cell(tree: &Tree, table: &mut Table, cell_bytes: &mut usize, at: Id) {
    match tree.tag(at) {
        Tag::Tr => {
            let group = tree.node(at).parent;
            let part = match tree.tag(group) {
                Tag::Thead => Part::Head,
                Tag::Tfoot => Part::Foot,
                _ => Part::Body,
            };
            table.rows.push(Row { id: at, group, part, cells: Vec::new() });
        }
        Tag::Td | Tag::Th => {
            table.contents.largest_cell = table.contents.largest_cell.max(*cell_bytes);
            *cell_bytes = 0;
            if table.rows.is_empty() {
                table.rows.push(Row::default());
            }
            if let Some(row) = table.rows.last_mut() {
                row.cells.push(at);
            }
        }
        Tag::Caption => table.caption = table.caption.or(Some(at)),
        Tag::H1 | Tag::H2 | Tag::Pre => table.contents.has_blocks = true,
        Tag::Text => {
            let bytes = tree.text(at).trim().len();
            *cell_bytes += bytes;
            table.contents.text_bytes += bytes;
        }
        _ => {}
    }
}
