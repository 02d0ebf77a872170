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
    let lead = u32::try_from(page.text.find('#').unwrap()).ok();
    let limits = Limits { lede: 46, short: 0, ..Limits::default() };
    let scope = PageScope { lead, parts: None };
    let chosen = choose_passages(&[&page], &wanted(), &[], &[scope], &limits);
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

/// What is shown of pages for the two columns, with these scopes.
fn shown_of(bodies: &[&str], scopes: &[PageScope], limits: &Limits) -> Vec<String> {
    let pages: Vec<Page> = bodies.iter().map(|body| page(body, "")).collect();
    let pages: Vec<&Page> = pages.iter().collect();
    let chosen = choose_passages(&pages, &wanted(), &[], scopes, limits);
    chosen.iter().map(|one| pages[one.page].text[one.span.range()].trim().to_owned()).collect()
}

#[test]
fn a_short_page_is_shown_whole_without_its_menus() {
    let menu = "- Home\n- Our services\n- Press\n- About us\n\n";
    let body = format!(
        "{menu}# Fern Bridge\n\nDrawn by Ann Fern, it reaches 1,280 m from pier to pier.\n{menu}"
    );
    let whole = PageScope::default();
    let texts = shown_of(&[&body], std::slice::from_ref(&whole), &Limits::default());
    assert_eq!(texts, ["Drawn by Ann Fern, it reaches 1,280 m from pier to pier."]);
    let long = format!("{body}{}", FILLER.repeat(40));
    assert!(shown_of(&[&long], &[whole], &Limits::default()).is_empty());
}

#[test]
fn a_page_of_many_gives_only_the_parts_about_the_entity() {
    let body =
        "The main span of Ash Bridge measures 90 m.\nThe main span of Fern Bridge measures 70 m.\n";
    let at = body.find("The main span of Fern").unwrap();
    let parts = Some(vec![Span::new(at, at + 20)]);
    let texts = shown_of(&[body], &[PageScope { lead: None, parts }], &Limits::default());
    assert_eq!(texts, ["The main span of Fern Bridge measures 70 m."]);
}

#[test]
fn each_page_shows_its_best_piece_first() {
    let first = "The main span measures 1,280 m.\nThe main span, 1,281 m, is long.\nThe main span is 1,282 m.\n";
    let limits = Limits { per_column: 2, short: 0, ..Limits::default() };
    let texts = shown_of(&[first, "Main span: 900 m\n"], &[], &limits);
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert_eq!(texts[1], "Main span: 900 m");
}

#[test]
fn a_row_comes_with_header_and_caption_of_its_table() {
    let rows = "| Elm Bridge | 40 |\n".repeat(20);
    let body = format!(
        "{FILLER}Bridges of the valley\n\n| Name | Length in m |\n{rows}| Main span of Fern Bridge | 1280 |\n"
    );
    let texts = shown(&body, "", &Limits { per_column: 1, ..Limits::default() });
    assert_eq!(texts[0], "Bridges of the valley\n\n| Name | Length in m |");
    assert_eq!(texts.last().unwrap(), "| Main span of Fern Bridge | 1280 |");
}

#[test]
fn a_label_below_its_number_comes_with_it() {
    let body = format!("{FILLER}\n1280 m\n\nMain span\n\n{FILLER}");
    let texts = shown(&body, "", &Limits { per_column: 1, ..Limits::default() });
    assert!(texts[0].starts_with("1280 m\n\nMain span"), "{texts:?}");
}

#[test]
fn another_page_may_say_otherwise() {
    let says = |body: &str, known: &str| {
        let page = page(body, "");
        says_otherwise(&page, &wanted()[0], known, &Limits::default())
    };
    for (body, known, expected) in [
        ("The main span measures 1,280 metres.\n", "900", true),
        ("The main span measures 1,280 metres.\n", "1,280", false),
        ("The main span is long.\n", "900", false),
        ("Nothing of interest, 1,280.\n", "900", false),
    ] {
        assert_eq!(says(body, known), expected, "{body} {known}");
    }
}
