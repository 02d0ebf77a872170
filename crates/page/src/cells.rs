//! Facts of tables: rows of a label and its value, info boxes, cells under their header.

use ampledata_core::page::{Entity, FactKind};

use super::body::{Body, is_label};
use super::layout::Layout;
use super::scales::{Place, choose_context};
use super::table_rows::{add_grid, name_sections};
use super::tables::Table;
use super::tag::{Attr, Tag};
use super::tree::{Id, to_offset};

/// Maximum number of columns and rows of a table of pairs whose cells become facts.
const MAX_COLUMNS: usize = 30;
const MAX_ROWS: usize = 500;

/// Reads every table. Info boxes become entities, which are added to `entities`.
pub(super) fn find_cells(
    body: &mut Body<'_>,
    tables: &[Table],
    language: Option<&str>,
    entities: &mut Vec<Entity>,
) {
    for table in tables.iter().filter(|table| !table.is_inline) {
        if body.is_full() {
            return;
        }
        if body.is_blank(table.id) {
            continue;
        }
        let around = places_around(body, table, language);
        match Layout::detect(body, table).filter(|_| table.is_data) {
            Some(layout) => add_grid(body, table, &layout, &around, language),
            None => add_pair_rows(body, table, (&around, language), entities),
        }
    }
}

/// The places outside the cells that may state the unit or the scale of a table, the nearest first.
fn places_around(body: &Body<'_>, table: &Table, language: Option<&str>) -> Vec<Place> {
    if !table.is_data && table.rows.len() > MAX_ROWS {
        return Vec::new();
    }
    let text = &body.rendered.text;
    let caption = table.caption.filter(|caption| !body.is_blank(*caption));
    let first = table.rows.iter().flat_map(|row| &row.cells).find(|cell| !body.is_blank(**cell));
    let start = caption.or(first.copied()).map_or(0, |id| body.span(id).0);
    let (_, end) = body.span(table.id);
    let captioned = caption.and_then(|id| Place::of_label(text, body.span(id), language));
    let above = || Place::above(text, row_start(text, start), language);
    let below = || Place::below(text, row_end(text, end), language);
    captioned.into_iter().chain(above()).chain(below()).collect()
}

/// The start of the line of a cell.
fn row_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |line| line + 1)
}

/// The end of the line of a cell.
fn row_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |line| at + line)
}

/// Rows of one or more pairs of a label and its value.
fn add_pair_rows(
    body: &mut Body<'_>,
    table: &Table,
    (around, language): (&[Place], Option<&str>),
    entities: &mut Vec<Entity>,
) {
    let rows = shown_rows(body, table);
    let pairs = rows.iter().filter(|row| is_th_and_td(body, row)).count();
    let is_box = is_box(body, table.id) || pairs >= 2 && pairs * 2 >= rows.len();
    let entity = if is_box { box_entity(body, table, &rows, entities) } else { None };
    let kind = if is_box { FactKind::InfoBox } else { FactKind::Table };
    let is_data = table.is_data || mostly_pairs(body, &rows);
    let title = rows.first().and_then(|row| title_place(body, row, language));
    let mut sections: Vec<(usize, String)> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<Id> = row.iter().copied().filter(|cell| !body.is_blank(*cell)).collect();
        if cells.len() > 8 {
            continue;
        }
        let known = body.facts.len();
        if let [cell] = cells[..]
            && is_wide(body, cell)
        {
            sections.push((known, body.visible_text(cell).to_owned()));
        }
        add_pairs(body, (kind, entity), &cells, (rows.get(index + 1), is_data));
        let own = cells
            .first()
            .and_then(|label| Place::of_label(&body.rendered.text, body.span(*label), language));
        add_context(body, known, own.as_ref(), &title.iter().chain(around));
    }
    if entity.is_none() || sections.len() > 1 {
        name_sections(body, &sections);
    }
}

/// The pairs in one row; a label on a row of its own has its value on the next row.
fn add_pairs(
    body: &mut Body<'_>,
    (kind, entity): (FactKind, Option<u32>),
    cells: &[Id],
    (next, is_data): (Option<&Vec<Id>>, bool),
) {
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
        && let Some(next) = next
        && looks_like_label(body, label, false)
    {
        let below: Vec<Id> = next.iter().copied().filter(|cell| !body.is_blank(*cell)).collect();
        if let [value] = below[..]
            && !looks_like_label(body, value, false)
        {
            let region = body.region(value);
            body.add(kind, entity, body.span(label), &region);
        }
    }
}

/// Whether a cell covers several columns and names what is below it.
fn is_wide(body: &Body<'_>, cell: Id) -> bool {
    let columns = body.tree.attr(cell, Attr::Colspan).unwrap_or("1").trim();
    let text = body.visible_text(cell);
    columns != "1" && !text.is_empty() && text.len() <= 100 && !text.ends_with(['.', ':'])
}

/// The context of the facts from an index on: their own label, then the places around.
fn add_context<'p>(
    body: &mut Body<'_>,
    known: usize,
    own: Option<&'p Place>,
    around: &(impl Iterator<Item = &'p Place> + Clone),
) {
    for fact in &mut body.facts[known..] {
        let own = own.into_iter().map(|place| (place, true));
        let places = own.chain(around.clone().map(|place| (place, false)));
        fact.context = choose_context(places, &[&fact.label], &fact.value);
    }
}

/// What the first row of a table of pairs states for the rows below it: "In thousands of euros | 2023".
fn title_place(body: &Body<'_>, row: &[Id], language: Option<&str>) -> Option<Place> {
    let first = row.iter().find(|cell| !body.is_blank(**cell))?;
    let place = Place::of_label(&body.rendered.text, body.span(*first), language)?;
    let others = row.iter().filter(|cell| *cell != first && !body.is_blank(**cell));
    // "Revenue (in millions) | 412" states a scale for its own value only.
    let is_header = others.clone().all(|cell| super::layout::is_period(body.visible_text(*cell)));
    is_header.then_some(place)
}

/// The visible cells of the rows that show something. A label that covers several rows belongs to each.
fn shown_rows(body: &Body<'_>, table: &Table) -> Vec<Vec<Id>> {
    let rows = table.rows.iter().take(MAX_ROWS).enumerate().map(|(at, row)| {
        let seen = row.cells.iter().copied().filter(|cell| !body.tree.node(*cell).unseen);
        let mut cells: Vec<Id> = seen.take(MAX_COLUMNS).collect();
        if let [_] = cells[..]
            && at < table.grid.len()
            && let Some(label) = table.grid.cell(at, 0).filter(|cell| cell.row < at)
        {
            cells.insert(0, label.id);
        }
        cells
    });
    rows.filter(|row: &Vec<Id>| row.iter().any(|cell| !body.is_blank(*cell))).collect()
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
pub(super) fn is_box(body: &Body<'_>, table: Id) -> bool {
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
