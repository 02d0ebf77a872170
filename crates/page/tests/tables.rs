//! Tables: which header and which row a cell belongs to, and what is stated about its number.

use ampledata_core::page::Page;
use ampledata_page::{Media, read};

fn page(body: &str) -> Page {
    page_in("en", body)
}

fn page_in(language: &str, body: &str) -> Page {
    let html = format!("<!doctype html><html lang={language}><body>{body}</body></html>");
    let media = Media { url: Some("https://site.example/a.html"), ..Media::default() };
    let page = read(html.as_bytes(), &media).expect("a page");
    for fact in &page.facts {
        for span in fact.context.iter().chain([&fact.span]) {
            assert!(page.text.get(span.range()).is_some(), "{fact:?}");
        }
    }
    page
}

/// The values of a row under a label.
fn cell(page: &Page, row: &str, label: &str) -> Vec<String> {
    let of = |fact: &&ampledata_core::page::Fact| {
        fact.row.as_deref() == Some(row) && fact.label == label
    };
    page.facts.iter().filter(of).map(|fact| fact.value.clone()).collect()
}

/// The values of a label without a row.
fn labelled(page: &Page, label: &str) -> Vec<String> {
    let of = |fact: &&ampledata_core::page::Fact| fact.row.is_none() && fact.label == label;
    page.facts.iter().filter(of).map(|fact| fact.value.clone()).collect()
}

/// The words that are stated about the number of a label or of a row.
fn context(page: &Page, value: &str) -> Vec<String> {
    let fact = page.facts.iter().find(|fact| fact.value == value).expect("a fact");
    fact.context.iter().map(|span| page.text[span.range()].to_owned()).collect()
}

#[track_caller]
fn assert_cell(page: &Page, row: &str, label: &str, value: &str) {
    assert_eq!(cell(page, row, label), [value], "{row} {label}\n{}\n{:#?}", page.text, page.facts);
}

#[test]
fn cells_over_columns_count_for_each_of_them() {
    let page = page(
        "<table><tr><th>Parish<th>Church<th>School<th>Souls</tr>\
         <tr><td>Elm<td colspan=2>Old Hall<td>120</tr>\
         <tr><td>Ash<td>St Ann<td colspan=2>closed</tr>\
         <tr><td>Oak<td>St Bo<td>Low School<td>75</tr></table>",
    );
    assert_cell(&page, "Elm", "Church", "Old Hall");
    assert_cell(&page, "Elm", "School", "Old Hall");
    assert_cell(&page, "Elm", "Souls", "120");
    assert_cell(&page, "Ash", "Church", "St Ann");
    assert_cell(&page, "Ash", "Souls", "closed");
    assert_cell(&page, "Oak", "Souls", "75");
}

#[test]
fn cells_over_rows_count_for_each_of_them() {
    let page = page(
        "<table><tr><th>Tram<th>Maker<th>Year<th>Seats</tr>\
         <tr><td>T1<td rowspan=3>Works A<td>1921<td>30</tr>\
         <tr><td>T2<td rowspan=2>1925<td>32</tr>\
         <tr><td>T3<td>34</tr>\
         <tr><td>T4<td>Works B<td>1930<td rowspan=0>40</tr>\
         <tr><td>T5<td>Works C<td>1931</tr></table>",
    );
    for (tram, maker, year, seats) in [
        ("T1", "Works A", "1921", "30"),
        ("T2", "Works A", "1925", "32"),
        ("T3", "Works A", "1925", "34"),
        ("T4", "Works B", "1930", "40"),
        ("T5", "Works C", "1931", "40"),
    ] {
        assert_cell(&page, tram, "Maker", maker);
        assert_cell(&page, tram, "Year", year);
        assert_cell(&page, tram, "Seats", seats);
    }
    assert!(page.text.contains("| T3 |  |  | 34 |"), "{}", page.text);
    assert!(page.text.contains("| T5 | Works C | 1931 |  |"), "{}", page.text);
}

