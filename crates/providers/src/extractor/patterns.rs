//! Query patterns from the names of columns.

use ampledata_core::column::Column;
use ampledata_core::vocabulary::words;

use crate::PatternRequest;

/// Number of columns whose words go into one query: more words would blur it.
const COLUMNS_TOGETHER: usize = 3;

/// The entity alone, with its kind, then with the words of a few columns at a time.
pub(super) fn write_patterns(request: &PatternRequest<'_>) -> Vec<String> {
    let kind = request.entity_type.map(str::trim).filter(|kind| {
        // A sentence about the key is not a search term.
        !kind.is_empty() && kind.split_whitespace().count() <= 3
    });
    let mut patterns = vec!["%entity".to_owned()];
    let requested = request.columns.chunks(COLUMNS_TOGETHER).map(|columns| {
        let mut terms: Vec<String> = Vec::new();
        for word in kind.into_iter().flat_map(words).chain(columns.iter().flat_map(column_words)) {
            if !terms.contains(&word) {
                terms.push(word);
            }
        }
        format!("%entity {}", terms.join(" "))
    });
    patterns.extend(requested);
    patterns.dedup();
    patterns.truncate(request.limit.max(1));
    patterns
}

fn column_words(column: &Column) -> Vec<String> {
    words(&column.name)
}

#[cfg(test)]
mod tests {
    use ampledata_core::column::ColumnType;

    use super::*;
    use crate::meter::Unmetered;

    #[test]
    fn the_entity_comes_first_then_columns_in_groups() {
        let names = ["main_span", "opened", "architect", "height_m"];
        let columns: Vec<Column> =
            names.iter().map(|name| Column::new(*name, ColumnType::String)).collect();
        let request = PatternRequest {
            columns: &columns,
            key_columns: &["name".to_owned()],
            entity_type: Some("bridge"),
            limit: 3,
            meter: &Unmetered::default(),
        };
        let expected =
            ["%entity", "%entity bridge main span opened architect", "%entity bridge height m"];
        assert_eq!(write_patterns(&request), expected);
        assert_eq!(write_patterns(&PatternRequest { limit: 1, ..request }), ["%entity"]);
    }
}
