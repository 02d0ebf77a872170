//! What an attempt left open, and the queries that may close it.

use crate::column::Column;
use crate::row::{Cell, CellOutcome, Field, Input, Plan};

/// Longest context field that goes into a query, in characters.
const MAX_CONTEXT: usize = 40;
/// Maximum number of context fields that go into a query.
const MAX_CONTEXT_FIELDS: usize = 3;
/// Longest query, in characters: search engines cut or refuse longer ones.
const MAX_QUERY: usize = 200;

/// Stands for the key and the context in a pattern.
const ENTITY: &str = "%entity";
/// Stands for the key alone.
const KEY: &str = "%key";

/// Whether the cell needs another attempt: it has no value, or a weak one.
pub fn needs_another_attempt(cell: Option<&Cell>, threshold: f64) -> bool {
    cell.is_none_or(|cell| cell.outcome != CellOutcome::Found || cell.confidence < threshold)
}

/// Query patterns for the first attempt: those of the plan, with the key alone in the second place, because the
/// words of the context can outweigh those of the name.
pub fn first_patterns(plan: &Plan) -> Vec<String> {
    let mut patterns = plan.patterns.clone();
    patterns.insert(patterns.len().min(1), KEY.to_owned());
    patterns
}

/// Query patterns for the attempt after `attempt`, limited to these columns.
///
/// The first retry searches for each column by its description and for the entity by its key alone, the second
/// by the column's name and with the context, and so on in turn. A column without a description is always
/// searched for by its name.
pub fn retry_patterns(plan: &Plan, columns: &[usize], attempt: u8) -> Vec<String> {
    let ask = |column: &Column| match (&column.description, attempt % 2) {
        (Some(description), 1) => description.clone(),
        _ => column_words(&column.name),
    };
    let entity = if attempt % 2 == 1 { KEY } else { ENTITY };
    let queries = usize::from(plan.limits.queries).max(1);
    let per_query = columns.len().div_ceil(queries).max(1);
    columns
        .chunks(per_query)
        .map(|chunk| {
            let asked: Vec<String> =
                chunk.iter().filter_map(|&index| plan.columns.get(index)).map(ask).collect();
            format!("{entity} {}", asked.join(" "))
        })
        .collect()
}

/// The query that a pattern gives for a row.
///
/// `%entity` stands for the values of the key and the short values of the context, which distinguish
/// namesakes, `%key` for the values of the key alone. A pattern without a placeholder gets `%entity` in front.
pub fn render_query(pattern: &str, input: &Input) -> String {
    let context = input
        .context
        .iter()
        .filter(|field| field.value.chars().count() <= MAX_CONTEXT)
        .take(MAX_CONTEXT_FIELDS);
    let key: Vec<String> = input.key.iter().map(single_line).collect();
    let entity: Vec<String> = key.iter().cloned().chain(context.map(single_line)).collect();
    let (key, entity) = (key.join(" "), entity.join(" "));
    let query = match pattern {
        pattern if pattern.contains(ENTITY) => pattern.replace(ENTITY, &entity),
        pattern if pattern.contains(KEY) => pattern.replace(KEY, &key),
        pattern => format!("{entity} {pattern}"),
    };
    truncate_query(&query)
}

fn single_line(field: &Field) -> String {
    field
        .value
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Cuts a query that is too long at the end of a word.
fn truncate_query(query: &str) -> String {
    let query = query.trim();
    let Some((end, _)) = query.char_indices().nth(MAX_QUERY) else {
        return query.to_owned();
    };
    let head = &query[..end];
    head.rsplit_once(' ').map_or(head, |(whole, _)| whole).to_owned()
}

/// A column's name as words: `mpg_city`, `mpgCity` and `mpg-city` become "mpg city".
pub fn column_words(name: &str) -> String {
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
