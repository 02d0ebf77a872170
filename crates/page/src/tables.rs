//! Determines which tables hold data, and their rows and cells.

use super::tag::Tag;
use super::tree::{Id, Tree};

/// A cell with more text than this, in bytes, is part of the page's layout.
const MAX_CELL: usize = 1000;

/// One `<table>` with its own rows; rows of nested tables belong to those tables.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) id: Id,
    pub(super) caption: Option<Id>,
    /// The cells (`td`, `th`) of each row.
    pub(super) rows: Vec<Vec<Id>>,
    /// Whether it holds data, rather than being used for layout.
    pub(super) is_data: bool,
    largest_cell: usize,
    is_heavy: bool,
}

/// All tables of a page in document order.
pub(super) fn find_tables(tree: &Tree) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut cell_bytes: Vec<usize> = Vec::new();
    let mut at = 1;
    while at < tree.len() {
        while open.last().is_some_and(|top| tree.node(tables[*top].id).end <= at) {
            let (top, bytes) = (open.pop(), cell_bytes.pop());
            if let (Some(top), Some(bytes)) = (top, bytes) {
                tables[top].largest_cell = tables[top].largest_cell.max(bytes);
            }
        }
        let node = tree.node(at);
        if node.unseen {
            at = node.end;
            continue;
        }
        if node.tag == Tag::Table {
            if let Some(top) = open.last() {
                tables[*top].is_heavy = true;
            }
            open.push(tables.len());
            cell_bytes.push(0);
            tables.push(Table { id: at, ..Table::default() });
        } else if let (Some(top), Some(bytes)) = (open.last(), cell_bytes.last_mut()) {
            note_cell(tree, &mut tables[*top], bytes, at);
        }
        at += 1;
    }
    for (top, bytes) in open.into_iter().zip(cell_bytes) {
        tables[top].largest_cell = tables[top].largest_cell.max(bytes);
    }
    for table in &mut tables {
        let widest = table.rows.iter().map(Vec::len).max().unwrap_or(0);
        table.is_data = !table.is_heavy && widest >= 2 && table.largest_cell <= MAX_CELL;
    }
    tables
}

fn note_cell(tree: &Tree, table: &mut Table, cell_bytes: &mut usize, at: Id) {
    match tree.tag(at) {
        Tag::Tr => table.rows.push(Vec::new()),
        Tag::Td | Tag::Th => {
            table.largest_cell = table.largest_cell.max(*cell_bytes);
            *cell_bytes = 0;
            match table.rows.last_mut() {
                Some(row) => row.push(at),
                None => table.rows.push(vec![at]),
            }
        }
        Tag::Caption => table.caption = table.caption.or(Some(at)),
        Tag::H1 | Tag::H2 | Tag::Pre => table.is_heavy = true,
        Tag::Text => *cell_bytes += tree.text(at).trim().len(),
        _ => {}
    }
}
