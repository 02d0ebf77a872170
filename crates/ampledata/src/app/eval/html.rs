//! A report of an evaluation for people: one HTML file without scripts and without anything from elsewhere.
//!
//! Everything that comes from pages and tables is escaped, and only http and https addresses become links.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::path::Path;

use jiff::Timestamp;

use super::report::{KindReport, by_tag, total};
use super::tally::Figures;
use super::{CauseCode, Error, ScoredCell};

/// The longest text of a page that is shown, in characters.
const LONGEST: usize = 600;

const HEAD: &str = r#"<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums }
th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #8884 }
th:first-child, td:first-child { text-align: left }
article { border: 1px solid #8886; border-radius: .4rem; padding: .6rem 1rem; margin: .6rem 0 }
h3 { margin: 0; font-size: 1rem }
dl { display: grid; grid-template-columns: 7rem 1fr; gap: .1rem .8rem; margin: .4rem 0 0 }
dt { opacity: .7 }
dd { margin: 0; overflow-wrap: anywhere }
blockquote { margin: 0; border-left: 3px solid #8888; padding-left: .6rem }
summary { cursor: pointer; font-weight: 600; font-size: 1.1rem; margin: 1rem 0 .4rem }
.tag { border: 1px solid #8886; border-radius: .3rem; padding: 0 .3rem; font-size: .85rem; font-weight: 400 }
</style>
"#;

/// Writes the report of an evaluation of this set.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, set: &str, date: Timestamp, kinds: &[KindReport]) -> Result<(), Error> {
    let failed = |source| Error::Write { path: path.to_owned(), source };
    let page = render(set, date, kinds).map_err(|error| failed(std::io::Error::other(error)))?;
    std::fs::write(path, page).map_err(failed)
}

fn render(set: &str, date: Timestamp, kinds: &[KindReport]) -> Result<String, fmt::Error> {
    let mut page = String::new();
    let title = Escaped(set);
    let version = env!("CARGO_PKG_VERSION");
    write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<title>Evaluation of {title}</title>\n{HEAD}"
    )?;
    writeln!(page, "<h1>Evaluation of {title}</h1>\n<p>{date:.0}, AmpleData {version}</p>")?;
    let lines = kinds.iter().map(|kind| (kind.name.as_str(), kind.line().figures));
    let lines: Vec<_> = lines.chain([("total", total(kinds).figures)]).collect();
    render_figures(&mut page, "kind", &lines)?;
    let tags = by_tag(kinds.iter().flat_map(|kind| &kind.cells));
    if !tags.is_empty() {
        render_figures(&mut page, "case", &tags)?;
    }
    let columns: Vec<(String, Figures)> = kinds
        .iter()
        .flat_map(|kind| {
            kind.by_column()
                .into_iter()
                .map(|(name, figures)| (format!("{}: {name}", kind.name), figures))
        })
        .collect();
    let columns: Vec<_> = columns.iter().map(|(name, figures)| (name.as_str(), *figures)).collect();
    render_figures(&mut page, "column", &columns)?;
    render_errors(&mut page, kinds)?;
    Ok(page)
}

fn render_figures(page: &mut String, first: &str, lines: &[(&str, Figures)]) -> fmt::Result {
    let headers = [
        first,
        "cells",
        "predicted",
        "right",
        "precision",
        "recall",
        "F1",
        "items' F1",
        "outcomes",
        "invented",
        "other entity",
        "outdated",
        "lesser site",
        "high",
        "medium",
        "low",
        "ECE",
    ];
    page.push_str("<table><thead><tr>");
    for header in headers {
        write!(page, "<th>{header}</th>")?;
    }
    page.push_str("</tr></thead><tbody>\n");
    for (name, figures) in lines {
        write!(page, "<tr><td>{}</td>", Escaped(name))?;
        for count in [figures.scored, figures.predicted, figures.correct] {
            write!(page, "<td>{count}</td>")?;
        }
        let bands = figures.bands;
        let shares = [
            (figures.predicted > 0).then_some(figures.precision),
            (figures.gold > 0).then_some(figures.recall),
            (figures.gold > 0).then_some(figures.f1),
            (figures.gold > 0).then_some(figures.item_f1),
            figures.outcome_accuracy,
            figures.invented_rate,
            figures.wrong_entity_rate,
            figures.stale_rate,
            figures.lesser_source_rate,
            bands.high.precision(),
            bands.medium.precision(),
            bands.low.precision(),
            (figures.predicted > 0).then_some(figures.ece),
        ];
        for share in shares {
            match share {
                Some(share) => write!(page, "<td>{share:.3}</td>")?,
                None => page.push_str("<td>–</td>"),
            }
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table>\n");
    Ok(())
}

/// The wrong cells by their likely causes, the most frequent cause first; the surest cells first.
fn render_errors(page: &mut String, kinds: &[KindReport]) -> fmt::Result {
    let mut by_cause: BTreeMap<CauseCode, Vec<(&str, &ScoredCell)>> = BTreeMap::new();
    for kind in kinds {
        for cell in &kind.cells {
            if let Some(cause) = &cell.cause {
                by_cause.entry(cause.code).or_default().push((&kind.name, cell));
            }
        }
    }
    let wrong: usize = by_cause.values().map(Vec::len).sum();
    writeln!(page, "<h2>{wrong} wrong cells, by likely cause</h2>")?;
    let mut causes: Vec<_> = by_cause.into_iter().collect();
    causes.sort_by_key(|(_, cells)| std::cmp::Reverse(cells.len()));
    for (cause, mut cells) in causes {
        cells.sort_by(|(_, a), (_, b)| b.confidence.total_cmp(&a.confidence));
        writeln!(page, "<details open><summary>{} {cause}</summary>", cells.len())?;
        for (kind, cell) in cells {
            render_error(page, kind, cell)?;
        }
        page.push_str("</details>\n");
    }
    Ok(())
}

fn render_error(page: &mut String, kind: &str, cell: &ScoredCell) -> fmt::Result {
    let (kind, key, column) = (Escaped(kind), Escaped(&cell.key), Escaped(&cell.column));
    write!(page, "<article><h3>{key}: {column} <span class=\"tag\">{kind} {}</span>", cell.row)?;
    if let Some(tag) = &cell.tag {
        write!(page, " <span class=\"tag\">{}</span>", Escaped(tag))?;
    }
    page.push_str("</h3><dl>\n");
    let gold = cell.gold.iter().map(|gold| Escaped(gold).to_string()).collect::<Vec<_>>();
    let gold = if gold.is_empty() { "no value".to_owned() } else { gold.join(" <em>or</em> ") };
    writeln!(page, "<dt>right</dt><dd>{gold}</dd>")?;
    if let Some(value) = &cell.value {
        let (value, percent) = (Escaped(value), cell.confidence * 100.0);
        writeln!(page, "<dt>predicted</dt><dd><strong>{value}</strong>, {percent:.0} % sure</dd>")?;
    } else {
        let outcome = cell.outcome.map_or("no result", |outcome| outcome.as_str());
        writeln!(page, "<dt>predicted</dt><dd>no value ({outcome})</dd>")?;
    }
    if let Some(quote) = &cell.quote {
        writeln!(page, "<dt>quote</dt><dd><blockquote>{}</blockquote></dd>", Escaped(quote))?;
    }
    if let Some(source) = &cell.source {
        writeln!(page, "<dt>page</dt><dd>{}</dd>", Link(source))?;
    }
    if !cell.gold_pages.is_empty() {
        let links: Vec<String> = cell.gold_pages.iter().map(|url| Link(url).to_string()).collect();
        writeln!(page, "<dt>right page</dt><dd>{}</dd>", links.join("<br>"))?;
    }
    let detail = cell.cause.as_ref().and_then(|cause| cause.detail.as_deref());
    if let Some(detail) = detail {
        writeln!(page, "<dt>cause</dt><dd>{}</dd>", Escaped(detail))?;
    }
    writeln!(page, "<dt>reason given</dt><dd>{}</dd>\n</dl></article>", Escaped(&cell.reason))
}

/// Text in HTML, between tags or in a quoted attribute; cut if it is long.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, character) in self.0.chars().enumerate() {
            if at == LONGEST {
                return f.write_char('…');
            }
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // Controls, and marks that reorder the text around them.
                c if c.is_control() && c != '\n' => f.write_char('\u{fffd}')?,
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => f.write_char('\u{fffd}')?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// A link to a page, if its address is one of the web.
struct Link<'a>(&'a str);

impl fmt::Display for Link<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Escaped(self.0);
        let scheme = self.0.split_once("://").map_or("", |(scheme, _)| scheme);
        // An address that is cut would be another one.
        if matches!(scheme, "http" | "https") && self.0.chars().count() <= LONGEST {
            write!(f, "<a href=\"{text}\" rel=\"noopener noreferrer nofollow\">{text}</a>")
        } else {
            write!(f, "{text}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Cause;
    use super::super::report::Cost;
    use super::super::tally::tests::cell;
    use super::*;

    fn kind(cell: ScoredCell) -> KindReport {
        KindReport {
            name: "<kind>".into(),
            rows: 1,
            columns: vec!["c".into()],
            cells: vec![cell],
            cost: Cost::default(),
        }
    }

    #[test]
    fn nothing_of_a_page_becomes_markup() {
        let hostile = "</dd><script>alert('1')</script>\u{202e}\" onload=\"x";
        let cell = ScoredCell {
            key: hostile.into(),
            tag: Some(hostile.into()),
            gold: vec![hostile.into()],
            value: Some(hostile.into()),
            reason: hostile.into(),
            quote: Some(hostile.into()),
            source: Some("javascript:alert(1)//://".into()),
            gold_pages: vec![format!("https://a.example/{hostile}"), "data:text/html,x".into()],
            cause: Some(Cause { code: CauseCode::Stale, detail: Some(hostile.into()) }),
            ..cell(Some((0.9, false)))
        };
        let page = render(hostile, Timestamp::UNIX_EPOCH, &[kind(cell)]).unwrap();
        assert!(
            !page.contains("<script") && !page.contains('\u{202e}') && !page.contains("\" onload")
        );
        assert!(!page.contains("href=\"javascript") && !page.contains("href=\"data"));
        assert!(page.contains("href=\"https://a.example/&lt;/dd&gt;"));
        assert!(page.contains("The value is outdated") && page.contains("90 % sure"));
        assert_eq!(page.matches("<article>").count(), 1);
    }

    #[test]
    fn cells_that_are_right_are_not_shown() {
        let page = render("set", Timestamp::UNIX_EPOCH, &[kind(cell(Some((0.9, true))))]).unwrap();
        assert!(page.contains("0 wrong cells") && !page.contains("<article>"));
    }

    #[test]
    fn long_text_is_cut() {
        let text = Escaped(&"x".repeat(2 * LONGEST)).to_string();
        assert_eq!(text.chars().count(), LONGEST + 1);
    }
}
