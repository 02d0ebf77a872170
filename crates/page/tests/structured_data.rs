//! Structured data in the forms in which sites publish it.

use ampledata_core::page::{Access, Fact, FactKind, Page};
use ampledata_page::{Media, read};

fn page(html: &str) -> Page {
    read(html.as_bytes(), &Media { content_type: Some("text/html"), ..Media::default() })
        .expect("HTML is read")
}

fn fact<'a>(page: &'a Page, kind: FactKind, label: &str) -> Option<&'a Fact> {
    page.facts.iter().find(|fact| fact.kind == kind && fact.label == label)
}

fn value<'a>(page: &'a Page, kind: FactKind, label: &str) -> Option<&'a str> {
    fact(page, kind, label).map(|fact| fact.value.as_str())
}

#[test]
fn data_for_scripts_states_facts_of_named_things() {
    let inn = r#"{"name":"Inn Sol","numberOfRooms":41,"address":{"city":"Lund"}}"#;
    let flight = r#"1a:[\"$\",\"div\",null,{\"inn\":{\"name\":\"Inn Sol\",\"numberOfRooms\":41,\"address\":{\"city\":\"Lund\"}}}]\n"#;
    let apollo = r#"{"ROOT_QUERY":{"inn":{"__ref":"Inn:7"}},"Inn:7":{"__typename":"Inn","name":"Inn Sol","numberOfRooms":41,"address":{"__ref":"Address:1"}},"Address:1":{"__typename":"Address","city":"Lund"}}"#;
    for script in [
        format!(r#"<script id="__NEXT_DATA__" type="application/json">{{"props":{{"inn":{inn}}}}}</script>"#),
        format!("<script>window.__INITIAL_STATE__={{\"inn\":{inn}}};</script>"),
        format!("<script>window['__PRELOADED_STATE__'] = {{\"inn\":{inn}}}; start();</script>"),
        format!("<script>var initialState = {{\"inn\":{inn}}};</script>"),
        format!("<script>window.__APOLLO_STATE__ = {apollo};</script>"),
        format!(
            "<script>window.__STATE__ = JSON.parse(\"{}\");</script>",
            inn.replace('"', "\\\"")
        ),
        format!("<script>self.__next_f.push([1,\"{flight}\"])</script>"),
        r#"<script type="application/json" id="__NUXT_DATA__">[["Reactive",1],{"inn":2},{"name":3,"numberOfRooms":4,"address":5},"Inn Sol",41,{"city":6},"Lund"]</script>"#.to_owned(),
        format!("<div data-page='{{\"component\":\"Inn\",\"props\":{{\"inn\":{inn}}}}}'></div>"),
        r#"<astro-island props='{"inn":[0,{"name":[0,"Inn Sol"],"numberOfRooms":[0,41],"address":[0,{"city":[0,"Lund"]}]}]}'></astro-island>"#.to_owned(),
    ] {
        let page = page(&format!(
            "<title>Inn Sol | Stay</title><body><div id=root></div>{script}</body>"
        ));
        assert_eq!(value(&page, FactKind::Hydration, "number of rooms"), Some("41"), "{script}");
        assert_eq!(value(&page, FactKind::Hydration, "address.city"), Some("Lund"), "{script}");
        assert_eq!(page.access, Access::Open, "{script}");
        let fact = fact(&page, FactKind::Hydration, "number of rooms").unwrap();
        assert!(page.text[fact.span.range()].starts_with("hydration "), "{script}");
    }
}

#[test]
fn scripts_without_a_state_are_no_part_of_the_page() {
    for script in [
        "<script>var a = {name: 'Inn Sol', rooms: 41}; go(a)</script>",
        "<script>if (state == {}) { x = [1, 2] }</script>",
        "<script>window.__STATE__ = function () { return 1 };</script>",
        "<script>window.__STATE__ = {\"</script>",
    ] {
        let page = page(&format!("<title>Inn</title><p>Inn</p>{script}"));
        assert!(page.facts.iter().all(|fact| fact.kind != FactKind::Hydration), "{script}");
    }
}

#[test]
fn each_thing_in_data_for_scripts_keeps_its_own_values() {
    let page = page(
        r#"<title>Inn Sol</title><script type="application/json">{"inn": {"name": "Inn Sol",
        "rooms": 41, "facts": [{"label": "Opened", "value": "1998"}], "related": [
        {"name": "Inn Ost", "rooms": 7}, {"name": "Inn West", "rooms": 9}], "tiers": [{"size": 1},
        {"size": 2}]}}</script>"#,
    );
    let about = |name: &str, label: &str| -> Vec<&str> {
        let own = |fact: &&Fact| {
            fact.kind == FactKind::Hydration
                && fact.label == label
                && fact
                    .entity
                    .is_some_and(|at| page.entities[at as usize].name.as_deref() == Some(name))
        };
        page.facts.iter().filter(own).map(|fact| fact.value.as_str()).collect()
    };
    assert_eq!(about("Inn Sol", "rooms"), ["41"]);
    assert_eq!(about("Inn Ost", "rooms"), ["7"]);
    assert_eq!(about("Inn Sol", "opened"), ["1998"]);
    assert!(about("Inn Sol", "tiers.size").is_empty());
}

