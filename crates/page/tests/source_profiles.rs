//! Who publishes a page, and as of when it speaks.

use ampledata_core::entity::Target;
use ampledata_core::row::{Field, Input};
use ampledata_core::standing::{SourceProfile, Standing};
use ampledata_core::value::{Locale, PartialDate};
use ampledata_page::{Media, read};

fn profile(key: &str, website: Option<&str>, url: &str, html: &str) -> SourceProfile {
    let field = |name: &str, value: &str| Field { name: name.into(), value: value.into() };
    let input = Input {
        key: vec![field("name", key)],
        context: website.map(|site| field("website", site)).into_iter().collect(),
        requested: vec![0],
    };
    let media = Media {
        content_type: Some("text/html; charset=utf-8"),
        url: Some(url),
        ..Media::default()
    };
    let page = read(html.as_bytes(), &media).expect("a page");
    let locale = Locale { today: PartialDate::full(2026, 11, 23), ..Locale::default() };
    SourceProfile::new((&page, url), (&input, &Target::new(&input)), &locale)
}

fn page(title: &str, head: &str, body: &str) -> String {
    format!(
        "<!doctype html><html><head><title>{title}</title>{head}</head><body><main>{body}</main></body></html>"
    )
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of pages")]
fn pages_show_who_publishes_them() {
    use Standing::{Directory, Forum, News, Official, Reference, Registry, Unknown};
    let mut wrong = Vec::new();
    let text = "<h1>Fernham Mill Museum</h1><p>The museum shows how flour was made by the river for two centuries.</p>";
    for (url, website, head, after, expected) in [
        (
            "https://fern-trust.example/mill",
            Some("https://www.fern-trust.example"),
            "",
            "",
            Official,
        ),
        ("https://www.fernhammill.example/", None, "", "", Official),
        (
            "https://mills.example/1",
            None,
            "<meta property='og:site_name' content='Fernham Mill Museum'>",
            "",
            Official,
        ),
        (
            "https://mills.example/1",
            None,
            "",
            "<footer>© 2025 Fernham Mill Museum</footer>",
            Official,
        ),
        (
            "https://mills.example/1",
            None,
            "",
            "<footer>© 2025 Mills of the World</footer>",
            Unknown,
        ),
        ("https://fernham.example/", None, "", "", Unknown),
        ("https://culture.gov.uk/fernham-mill", None, "", "", Registry),
        ("https://www.gov.example/fernham-mill", None, "", "", Unknown),
        (
            "https://a.example/m/1",
            None,
            "",
            "<ul><li>Add a listing</li><li>Report an error</li></ul>",
            Directory,
        ),
        (
            "https://a.example/m/1",
            None,
            "",
            "<ul><li>Eintrag hinzufügen</li><li>Alle Kategorien</li></ul>",
            Directory,
        ),
        (
            "https://a.example/m/1",
            None,
            "",
            "<p>Signaler une erreur</p><p>Êtes-vous le propriétaire ?</p><p>Ajouter un lieu</p>",
            Directory,
        ),
        ("https://a.example/m/1", None, "", "<p>Report an error</p>", Unknown),
        // A directory is no official site, whatever it is called.
        (
            "https://fernhammill.example/m/1",
            None,
            "",
            "<p>Claim this business</p><p>Write a review</p>",
            Directory,
        ),
        ("https://a.example/t/1", None, "", "<p>New topic</p><p>Log in to reply</p>", Forum),
        (
            "https://a.example/wiki/x",
            None,
            "<meta property='og:site_name' content='Open Mills, the free encyclopedia'>",
            "",
            Reference,
        ),
        ("https://a.example/2024/05/mill-reopens", None, "", "", News),
        (
            "https://a.example/mill-reopens",
            None,
            r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"Mill reopens","datePublished":"2024-05-01"}</script>"#,
            "",
            News,
        ),
        ("https://a.example/mill", None, "", "", Unknown),
    ] {
        let html = page("Fernham Mill Museum", head, &format!("{text}{after}"));
        let found = profile("Fernham Mill Museum", website, url, &html).standing;
        if found != expected {
            wrong.push(format!("{url} {head} {after}: {found:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn pages_say_as_of_when_they_speak() {
    let mut wrong = Vec::new();
    for (title, head, body, url, expected) in [
        ("Fernham", "", "<p>Last updated: 4 March 2025</p>", "", Some("2025-03-04")),
        ("Fernham", "", "<p>Snapshot of 2018.</p>", "", Some("2018")),
        ("Fernham", "", "<p>Checked in May 2021.</p>", "", Some("2021-05")),
        ("Fernham", "", "<p>Stand: 31.12.2022</p>", "", Some("2022-12-31")),
        ("Fernham", "", "<p>Zuletzt aktualisiert am 3. Mai 2024</p>", "", Some("2024-05-03")),
        ("Fernham", "", "<p>Dernière mise à jour le 12 juin 2023</p>", "", Some("2023-06-12")),
        ("Fernham", "", "<p>Última actualización: 9 de julio de 2022</p>", "", Some("2022-07-09")),
        ("Fernham", "", "<p>Aggiornato al 1 gennaio 2024</p>", "", Some("2024-01-01")),
        ("Fernham", "", "<p>Atualizado em 5 de março de 2020</p>", "", Some("2020-03-05")),
        ("Fernham", "", "<p>Laatst bijgewerkt op 8 oktober 2021</p>", "", Some("2021-10-08")),
        ("Fernham", "", "<p>Stan na 30 czerwca 2023</p>", "", Some("2023-06-30")),
        ("Fernham", "", "<p>Price list valid from 1 October 2026</p>", "", Some("2026-10-01")),
        (
            "Fernham",
            "<meta property='article:modified_time' content='2021-05-10T11:00:00Z'>",
            "",
            "",
            Some("2021-05-10"),
        ),
        // What readers see counts more than what a system has stamped.
        (
            "Fernham",
            "<meta property='article:modified_time' content='2026-05-10'>",
            "<p>Data as of 2019</p>",
            "",
            Some("2019"),
        ),
        (
            "Fernham",
            "",
            "<p>Fernham, 2 January 2026. The town has a new mayor.</p>",
            "",
            Some("2026-01-02"),
        ),
        ("Community profile 2024 | Fernham", "", "", "", Some("2024")),
        ("Fernham", "", "", "2024/05/new-mayor", Some("2024-05")),
        ("Fernham", "", "<footer>© 2026 Town of Fernham</footer>", "", None),
        ("Fernham", "", "<p>Copyright 2019 by the town</p>", "", None),
        ("Fernham", "", "<p>The mill was built in 1911 and closed in 2004.</p>", "", None),
        // A time to come is a plan, or wrong.
        ("Fernham", "", "<p>Last updated: 4 March 2031</p>", "", None),
        ("Fernham", "<meta property='article:published_time' content='2031-05-10'>", "", "", None),
        // A page of before the web is none.
        ("Fernham 1911", "", "", "", None),
    ] {
        let html = page(title, head, &format!("<h1>Fernham</h1>{body}<p>A town by the river.</p>"));
        let url = format!("https://a.example/{url}");
        let found = profile("Fernham", None, &url, &html).dated.map(|date| date.to_string());
        if found.as_deref() != expected {
            wrong.push(format!("{title} {head} {body} {url}: {found:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let html = page("Fernham Days 2024", "", "<h1>Fernham Days 2024</h1>");
    assert_eq!(profile("Fernham Days 2024", None, "https://a.example/", &html).dated, None);
}
