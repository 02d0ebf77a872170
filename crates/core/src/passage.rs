//! Passages: the parts of pages that are worth a model's tokens.

use std::collections::{BTreeMap, BTreeSet};

use crate::page::{Page, Span};
use crate::value::fold;

/// A passage is closed at the first line's end after this many bytes.
const TARGET: usize = 600;
/// A line longer than this is cut: nobody quotes more.
const MAX: usize = 1_600;
/// Bytes of a token of English text and markup: the usual rule of thumb.
const BYTES_PER_TOKEN: usize = 4;
/// What numbering and labelling a passage costs, in tokens.
const OVERHEAD: usize = 12;
/// A property of structured data says more per byte than prose does.
const STRUCTURED_BOOST: f64 = 1.5;
/// The parameters of BM25 (Robertson and Zaragoza, 2009).
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// A part of a page's stored text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Index of the page among those given.
    pub page: usize,
    /// Where it stands in the page's text.
    pub span: Span,
    /// The headings above it, the outermost first.
    pub headings: Vec<String>,
}

/// Cuts a page into passages: whole lines, none across a heading, in the order of the page.
pub fn cut(page: &Page, index: usize) -> Vec<Passage> {
    let body_end = page.body_end as usize;
    let mut cutter = Cutter { page: index, passages: Vec::new(), headings: Vec::new(), open: None };
    let mut at = 0;
    for line in page.text.split_inclusive('\n') {
        let end = at + line.len();
        if at >= body_end {
            cutter.close();
            cutter.headings.clear();
        } else if let Some((level, heading)) = heading(line) {
            cutter.close();
            cutter.headings.retain(|(above, _)| *above < level);
            cutter.headings.push((level, heading.to_owned()));
        }
        if !line.trim().is_empty() {
            cutter.line(&page.text, at, end);
        }
        at = end;
    }
    cutter.close();
    cutter.passages
}

struct Cutter {
    page: usize,
    passages: Vec<Passage>,
    headings: Vec<(usize, String)>,
    open: Option<(usize, usize)>,
}

impl Cutter {
    fn line(&mut self, text: &str, start: usize, end: usize) {
        let mut start = start;
        while end - start > MAX {
            let cut = (start + TARGET..start + MAX).rev().find(|&at| text.is_char_boundary(at));
            let Some(cut) = cut else { break };
            self.close();
            self.open = Some((start, cut));
            self.close();
            start = cut;
        }
        let from = self.open.map_or(start, |(from, _)| from);
        self.open = Some((from, end));
        if end - from >= TARGET {
            self.close();
        }
    }

    fn close(&mut self) {
        if let Some((start, end)) = self.open.take() {
            self.passages.push(Passage {
                page: self.page,
                span: Span::new(start, end),
                headings: self.headings.iter().map(|(_, heading)| heading.clone()).collect(),
            });
        }
    }
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|b| *b == b'#').count();
    let text = line.get(level..)?;
    ((1..=6).contains(&level) && text.starts_with(' ')).then(|| (level, text.trim()))
}

/// The passages that best answer the question, within a budget of tokens, in the order of the pages.
///
/// Ranked by BM25; where nothing of the question occurs, pages give their beginnings in turn.
pub fn choose(pages: &[&Page], question: &str, budget: usize) -> Vec<Passage> {
    let passages: Vec<Passage> =
        pages.iter().enumerate().flat_map(|(index, page)| cut(page, index)).collect();
    let mut ranked: Vec<(f64, usize)> =
        rank(pages, &passages, question).into_iter().zip(0..).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut left = budget;
    let mut chosen = BTreeSet::new();
    for (_, index) in ranked {
        let passage = &passages[index];
        let cost = (passage.span.range().len().div_ceil(BYTES_PER_TOKEN)) + OVERHEAD;
        if cost <= left {
            left -= cost;
            chosen.insert(index);
        }
    }
    let mut index = 0;
    let mut passages = passages;
    passages.retain(|_| {
        index += 1;
        chosen.contains(&(index - 1))
    });
    passages
}

