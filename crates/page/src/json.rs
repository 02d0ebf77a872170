//! JSON as found on pages: with comments around it, trailing commas, raw control characters, character
//! references for quotes, single quotes, and several values in one script.

use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

use ampledata_core::character_reference::decode_references;
use serde_json::Value;

/// How often character references around a whole script are decoded: some templates escape twice.
const MAX_DECODINGS: usize = 2;
/// A value with more levels than this is cut off: the parser refuses more than 128.
const MAX_OPEN: usize = 120;

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
    let text = decode_escaped_quotes(text);
    Repair::new(&text).run().iter().filter_map(|root| serde_json::from_str(root).ok()).collect()
}

/// The text of a string literal of JavaScript, with its quotes; `None` if it is none.
pub(super) fn parse_string(literal: &str) -> Option<String> {
    if let Ok(text) = serde_json::from_str(literal) {
        return Some(text);
    }
    match parse_script(&format!("[{literal}]")).pop()? {
        Value::Array(mut values) => match values.pop()? {
            Value::String(text) if values.is_empty() => Some(text),
            _ => None,
        },
        _ => None,
    }
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

/// Decodes a script whose quotes are written as character references: `{&quot;name&quot;: …`.
fn decode_escaped_quotes(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..MAX_DECODINGS {
        let start = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '{' | '['));
        if !start.starts_with('&') {
            break;
        }
        text = Cow::Owned(decode_references(&text).into_owned());
    }
    text
}

/// Rewrites a text as valid JSON, one text for each value at the top level.
///
/// Control characters in strings become spaces; comments, commas before a closing bracket and invalid
/// escapes go; quotes within a string are escaped; single quotes and bare words become strings; what was
/// left open is closed.
struct Repair<'a> {
    chars: Peekable<Chars<'a>>,
    /// The closing brackets that are still to come.
    open: Vec<char>,
    out: String,
    roots: Vec<String>,
}