#[test]
fn spans_end_with_their_group_of_rows() {
    let page = page(
        "<table><thead><tr><th>Lift<th>Kind<th>Load</thead>\
         <tbody><tr><td>L1<td rowspan=9>Chair<td>4<tr><td>L2<td>6</tbody>\
         <tbody><tr><td>L3<td>Tow<td>2</tbody></table>",
    );
    assert_cell(&page, "L2", "Kind", "Chair");
    assert_cell(&page, "L2", "Load", "6");
    assert_cell(&page, "L3", "Kind", "Tow");
    assert_cell(&page, "L3", "Load", "2");
}

#[test]
fn headers_of_several_rows_are_paths() {
    let head = "<tr><th rowspan=2>Dam<th colspan=2>Size in metres<th rowspan=2>Filled</tr>\
                <tr><th>Crest<th>Depth</tr>";
    let data = "<tr><td>Low Dam<td>310<td>21<td>1961</tr><tr><td>High Dam<td>90<td>60<td>1973</tr>";
    for table in [
        format!("<table>{head}{data}</table>"),
        format!("<table><thead>{head}</thead><tbody>{data}</tbody></table>"),
        format!("<table>{}{data}</table>", head.replace("<th", "<td")),
        format!("<table><tr><th colspan=4>Dams of the valley</th></tr>{head}{data}</table>"),
    ] {
        let page = page(&table);
        assert_cell(&page, "Low Dam", "Size Crest", "310");
        assert_cell(&page, "Low Dam", "Size Depth", "21");
        assert_cell(&page, "High Dam", "Filled", "1973");
        assert_eq!(context(&page, "310"), ["Size in metres"]);
        assert!(context(&page, "1973").is_empty());
    }
}

#[test]
fn the_column_of_names_may_be_any() {
    let numbered = page(
        "<table><tr><th>No.<th>Peak<th>Height</tr><tr><td>1<td>Big Horn<td>2,100</tr>\
         <tr><td>2<td>Small Horn<td>1,900</tr></table>",
    );
    assert_cell(&numbered, "Big Horn", "Height", "2,100");
    assert_cell(&numbered, "Small Horn", "No.", "2");
    let grouped = page(
        "<table><tr><th>Maker<th>Model<th>Weight</tr><tr><td rowspan=2>Works A<td>One<td>12</tr>\
         <tr><td>Two<td>14</tr><tr><td>Works B<td>Three<td>16</tr></table>",
    );
    assert_cell(&grouped, "Two", "Maker", "Works A");
    assert_cell(&grouped, "Two", "Weight", "14");
    let scoped = page(
        "<table><tr><th>Opened<th>Line<th>Length</tr>\
         <tr><td>May 1901<th scope=row>Red<td>12</tr><tr><td>June 1905<th scope=row>Blue<td>9</tr></table>",
    );
    assert_cell(&scoped, "Blue", "Length", "9");
    assert_cell(&scoped, "Red", "Opened", "May 1901");
}

#[test]
fn groups_totals_and_repeated_headers_are_no_rows() {
    let page = page(
        "<table><tr><th>Mill<th>Owner<th>Power</tr>\
         <tr><th colspan=3>North bank</th></tr><tr><td>Mill A<td>Ann<td>12</tr>\
         <tr><th>Mill<th>Owner<th>Power</tr>\
         <tr><td colspan=3>South bank</td></tr><tr><td>Mill B<td>Bo<td>15</tr>\
         <tfoot><tr><td>Total<td><td>27</tr></tfoot></table>",
    );
    assert_cell(&page, "Mill B", "Power", "15");
    assert!(cell(&page, "Mill", "Power").is_empty());
    let fact = page.facts.iter().find(|fact| fact.value == "15").unwrap();
    assert_eq!(fact.section.as_deref(), Some("South bank"));
    assert!(labelled(&page, "Power").is_empty(), "{:#?}", page.facts);
}

