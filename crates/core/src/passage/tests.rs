use super::*;
use crate::column::{Column, ColumnType, CompiledColumn};
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

fn wanted() -> Vec<ColumnQuery> {
    let plan = [
        Column {
            description: Some("Length of the main span in metres".into()),
            ..Column::new("main_span", ColumnType::Number)
        },
        Column::new("designer", ColumnType::String),
    ];
    CompiledColumn::compile_plan(&plan).iter().map(ColumnQuery::new).collect()
}

fn shown(body: &str, data: &str, limits: &Limits) -> Vec<String> {
    let page = page(body, data);
    let chosen = choose_passages(&[&page], &wanted(), &[], &[], limits);
    chosen.iter().map(|passage| page.text[passage.span.range()].trim().to_owned()).collect()
}

const FILLER: &str = "Nothing of interest stands in this line of the page at all.\n";

#[test]
fn only_what_promises_a_column_is_shown() {
    let filler = FILLER.repeat(200);
    let body = format!("{filler}## Key facts\nThe main span measures 1,280 metres.\n{filler}");
    let texts = shown(&body, "json-ld name: Fern Bridge\n", &Limits::default());
    assert_eq!(texts, ["The main span measures 1,280 metres."]);
    assert!(shown(&filler, "", &Limits::default()).is_empty());
}

#[test]
fn each_column_has_its_share() {
    let spans = |n: usize| format!("The main span number {n} measures {n}00 metres.\n{FILLER}");
    let many: String = (1..40).map(spans).collect();
    let body = format!("{many}The designer was Ann Fern of Oslo.\n");
    let texts = shown(&body, "", &Limits { per_column: 2, ..Limits::default() });
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert!(texts[2].contains("Ann Fern"));
}

#[test]
fn a_label_comes_with_the_line_below() {
    let body = format!("{FILLER}\nMain span\n\n1280 m\n\n{FILLER}");
    assert_eq!(shown(&body, "", &Limits::default()), ["Main span\n\n1280 m"]);
}

#[test]
fn a_hint_is_shown_whatever_its_words() {
    let page = page(&format!("{FILLER}Twelve hundred.\n{FILLER}"), "");
    let start = page.text.find("Twelve").unwrap();
    let hint = Hint { query: 0, page: 0, span: Span::new(start, start + 6), weight: 0.6 };
    let chosen = choose_passages(&[&page], &wanted(), &[hint], &[], &Limits::default());
    assert!(page.text[chosen[0].span.range()].starts_with("Twelve hundred."));
}

#[test]
fn pieces_cover_the_text_and_know_their_headings() {
    let page = page(
        "# Bridge\nIt is long.\n## History\nOpened in 1937.\n# Next\nMore.\n",
        "json-ld a: 1\n",
    );
    let pieces = split::split_page(&page, 240);
    let of = |at: usize| (pieces.text(&page, at).trim(), pieces.headings(at).join(" > "));
    assert_eq!(of(1), ("It is long.", "Bridge".to_owned()));
    assert_eq!(of(3), ("Opened in 1937.", "Bridge > History".to_owned()));
    assert_eq!(of(5), ("More.", "Next".to_owned()));
    assert_eq!(of(6), ("json-ld a: 1", String::new()));
}

#[test]
fn long_lines_are_cut_after_sentences_and_between_characters() {
    let page = page(&format!("{}\n{}", "It is so. ".repeat(100), "é".repeat(5_000)), "");
    let pieces = split::split_page(&page, 240);
    assert!(pieces.text(&page, 0).ends_with("so."));
    assert!((0..pieces.len()).all(|at| pieces.span(at).range().len() <= 240));
    let all: usize = (0..pieces.len()).map(|at| pieces.text(&page, at).trim().len()).sum();
    let text: usize = page.text.split_inclusive(". ").map(|part| part.trim().len()).sum();
    assert!(all >= text, "{all} of {text} bytes");
}

#[test]
fn passages_keep_to_the_budget() {
    let body = "The main span measures 1,280 metres, says the designer.\n\n# X\n".repeat(500);
    let texts = shown(&body, "", &Limits { per_column: 500, budget: 100, ..Limits::default() });
    assert!(texts.iter().map(|text| estimate_tokens(text)).sum::<usize>() <= 100);
}

#[test]
fn a_lead_serves_where_nothing_else_does() {
    let page =
        page(&format!("{FILLER}\n# Fern Bridge\n\n1280 m, A. Fern and others, Oslo\n{FILLER}"), "");
    let lead = Lede { page: 0, start: u32::try_from(page.text.find('#').unwrap()).unwrap() };
    let limits = Limits { lede: 46, ..Limits::default() };
    let chosen = choose_passages(&[&page], &wanted(), &[], &[lead], &limits);
    let texts: Vec<&str> = chosen.iter().map(|one| page.text[one.span.range()].trim()).collect();
    assert_eq!(texts, ["1280 m, A. Fern and others, Oslo"]);
}

#[test]
fn labels_of_scripts_without_spaces_are_found() {
    let plan = [Column::new("price", ColumnType::Number)];
    let wanted = [ColumnQuery::new(&CompiledColumn::new(&plan[0], &plan))];
    let page = page(&format!("{FILLER}這裡的售價2320元\n{FILLER}"), "");
    let chosen = choose_passages(&[&page], &wanted, &[], &[], &Limits::default());
    assert_eq!(chosen.len(), 1);
    assert!(page.text[chosen[0].span.range()].contains("2320"));
}
