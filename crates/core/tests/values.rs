//! Value parsing on texts from real pages: tables of cases, and properties that hold for every text.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where its table is wrong")]

use ampledata_core::column::{Column, ColumnType, Format};
use ampledata_core::value::{
    DateOrder, Locale, Parsed, PartialDate, Qualifier, Unparsed, Value, fold, infer_date_order,
    parse, parse_json, same_value,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

/// One line of a table: `type | options | input | expected`.
struct Case {
    name: String,
    column: Column,
    locale: Locale,
    input: String,
    expected: String,
}

fn unescape(text: &str) -> String {
    [
        ("\\n", "\n"),
        ("\\p", "|"),
        ("\\s", " "),
        ("\\u00a0", "\u{a0}"),
        ("\\u202f", "\u{202f}"),
        ("\\u200b", "\u{200b}"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (escape, character)| text.replace(escape, character))
}

fn kind(word: &str) -> ColumnType {
    match word {
        "string" => ColumnType::String,
        "number" => ColumnType::Number,
        "boolean" => ColumnType::Boolean,
        "date" => ColumnType::Date,
        other => panic!("no column type {other}"),
    }
}

fn format(word: &str) -> Format {
    match word {
        "phone" => Format::Phone,
        "digits" => Format::Digits,
        "url" => Format::Url,
        "email" => Format::Email,
        "address" => Format::Address,
        "height" => Format::Height,
        other => panic!("no format {other}"),
    }
}

fn set(option: &str, column: &mut Column, locale: &mut Locale) {
    let (key, value) = option.split_once('=').unwrap_or((option, ""));
    let owned = || Some(value.to_owned());
    match key {
        "unit" => column.unit = owned(),
        "lang" => locale.language = owned(),
        "lunit" => locale.unit = owned(),
        "order" => {
            locale.date_order =
                Some(if value == "mdy" { DateOrder::MonthFirst } else { DateOrder::DayFirst });
        }
        "today" => locale.today = Some(value.parse().unwrap()),
        "allowed" => column.allowed = value.split(',').map(str::to_owned).collect(),
        "min" => column.minimum = Some(value.parse().unwrap()),
        "max" => column.maximum = Some(value.parse().unwrap()),
        "format" => column.format = Some(format(value)),
        "name" => value.clone_into(&mut column.name),
        "desc" => column.description = Some(value.replace('_', " ")),
        "pattern" => column.pattern = owned(),
        "list" => column.list = true,
        other => panic!("no option {other}"),
    }
}

fn cases(table: &str, source: &str) -> Vec<Case> {
    let lines = table.lines().enumerate();
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(at, line)| {
            let fields: Vec<&str> = line.split('|').map(str::trim).collect();
            let [types, options, input, expected] = fields[..] else {
                panic!("{source}:{}: not four fields: {line}", at + 1);
            };
            let mut types = types.split(' ');
            let mut column = Column::new("value", kind(types.next().unwrap()));
            let mut locale = Locale::default();
            for option in types.chain(options.split(' ').filter(|option| !option.is_empty())) {
                set(option, &mut column, &mut locale);
            }
            Case {
                name: format!("{source}:{}: {line}", at + 1),
                column,
                locale,
                input: unescape(input),
                expected: expected.to_owned(),
            }
        })
        .collect()
}

fn shown(result: &Result<Parsed, Unparsed>) -> String {
    match result {
        Ok(Parsed { value, qualifier }) => match qualifier {
            None => value.to_string(),
            Some(Qualifier::AtLeast) => format!("{value} {{at least}}"),
            Some(Qualifier::AtMost) => format!("{value} {{at most}}"),
            Some(Qualifier::About) => format!("{value} {{about}}"),
        },
        Err(Unparsed::Empty) => "!empty".to_owned(),
        Err(Unparsed::NotANumber) => "!number".to_owned(),
        Err(Unparsed::Range { low, high }) => format!("!range {low} {high}"),
        Err(Unparsed::Unit { .. }) => "!unit".to_owned(),
        Err(Unparsed::NotADate) => "!date".to_owned(),
        Err(Unparsed::AmbiguousDate { day_first, month_first }) => {
            format!("!ambiguous {day_first} {month_first}")
        }
        Err(Unparsed::NotABoolean) => "!boolean".to_owned(),
        Err(Unparsed::NotAllowed) => "!allowed".to_owned(),
        Err(Unparsed::OutOfRange(number)) => format!("!out {number}"),
        Err(Unparsed::Shape) => "!shape".to_owned(),
    }
}

fn check(table: &str, source: &str, at_least: usize) {
    let cases = cases(table, source);
    assert!(cases.len() >= at_least, "{source} has only {} cases", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let got = shown(&parse(&case.input, &case.column, &case.locale));
            (got != case.expected).then(|| format!("{}\n    got {got}", case.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn numbers_are_read_as_pages_write_them() {
    check(include_str!("values/numbers.txt"), "numbers.txt", 250);
}

#[test]
fn numbers_are_read_as_the_world_writes_them() {
    check(include_str!("values/world_numbers.txt"), "world_numbers.txt", 220);
}

#[test]
fn dates_are_read_as_pages_write_them() {
    check(include_str!("values/dates.txt"), "dates.txt", 120);
}

#[test]
fn dates_are_read_as_the_world_writes_them() {
    check(include_str!("values/world_dates.txt"), "world_dates.txt", 220);
}

#[test]
fn texts_booleans_and_lists_are_read_as_pages_write_them() {
    check(include_str!("values/texts.txt"), "texts.txt", 150);
}

#[test]
fn siblings_prove_the_order_of_dates() {
    for (text, order) in [
        ("13/04/2020", Some(DateOrder::DayFirst)),
        ("on 04/13/2020, at ten", Some(DateOrder::MonthFirst)),
        ("03/04/2020", None),
        ("13/04/2020 and 04/13/2020", None),
        ("2020-04-13", None),
        ("1.13.2020.5", None),
    ] {
        assert_eq!(infer_date_order(text), order, "{text}");
    }
}

#[test]
fn json_values_are_read_as_json_writes_them() {
    let number = Column::new("n", ColumnType::Number);
    let german = Locale { language: Some("de".to_owned()), ..Locale::default() };
    let read =
        |json: serde_json::Value, column: &Column| shown(&parse_json(&json, column, &german));
    assert_eq!(read(serde_json::json!(1.234), &number), "1.234");
    assert_eq!(read(serde_json::json!("1.234"), &number), "1234");
    assert_eq!(read(serde_json::json!(null), &number), "!empty");
    assert_eq!(read(serde_json::json!({"a": 1}), &number), "!empty");
    assert_eq!(read(serde_json::json!([1, 2]), &number), "!number");
    let date = Column::new("d", ColumnType::Date);
    assert_eq!(read(serde_json::json!(2019), &date), "2019");
    let boolean = Column::new("b", ColumnType::Boolean);
    assert_eq!(read(serde_json::json!(true), &boolean), "true");
    let list = Column { list: true, ..Column::new("l", ColumnType::String) };
    assert_eq!(read(serde_json::json!(["Doe, Jane", "Crime", "crime"]), &list), "Doe, Jane; Crime");
    assert_eq!(Value::Number(Decimal::new(1250, 2)).to_json(), serde_json::json!(12.5));
    assert_eq!(Value::Number(Decimal::from(12)).to_json(), serde_json::json!(12));
}

#[test]
fn values_that_say_the_same_support_each_other() {
    let text = |text: &str| Value::Text(text.to_owned());
    let shaped = |format| Column { format: Some(format), ..Column::new("c", ColumnType::String) };
    let plain = Column::new("c", ColumnType::String);
    let date = |text: &str| Value::Date(text.parse::<PartialDate>().unwrap());
    let number = |text: &str| Value::Number(text.parse().unwrap());
    for (a, b, column, expected) in [
        (text("Café Müller"), text("cafe muller"), &plain, true),
        (text("Berlin"), text("Bern"), &plain, false),
        (text("★"), text("☆"), &plain, false),
        (date("1937"), date("1937-05-27"), &plain, true),
        (date("1937-04"), date("1937-05-27"), &plain, false),
        (number("90.718474"), number("90.71847400000001"), &plain, true),
        (number("90.7"), number("90.8"), &plain, false),
        (text("+1 505 123 4567"), text("(505) 123-4567"), &shaped(Format::Phone), true),
        (text("https://www.a.org/"), text("a.org"), &shaped(Format::Url), true),
        (text("978-0-306"), text("9780306"), &shaped(Format::Digits), true),
        (
            Value::List(vec![text("Crime"), text("Drama")]),
            Value::List(vec![text("drama"), text("crime")]),
            &plain,
            true,
        ),
        (Value::List(vec![text("Crime")]), text("crime"), &plain, true),
        (Value::Boolean(true), text("true"), &plain, false),
    ] {
        assert_eq!(same_value(&a, &b, column), expected, "{a} and {b}");
    }
}

#[test]
fn long_texts_are_refused_at_once() {
    let unit = Column { unit: Some("m".to_owned()), ..Column::new("n", ColumnType::Number) };
    for piece in ["1 m ", "[", "((", "12.", "&", "a, b & ", "2019-", "May 27 "] {
        let text = piece.repeat(100_000 / piece.len());
        for kind in [ColumnType::Number, ColumnType::Date, ColumnType::Boolean] {
            let column = Column { kind, ..unit.clone() };
            assert!(parse(&text, &column, &Locale::default()).is_err(), "{piece} as {kind:?}");
        }
    }
}

fn any_column() -> impl Strategy<Value = Column> {
    let kinds = prop_oneof![
        Just(ColumnType::String),
        Just(ColumnType::Number),
        Just(ColumnType::Boolean),
        Just(ColumnType::Date)
    ];
    let units = prop_oneof![Just(None), Just(Some("m")), Just(Some("min")), Just(Some("USD"))];
    let formats = prop_oneof![
        Just(None),
        Just(Some(Format::Phone)),
        Just(Some(Format::Digits)),
        Just(Some(Format::Url)),
        Just(Some(Format::Email)),
        Just(Some(Format::Height))
    ];
    (kinds, units, formats, any::<bool>()).prop_map(|(kind, unit, format, list)| Column {
        unit: unit.map(str::to_owned),
        format,
        list,
        ..Column::new("isbn", kind)
    })
}

fn any_locale() -> impl Strategy<Value = Locale> {
    let tags = prop_oneof![Just(None), Just(Some("en-US")), Just(Some("de")), Just(Some("fr"))];
    tags.prop_map(|tag| Locale {
        language: tag.map(str::to_owned),
        today: PartialDate::full(2026, 11, 23),
        ..Locale::default()
    })
}

/// Texts made of pieces that parsers stumble over.
fn hostile_text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        "[0-9]{1,4}",
        "[-–−.,:;/'\"°%$€£+~<>()\\[\\]&#|×½²⁻⁸]",
        "(k|M|B|m|ft|in|h|min|Mio|Mrd|USD|EUR|kr|of|de|to|and|x|10|e6|May|mai|ago|am|T|PT|P)",
        "[ \u{a0}\u{202f}\n]",
        "\\PC",
    ];
    prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_parsing_panic(
        text in prop_oneof![hostile_text(), any::<String>()],
        column in any_column(),
        locale in any_locale(),
    ) {
        if let Ok(parsed) = parse(&text, &column, &locale) {
            prop_assert!(!matches!(parsed.value, Value::List(ref values) if values.is_empty()));
        }
    }

    #[test]
    fn what_is_written_reads_as_the_same_value(
        text in hostile_text(),
        column in any_column(),
        locale in any_locale(),
    ) {
        let column = Column { list: false, ..column };
        if let Ok(parsed) = parse(&text, &column, &locale) {
            // Written values do not depend on the language of the page that they came from.
            let again = parse(&parsed.value.to_string(), &column, &Locale {
                language: Some("en".to_owned()),
                ..Locale::default()
            });
            prop_assert_eq!(again.map(|again| again.value), Ok(parsed.value));
        }
    }

    #[test]
    fn conversion_leads_there_and_back_within_its_rounding(mantissa in 1i64..1_000_000_000, decimals in 0u32..4) {
        let number = Decimal::new(mantissa, decimals);
        for (one, other) in [("m", "ft"), ("kg", "lb"), ("min", "h"), ("km/h", "mph"), ("°C", "°F"), ("l", "gal")] {
            let in_unit = |unit: &str| Column { unit: Some(unit.to_owned()), ..Column::new("n", ColumnType::Number) };
            let there = parse(&format!("{number} {one}"), &in_unit(other), &Locale {
                language: Some("en".to_owned()), ..Locale::default()
            }).unwrap().value;
            let back = parse(&format!("{there} {other}"), &in_unit(one), &Locale {
                language: Some("en".to_owned()), ..Locale::default()
            }).unwrap().value;
            let Value::Number(back) = back else { panic!("{back} is no number") };
            // Rounding there, and rounding back, to the digits of the number.
            let digits = number.to_string().trim_matches(['0', '.']).replace('.', "").len().max(2);
            let tolerance = number * Decimal::new(11, u32::try_from(digits).unwrap());
            prop_assert!((back - number).abs() <= tolerance, "{} {} {}", number, one, back);
        }
    }

    #[test]
    fn folding_twice_changes_nothing(text in any::<String>()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once.clone());
    }
}