fn rank(pages: &[&Page], passages: &[Passage], question: &str) -> Vec<f64> {
    let asked: BTreeSet<String> = terms(question).collect();
    let mut counts: Vec<(BTreeMap<String, f64>, f64)> = Vec::with_capacity(passages.len());
    let mut holders: BTreeMap<String, f64> = BTreeMap::new();
    for passage in passages {
        let text = &pages[passage.page].text[passage.span.range()];
        let mut found: BTreeMap<String, f64> = BTreeMap::new();
        let mut length = 0.0;
        for term in terms(text).chain(passage.headings.iter().flat_map(|heading| terms(heading))) {
            length += 1.0;
            if asked.contains(&term) {
                *found.entry(term).or_default() += 1.0;
            }
        }
        for term in found.keys() {
            *holders.entry(term.clone()).or_default() += 1.0;
        }
        counts.push((found, length));
    }
    let total = passages.len() as f64;
    let mean = counts.iter().map(|(_, length)| length).sum::<f64>() / total.max(1.0);
    passages
        .iter()
        .zip(&counts)
        .map(|(passage, (found, length))| {
            let norm = K1 * (1.0 - B + B * length / mean.max(1.0));
            let score: f64 = found
                .iter()
                .map(|(term, count)| {
                    let holding = holders.get(term).copied().unwrap_or(0.0);
                    let rarity = (1.0 + (total - holding + 0.5) / (holding + 0.5)).ln();
                    rarity * count * (K1 + 1.0) / (count + norm)
                })
                .sum();
            let structured = passage.span.start >= pages[passage.page].body_end;
            if structured { score * STRUCTURED_BOOST } else { score }
        })
        .collect()
}

fn terms(text: &str) -> impl Iterator<Item = String> {
    let folded = fold(text);
    let terms: Vec<String> =
        folded.split_whitespace().filter(|term| term.len() > 1).map(stem).collect();
    terms.into_iter()
}

/// Plural and singular of English words meet; nothing more is taken off.
fn stem(term: &str) -> String {
    term.strip_suffix('s').filter(|rest| rest.len() > 2).unwrap_or(term).to_owned()
}

/// Tokens that a text costs, roughly: its bytes by four.
pub fn tokens(text: &str) -> usize {
    text.len().div_ceil(BYTES_PER_TOKEN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Access, ContentHash};

    fn page(body: &str, data: &str) -> Page {
        Page {
            hash: ContentHash("h".into()),
            title: None,
            language: None,
            canonical: None,
            published: None,
            modified: None,
            access: Access::Open,
            text: format!("{body}{data}"),
            body_end: u32::try_from(body.len()).unwrap(),
            is_cut: false,
            entities: Vec::new(),
            facts: Vec::new(),
        }
    }

    fn texts<'a>(page: &'a Page, passages: &[Passage]) -> Vec<&'a str> {
        passages.iter().map(|passage| page.text[passage.span.range()].trim()).collect()
    }

    #[test]
    fn passages_cover_the_text_and_know_their_headings() {
        let page = page(
            "# Bridge\nIt is long.\n## History\nOpened in 1937.\n",
            "json-ld a: 1\njson-ld b: 2\n",
        );
        let passages = cut(&page, 0);
        assert_eq!(
            texts(&page, &passages),
            [
                "# Bridge\nIt is long.",
                "## History\nOpened in 1937.",
                "json-ld a: 1",
                "json-ld b: 2"
            ]
        );
        assert_eq!(passages[1].headings, ["Bridge", "History"]);
        assert!(passages[2].headings.is_empty());
    }

    #[test]
    fn an_endless_line_is_cut_at_characters() {
        let page = page(&"é".repeat(5_000), "");
        let passages = cut(&page, 0);
        assert!(passages.len() > 5);
        assert!(passages.iter().all(|passage| passage.span.range().len() <= MAX));
        assert_eq!(passages.iter().map(|p| p.span.range().len()).sum::<usize>(), page.text.len());
    }

    #[test]
    fn the_budget_goes_to_what_answers() {
        let filler = "Nothing of interest stands in this line of the page at all.\n".repeat(200);
        let body = format!("{filler}## Key facts\nThe main span measures 1,280 metres.\n{filler}");
        let page = page(&body, "");
        let chosen = choose(&[&page], "main span length", 200);
        assert!(texts(&page, &chosen).iter().any(|text| text.contains("1,280")));
        let spent: usize = texts(&page, &chosen).iter().map(|text| tokens(text)).sum();
        assert!(spent <= 200);
    }
}
