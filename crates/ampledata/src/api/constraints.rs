//! Constraints that the attributes of fields cannot express: allowed values of parameters, and dependencies
//! between fields. A request that satisfies them is not refused for its form.

use ampledata_core::row::Stage;
use serde_json::{Value, json};

/// Ends of number ranges that a decimal number represents exactly enough.
const FAR: f64 = 1e27;

/// Adds the constraints to the document.
pub(super) fn add(document: &mut Value) {
    merge(document, json!({ "components": { "schemas": schemas() } }));
    let stages: Vec<_> = Stage::ALL.into_iter().map(Stage::as_str).collect();
    let standing = "(weak|absent|blocked|conflict|error)";
    for (path, name, rule) in [
        (
            "/jobs/{job_id}/export",
            "format",
            words(&["csv", "tsv", "json", "jsonl", "xlsx", "parquet"]),
        ),
        ("/jobs/{job_id}/rows", "stage", words(&stages)),
        ("/jobs/{job_id}/rows", "sort", words(&["index", "confidence", "-confidence"])),
        ("/jobs/{job_id}/rows", "standing", pattern(&format!("^{standing}(,{standing})*$"))),
        ("/jobs/{job_id}/rows", "cursor", pattern("^[0-9]{1,18}-([0-9a-f]{1,15}|3[0-9a-f]{15})$")),
        ("/jobs/{job_id}/events", "after", event_id()),
        ("/jobs/{job_id}/events", "Last-Event-ID", event_id()),
        ("/usage", "from", pattern("^[0-9]{4}-[0-9]{2}$")),
    ] {
        let parameters =
            document["paths"][format!("/api/v1{path}")]["get"]["parameters"].as_array_mut();
        for parameter in parameters.into_iter().flatten() {
            if parameter["name"] == name {
                merge(&mut parameter["schema"], rule.clone());
            }
        }
    }
    bound(document);
}

/// Numbers that are stored in 63 bits.
fn bound(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.get("format").is_some_and(|format| format == "int64") {
                fields.entry("maximum").or_insert(json!(i64::MAX));
            }
            fields.values_mut().for_each(bound);
        }
        Value::Array(items) => items.iter_mut().for_each(bound),
        _ => {}
    }
}

fn words(words: &[&str]) -> Value {
    json!({ "enum": words })
}

fn event_id() -> Value {
    json!({ "type": "string", "pattern": "^[0-9]{1,18}-[0-9]{1,18}$", "examples": ["12-3"] })
}

fn pattern(pattern: &str) -> Value {
    json!({ "pattern": pattern })
}

fn schemas() -> Value {
    let none = json!({ "type": "null" });
    let text = json!({ "type": "string", "minLength": 1 });
    let name = json!({ "properties": { "name": { "maxLength": 200, "pattern": super::NAME } } });
    json!({
        "KeyRequest": name,
        "TemplateRequest": name,
        "ColumnSpec": column(),
        "Start": { "properties": { "columns_metadata": { "minItems": 1 } }, "anyOf": [
            { "required": ["key_column"],
              "properties": { "key_column": text, "key_columns": none } },
            { "required": ["key_columns"],
              "properties": { "key_column": none, "key_columns": { "type": "array", "minItems": 1 } } },
        ] },
        "TableRequest": { "anyOf": [
            { "required": ["source_id"], "properties": { "source_id": text, "job_id": none } },
            { "required": ["job_id"], "properties": { "source_id": none, "job_id": text } },
        ] },
        "CellChange": { "anyOf": [
            { "required": ["value"] },
            { "required": ["locked"], "properties": { "locked": { "type": "boolean" } } },
        ] },
        "WebhookRequest": { "properties": { "events": {
            "minItems": 1,
            "items": { "enum": ["job.completed", "job.paused", "job.failed"] },
        } } },
        "SuggestRequest": { "properties": { "columns": {
            "maxItems": super::suggest::MOST,
            "items": { "pattern": "\\S" },
        } } },
    })
}

fn column() -> Value {
    let number = json!({ "minimum": -FAR, "maximum": FAR });
    let is = |kinds: Value, without: &[&str]| {
        let mut properties = json!({ "type": { "enum": kinds } });
        for name in without {
            let nothing = json!({ "type": ["null", "array"], "maxItems": 0 });
            properties[name] = if *name == "allowed" { nothing } else { json!({ "type": "null" }) };
        }
        // The default type is string.
        let required = if kinds[0] == "string" { json!([]) } else { json!(["type"]) };
        json!({ "required": required, "properties": properties })
    };
    json!({
        "additionalProperties": false,
        "required": ["name"],
        "properties": {
            "name": { "minLength": 1, "pattern": "\\S" },
            "type": {
                "type": ["string", "null"],
                "enum": ["string", "number", "boolean", "date", null],
                "default": "string",
            },
            "job_type": { "enum": ["enrichment", "imputation", null] },
            "format": { "enum": ["phone", "digits", "url", "email", "address", "height", null] },
            "allowed": { "uniqueItems": true, "items": { "pattern": "\\S" } },
            "minimum": number, "maximum": number,
            "pattern": { "format": "regex" },
        },
        "anyOf": [
            is(json!(["string", null]), &["unit", "minimum", "maximum"]),
            is(json!(["number"]), &["format", "pattern", "allowed"]),
            is(json!(["boolean", "date"]), &["unit", "minimum", "maximum", "format", "pattern", "allowed"]),
        ],
    })
}

/// Merges a constraint into the document, field by field.
fn merge(there: &mut Value, rule: Value) {
    match (there, rule) {
        (Value::Object(there), Value::Object(rule)) => {
            for (name, rule) in rule {
                merge(there.entry(name).or_insert(Value::Null), rule);
            }
        }
        (there, rule) => *there = rule,
    }
}
