//! Selects what a model sees of the pages.

use ampledata_core::column::{Column, CompiledColumn};
use ampledata_core::entity::{ContextMatch, Target};
use ampledata_core::evidence::Suggestion;
use ampledata_core::page::{Access, Page, Span};
use ampledata_core::passage::{
    ColumnQuery, Hint, Limits, PageScope, Passage, choose_passages, estimate_tokens,
};
use ampledata_core::prompt::{ExtractPrompt, Prompt, ShownText};

use crate::ExtractRequest;

/// Passages get at least this many tokens, even with the longest list of columns.
const MIN_PASSAGE_TOKENS: usize = 600;
/// Pages with a lower match are about another entity: no quote from them would count.
const ENTITY_FLOOR: f64 = 0.35;
/// How well a page matches at least if it contains the whole name and does not contradict the row: its parts that
/// mention the entity are shown, and what they state is weak evidence.
const MENTIONED: f64 = 0.4;
/// A heading that matches the entity less well than this does not start its description.
const NAMED: f64 = 0.55;
/// Number of lines after one that mentions the entity that still speak of it.
const LINES_AFTER_MENTION: usize = 2;
/// Maximum number of bytes of a heading shown above its passage.
const MAX_HEADING: usize = 80;

/// The excerpts for a model, and the prompt with them.
pub(super) struct PromptExcerpts {
    pub(super) excerpts: Vec<Excerpt>,
    pub(super) prompt: Prompt,
}

/// The passages of one page, under one number.
pub(super) struct Excerpt {
    /// Index of the page in the request.
    pub(super) page: usize,
    /// How well the page matches the row's entity.
    entity: f64,
    passages: Vec<Passage>,
}

/// A page that may be shown.
pub(super) struct ReadablePage<'a> {
    /// Index of the page in the request.
    pub(super) at: usize,
    pub(super) page: &'a Page,
    entity: f64,
    /// Whether the page is about the entity, rather than mentioning it among others.
    is_subject: bool,
}

impl PromptExcerpts {
    /// The passages that are promising for the columns, with the words around them, within the budget.
    pub(super) fn build(
        request: &ExtractRequest<'_>,
        requested: &[(usize, &CompiledColumn)],
        found: &[Suggestion],
        target: &Target,
        limits: &Limits,
    ) -> Self {
        let columns: Vec<&Column> =
            requested.iter().map(|(_, compiled)| &compiled.column).collect();
        let pages = readable_pages(request, target);
        let read: Vec<&Page> = pages.iter().map(|candidate| candidate.page).collect();
        let wanted: Vec<ColumnQuery> =
            requested.iter().map(|(_, compiled)| ColumnQuery::new(compiled)).collect();
        let hints: Vec<Hint> =
            found.iter().filter_map(|one| passage_hint(one, requested, &pages)).collect();
        let scopes: Vec<PageScope> = pages
            .iter()
            .map(|candidate| PageScope {
                lead: locate_entity_heading(candidate, target),
                parts: find_parts(candidate, found, target),
            })
            .collect();
        let words = estimate_tokens(&render_prompt(request, &columns, &[]).text);
        let most = limits.budget.max(words + MIN_PASSAGE_TOKENS);
        let mut left = most - words;
        loop {
            let passages = choose_passages(
                &read,
                &wanted,
                &hints,
                &scopes,
                &Limits { budget: left, ..*limits },
            );
            let excerpts = group_by_page(passages, &pages, target);
            let prompt = render_prompt(request, &columns, &excerpts);
            // Addresses and headings take more space than `choose` allows for.
            let over = estimate_tokens(&prompt.text).saturating_sub(most);
            if over == 0 || left == 0 {
                return Self { excerpts, prompt };
            }
            left = left.saturating_sub(over.max(20));
        }
    }
}

impl Excerpt {
    /// How well the subject of the quote matches the row's entity: its page, or a heading above it.
    pub(super) fn entity_score(
        &self,
        quote: &str,
        request: &ExtractRequest<'_>,
        target: &Target,
    ) -> f64 {
        let Some((_, page)) = request.pages.get(self.page) else { return 0.0 };
        let holds = |passage: &&Passage| {
            page.text.get(passage.span.range()).is_some_and(|text| text.contains(quote.trim()))
        };
        let headings = self.passages.iter().find(holds).map(|passage| &passage.headings);
        let named = headings.into_iter().flatten().map(|heading| target.score_name(heading));
        named.fold(self.entity, f64::max)
    }

