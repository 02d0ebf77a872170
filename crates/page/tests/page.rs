//! Pages with every kind of markup, read completely.

use ampledata_core::page::{Access, Page};
use ampledata_page::{Error, Media, read};

fn page(bytes: &[u8], name: &str) -> Page {
    let url = format!("https://site.example/{name}");
    let page = read(bytes, &Media { url: Some(&url), ..Media::default() }).expect("a page");
    assert_quoted(&page);
    page
}

/// Every value occurs in its quote: as a whole, or part by part if several were joined.
fn assert_quoted(page: &Page) {
    for fact in &page.facts {
        let quote = &page.text[fact.span.start as usize..fact.span.end as usize];
        let quote = quote.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut rest = quote.as_str();
        let is_whole = rest.contains(&fact.value);
        for part in fact.value.split("; ").flat_map(|part| part.split(", ")) {
            let found = rest.find(part);
            assert!(is_whole || found.is_some(), "{:?} is not in {quote:?}", fact.value);
            rest = &rest[found.map_or(0, |at| at + part.len())..];
        }
        assert!(!fact.label.is_empty() && !fact.value.is_empty());
    }
    assert!(page.text.is_char_boundary(page.body_end as usize));
    for entity in &page.entities {
        assert!(entity.parent.is_none_or(|parent| (parent as usize) < page.entities.len()));
    }
}

/// The page as lines for a reviewer to check.
fn shown(page: &Page) -> String {
    let mut lines = vec![
        format!("title: {:?}", page.title),
        format!("language: {:?}", page.language),
        format!("canonical: {:?}", page.canonical),
        format!("published: {:?}", page.published.map(|date| date.to_string())),
        format!("access: {:?}", page.access),
    ];
    for (index, entity) in page.entities.iter().enumerate() {
        lines.push(format!(
            "entity {index}: {:?} {:?} parent {:?} role {:?}",
            entity.types, entity.name, entity.parent, entity.role
        ));
    }
    for fact in &page.facts {
        let quote = &page.text[fact.span.start as usize..fact.span.end as usize];
        lines.push(format!(
            "{:?} of {:?} | {} | {} | row {:?} | section {:?} | link {:?} | {quote:?}",
            fact.kind, fact.entity, fact.label, fact.value, fact.row, fact.section, fact.link
        ));
    }
    lines.push(format!("---\n{}", page.text));
    lines.join("\n")
}

#[test]
fn a_film_with_microdata_info_box_and_labels() {
    insta::assert_snapshot!(shown(&page(include_bytes!("pages/film.html"), "film.html")));
}

#[test]
fn a_product_with_json_ld_rdfa_and_tables() {
    insta::assert_snapshot!(shown(&page(include_bytes!("pages/product.html"), "product.html")));
}

#[test]
fn a_markdown_page() {
    insta::assert_snapshot!(shown(&page(include_bytes!("pages/article.md"), "article.md")));
}

#[test]
fn a_charset_is_found_and_lines_are_kept() {
    let latin = b"<html><head><meta charset=iso-8859-1></head><body><p>Caf\xE9: ouvert</p></body>";
    let read = page(latin, "a.html");
    assert_eq!(read.text.lines().next(), Some("Café: ouvert"));
    assert_eq!((read.facts[0].label.as_str(), read.facts[0].value.as_str()), ("Café", "ouvert"));
}

#[test]
fn a_shell_for_scripts_shows_what_it_holds_without_them() {
    let html = "<html><body><div id=app></div><noscript><p>Opened: 1911</p></noscript></body>";
    let shell = page(html.as_bytes(), "a.html");
    assert!(shell.facts.iter().any(|fact| fact.label == "Opened" && fact.value == "1911"));
    let empty = "<html><head><title>App</title></head><body><div id=app></div><script>x()</script>";
    assert_eq!(page(empty.as_bytes(), "a.html").access, Access::NeedsScripts);
}

#[test]
fn a_login_form_in_the_header_of_a_page_is_no_wall() {
    let form = "<form><input name=user><input type=password><button>Sign in</button></form>";
    let wall = format!("<html><body>{form}<p>Please sign in</p>");
    assert_eq!(page(wall.as_bytes(), "a.html").access, Access::LoginWall);
    let prose = "<p>The bridge was opened in 1911 and carries two roads.</p>".repeat(40);
    let open = format!("<html><body>{form}{prose}");
    assert_eq!(page(open.as_bytes(), "a.html").access, Access::Open);
}

#[test]
fn what_cannot_be_read_has_a_stable_reason() {
    let code = |bytes: &[u8]| read(bytes, &Media::default()).map_err(|error| error.code());
    assert_eq!(code(b"\x89PNG\r\n\x1a\n").unwrap_err(), "page_binary");
    assert_eq!(code(b"%PDF-1.7 but not really").unwrap_err(), "page_pdf_unreadable");
    assert_eq!(code(&vec![b'a'; 10_000_001]).unwrap_err(), "page_too_large");
    let empty = read(b"", &Media::default());
    assert_eq!(empty.map(|page| page.access), Ok::<_, Error>(Access::Empty));
}
