//! Whether a page is about the row's entity, judged by names and by the row's context.

use ampledata_core::entity::{ContextMatch, EntityMatch, Target};
use ampledata_core::page::{Access, ContentHash, Fact, FactKind, Page, Span};
use ampledata_core::row::{Field, Input};

/// A page whose `label: value` lines are facts.
fn page(title: &str, text: &str) -> Page {
    let text = format!("# {}\n{text}", title.split(" | ").next().unwrap_or(title));
    let facts = text.lines().filter_map(|line| {
        let (label, value) = line.split_once(": ").filter(|_| !line.starts_with('#'))?;
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        Some(Fact {
            kind: FactKind::Label,
            entity: None,
            label: label.to_owned(),
            row: None,
            section: None,
            value: value.to_owned(),
            link: None,
            span: Span::new(start, start + line.len()),
            context: Vec::new(),
            is_machine_number: false,
        })
    });
    Page {
        hash: ContentHash("0".repeat(64)),
        title: Some(title.to_owned()),
        language: None,
        canonical: None,
        published: None,
        modified: None,
        access: Access::Open,
        facts: facts.collect(),
        body_end: Span::new(0, text.len()).end,
        entities: Vec::new(),
        is_cut: false,
        text,
    }
}

fn input(key: &str, context: &str) -> Input {
    let field = |text: &str| {
        let (name, value) = text.split_once('=')?;
        Some(Field { name: name.trim().to_owned(), value: value.trim().to_owned() })
    };
    Input {
        key: vec![Field { name: "name".to_owned(), value: key.to_owned() }],
        context: context.split(';').filter_map(field).collect(),
        requested: vec![0],
    }
}

fn judged(key: &str, context: &str, title: &str, text: &str) -> EntityMatch {
    Target::new(&input(key, context)).match_page(&page(title, text), "https://pages.example/p/1")
}

