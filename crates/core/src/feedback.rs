//! What an attempt left undone, and the queries that may mend it.

use crate::column::Column;
use crate::row::{Cell, CellOutcome, Field, Input, Plan};

/// Longest context field that goes into a query, in characters.
const MAX_CONTEXT: usize = 40;
/// Context fields that go into a query at most.
const MAX_CONTEXT_FIELDS: usize = 3;
/// Longest query, in characters: search engines cut or refuse longer ones.
const MAX_QUERY: usize = 200;

/// Whether the cell deserves another attempt: it has no value, or a weak one.
pub fn needs_more(cell: Option<&Cell>, threshold: f64) -> bool {
    cell.is_none_or(|cell| cell.outcome != CellOutcome::Found || cell.confidence < threshold)
}

/// Query patterns for another attempt, aimed at just these columns.
///
/// The first retry asks for each column by its name, the next by its description.
pub fn patterns(plan: &Plan, columns: &[usize], attempt: u8) -> Vec<String> {
    let ask = |column: &Column| match (&column.description, attempt % 2) {
        (Some(description), 1) => description.clone(),
        _ => words(&column.name),
    };
    let queries = usize::from(plan.limits.queries).max(1);
    let per_query = columns.len().div_ceil(queries).max(1);
    columns
        .chunks(per_query)
        .map(|chunk| {
            let asked: Vec<String> =
                chunk.iter().filter_map(|&index| plan.columns.get(index)).map(ask).collect();
            format!("%entity {}", asked.join(" "))
        })
        .collect()
}

/// The query that a pattern gives for a row.
///
/// `%entity` stands for the key's values and the short ones of the context, which tell namesakes apart;
/// a pattern without it gets it in front.
pub fn render(pattern: &str, input: &Input) -> String {
    let context = input
        .context
        .iter()
        .filter(|field| field.value.chars().count() <= MAX_CONTEXT)
        .take(MAX_CONTEXT_FIELDS);
    let entity: Vec<String> = input.key.iter().chain(context).map(plain).collect();
    let entity = entity.join(" ");
    let query = if pattern.contains("%entity") {
        pattern.replace("%entity", &entity)
    } else {
        format!("{entity} {pattern}")
    };
    cut(&query)
}

fn plain(field: &Field) -> String {
    field
        .value
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Cut at a word's end, where the query is too long.
fn cut(query: &str) -> String {
    let query = query.trim();
    let Some((end, _)) = query.char_indices().nth(MAX_QUERY) else {
        return query.to_owned();
    };
    let head = &query[..end];
    head.rsplit_once(' ').map_or(head, |(whole, _)| whole).to_owned()
}

/// A column's name as words: `mpg_city`, `mpgCity` and `mpg-city` are "mpg city".
pub fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut previous = ' ';
    for c in name.chars() {
        if c.is_uppercase() && (previous.is_lowercase() || previous.is_ascii_digit()) {
            words.push(' ');
        }
        words.push(if c == '_' || c == '-' || c == '.' { ' ' } else { c });
        previous = c;
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