#[test]
fn cells_name_their_headers_by_id() {
    let page = page(
        "<table><tr><th id=n>Ship<th id=l>Length<th id=w>Width</tr>\
         <tr><th id=a>Alfa<td headers='a w'>9<td headers='a l'>60</tr>\
         <tr><th id=b>Beta<td headers='b l'>70<td headers='b w'>11</tr></table>",
    );
    assert_cell(&page, "Alfa", "Width", "9");
    assert_cell(&page, "Alfa", "Length", "60");
    assert_cell(&page, "Beta", "Length", "70");
}

#[test]
fn a_table_inside_a_cell_is_part_of_its_text() {
    let page = page(
        "<table><tr><th>Farm<th>Stock<th>Area</tr>\
         <tr><td>Hill Farm<td><table><tr><td>Sheep<td>40</tr></table><td>12 ha</tr>\
         <tr><td>Dale Farm<td>none<td>9 ha</tr></table>",
    );
    assert_cell(&page, "Hill Farm", "Area", "12 ha");
    assert_cell(&page, "Dale Farm", "Area", "9 ha");
    assert!(cell(&page, "Hill Farm", "Stock")[0].contains("Sheep"), "{}", page.text);
}

#[test]
fn values_by_year_are_facts_of_their_label() {
    for table in [
        "<table><tr><th></th><th>2023</th><th>2022</th></tr><tr><td>Sales</td><td>412</td><td>390</td></tr>\
         <tr><td>Staff</td><td>80</td><td>75</td></tr></table>",
        "<table><tr><td>Item</td><td>2023</td><td>2022</td></tr><tr><td>Sales</td><td>412</td>\
         <td>390</td></tr><tr><td>Staff</td><td>80</td><td>75</td></tr></table>",
        "<table><tr><th>Key figures</th><th>2023, US$ m</th><th>2022, US$ m</th></tr><tr><td>Sales</td>\
         <td>412</td><td>390</td></tr><tr><td>Staff</td><td>80</td><td>75</td></tr></table>",
    ] {
        let page = page(table);
        assert_eq!(labelled(&page, "Sales 2023"), ["412"], "{:#?}", page.facts);
        assert_eq!(labelled(&page, "Sales 2022"), ["390"]);
        assert_eq!(labelled(&page, "Staff 2022"), ["75"]);
        assert!(labelled(&page, "Item").is_empty());
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of examples")]
fn a_scale_is_found_wherever_it_stands() {
    let rows = "<tr><td>Sales</td><td>1,234.5</td></tr><tr><td>Staff</td><td>640</td></tr>\
                <tr><td>Result per share</td><td>2.41</td></tr>";
    let headed = |corner: &str| format!("<tr><th>{corner}</th><th>2023</th></tr>{rows}");
    for (table, words) in [
        (
            format!(
                "<table><caption>Figures (in millions of euros)</caption>{}</table>",
                headed("")
            ),
            "Figures (in millions of euros)",
        ),
        (format!("<table>{}</table>", headed("EUR million")), "EUR million"),
        (format!("<table>{}</table>", headed("Mio. €")), "Mio. €"),
        (format!("<table><tr><th></th><th>2023, €m</th></tr>{rows}</table>"), "2023, €m"),
        (
            format!("<table><tr><td>€ in thousands</td><td>2023</td></tr>{rows}</table>"),
            "€ in thousands",
        ),
        (format!("<table>{}</table>", headed("").replace("Sales", "Sales (€m)")), "Sales (€m)"),
        (
            format!("<p>Figures are in millions of euros.</p><table>{}</table>", headed("")),
            "Figures are in millions of euros.",
        ),
        (
            format!(
                "<p>A good year. All amounts in EUR thousands unless noted. See page 4.</p><table>{}</table>",
                headed("")
            ),
            "All amounts in EUR thousands unless noted.",
        ),
        (
            format!("<h2>Results (in EUR million)</h2><table>{}</table>", headed("")),
            "Results (in EUR million)",
        ),
        (
            format!("<table>{}</table><p>All figures in millions of euros.</p>", headed("")),
            "All figures in millions of euros.",
        ),
        (
            format!(
                "<table>{}<tr><td colspan=2>All figures are in millions of euros.</td></tr></table>",
                headed("")
            ),
            "All figures are in millions of euros.",
        ),
        (
            format!(
                "<table><tr><th colspan=2>In millions of euros</th></tr>{}</table>",
                headed("")
            ),
            "In millions of euros",
        ),
        (
            format!("<table><caption>In millions of euros</caption>{rows}</table>"),
            "In millions of euros",
        ),
        (format!("<p>(In millions of euros)</p><table>{rows}</table>"), "(In millions of euros)"),
    ] {
        let page = page(&table);
        assert_eq!(context(&page, "1,234.5"), [words], "{table}\n{}", page.text);
        assert!(context(&page, "640").is_empty(), "{table}");
        assert!(context(&page, "2.41").is_empty(), "{table}");
    }
}

#[test]
fn a_scale_in_the_header_of_a_list_of_things_is_about_its_column() {
    let page = page_in(
        "de",
        "<table><tr><th>Firma<th>Gegründet<th>Umsatz (Mio. €)<th>Mitarbeiter</tr>\
         <tr><td>Alfa AG<td>1912<td>2.345,6<td>1.200</tr><tr><td>Beta AG<td>1950<td>12,1<td>75</tr></table>",
    );
    assert_eq!(context(&page, "2.345,6"), ["Umsatz (Mio. €)"]);
    assert!(context(&page, "1912").is_empty());
    assert!(context(&page, "1.200").is_empty());
}

#[test]
fn the_nearest_scale_counts() {
    let page = page(
        "<table><caption>in millions of euros</caption><tr><th></th><th>2023</th></tr>\
         <tr><td>Sales</td><td>51</td></tr><tr><td>Rent (EUR thousand)</td><td>52</td></tr>\
         <tr><td colspan=2>In thousands of euros</td></tr><tr><td>Costs</td><td>53</td></tr></table>",
    );
    assert_eq!(context(&page, "51"), ["in millions of euros"]);
    assert_eq!(context(&page, "52"), ["Rent (EUR thousand)"]);
    assert_eq!(context(&page, "53"), ["In thousands of euros"]);
}

#[test]
fn prose_above_a_table_states_no_scale() {
    for prose in [
        "<p>The firm sold millions of boxes.</p>",
        "<p>It lost 3 million euros in 1990.</p>",
        "<p>Amounts are rounded to the nearest million.</p>",
        "<table><tr><th>In millions</th><th>2020</th></tr><tr><td>A</td><td>1</td></tr></table>",
    ] {
        let page = page(&format!(
            "{prose}<table><tr><th></th><th>2023</th></tr><tr><td>Sales</td><td>412</td></tr></table>"
        ));
        assert!(context(&page, "412").is_empty(), "{prose}");
    }
}

fn markdown(text: &str) -> Page {
    let media = Media { url: Some("https://site.example/a.md"), ..Media::default() };
    read(text.as_bytes(), &media).expect("a page")
}

#[test]
fn tables_of_markdown_have_scales_too() {
    for (table, words) in [
        (
            "| In thousands of euros | 2023 |\n|---|---|\n| Sales | 5,310 |\n| Staff | 210 |",
            "In thousands of euros",
        ),
        (
            "All amounts in EUR thousands.\n\n| Item | 2023 | 2022 |\n|---|---|---|\n| Sales | 5,310 | 9 |\n\
          | Staff | 210 | 200 |",
            "All amounts in EUR thousands.",
        ),
        (
            "| Firm | Sales (EUR m) | Staff |\n|---|---|---|\n| Alfa | 5,310 | 210 |",
            "Sales (EUR m)",
        ),
        ("## Figures (EUR m)\n\n| Sales | 5,310 |\n|---|---|\n| Staff | 210 |", "Figures (EUR m)"),
    ] {
        let page = markdown(&format!("# Alfa\n\n{table}\n"));
        assert_eq!(context(&page, "5,310"), [words], "{table}");
        assert!(context(&page, "210").is_empty(), "{table}");
    }
}

#[test]
fn a_header_over_all_years_states_their_scale() {
    let page = page(
        "<table><tr><th rowspan=2>Item<th colspan=2>US$ million</tr><tr><th>2023<th>2022</tr>\
         <tr><td>Sales<td>412<td>390</tr><tr><td>Staff<td>81<td>80</tr></table>",
    );
    assert_eq!(labelled(&page, "Sales 2023"), ["412"]);
    assert_eq!(context(&page, "412"), ["US$ million"]);
    assert!(context(&page, "81").is_empty());
}

#[test]
fn rows_of_years_are_facts_of_their_columns() {
    let page = page(
        "<table><tr><th>Year<th>Sales (US$ m)<th>Staff</tr><tr><td>2022<td>390<td>80</tr>\
         <tr><td>2023<td>412<td>81</tr></table>",
    );
    assert_eq!(labelled(&page, "Sales (US$ m) 2023"), ["412"]);
    assert_eq!(labelled(&page, "Staff 2022"), ["80"]);
    assert_eq!(context(&page, "412"), ["Sales (US$ m)"]);
}

#[test]
fn a_sentence_above_a_list_states_its_scale() {
    let list = "<dl><dt>Sales<dd>5,310<dt>Staff<dd>640</dl>";
    let stated = page(&format!("<p>All amounts in EUR thousands.</p>{list}"));
    assert_eq!(context(&stated, "5,310"), ["All amounts in EUR thousands."]);
    assert!(context(&stated, "640").is_empty());
    let apart = page(&format!("<p>All amounts in EUR thousands.</p><h2>Other</h2>{list}"));
    assert!(context(&apart, "5,310").is_empty());
}

#[test]
fn a_label_and_a_year_are_no_header() {
    for table in [
        "<table class=specs><tr><th>Born<td>24.09.1997<tr><th>Height<td>1.91 m<tr><th>Number<td>1</table>",
        "<table><tr><td>Born<td>1997<tr><td>Height<td>1.91 m<tr><td>Number<td>1</table>",
    ] {
        let page = page(table);
        assert_eq!(labelled(&page, "Born").len(), 1, "{:#?}", page.facts);
        assert_eq!(labelled(&page, "Height"), ["1.91 m"]);
    }
}

#[test]
fn sections_with_the_same_labels_are_things_of_their_own() {
    let pairs = page(
        "<table><tr><th colspan=2>Boat One</tr><tr><td>Built<td>1961<tr><td>Crew<td>4</tr>\
         <tr><th colspan=2>Boat Two</tr><tr><td>Built<td>1975<tr><td>Crew<td>6</tr></table>",
    );
    assert_cell(&pairs, "Boat One", "Built", "1961");
    assert_cell(&pairs, "Boat Two", "Crew", "6");
    assert!(labelled(&pairs, "Built").is_empty());
    let one = page(
        "<table><tr><th colspan=2>Hull</tr><tr><td>Length<td>12 m<tr><td>Width<td>4 m</tr>\
         <tr><th colspan=2>Engine</tr><tr><td>Power<td>90 kW<tr><td>Maker<td>Works A</tr></table>",
    );
    assert_eq!(labelled(&one, "Power"), ["90 kW"]);
    let segments = page(
        "<table><tr><th>Segment<th>2023<th>2022</tr><tr><td colspan=3>Road</tr><tr><td>Sales<td>5<td>4</tr>\
         <tr><td colspan=3>Rail</tr><tr><td>Sales<td>7<td>6</tr></table>",
    );
    assert!(
        cell(&segments, "Rail", "Sales 2023").contains(&"7".to_owned()),
        "{:#?}",
        segments.facts
    );
    assert!(labelled(&segments, "Sales 2023").is_empty());
}

#[test]
fn a_row_of_units_belongs_to_the_header() {
    let page = page(
        "<table><tr><th>Firm<th>Sales<th>Height</tr><tr><td><td>(EUR m)<td>(ft)</tr>\
         <tr><td>Alfa<td>12.5<td>90</tr><tr><td>Beta<td>13<td>80</tr></table>",
    );
    assert_cell(&page, "Alfa", "Height (ft)", "90");
    assert_eq!(context(&page, "12.5"), ["(EUR m)"]);
}
