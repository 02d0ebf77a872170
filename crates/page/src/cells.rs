//! Facts of tables: rows of a label and its value, info boxes, cells under their header.

use ampledata_core::page::{Entity, FactKind};

use super::body::{Body, bare_label, is_label};
use super::tables::Table;
use super::tag::{Attr, Tag};
use super::tree::{Id, to_offset};

/// Maximum number of columns and rows of a table whose cells become facts.
const MAX_COLUMNS: usize = 30;
const MAX_ROWS: usize = 500;

/// Reads every table. Info boxes become entities, which are added to `entities`.
pub(super) fn find_cells(body: &mut Body<'_>, tables: &[Table], entities: &mut Vec<Entity>) {
    for table in tables {
        if body.is_full() {
            return;
        }
        let rows: Vec<Vec<Id>> = table
            .rows
            .iter()
            .take(MAX_ROWS)
            .map(|row| {
                let cells = row.iter().copied();
                cells.filter(|cell| !body.tree.node(*cell).unseen).take(MAX_COLUMNS).collect()
            })
            .filter(|row: &Vec<Id>| row.iter().any(|cell| !body.is_blank(*cell)))
            .collect();
        if table.is_data && has_header(body, &rows) {
            add_grid(body, table, &rows);
        } else {
            add_pair_rows(body, table, &rows, entities);
        }
    }
}

/// Whether a table has three or more columns and a first row that names them.
fn has_header(body: &Body<'_>, rows: &[Vec<Id>]) -> bool {
    let (Some(first), Some(second)) = (rows.first(), rows.get(1)) else { return false };
    let is_th = |cell: &Id| body.tree.tag(*cell) == Tag::Th;
    let all_th = first.len() >= 2 && first.iter().all(is_th) && !second.iter().all(is_th);
    let names = first.iter().filter(|cell| is_label(body.visible_text(**cell), 8)).count();
    let no_values = first.iter().all(|cell| !body.visible_text(*cell).ends_with(':'));
    all_th && second.len() >= 2
        || first.len() >= 3
            && second.len() + 1 >= first.len()
            && names + 1 >= first.len()
            && no_values
}

/// Each cell becomes a fact: its column's header is the label, the first cell of its row is the row. If
/// the first column holds labels, the cells of a row are also values of that label.
fn add_grid(body: &mut Body<'_>, table: &Table, rows: &[Vec<Id>]) {
    let Some((header, data)) = rows.split_first() else { return };
    let names: Vec<String> =
        header.iter().map(|cell| bare_label(body.visible_text(*cell)).to_owned()).collect();
    let kind = if is_box(body, table.id) { FactKind::InfoBox } else { FactKind::Table };
    for row in data {
        let Some((first, cells)) = row.split_first() else { continue };
        let about = body.visible_text(*first).to_owned();
        let shift = names.len().saturating_sub(row.len());
        for (column, cell) in cells.iter().enumerate() {
            let Some(name) = names.get(column + 1 + shift) else { break };
            let region = body.region(*cell);
            let row = Some(about.clone()).filter(|about| !about.is_empty() && about.len() <= 200);
            body.add_named(kind, None, (name.clone(), row.clone()), &region, None);
            let only_value = cells.iter().filter(|cell| !body.is_blank(**cell)).count() == 1;
            if only_value && is_label(&about, 6) {
                body.add(kind, None, body.span(*first), &region);
            }
        }
        if let Some(name) = names.first()
            && !name.is_empty()
        {
            let region = body.region(*first);
            body.add_named(kind, None, (name.clone(), None), &region, None);
        }
    }
}