#[test]
fn a_page_that_repeats_the_context_supports_the_match() {
    let mut failures = Vec::new();
    for (key, context, title, text) in [
        // Countries in other languages, as parts of addresses, as codes, inflected, and by their people.
        ("Veltrano", "country=Germany", "Veltrano", "Land: Deutschland"),
        ("Veltrano", "country=Germany", "Veltrano", "Firma z siedzibą w Niemczech; kraj Niemcy."),
        (
            "Veltrano",
            "country=Germany",
            "Veltrano",
            "Adresse: Hauptstr. 3, 80331 München, Deutschland",
        ),
        ("Veltrano", "country=Germany", "Veltrano", "Veltrano est une entreprise allemande."),
        ("Veltrano", "country=Deutschland", "Veltrano", "The company is based in Germany."),
        ("Veltrano", "country=DE", "Veltrano", "Veltrano builds pumps in Germany."),
        ("Veltrano", "land=Österreich", "Veltrano", "Country: Austria"),
        ("Veltrano", "country=Austria", "Veltrano", "Firma powstała w Austrii."),
        ("Veltrano", "country=Austria", "Veltrano", "addressCountry: AT"),
        ("Veltrano", "pays=Royaume-Uni", "Veltrano", "Headquarters: Leeds, UK"),
        (
            "Veltrano",
            "country=UK",
            "Veltrano",
            "Veltrano ist ein Hersteller im Vereinigten Königreich, englisch United Kingdom.",
        ),
        ("Veltrano", "country=USA", "Veltrano", "Location: Austin, TX"),
        ("Veltrano", "country=United States", "Veltrano", "Headquarters: Austin, TX 78701"),
        ("Veltrano", "country=Japan", "Veltrano", "ベルトラノは日本の会社です。"),
        ("Veltrano", "country=Italia", "Veltrano", "An Italian maker of pumps."),
        // Cities and regions.
        ("Veltrano", "city=Vienna", "Veltrano", "Sitz: Wien"),
        ("Veltrano", "city=Wien", "Veltrano", "The head office is in Vienna."),
        ("Veltrano", "city=München", "Veltrano", "La sede è a Monaco di Baviera."),
        ("Veltrano", "city=Florence", "Veltrano", "Città: Firenze"),
        ("Veltrano", "city=Graz", "Veltrano (Graz)", "Pumps."),
        ("Veltrano", "location=Graz, Austria", "Veltrano", "Ort: Graz"),
        ("Veltrano", "location=Graz, Austria", "Veltrano", "Location: Graz, Austria"),
        ("Veltrano", "location=Austin, TX", "Veltrano", "Address: 12 Congress Ave, Austin, Texas"),
        ("Veltrano", "location=Bergen (Norway)", "Veltrano", "By: Bergen, Norge"),
        ("Veltrano", "region=Bavaria", "Veltrano", "Bundesland: Bayern"),
        ("Veltrano", "region=Catalonia", "Veltrano", "Comunidad: Cataluña"),
        ("Veltrano", "state=Texas", "Veltrano", "Address: 1 Main St, Dallas, TX 75201"),
        ("Veltrano", "nationality=Irish;country=Ireland", "Veltrano", "Nationality: Irish"),
        // Dates, codes, quantities and sites.
        ("Ada Morrow", "born=1984", "Ada Morrow", "Born: 12 May 1984"),
        ("Ada Morrow", "born=1984-05-12", "Ada Morrow", "Geboren: 12. Mai 1984"),
        ("Red Kettle", "ean=4006381333931", "Red Kettle", "EAN: 4006381333931"),
        ("Flat 3", "listing=KX-2201", "Flat 3", "Reference KX-2201, two rooms."),
        ("Red Kettle", "variant=1.7 litre", "Red Kettle 1.7 l", "Steel."),
        ("Red Kettle", "variant=1,7 Liter", "Red Kettle", "Capacity: 1.7 L"),
        (
            "Veltrano",
            "website=https://veltrano.example/",
            "Veltrano",
            "Website: https://www.veltrano.example/en",
        ),
    ] {
        let matched = judged(key, context, title, text);
        if matched.context != ContextMatch::Supports || matched.score < 0.9 {
            failures.push(format!("{context} / {title} / {text}: {matched:?}"));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn a_page_that_is_silent_about_the_context_remains_the_entitys() {
    for (context, text) in [
        ("country=Germany", "Veltrano builds pumps for the food industry."),
        ("country=Germany", "Employees: 640"),
        ("city=Graz", "Employees: 640"),
        ("city=Graz;country=Austria", "Pumps since 1931."),
        ("location=Bergen (Norway)", "Pumps since 1931."),
        ("country=Germany;industry=Pumps;note=call back in May", "Employees: 640"),
        ("born=1984", "Position: goalkeeper"),
        ("ean=4006381333931", "Price: 49.90"),
        ("variant=1.7 litre", "Price: 49.90"),
        ("website=https://veltrano.example/", "Employees: 640"),
        ("city=Graz", "Address: Hauptstrasse 12"),
        ("city=Graz", "Venue: Old Foundry"),
        ("country=Germany", "Website: https://veltrano.example"),
        ("region=Bavaria", "State: active"),
    ] {
        let matched = judged("Veltrano Works", context, "Veltrano Works | Firms", text);
        assert_eq!(matched.context, ContextMatch::Silent, "{context} / {text}");
        assert!((0.75..0.95).contains(&matched.score), "{context} / {text}: {matched:?}");
    }
    let resembling = judged("Veltrano", "city=Graz", "Veltrano Ridge", "A hill.");
    assert!(resembling.score < 0.6, "{resembling:?}");
}

#[test]
fn a_page_that_states_something_else_contradicts() {
    let mut failures = Vec::new();
    for (key, context, title, text) in [
        ("Old Mill", "country=Germany", "Old Mill", "Country: Austria"),
        ("Old Mill", "country=Germany", "Old Mill", "Land: Österreich"),
        ("Old Mill", "country=Germany", "Old Mill", "Pays : x\nPays: France"),
        ("Old Mill", "country=Germany", "Old Mill", "addressCountry: AT"),
        (
            "Old Mill",
            "country=Germany",
            "Old Mill",
            "Address: 3 rue Haute, 67000 Strasbourg, France",
        ),
        ("Old Mill", "country=Germany", "Old Mill", "Frederikshavn, Denmark. Flour since 1820."),
        ("Old Mill", "country=Germany", "Old Mill (Norway)", "A mill."),
        ("Old Mill", "country=Germany", "Old Mill, Toronto", "A mill."),
        ("Old Mill", "country=Germany", "Old Mill Vienna | Mills", "A mill."),
        ("Old Mill", "country=Ireland", "Old Mill", "Location: Austin, TX"),
        ("Old Mill", "city=Bergen", "Old Mill", "City: Oslo"),
        ("Old Mill", "city=Bergen", "Old Mill", "Kommune: Ålesund"),
        ("Old Mill", "city=Bergen", "Old Mill", "addressLocality: Trondheim"),
        ("Old Mill", "city=Bergen", "Old Mill (Lyttelton)", "A mill."),
        ("Old Mill", "city=Bergen", "Old Mill, Frederikshavn", "A mill."),
        ("Old Mill", "city=Bergen", "Old Mill Oslo | Mills", "A mill."),
        (
            "Old Mill",
            "city=Bergen;country=Norway",
            "Old Mill",
            "City: Lyttelton\nCountry: New Zealand",
        ),
        ("Old Mill", "location=Bergen (Norway)", "Old Mill", "Ville: Strasbourg"),
        ("Old Mill", "city=Bergen", "Old Mill", "Address: 12 Quay Street, 8082 Lyttelton"),
        ("Old Mill", "region=Bavaria", "Old Mill", "Bundesland: Sachsen"),
        ("Old Mill", "region=Teruel;country=Spain", "Old Mill, Asturias", "A mill in Spain."),
        ("Old Mill", "country=Scotland", "Old Mill", "Country: Austria"),
        ("Ada Morrow", "born=1984", "Ada Morrow", "Born: 3 March 1951"),
        ("Ada Morrow", "birth_date=1984-05-12", "Ada Morrow", "Born: 1962"),
        ("Ada Morrow", "born=1984", "Ada Morrow", "Geboren: 3. März 1951"),
        ("Harbour Run", "year=2027", "Harbour Run 2019", "A race."),
        ("Red Kettle", "ean=4006381333931", "Red Kettle", "EAN: 4012345678901"),
        ("Red Kettle", "variant=1.7 litre", "Red Kettle 1.0 litre", "Steel."),
        ("Red Kettle", "variant=1.7 litre", "Red Kettle", "Capacity: 1.0 l"),
        ("Red Phone", "storage=128 GB", "Red Phone 256GB", "Black."),
        (
            "Old Mill",
            "website=https://oldmill.example/",
            "Old Mill",
            "Website: https://other-mill.example/",
        ),
    ] {
        let matched = judged(key, context, title, text);
        if matched.context != ContextMatch::Contradicts || matched.score >= 0.7 {
            failures.push(format!("{context} / {title} / {text}: {matched:?}"));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn clear_contradictions_leave_another_entity() {
    for (context, title, text) in [
        ("country=Germany", "Old Mill", "Country: Austria"),
        ("city=Bergen", "Old Mill", "City: Oslo\nCountry: Norway"),
        ("city=Bergen", "Old Mill (Oslo)", "A mill."),
        ("variant=1.7 litre", "Old Mill 1.0 litre", "Steel."),
        ("born=1984", "Old Mill", "Born: 3 March 1951"),
        ("ean=4006381333931", "Old Mill", "EAN: 4012345678901"),
    ] {
        let matched = judged("Old Mill", context, title, text);
        assert!(matched.score <= 0.36, "{context} / {title} / {text}: {matched:?}");
    }
}

#[test]
fn a_name_with_a_word_of_the_context_is_the_entitys() {
    for (key, context, title) in [
        ("Typo Nights", "city=Leipzig", "Typo Nights Leipzig: the weekend of letters"),
        ("Old Mill", "city=Bergen", "Old Mill Bergen | Mills"),
        ("Kettle", "brand=Flint", "Flint Kettle – Shop"),
    ] {
        let matched = judged(key, context, title, "Words.");
        assert!(matched.score >= 0.85, "{key} / {title}: {matched:?}");
        assert!(matched.is_subject, "{key} / {title}");
    }
}

#[test]
fn names_of_related_things_are_others() {
    let score = |key: &str, name: &str| Target::new(&input(key, "")).score_name(name);
    for (key, same) in [
        ("Veltrano GmbH", "Veltrano"),
        ("Veltrano", "Veltrano GmbH"),
        ("Veltrano Inc.", "Veltrano Incorporated | About us"),
        ("Veltrano S.p.A.", "Veltrano"),
        ("Veltrano Sp. z o.o.", "Veltrano"),
        ("Ada Morrow", "Morrow, Ada"),
        ("Ada Morrow", "Ada Morrow - Biography"),
        ("The Veltrano Company", "The Veltrano Company"),
    ] {
        assert!(score(key, same) >= 0.9, "{key} / {same}: {}", score(key, same));
    }
    for (key, other) in [
        ("Veltrano GmbH", "Veltrano AG"),
        ("Veltrano Ltd", "Veltrano Inc."),
        ("Veltrano", "Veltrano Foundation"),
        ("Veltrano", "Veltrano Stiftung"),
        ("Veltrano", "Veltrano Records"),
        ("Veltrano", "Veltrano Group"),
        ("Veltrano", "Formerly Veltrano"),
        ("Veltrano", "Harbour Pumps (formerly Veltrano)"),
        ("Ada Morrow", "Ada Morrow Jr."),
        ("Harbour United", "Harbour United Women"),
        ("Harbour United", "Harbour United U21"),
        ("Veltrano", "Super Pump 3000 by Veltrano"),
        ("Veltrano", "Great Kettle from Veltrano"),
        ("Ada Morrow", "Ada"),
        ("Ada Morrow", "Morrow"),
        ("Robert Whitlock", "Bob Whitlock"),
    ] {
        assert!(score(key, other) < 0.68, "{key} / {other}: {}", score(key, other));
    }
}
