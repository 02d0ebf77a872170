//! PostgreSQL's text type cannot hold U+0000, so U+FFFD is stored instead.

/// Replaces U+0000 in a text.
pub(super) fn replace_in_text(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

/// Replaces U+0000 in the strings of a JSON text, which PostgreSQL reads as texts. In JSON that is stored as text
/// it stays, because there it is escaped twice.
pub(super) fn replace_in_json(json: String) -> String {
    const ESCAPED: &str = "\\u0000";
    if !json.contains(ESCAPED) {
        return json;
    }
    let mut clean = String::with_capacity(json.len());
    let mut rest = json.as_str();
    while let Some(at) = rest.find(ESCAPED) {
        let (before, from) = rest.split_at(at);
        clean.push_str(before);
        let slashes = clean.bytes().rev().take_while(|byte| *byte == b'\\').count();
        clean.push_str(if slashes % 2 == 0 { "\\ufffd" } else { ESCAPED });
        rest = &from[ESCAPED.len()..];
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_text_cannot_hold_is_replaced() {
        let json = |value: serde_json::Value| value.to_string();
        let nul = json(serde_json::json!(["a\u{0}b", 1]));
        assert_eq!(replace_in_json(nul), r#"["a\ufffdb",1]"#);
        let inner = json(serde_json::json!({ "a": "\u{0}" }));
        let nested = json(serde_json::json!([inner]));
        assert_eq!(replace_in_json(nested.clone()), nested, "it is escaped within a text");
        let slash = json(serde_json::json!(["\\\u{0}"]));
        assert_eq!(replace_in_json(slash), r#"["\\\ufffd"]"#);
    }
}