/// Rows of one or more pairs of a label and its value.
fn add_pair_rows(body: &mut Body<'_>, table: &Table, rows: &[Vec<Id>], entities: &mut Vec<Entity>) {
    let pairs = rows.iter().filter(|row| is_th_and_td(body, row)).count();
    let is_box = is_box(body, table.id) || pairs >= 2 && pairs * 2 >= rows.len();
    let entity = if is_box { box_entity(body, table, rows, entities) } else { None };
    let kind = if is_box { FactKind::InfoBox } else { FactKind::Table };
    let is_data = table.is_data || mostly_pairs(body, rows);
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<Id> = row.iter().copied().filter(|cell| !body.is_blank(*cell)).collect();
        if cells.len() > 8 {
            continue;
        }
        let labelled = cells.chunks(2).all(|pair| looks_like_label(body, pair[0], is_data));
        if cells.len().is_multiple_of(2) && labelled {
            for pair in cells.chunks_exact(2) {
                let region = body.region(pair[1]);
                body.add(kind, entity, body.span(pair[0]), &region);
            }
        } else if let [label, value, ..] = cells[..]
            && looks_like_label(body, label, false)
        {
            let region = body.region(value);
            body.add(kind, entity, body.span(label), &region);
        } else if let [label] = cells[..]
            && let Some(next) = rows.get(index + 1)
            && looks_like_label(body, label, false)
        {
            // A label on a row of its own, with its value on the next row.
            let below: Vec<Id> =
                next.iter().copied().filter(|cell| !body.is_blank(*cell)).collect();
            if let [value] = below[..]
                && !looks_like_label(body, value, false)
            {
                let region = body.region(value);
                body.add(kind, entity, body.span(label), &region);
            }
        }
    }
}

/// Whether most rows are a short text and another text, whatever else the table contains.
fn mostly_pairs(body: &Body<'_>, rows: &[Vec<Id>]) -> bool {
    let is_pair = |row: &&Vec<Id>| {
        let mut cells = row.iter().filter(|cell| !body.is_blank(**cell));
        let (label, value, third) = (cells.next(), cells.next(), cells.next());
        third.is_none()
            && label.is_some_and(|label| is_label(body.visible_text(*label), 6))
            && value.is_some_and(|value| body.visible_text(*value).len() <= 300)
    };
    let pairs = rows.iter().filter(is_pair).count();
    pairs >= 2 && pairs * 2 >= rows.len()
}

fn is_th_and_td(body: &Body<'_>, row: &[Id]) -> bool {
    matches!(row, [a, b] if body.tree.tag(*a) == Tag::Th && body.tree.tag(*b) == Tag::Td)
}

/// Whether a cell can be a label: a `<th>`, a text that ends in a colon, or bold text; in a data table
/// any short text.
fn looks_like_label(body: &Body<'_>, cell: Id, is_data: bool) -> bool {
    let shown = body.visible_text(cell);
    if !is_label(shown, 8) {
        return false;
    }
    let inner = body.tree.children(cell).find(|child| !body.is_blank(*child));
    let is_bold = inner.is_some_and(|inner| {
        matches!(body.tree.tag(inner), Tag::B | Tag::Strong | Tag::Label)
            && body.span(inner) == body.span(cell)
    });
    is_data || body.tree.tag(cell) == Tag::Th || shown.ends_with([':', '：']) || is_bold
}

/// Whether a table's class names mark it as the description of one thing.
fn is_box(body: &Body<'_>, table: Id) -> bool {
    let class = body.tree.attr(table, Attr::Class).unwrap_or("");
    if class.len() > 300 {
        return false;
    }
    let class = class.to_ascii_lowercase();
    ["infobox", "vcard", "summary", "spec", "details", "attributes", "properties", "facts"]
        .iter()
        .any(|word| class.contains(word))
}

/// The thing that an info box describes: its caption, or else a first row with one cell.
fn box_entity(
    body: &Body<'_>,
    table: &Table,
    rows: &[Vec<Id>],
    entities: &mut Vec<Entity>,
) -> Option<u32> {
    let title = table.caption.filter(|caption| !body.is_blank(*caption)).or_else(|| {
        let first: Vec<Id> =
            rows.first()?.iter().copied().filter(|cell| !body.is_blank(*cell)).collect();
        match first[..] {
            [cell] => Some(cell),
            _ => None,
        }
    })?;
    let name = body.visible_text(title).split('\n').next().unwrap_or("").trim();
    if name.is_empty() || name.len() > 200 {
        return None;
    }
    entities.push(Entity {
        types: Vec::new(),
        name: Some(name.to_owned()),
        parent: None,
        role: None,
    });
    Some(to_offset(entities.len() - 1))
}