    /// The passages with their nearest headings, separated by lines of "…".
    fn render(&self, page: &Page) -> String {
        let mut text = String::new();
        let mut above: Option<&str> = None;
        for passage in &self.passages {
            let shown = page.text.get(passage.span.range()).unwrap_or_default().trim();
            let heading = passage.headings.last().map(String::as_str);
            if !text.is_empty() {
                text.push_str("\n…\n");
            }
            if let Some(heading) = heading.filter(|heading| {
                heading.len() <= MAX_HEADING && above != Some(heading) && !shown.starts_with('#')
            }) {
                text.push_str("# ");
                text.push_str(heading);
                text.push('\n');
            }
            above = heading;
            text.push_str(shown);
        }
        text
    }
}

/// The position of the heading that best matches the entity.
fn locate_entity_heading(candidate: &ReadablePage<'_>, target: &Target) -> Option<u32> {
    let mut at = 0;
    let mut best = (NAMED, None);
    for line in candidate.page.text[..candidate.page.body_end as usize].split_inclusive('\n') {
        if line.starts_with('#') {
            let score = target.score_name(line.trim_start_matches('#').trim());
            if score > best.0 {
                best = (score, u32::try_from(at).ok());
            }
        }
        at += line.len();
    }
    best.1
}

/// The parts of a page of many that speak of the entity: each section under a heading that names it, each other
/// line that does, with the lines after it, and what the built-in extractor found. `None` if the page is about
/// the entity, or does not contain its whole name.
fn find_parts(
    candidate: &ReadablePage<'_>,
    found: &[Suggestion],
    target: &Target,
) -> Option<Vec<Span>> {
    if candidate.is_subject {
        return None;
    }
    let (mut parts, mut at) = (Vec::new(), 0);
    // Until where the last mention reaches: the level of its heading, or a number of lines.
    let (mut section, mut lines): (Option<usize>, usize) = (None, 0);
    for line in candidate.page.text.split_inclusive('\n') {
        let span = Span::new(at, at + line.len());
        at += line.len();
        if line.trim().is_empty() {
            continue;
        }
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        if level > 0 && section.is_none_or(|above| level <= above) {
            (section, lines) = (None, 0);
        }
        if target.is_mentioned(line) {
            if level > 0 {
                section = Some(level);
            } else {
                lines = 1 + LINES_AFTER_MENTION;
            }
        }
        if section.is_some() || lines > 0 {
            parts.push(span);
        }
        lines = lines.saturating_sub(1);
    }
    if parts.is_empty() {
        return None;
    }
    let hints = found.iter().filter(|one| one.page == candidate.at);
    parts.extend(hints.filter(|one| one.entity >= ENTITY_FLOOR).filter_map(|one| one.span));
    parts.sort_unstable();
    Some(parts)
}

/// The readable pages, with how well they match the row's entity.
pub(super) fn readable_pages<'a>(
    request: &ExtractRequest<'a>,
    target: &Target,
) -> Vec<ReadablePage<'a>> {
    let pages = request.pages.iter().enumerate();
    pages
        .filter(|(_, (_, page))| page.access == Access::Open || !page.facts.is_empty())
        .map(|(at, (url, page))| {
            let matched = target.match_page(page, url);
            let is_mention = !matched.is_subject
                && matched.context != ContextMatch::Contradicts
                && target.is_distinct()
                && target.is_mentioned(&page.text);
            let entity = if is_mention { matched.score.max(MENTIONED) } else { matched.score };
            ReadablePage { at, page, entity, is_subject: matched.is_subject }
        })
        .filter(|ReadablePage { page, entity, .. }| {
            let mut headings = page.text.lines().filter(|line| line.starts_with('#'));
            let names = |line: &str| target.score_name(line.trim_start_matches('#').trim());
            *entity >= ENTITY_FLOOR || headings.any(|line| names(line) >= ENTITY_FLOOR)
        })
        .collect()
}