impl<'a> Repair<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            chars: text.chars().peekable(),
            open: Vec::new(),
            out: String::with_capacity(text.len() + 16),
            roots: Vec::new(),
        }
    }

    fn run(mut self) -> Vec<String> {
        while let Some(c) = self.chars.next() {
            match c {
                '/' if self.chars.peek() == Some(&'*') => self.skip_comment(),
                '/' if self.chars.peek() == Some(&'/') => self.skip_line(),
                '<' | '-' if self.skip_mark(c) => {}
                ']' if self.rest().starts_with("]>") => {
                    self.chars.next();
                    self.chars.next();
                }
                '{' | '[' => {
                    if self.open.len() >= MAX_OPEN {
                        return self.roots;
                    }
                    self.separate();
                    self.open.push(if c == '{' { '}' } else { ']' });
                    self.out.push(c);
                }
                '}' | ']' => self.close(c),
                // Between the values of the top level nothing counts.
                _ if self.open.is_empty() => {}
                '"' | '\'' => {
                    self.separate();
                    self.string(c);
                }
                ',' => {
                    if self.out.trim_end().ends_with(':') {
                        self.out.push_str("null");
                    }
                    self.out.push(c);
                }
                ':' => self.out.push(c),
                c if c.is_whitespace() || c.is_control() || c == '\u{feff}' => self.out.push(' '),
                c => self.bare_word(c),
            }
        }
        while let Some(close) = self.open.pop() {
            self.drop_trailing_comma();
            self.out.push(close);
        }
        self.roots.push(std::mem::take(&mut self.out));
        self.roots
    }

    /// What follows the current character.
    fn rest(&self) -> String {
        self.chars.clone().take(8).collect()
    }

    /// Skips the marks of an HTML comment or a CDATA section.
    fn skip_mark(&mut self, first: char) -> bool {
        let rest = self.rest();
        let length = match first {
            '<' if rest.starts_with("!--") => 3,
            '<' if rest.starts_with("![CDATA[") => 8,
            '-' if rest.starts_with("->") => 2,
            _ => return false,
        };
        self.chars.by_ref().take(length).for_each(drop);
        if length == 3 && !self.open.is_empty() {
            // Within a value the comment is a remark; around it, it hides the value from old browsers.
            let mut last = [' ', ' '];
            for c in self.chars.by_ref() {
                if last == ['-', '-'] && c == '>' {
                    break;
                }
                last = [last[1], c];
            }
        }
        true
    }

    fn skip_line(&mut self) {
        while self.chars.next_if(|c| !matches!(c, '\n' | '\r')).is_some() {}
    }

    fn skip_comment(&mut self) {
        let mut last = ' ';
        self.chars.next();
        for c in self.chars.by_ref() {
            if last == '*' && c == '/' {
                return;
            }
            last = c;
        }
    }

    /// Adds the comma that is missing between two values.
    fn separate(&mut self) {
        if self.out.trim_end().ends_with(['"', '}', ']']) {
            self.out.push(',');
        }
    }

    fn close(&mut self, bracket: char) {
        if !self.open.contains(&bracket) {
            return;
        }
        while let Some(close) = self.open.pop() {
            self.drop_trailing_comma();
            self.out.push(close);
            if close == bracket {
                break;
            }
        }
        if self.open.is_empty() {
            self.roots.push(std::mem::take(&mut self.out));
        }
    }

    fn drop_trailing_comma(&mut self) {
        let kept = self.out.trim_end();
        if let Some(before) = kept.strip_suffix(',') {
            self.out.truncate(before.len());
        } else if kept.ends_with(':') {
            self.out.push_str("null");
        }
    }

    fn string(&mut self, quote: char) {
        self.out.push('"');
        while let Some(c) = self.chars.next() {
            match c {
                '\\' => self.escape(),
                _ if c == quote && self.ends_string() => break,
                '"' => self.out.push_str("\\\""),
                c if c.is_control() => self.out.push(' '),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    /// Whether a quote ends its string: a comma, a colon, a bracket or a comment follows, or another
    /// string on the next line. Else an author forgot to escape it.
    fn ends_string(&self) -> bool {
        let mut ahead = self.chars.clone();
        let mut is_next_line = false;
        let next = loop {
            match ahead.next() {
                Some(c) if c.is_whitespace() => is_next_line |= c == '\n',
                next => break next,
            }
        };
        match next {
            None | Some(':' | '}' | ']' | '/') => true,
            Some('"' | '\'') => is_next_line,
            Some(',') => ahead.find(|c| !c.is_whitespace()).is_none_or(|c| {
                matches!(c, '"' | '\'' | '{' | '[' | '}' | ']' | '/' | '-' | ',' | '<')
                    || c.is_ascii_alphanumeric()
            }),
            Some(_) => false,
        }
    }

    fn escape(&mut self) {
        match self.chars.next() {
            Some(c @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't')) => {
                self.out.extend(['\\', c]);
            }
            Some('u') => self.unicode_escape(),
            Some('x') => match self.hex(2).and_then(char::from_u32) {
                Some('"') => self.out.push_str("\\\""),
                Some('\\') => self.out.push_str("\\\\"),
                Some(c) if !c.is_control() => self.out.push(c),
                Some(_) => self.out.push(' '),
                None => self.out.push('x'),
            },
            Some(c) if c.is_control() => self.out.push(' '),
            Some(c) => self.out.push(c),
            None => {}
        }
    }

    /// `\u` with four digits; half of a surrogate pair becomes the replacement character.
    fn unicode_escape(&mut self) {
        let Some(first) = self.hex(4) else {
            self.out.push('u');
            return;
        };
        if !(0xd800..0xe000).contains(&first) {
            self.push_code(first);
            return;
        }
        if first < 0xdc00 && self.rest().starts_with("\\u") {
            let before = self.chars.clone();
            self.chars.next();
            self.chars.next();
            if let Some(second) = self.hex(4).filter(|code| (0xdc00..0xe000).contains(code)) {
                self.push_code(first);
                self.push_code(second);
                return;
            }
            self.chars = before;
        }
        self.out.push('\u{fffd}');
    }

    fn push_code(&mut self, code: u32) {
        use std::fmt::Write as _;
        // Writing to a String cannot fail.
        write!(self.out, "\\u{code:04x}").unwrap_or_default();
    }

    /// The next hexadecimal digits, if there are so many.
    fn hex(&mut self, digits: usize) -> Option<u32> {
        let text: String = self.chars.clone().take(digits).collect();
        let is_hex = text.len() == digits && text.bytes().all(|b| b.is_ascii_hexdigit());
        let code = u32::from_str_radix(&text, 16).ok().filter(|_| is_hex)?;
        self.chars.by_ref().take(digits).for_each(drop);
        Some(code)
    }

    /// A number, a literal, or a word without quotes, such as a key of a JavaScript object.
    fn bare_word(&mut self, first: char) {
        let mut word = String::from(first);
        while let Some(c) = self.chars.next_if(|c| {
            !c.is_whitespace() && !matches!(c, ',' | ':' | '{' | '}' | '[' | ']' | '"' | '\'')
        }) {
            word.push(c);
        }
        let word = word.trim_end_matches(';');
        match word {
            "undefined" | "NaN" | "Infinity" | "-Infinity" | "void" | "None" | "" => {
                self.out.push_str("null");
            }
            "True" | "!0" => self.out.push_str("true"),
            "False" | "!1" => self.out.push_str("false"),
            "true" | "false" | "null" => self.out.push_str(word),
            _ if serde_json::from_str::<serde_json::Number>(word).is_ok() => {
                self.out.push_str(word);
            }
            _ => self.out.push_str(&Value::from(word).to_string()),
        }
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
            "<!--\n//<![CDATA[\n{\"a\": 1}\n//]]>\n-->",
            "//<![CDATA[\n{\"a\": 1}\n//]]>",
            "/*<![CDATA[*/{\"a\": 1}/*]]>*/",
            "/* <![CDATA[ */ {\"a\": 1} /* ]]> */",
            "{\"a\": 1};",
            "\u{feff}{\"a\": 1}",
            "// the firm\n{\"a\": 1}",
            "var data = {\"a\": 1};",
            "{&quot;a&quot;: 1}",
            "{&#34;a&#34;: 1}",
            "{&amp;quot;a&amp;quot;: 1}",
            "{'a': 1}",
            "{\"a\": 1}}",
            "{\"a\": 1}; // end",
            "{\"a\" /* key */ : 1 <!-- remark --> }",
        ] {
            assert_eq!(parse_script(script), [json!({"a": 1})], "{script}");
        }
    }

    #[test]
    fn what_is_nearly_json_is_repaired() {
        for (script, expected) in [
            ("{\"a\": \"x\ny\", \"b\": [1, 2, ], }", json!({"a": "x y", "b": [1, 2]})),
            (r#"{"a": "it\'s" /* note */ }"#, json!({"a": "it's"})),
            (r#"{"a": {"b": "cut of"#, json!({"a": {"b": "cut of"}})),
            (r#"{"a": {"b": 1], "c": 2}"#, json!({"a": {"b": 1, "c": 2}})),
            ("{\"a\": 1, // note\n \"b\": 2,}", json!({"a": 1, "b": 2})),
            (r#"{"a": "this \x26 that \d"}"#, json!({"a": "this & that d"})),
            (
                r#"{"a": "half \ud83d pair", "b": "\ud83d\ude00", "c":1,}"#,
                json!({"a": "half \u{fffd} pair", "b": "😀", "c": 1}),
            ),
            (
                r#"{"a": "the "best" of all", "b": "2"}"#,
                json!({"a": "the \"best\" of all", "b": "2"}),
            ),
            ("{\"a\": \"x\"\n\"b\": \"y\"}", json!({"a": "x", "b": "y"})),
            ("{'a': 'say \"x\"', 'b': 'it\\'s'}", json!({"a": "say \"x\"", "b": "it's"})),
            (
                r#"{"a": undefined, "b": NaN, "c": False, "d": 007}"#,
                json!({"a": null, "b": null, "c": false, "d": "007"}),
            ),
            (
                r#"{"a": , "b": 2, "u": "https://x.example//y"}"#,
                json!({"a": null, "b": 2, "u": "https://x.example//y"}),
            ),
        ] {
            assert_eq!(parse_script(script), [expected], "{script}");
        }
    }

    #[test]
    fn several_values_are_read_one_by_one() {
        let both = [json!({"a": 1}), json!({"b": 2})];
        for script in [
            r#"{"a": 1} {"b": 2,}"#,
            r#"{"a": 1},{"b": 2}"#,
            "{\"a\": 1};\n{\"b\": 2};",
            "{\"a\": 1}\n{\"b\" \"c\" }\n{\"b\": 2}",
        ] {
            assert_eq!(parse_script(script), both, "{script}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_without_harm() {
        assert!(parse_script(&"[".repeat(100_000)).is_empty());
        assert!(parse_script(&"{\"a\":".repeat(100_000)).is_empty());
        assert!(parse_script("no json").is_empty());
    }
}
