//! What a page's text says: raised, lowered, struck and hidden text, and text in several elements.

use ampledata_core::page::{FactKind, Page};
use ampledata_page::{Media, read};

fn page(html: &str) -> Page {
    let media = Media { content_type: Some("text/html; charset=utf-8"), ..Media::default() };
    read(html.as_bytes(), &media).expect("a page")
}

/// The body's text of a page with this content, on one line.
fn text(body: &str) -> String {
    let page = page(&format!("<!doctype html><html><body>{body}</body></html>"));
    page.text[..page.body_end as usize].split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn assert_texts(table: &[(&str, &str)]) {
    let wrong: Vec<(&str, String, &str)> = table
        .iter()
        .map(|(body, expected)| (*body, text(body), *expected))
        .filter(|(_, got, expected)| got != expected)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The values of the labelled facts of a page's body.
fn values(body: &str, label: &str) -> Vec<String> {
    page(&format!("<html><body>{body}</body></html>"))
        .facts
        .iter()
        .filter(|fact| fact.label == label && fact.kind != FactKind::Marked)
        .map(|fact| fact.value.clone())
        .collect()
}

#[test]
fn raised_and_lowered_text_is_kept_apart() {
    assert_texts(&[
        ("<p>Population 346<sup>2006</sup></p>", "Population 346^2006^"),
        (
            "<p>Population 346<sup class=reference><a href='#n1'>2006</a></sup>.</p>",
            "Population 346.",
        ),
        ("<p>Population 7,282,835<sup>[2]</sup> people</p>", "Population 7,282,835 people"),
        ("<p>Population 12<sup><a href='#fn3'>3</a></sup> in all</p>", "Population 12 in all"),
        ("<p>19 <small style='text-decoration:line-through'>25</small></p>", "19 ~~25~~"),
        ("<p>19<sup><del>25</del></sup></p>", "19 ~~25~~"),
        ("<p>Area 3,400 m<sup>2</sup>, volume 5 km<sup>3</sup></p>", "Area 3,400 m², volume 5 km³"),
        (
            "<p>1.5 × 10<sup>6</sup> t of CO<sub>2</sub> and H<sub>2</sub>O</p>",
            "1.5 × 10⁶ t of CO₂ and H₂O",
        ),
        ("<p>Price <b>19<sup>99</sup></b> €</p>", "Price 19^99^ €"),
        ("<p>Price 19<sup>99</sup>€</p>", "Price 19^99^ €"),
        ("<p>Price <sup>$</sup>24<sup>95</sup></p>", "Price $24^95^"),
        ("<p>Price 249<sup>,50</sup> zł</p>", "Price 249,50 zł"),
        (
            "<p>Price <span>249</span><span><sup>,</sup></span><sup>50</sup> <small>zł</small></p>",
            "Price 249,50 zł",
        ),
        (
            "<p>Price <span>64</span><span style='font-size:60%'>50</span> EUR</p>",
            "Price 64^50^ EUR",
        ),
        (
            "<p>Price <span>64</span><span class='price__cents'>50</span> EUR</p>",
            "Price 64^50^ EUR",
        ),
        ("<p>Price <span>64</span><small>50</small> EUR</p>", "Price 64^50^ EUR"),
        (
            "<p>On the 1<sup>st</sup> of May, XIX<sup>e</sup> siècle</p>",
            "On the 1st of May, XIXe siècle",
        ),
        ("<p>20<sup>o</sup>C, 2<sup>1</sup>/<sub>2</sub> in</p>", "20°C, 2 1/2 in"),
        ("<p>346<span style='vertical-align:super'>2006</span></p>", "346^2006^"),
        (
            "<style>.note{vertical-align:super;font-size:70%}</style><p>346<span class=note>7</span></p>",
            "346^7^",
        ),
        ("<p>Area <math><mn>12</mn><msup><mi>km</mi><mn>2</mn></msup></math></p>", "Area 12 km²"),
        (
            "<p><math><semantics><mfrac><mn>3</mn><mn>4</mn></mfrac><annotation encoding='application/x-tex'>\\frac{3}{4}</annotation></semantics></math> in</p>",
            "3/4 in",
        ),
    ]);
}

#[test]
fn struck_text_is_marked_and_gives_no_value() {
    assert_texts(&[
        ("<p>Price: <s>$25</s> $19</p>", "Price: ~~$25~~ $19"),
        ("<p>Price: <del>25</del><ins>19</ins> €</p>", "Price: ~~25~~ 19 €"),
        ("<p>Price: <strike>25</strike>19 €</p>", "Price: ~~25~~ 19 €"),
        (
            "<p>Price: <span style='text-decoration: line-through'>25</span> 19 €</p>",
            "Price: ~~25~~ 19 €",
        ),
        (
            "<style>.was{text-decoration:line-through}</style><p>Price: <span class=was>25</span> 19 €</p>",
            "Price: ~~25~~ 19 €",
        ),
        (
            "<style>.box .was{color:red;text-decoration-line:line-through}</style><div class=box>Price: <span class=was>25</span> 19 €</div>",
            "Price: ~~25~~ 19 €",
        ),
        ("<p>Price: <span class='text-sm line-through'>25</span> 19 €</p>", "Price: ~~25~~ 19 €"),
        (
            "<p>Price: <b style='text-decoration:line-through'><i>25</i> €</b> 19 €</p>",
            "Price: ~~25 €~~ 19 €",
        ),
        ("<ul><li><s>Old</s><li>New</ul>", "- ~~Old~~ - New"),
        ("<p>~~ Menu ~~ 25</p>", "~ Menu ~ 25"),
        ("<del><p>One</p><p>Two</p></del><p>Three</p>", "~~One~~ ~~Two~~ Three"),
        (
            "<table><tr><th>Chair</th><td><del>25</del> 19</td></tr><tr><th>Desk</th><td>90</td></tr></table>",
            "| Chair | ~~25~~ 19 | |---|---| | Desk | 90 |",
        ),
    ]);
    for (body, expected) in [
        ("<p>Price: <s>$25</s> $19</p>", vec!["$19"]),
        ("<p>Price: $19 <s>$25</s></p>", vec!["$19"]),
        ("<dl><dt>Price</dt><dd><del>25 €</del> <ins>19 €</ins></dd></dl>", vec!["19 €"]),
        (
            "<table><tr><th>Price</th><td><s>25</s> 19</td></tr><tr><th>Size</th><td>3</td></tr></table>",
            vec!["19"],
        ),
        ("<dl><dt>Price</dt><dd><s>25 €</s></dd></dl>", vec![]),
    ] {
        let got = values(body, "Price");
        assert!(got.iter().all(|value| expected.contains(&value.as_str())), "{body}: {got:?}");
        assert_eq!(got.is_empty(), expected.is_empty(), "{body}: {got:?}");
    }
}

#[test]
fn hidden_text_is_not_on_the_page() {
    assert_texts(&[
        ("<p>A <span hidden>B</span> C</p>", "A C"),
        ("<p>A <span style='display:none'>B</span> C</p>", "A C"),
        ("<p>A <span style='position:absolute;left:-9999px'>B</span> C</p>", "A C"),
        ("<p>A <span style='font-size:0'>B</span> C</p>", "A C"),
        ("<p style='font-size:0'>A <span style='font-size:16px'>B</span></p>", "B"),
        ("<p style='visibility:hidden'>A <span style='visibility:visible'>B</span></p>", "B"),
        ("<p>A <span class=sr-only>B</span> C</p>", "A C"),
        ("<p>A <span class='visually-hidden'>B</span> C</p>", "A C"),
        ("<p>A <span class='screen-reader-text'>B</span> C</p>", "A C"),
        ("<style>.x{display:none}</style><p>A <span class=x>B</span> C</p>", "A C"),
        (
            "<style>.x{position:absolute;left:-999em}</style><p>A <span class=x>B</span> C</p>",
            "A C",
        ),
        ("<style>@media print{.x{display:none}}</style><p>A <span class=x>B</span> C</p>", "A B C"),
        ("<style media=print>.x{display:none}</style><p>A <span class=x>B</span> C</p>", "A B C"),
        (
            "<style>.x{display:none}.x{display:block}</style><p>A <span class=x>B</span> C</p>",
            "A B C",
        ),
        ("<p>A <span aria-hidden=true>•</span> C</p>", "A C"),
        ("<div aria-hidden=true>Dialog 5</div><p>A</p>", "A"),
        ("<p>A <ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby></p>", "A 漢"),
        ("<p>Spring\u{ad}field, 12<wbr>345, 6\u{200b}7</p>", "Springfield, 12345, 67"),
        ("<p>A<img alt=B title=C><input value=D><span title=E data-x=F>G</span></p>", "AG"),
    ]);
    let long = "<p>The whole of the page is hidden by its styles until a script has run, as some kits do it.</p>".repeat(4);
    assert!(
        text(&format!("<style>.page{{display:none}}</style><div class=page>{long}</div>"))
            .contains("The whole")
    );
}

#[test]
fn numbers_in_several_elements_are_one_and_two_numbers_are_two() {
    assert_texts(&[
        (
            "<p>Price: <span><span class=int>14</span><span class=mark>,</span><span class=fraction>99 </span></span><span class=cur>€</span></p>",
            "Price: 14,99 €",
        ),
        (
            "<p>Price: <span><span class=a-offscreen>$1,879.99</span><span aria-hidden=true><span>$</span><span>1,879<span>.</span></span><span class=fraction>99</span></span></span></p>",
            "Price: $1,879.99",
        ),
        (
            "<dl><dt>Price</dt><dd>\n<span>1</span>\n<span>&nbsp;299</span>\n<span>,00</span>\n<span>€</span></dd></dl>",
            "Price 1 299,00 €",
        ),
        (
            "<p>Price: <span aria-label='14 euros 99'><span aria-hidden=true>14,99 €</span></span></p>",
            "Price: 14,99 €",
        ),
        ("<p><span class=price>$19.99</span><span class=price>$24.99</span></p>", "$19.99 $24.99"),
        ("<p><span>19.99</span><span>24.99</span></p>", "19.99 24.99"),
        ("<p><span class=year>2019</span><span class=count>346</span></p>", "2019 346"),
        (
            "<p><span class=digit>1</span><span class=digit>2</span><span class=digit>3</span></p>",
            "123",
        ),
        (
            "<p aria-label='$19.99'><span aria-hidden=true>$19</span><sup aria-hidden=true>99</sup></p>",
            "$19^99^",
        ),
        ("<p><span class='hidden md:inline'>19 €</span></p>", "19 €"),
        ("<p><b>1</b>,<b>299</b> km</p>", "1,299 km"),
        (
            "<p>6<span class=sr-only>+</span><span class=num>1</span>⁄<span class=den>2</span> in</p>",
            "6 1⁄2 in",
        ),
        ("<p>55 215<br>(2010)</p>", "55 215 (2010)"),
        ("<p><span>Label</span><span>Value</span></p>", "Label Value"),
        (
            "<table><tr><th>Uses</th><td><ul><li>Bridge<li>Road</ul></td></tr><tr><th>Size</th><td>4</td></tr></table>",
            "| Uses | Bridge; Road | |---|---| | Size | 4 |",
        ),
    ]);
}
