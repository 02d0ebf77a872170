//! JSON as found on pages: with comments around it, trailing commas and raw control characters.

use serde_json::Value;

/// The JSON values of a script, repaired if they are not quite valid; empty if nothing can be parsed.
/// Takes linear time; the parser limits nesting to 128 levels.
pub(super) fn parse_script(script: &str) -> Vec<Value> {
    let text = strip_wrapping(script);
    if text.is_empty() {
        return Vec::new();
    }
    if let Ok(value) = serde_json::from_str(text) {
        return vec![value];
    }
    let repaired = repair(text);
    serde_json::Deserializer::from_str(&repaired).into_iter().map_while(Result::ok).collect()
}

/// Removes what hides a script from old browsers: HTML comments and CDATA marks.
fn strip_wrapping(script: &str) -> &str {
    let mut text = script.trim();
    loop {
        let before = text.len();
        for mark in
            ["<!--", "//<![CDATA[", "// <![CDATA[", "/*<![CDATA[*/", "<![CDATA[", "\u{feff}"]
        {
            text = text.strip_prefix(mark).unwrap_or(text).trim_start();
        }
        for mark in ["-->", "//", "//]]>", "// ]]>", "/*]]>*/", "]]>", ";"] {
            text = text.strip_suffix(mark).unwrap_or(text).trim_end();
        }
        if text.len() == before {
            return text;
        }
    }
}

/// Escapes control characters in strings, removes commas before a closing bracket, comments and invalid
/// escapes, and closes what was left open.
fn repair(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut open: Vec<char> = Vec::new();
    let mut in_string = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if in_string {
            match c {
                '"' => {
                    in_string = false;
                    out.push('"');
                }
                '\\' => repair_escape(&mut out, chars.next()),
                c if c.is_control() => out.push(' '),
                c => out.push(c),
            }
            continue;
        }
        match c {
            '"' => {
                in_string = true;
                out.push('"');
            }
            '{' | '[' => {
                open.push(if c == '{' { '}' } else { ']' });
                out.push(c);
            }
            '}' | ']' => {
                open.pop();
                drop_trailing_comma(&mut out);
                out.push(c);
            }
            '/' if chars.peek() == Some(&'*') => skip_comment(&mut chars),
            '/' if chars.peek() == Some(&'/') => while chars.next_if(|c| *c != '\n').is_some() {},
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    if in_string {
        out.push('"');
    }
    drop_trailing_comma(&mut out);
    out.extend(open.into_iter().rev());
    out
}

fn repair_escape(out: &mut String, escaped: Option<char>) {
    match escaped {
        Some(c @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u')) => out.extend(['\\', c]),
        Some(c) if c.is_control() => out.push(' '),
        Some(c) => out.push(c),
        None => {}
    }
}

fn drop_trailing_comma(out: &mut String) {
    let kept = out.trim_end();
    if let Some(before) = kept.strip_suffix(',') {
        out.truncate(before.len());
    }
}

fn skip_comment(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    let mut last = ' ';
    chars.next();
    for c in chars {
        if last == '*' && c == '/' {
            return;
        }
        last = c;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::parse_script;

    #[test]
    fn what_is_json_is_read_as_it_is() {
        assert_eq!(parse_script(r#" {"a": [1, "x,]"]} "#), [json!({"a": [1, "x,]"]})]);
        assert!(parse_script("  ").is_empty());
    }

    #[test]
    fn marks_around_it_are_taken_away() {
        for script in [
            "<!-- {\"a\": 1} -->",
            "//<![CDATA[\n{\"a\": 1}\n//]]>",
            "/*<![CDATA[*/{\"a\": 1}/*]]>*/",
            "{\"a\": 1};",
        ] {
            assert_eq!(parse_script(script), [json!({"a": 1})], "{script}");
        }
    }

    #[test]
    fn what_is_nearly_json_is_repaired() {
        assert_eq!(
            parse_script("{\"a\": \"x\ny\", \"b\": [1, 2, ], }"),
            [json!({"a": "x y", "b": [1, 2]})]
        );
        assert_eq!(parse_script(r#"{"a": "it\'s" /* note */ }"#), [json!({"a": "it's"})]);
        assert_eq!(parse_script(r#"{"a": {"b": "cut of"#), [json!({"a": {"b": "cut of"}})]);
        assert_eq!(parse_script(r#"{"a": 1} {"b": 2,}"#), [json!({"a": 1}), json!({"b": 2})]);
        assert_eq!(parse_script("{\"a\": 1, // note\n \"b\": 2,}"), [json!({"a": 1, "b": 2})]);
    }

    #[test]
    fn deep_nesting_is_refused_without_harm() {
        assert!(parse_script(&"[".repeat(100_000)).is_empty());
        assert!(parse_script("no json").is_empty());
    }
}
