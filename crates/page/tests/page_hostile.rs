//! Hostile pages: each must be read to the end, within the limits.

use std::fmt::Write as _;

use ampledata_core::page::Page;
use ampledata_page::{Limits, Media, read};

fn hostile(html: &str) -> Page {
    let media = Media { content_type: Some("text/html"), ..Media::default() };
    let page = read(html.as_bytes(), &media).expect("a page");
    let cap = Limits::default().text_bytes;
    assert!(page.body_end as usize <= cap + 1000, "{}", page.body_end);
    assert!(page.text.len() <= 2 * cap, "{}", page.text.len());
    assert!(page.facts.len() <= 10_000);
    for fact in &page.facts {
        assert!(page.text.get(fact.span.start as usize..fact.span.end as usize).is_some());
    }
    page
}

fn many(count: usize, piece: impl Fn(usize) -> String) -> String {
    let mut out = String::new();
    for index in 0..count {
        write!(out, "{}", piece(index)).expect("a String takes all");
    }
    out
}

#[test]
fn deep_nesting_is_flattened_and_its_text_kept() {
    for (open, close) in [("<div>", "</div>"), ("<ul><li>", "</ul>"), ("<b>", "</b>"), ("<a>", "")]
    {
        let html = format!("{}end of it{}", open.repeat(20_000), close.repeat(20_000));
        assert!(hostile(&html).text.contains("end of it"), "{open}");
    }
}

#[test]
fn what_hides_depth_from_a_tag_scan_is_cut_by_the_parser() {
    for piece in ["<div><table><td></div>", "<svg><title>", "<button><p>", "<table><tr><td>"] {
        let page = hostile(&piece.repeat(20_000));
        assert!(page.facts.is_empty(), "{piece}");
    }
}

#[test]
fn unclosed_tags_and_formatting_do_not_multiply() {
    let page = hostile(&"<p><b><i><font color=red>x".repeat(30_000));
    assert!(page.text.matches('x').count() > 1000);
    let formatting = many(500, |i| format!("<b id=a{i}>"));
    let page = hostile(&format!("<p>{formatting}</p>{}", "<p>x".repeat(20_000)));
    assert!(page.text.contains('x'));
}

#[test]
fn scripts_with_names_in_any_script_are_read() {
    for script in ["lang[\"größe\"]=[1]", "über={}", "dict[\"城市\"]={", "ß={\"a\":1}"] {
        let page = hostile(&format!("<p>text</p><script>{script}</script>"));
        assert!(page.text.starts_with("text"), "{script}");
    }
}

#[test]
fn references_of_data_do_not_multiply() {
    let references = many(60_000, |i| format!("\"a{i}\":1,"));
    let long = "x".repeat(2_000_000);
    let html = format!(
        "<title>Inn</title><p>text</p><script type=\"application/json\" id=\"__NUXT_DATA__\">\
         [{{{references}\"name\":2}},\"{long}\",\"Inn\"]</script>"
    );
    assert!(hostile(&html).text.starts_with("text"));
}

#[test]
fn marks_of_struck_text_are_paired_in_one_pass() {
    let html = format!("<dl><dt>Price</dt><dd>{}5</dd></dl>", "<s>x</s> ".repeat(200_000));
    assert!(hostile(&html).text.contains("Price"));
}

#[test]
fn attributes_are_capped() {
    let html = format!("<div {}>text</div>", many(50_000, |i| format!("a{i}=1 ")));
    assert!(hostile(&html).text.starts_with("text"));
    let html = format!("<div class='{}'>Price: 5</div>", "a b ".repeat(500_000));
    assert!(hostile(&html).facts.iter().any(|fact| fact.label == "Price" && fact.value == "5"));
    assert!(hostile(&many(30_000, |i| format!("<body a{i}=1>"))).text.is_empty());
    hostile(&"<a b=\"".repeat(100_000));
}

#[test]
fn giant_tables_are_bounded() {
    let row = "<tr><td colspan=1000000 rowspan=1000000>a<td colspan=1000000>b";
    let page = hostile(&format!("<table>{}</table>", row.repeat(5000)));
    assert!(page.text.len() < 5000 * 200);
    hostile(&"<table>".repeat(50_000));
}

#[test]
fn labels_without_end_are_bounded() {
    for piece in ["<div><b>Label:</b>", "<b>L:</b> v ", "<dt>Term<dd>v", "A: b ", "<span>A</span>"]
    {
        assert!(hostile(&piece.repeat(40_000)).facts.len() <= 10_000, "{piece}");
    }
    hostile(&format!("<div><b>X:</b>{}</div>", "<a href=x>y</a> ".repeat(60_000)));
}

#[test]
fn structured_data_is_bounded() {
    hostile(&"<div itemscope itemprop=a>x".repeat(20_000));
    hostile(&format!("<div itemscope>{}", "<div itemprop=a>xyz".repeat(20_000)));
    hostile(&many(3000, |i| {
        format!("<div itemscope itemprop=p itemref='x{i} x{}' id=x{i}>a</div>", (i + 1) % 3000)
    }));
    let script = |json: &str| format!("<script type='application/ld+json'>{json}</script>");
    hostile(&script(&"[".repeat(100_000)));
    hostile(&script(&format!("{{\"a\":[{}1]}}", many(50_000, |i| format!("\"v{i}\",")))));
    hostile(&script(&format!("{{{}\"z\":1}}", many(30_000, |i| format!("\"k{i}\":1,")))));
    let page = hostile(&script(&format!(
        "[{}{{}}]",
        many(30_000, |i| { format!("{{\"@type\":\"A\",\"name\":\"x{i}\"}},") })
    )));
    assert!(page.entities.len() <= 2000);
}

#[test]
fn endless_text_is_cut_and_says_so() {
    let page = hostile(&format!("<p>{}", "lorem ipsum ".repeat(300_000)));
    assert!(page.is_cut);
    assert!(hostile(&"<!--".repeat(100_000)).text.is_empty());
    hostile(&"<".repeat(500_000));
    hostile(&"</".repeat(300_000));
    hostile(&"&amp;".repeat(200_000));
}

#[test]
fn styles_are_bounded() {
    let rules = many(20_000, |i| format!(".a .b .c{} {{display:none}} ", i % 7));
    let nested = "<i class='a b c1 c2'>".repeat(400);
    hostile(&format!("<style>{rules}</style>{}", format!("{nested}x</i>").repeat(200)));
    let classes = "a ".repeat(300_000);
    let rules = many(20_000, |i| format!(".a.z{i} {{display:none}} "));
    hostile(&format!(
        "<style>{rules}</style><p class='{classes}'>x</p>{}",
        "<p class=a>y".repeat(9000)
    ));
    for css in ["{", "}", "a{", "(", "@media{", "/*", "\"", "a{b:c;", "\\"] {
        hostile(&format!("<style>{}</style><p>x", css.repeat(100_000)));
    }
}

#[test]
fn raised_and_struck_text_on_one_line_is_bounded() {
    for piece in ["<sup>", "<s>", "<small>1", "1<sup>2</sup>", "<s>1</s>2", "<b>L:</b> <s>1</s> 2 "]
    {
        hostile(&piece.repeat(60_000));
    }
}