/// A place found without a model, for a requested column.
fn passage_hint(
    found: &Suggestion,
    requested: &[(usize, &CompiledColumn)],
    pages: &[ReadablePage<'_>],
) -> Option<Hint> {
    Some(Hint {
        query: requested.iter().position(|(column, _)| *column == found.column)?,
        page: pages.iter().position(|candidate| candidate.at == found.page)?,
        span: found.span?,
        weight: found.label * found.entity,
    })
}

/// The passages page by page; those about another entity, judged by page and headings, are left out.
fn group_by_page(
    passages: Vec<Passage>,
    pages: &[ReadablePage<'_>],
    target: &Target,
) -> Vec<Excerpt> {
    let mut excerpts: Vec<Excerpt> = Vec::new();
    for passage in passages {
        let Some(ReadablePage { at, entity, .. }) = pages.get(passage.page) else { continue };
        let named = passage.headings.iter().map(|heading| target.score_name(heading));
        if named.fold(*entity, f64::max) < ENTITY_FLOOR {
            continue;
        }
        match excerpts.last_mut().filter(|last| last.page == *at) {
            Some(last) => last.passages.push(passage),
            None => excerpts.push(Excerpt { page: *at, entity: *entity, passages: vec![passage] }),
        }
    }
    excerpts
}

fn render_prompt(
    request: &ExtractRequest<'_>,
    columns: &[&Column],
    excerpts: &[Excerpt],
) -> Prompt {
    let pages =
        excerpts.iter().filter_map(|excerpt| Some((excerpt, request.pages.get(excerpt.page)?)));
    let texts: Vec<(&str, &Page, String)> =
        pages.map(|(excerpt, (url, page))| (url.as_str(), &**page, excerpt.render(page))).collect();
    let shown: Vec<ShownText<'_>> = texts
        .iter()
        .map(|(url, page, text)| ShownText {
            url,
            title: page.title.as_deref().unwrap_or_default(),
            dated: page.modified.or(page.published),
            text,
        })
        .collect();
    let (input, today) = (request.input, request.today);
    ExtractPrompt { input, columns, passages: &shown, today }.render()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ampledata_core::column::ColumnType;
    use ampledata_core::row::{Field, Input};
    use ampledata_page::{Media, read};

    use super::*;
    use crate::meter::Unmetered;

    const FILLER: &str = "<p>Nothing of interest stands in this line of the page at all.</p>";

    /// What a prompt about the firm shows of a page.
    fn shown(key: &str, html: &str) -> String {
        let field = |name: &str, value: &str| Field { name: name.into(), value: value.into() };
        let input = Input {
            key: vec![field("firm", key)],
            context: vec![field("country", "Norway")],
            requested: vec![0],
        };
        let columns = [Column::new("employees", ColumnType::Number)];
        let plan = CompiledColumn::compile_plan(&columns);
        let media = Media {
            content_type: Some("text/html"),
            charset: None,
            url: Some("https://a.example/n"),
        };
        let page = Arc::new(read(html.as_bytes(), &media).unwrap());
        let request = ExtractRequest {
            input: &input,
            plan: &plan,
            columns: &[0],
            entity_type: None,
            pages: &[("https://a.example/n".to_owned(), page)],
            today: "2026-03-14".parse().unwrap(),
            meter: &Unmetered::default(),
        };
        let requested = [(0, &plan[0])];
        let target = Target::new(&input);
        let view = PromptExcerpts::build(&request, &requested, &[], &target, &Limits::default());
        view.prompt.text.split_once("Passages").map(|(_, shown)| shown.to_owned()).unwrap()
    }

    #[test]
    fn a_page_of_many_shows_its_lines_about_the_entity() {
        let filler = FILLER.repeat(30);
        let html = format!(
            "<title>News of the valley</title><h1>News</h1>{filler}\
             <p>The firm Ash Looms has 12 employees.</p>{filler}\
             <p>Fern Mills has 40 employees in two halls.</p>{filler}"
        );
        let text = shown("Fern Mills", &html);
        assert!(text.contains("40 employees"), "{text}");
        assert!(!text.contains("12 employees"), "{text}");
        let other = shown("Elm Works", &html);
        assert!(!other.contains("employees in two halls"), "{other}");
    }

    #[test]
    fn a_section_about_the_entity_is_shown_to_its_end() {
        let filler = FILLER.repeat(30);
        let html = format!(
            "<title>Members</title><h1>Members</h1>{filler}<h2>Ash Looms</h2><p>Employees: 12</p>{filler}\
             <h2>Fern Mills</h2>{filler}<p>Employees: 40</p><h2>Oak Works</h2><p>Employees: 77</p>"
        );
        let text = shown("Fern Mills", &html);
        assert!(text.contains("Employees: 40"), "{text}");
        assert!(!text.contains("77") && !text.contains("12"), "{text}");
    }
}