#[test]
fn a_type_of_json_ld_may_be_written_in_several_ways() {
    for media_type in [
        "application/ld+json",
        "APPLICATION/LD+JSON; charset=utf-8",
        " application/ld+json ",
        "application&#x2F;ld&#x2B;json",
        "application/json+ld",
    ] {
        let page = page(&format!(
            r#"<p>Mill</p><script type="{media_type}">{{"@type":"Mill","name":"Mill","wheels":3}}</script>"#
        ));
        assert_eq!(value(&page, FactKind::JsonLd, "wheels"), Some("3"), "{media_type}");
    }
}

#[test]
fn prices_with_three_decimals_may_be_grouped_thousands() {
    for (price, is_machine) in
        [("10.500", false), ("150.000", false), ("0.299", true), ("10.5", true), ("1299.00", true)]
    {
        let page = page(&format!(
            "<p>Topf</p><div itemscope itemtype='https://schema.org/Offer'><meta itemprop='price' content='{price}'></div>"
        ));
        let fact = fact(&page, FactKind::Microdata, "price").expect("the price");
        assert_eq!(fact.is_machine_number, is_machine, "{price}");
    }
}

#[test]
fn numbers_of_machine_formats_are_marked() {
    let page = page(
        r#"<html lang="de"><p>Topf</p><script type="application/ld+json">{"@type": "Product",
        "name": "Topf", "weight": 4.625, "depth": "4.625", "height": "1.299,00", "price": "1.299"}
        </script><div itemscope itemtype="https://schema.org/Product"><meta itemprop="width"
        content="1299.00"><data itemprop="size" value="4.625">groß</data>
        <span itemprop="length">1.299</span></div>"#,
    );
    let is_marked = |kind, label: &str| fact(&page, kind, label).unwrap().is_machine_number;
    assert!(is_marked(FactKind::JsonLd, "weight"));
    assert!(is_marked(FactKind::JsonLd, "depth"));
    assert!(!is_marked(FactKind::JsonLd, "height"));
    assert!(!is_marked(FactKind::JsonLd, "price"));
    assert!(is_marked(FactKind::Microdata, "width"));
    assert!(is_marked(FactKind::Microdata, "size"));
    assert!(!is_marked(FactKind::Microdata, "length"));
}

#[test]
fn prices_for_others_are_not_the_price() {
    let page = page(
        r#"<p>Tea</p><script type="application/ld+json">{"@type": "Product", "name": "Tea", "offers":
        {"@type": "Offer", "priceCurrency": "EUR", "price": 5.9, "priceSpecification": [
        {"@type": "UnitPriceSpecification", "priceType": "https://schema.org/ListPrice", "price": 7.9},
        {"@type": "UnitPriceSpecification", "price": 59, "referenceQuantity":
        {"@type": "QuantitativeValue", "value": 1, "unitCode": "KGM"}}]}}</script>"#,
    );
    let price = fact(&page, FactKind::JsonLd, "offers.price").unwrap();
    assert_eq!(price.value, "5.9");
    assert_eq!(&page.text[price.context[0].range()], "EUR");
    let label = |label: &str| value(&page, FactKind::JsonLd, label);
    assert_eq!(label("offers.priceSpecification.listPrice"), Some("7.9"));
    assert_eq!(label("offers.priceSpecification.pricePerUnit"), Some("59"));
    assert_eq!(label("offers.priceSpecification.price"), None);
}

#[test]
fn hidden_addresses_are_decoded() {
    // The first byte, 0x07, is combined with each byte of `ask@mill.example` after it.
    let code = "0766746c476a6e6b6b29627f666a776b62";
    for html in [
        format!(r#"E-mail: <a href="/cdn-cgi/l/email-protection" class="__cf_email__" data-cfemail="{code}">[email&#160;protected]</a>"#),
        format!(r#"E-mail: <a href="/cdn-cgi/l/email-protection#{code}">[email protected]</a>"#),
        r#"E-mail: <span style="unicode-bidi: bidi-override; direction: rtl">elpmaxe.llim@ksa</span>"#.to_owned(),
        r#"E-mail: ask<span style="display:none">no.robots</span>&#64;mill.example"#.to_owned(),
    ] {
        let page = page(&format!("<h1>Mill</h1><p>{html}</p>"));
        assert!(page.text.contains("E-mail: ask@mill.example"), "{html}: {}", page.text);
    }
}

#[test]
fn links_and_icons_state_how_to_reach_a_thing() {
    let page = page(
        r#"<h1>Mill</h1><p><a href="tel:+4930555020">Call us</a> or fax
        <a href="tel:+4930555021">here</a></p><p><a href="mailto:ask@mill.example?subject=Hi">Write</a>
        <a href="https://www.google.com/maps/@48.2,16.37,17z">Map</a></p>
        <p><i class="fa fa-fax" title="Fax"></i> 030 5550299</p>"#,
    );
    let links: Vec<(&str, &str)> = page
        .facts
        .iter()
        .filter(|fact| fact.kind == FactKind::Link)
        .map(|fact| (fact.label.as_str(), fact.value.as_str()))
        .collect();
    assert_eq!(
        links,
        [
            ("telephone", "+4930555020"),
            ("fax", "+4930555021"),
            ("email", "ask@mill.example"),
            ("latitude", "48.2"),
            ("longitude", "16.37"),
            ("coordinates", "48.2, 16.37"),
        ]
    );
    assert_eq!(value(&page, FactKind::Label, "fax"), Some("030 5550299"));
}
