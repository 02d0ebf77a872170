//! The settings as texts for people: the page docs/guide/settings.md and the help of the command line.

use super::setting::{DefaultValue, Group, Kind, Setting};
use super::table::{self, GROUPS};

const INTRODUCTION: &str = "\
# Settings

A setting is an environment variable, or the same name in lower case in `ampledata.toml`, or in the file of `--config`. Flags
take precedence over the environment, the environment over the file, and the file over the default. A blank value counts as
unset. `ampledata config` shows the values in effect and where each comes from; `ampledata doctor` checks them.

In the file, texts are quoted, and numbers, `true` and `false` are not:

```toml
search_provider = \"searxng\"
searxng_url = \"http://localhost:8888\"
confidence_threshold = 0.8
```
";

/// The reference page in Markdown.
pub fn markdown() -> String {
    std::iter::once(INTRODUCTION.to_owned()).chain(GROUPS.iter().map(section)).collect()
}

fn section(group: &Group) -> String {
    let rows: String = group.settings.iter().map(row).collect();
    let head = "| setting | meaning | values | default |\n|---|---|---|---|";
    format!("\n## {}\n\n{head}\n{rows}", group.title)
}

fn row(setting: &Setting) -> String {
    let secret = if setting.is_secret { " (secret)" } else { "" };
    let conditions = setting.used_if.iter().map(|(name, value)| format!("`{name}={value}`"));
    let used_if = match conditions.collect::<Vec<_>>().join(" or ") {
        conditions if conditions.is_empty() => conditions,
        conditions => format!("; used with {conditions}"),
    };
    format!(
        "| `{}` | {}{secret}{used_if} | {} | {} |\n",
        setting.name,
        setting.meaning,
        values(setting.kind),
        default(setting.default).unwrap_or_else(|| "–".to_owned())
    )
}

fn values(kind: Kind) -> String {
    let quoted = |words: &[&str]| {
        words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
    };
    match kind {
        Kind::Switch => quoted(&["on", "off"]),
        Kind::Integer(min, max) => format!("{min} to {max}"),
        Kind::Decimal(min, max) => format!("{min} to {max}"),
        Kind::Choice(words) => quoted(words),
        Kind::Choices(words) => format!("one or more of {}", quoted(words)),
        Kind::Text | Kind::Format(_) | Kind::List(_) => kind.allowed(),
    }
}

fn default(default: DefaultValue) -> Option<String> {
    match default {
        DefaultValue::Unset => None,
        DefaultValue::Text(text) => Some(format!("`{text}`")),
        DefaultValue::InDataDir { scheme, path } => Some(format!("`{scheme}DATA_DIR/{path}`")),
        DefaultValue::IfSet { cases, otherwise } => {
            let cases = cases.iter().map(|(name, text)| format!("`{text}` if `{name}` is set, "));
            Some(format!("{}else `{otherwise}`", cases.collect::<String>()))
        }
    }
}

/// All settings as plain text, for the help of `ampledata config`.
pub fn help() -> String {
    let group = |group: &Group| {
        let entries: String = group.settings.iter().map(entry).collect();
        format!("\n{}:\n{entries}", group.title)
    };
    GROUPS.iter().map(group).collect()
}

fn entry(setting: &Setting) -> String {
    let default = match plain_default(setting) {
        Some(default) => format!(" [default: {default}]"),
        None => String::new(),
    };
    format!("  {}\n          {}{default}\n", setting.name, setting.description())
}

fn plain_default(setting: &Setting) -> Option<String> {
    default(setting.default).map(|text| text.replace('`', ""))
}

/// The help of a flag that sets this setting; blank if there is none of this name.
pub fn flag_help(name: &str) -> String {
    let Some(setting) = table::find(name) else { return String::new() };
    let default = match plain_default(setting) {
        Some(default) => format!("; default: {default}"),
        None => String::new(),
    };
    format!("{} [setting: {name}{default}]", capitalised(&setting.description()))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}
