//! Finds the states that inline scripts hold for other scripts: `window.__STATE__ = {…}`,
//! `JSON.parse("…")`, `self.__next_f.push([1, "…"])`. Scripts are searched, not run.

use serde_json::Value as Json;

use super::json;

/// The longest name to which a state is assigned, in bytes.
const MAX_NAME: usize = 80;
/// Maximum number of states of one script.
const MAX_STATES: usize = 20;
/// What flight data and streams of other frameworks are passed to.
const FLIGHT: &str = "__next_f.push(";
const STREAM: &str = ".streamController.enqueue(";
/// Words in the names of states.
const WORDS: [&str; 10] = [
    "state", "initial", "preload", "hydrat", "props", "data", "store", "context", "apollo", "nuxt",
];

/// Whether a script holds a state, so that it is part of the page.
pub(super) fn holds_state(script: &str) -> bool {
    script.contains(FLIGHT) || script.contains(STREAM) || next_assignment(script).is_some()
}

/// The JSON texts of all states of a script.
pub(super) fn find_states(script: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = script;
    while let Some(value) = next_assignment(rest) {
        let (text, end) = match value.chars().next() {
            Some('{' | '[') => {
                let end = value_end(value);
                (Some(value[..end].to_owned()), end)
            }
            _ => parsed_literal(value),
        };
        found.extend(text);
        rest = &value[end.max(1).min(value.len())..];
        if found.len() >= MAX_STATES {
            break;
        }
    }
    for call in script.split(STREAM).skip(1) {
        if let (Some(text), _) = parsed_literal(call) {
            found.push(text);
        }
    }
    found
}

/// Appends the pieces of flight data that a script pushes.
pub(super) fn append_flight(script: &str, flight: &mut String) {
    for call in script.split(FLIGHT).skip(1) {
        if !call.starts_with('[') {
            continue;
        }
        for piece in json::parse_script(&call[..value_end(call)]) {
            if let Some(text) = piece.get(1).and_then(Json::as_str) {
                flight.push_str(text);
            }
        }
    }
}

/// The JSON of one line of flight data: `1a:["$", "div", null, {…}]`.
pub(super) fn flight_value(line: &str) -> Option<&str> {
    let (id, value) = line.split_once(':')?;
    let is_id = !id.is_empty() && id.len() <= 6 && id.bytes().all(|b| b.is_ascii_hexdigit());
    (is_id && value.starts_with(['{', '['])).then_some(value)
}

/// What is assigned to the next name of a state, from its first character on.
fn next_assignment(script: &str) -> Option<&str> {
    let mut at = 0;
    while let Some(found) = script[at..].find('=') {
        let equals = at + found;
        at = equals + 1;
        let value = script[at..].trim_start();
        let is_data = value.starts_with(['{', '['])
            || value.starts_with("JSON.parse(")
            || value.starts_with("decodeURIComponent(");
        if is_data && is_state_name(&script[..equals]) {
            return Some(value);
        }
    }
    None
}

/// Whether a text ends in the name of a state: a member of the window or a variable of its own.
fn is_state_name(before: &str) -> bool {
    let before = before.trim_end();
    let from = before.ceil_char_boundary(before.len().saturating_sub(MAX_NAME));
    let tail = &before[from..];
    let is_of_path = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.' | '[' | ']' | '"' | '\'')
    };
    let start = tail.trim_end_matches(is_of_path).len();
    let path = &tail[start..];
    let name = path.trim_end_matches(['"', '\'', ']']);
    let name = name.rsplit(['.', '[', '"', '\'']).next().unwrap_or(name);
    if name.starts_with("__") && name.len() > 4 {
        return true;
    }
    let is_global = ["window", "self", "globalThis"].iter().any(|owner| path.starts_with(owner))
        || ["var", "let", "const"].iter().any(|word| tail[..start].trim_end().ends_with(word));
    let lower = name.to_ascii_lowercase();
    is_global && name.len() >= 4 && WORDS.iter().any(|word| lower.contains(word))
}

/// The end of the object or the list at the start of a text.
fn value_end(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), b'\\') => is_escaped = true,
            (Some(open), _) if open == byte => quote = None,
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, b'{' | b'[') => depth += 1,
            (None, b'}' | b']') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// The text of the first string literal of an expression such as `JSON.parse("…")`, and its end.
fn parsed_literal(expression: &str) -> (Option<String>, usize) {
    let Some(start) = expression.as_bytes().iter().take(60).position(|b| matches!(b, b'"' | b'\''))
    else {
        return (None, 1);
    };
    let literal = &expression[start..];
    let quote = literal.as_bytes()[0];
    let mut is_escaped = false;
    let end = literal.bytes().enumerate().skip(1).find(|(_, byte)| {
        let ends = *byte == quote && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        ends
    });
    let Some((end, _)) = end else { return (None, expression.len()) };
    let read = json::parse_string(&literal[..=end]);
    let is_coded = expression[..start].contains("decodeURIComponent(");
    let text = read.map(|text| if is_coded { percent_decode(&text) } else { text });
    (text, start + end + 1)
}

/// A text with its `%XX` decoded; as it is if that is no UTF-8.
pub(super) fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}
