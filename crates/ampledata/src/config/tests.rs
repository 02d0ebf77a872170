use super::*;
use ampledata_core::model::{ModelName, ModelProvider};

fn sources(environment: &[(&str, &str)]) -> Sources {
    let owned = environment.iter().map(|(name, text)| ((*name).into(), (*text).into()));
    Sources { environment: owned.collect(), ..Sources::default() }
}

fn load(environment: &[(&str, &str)]) -> Result<Settings, Error> {
    Settings::load(&sources(environment))
}

fn file(text: &str) -> (tempfile::TempDir, Sources) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("some.toml");
    std::fs::write(&path, text).unwrap();
    (folder, Sources { file: Some(path), ..Sources::default() })
}

#[test]
fn defaults_are_the_documented_ones() {
    let settings = load(&[]).unwrap();
    assert_eq!(settings.engine, Driver::Embedded);
    assert_eq!(settings.database, Database::Sqlite("./.ampledata/ampledata.db".into()));
    assert_eq!(settings.search.provider, SearchProvider::Corpus);
    assert_eq!(settings.models.extraction, Model::Builtin);
    assert_eq!((settings.retries, settings.concurrency), (2, 10));
    assert!((settings.threshold - 0.75).abs() < f64::EPSILON);
    assert_eq!(settings.blob_url, "file://./.ampledata/uploads");
    assert!(!settings.allow_private_networks);
    assert!(settings.effective().iter().all(|effective| effective.source == Origin::Default));
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let (_folder, mut sources) = file("max_enrichment_retries = 5\nconfidence_threshold = 0.5\n");
    sources.environment = vec![
        ("MAX_ENRICHMENT_RETRIES".into(), "4".into()),
        ("DATA_DIR".into(), "/elsewhere".into()),
    ];
    sources.flags = vec![("DATA_DIR", "/here".into())];
    let settings = Settings::load(&sources).unwrap();
    assert_eq!(settings.retries, 4);
    assert_eq!(settings.data_dir, PathBuf::from("/here"));
    assert!((settings.threshold - 0.5).abs() < f64::EPSILON);
    assert_eq!(settings.origin("MAX_ENRICHMENT_RETRIES"), Origin::Environment);
    assert_eq!(settings.origin("DATA_DIR"), Origin::Flag);
    assert_eq!(settings.origin("CONFIDENCE_THRESHOLD"), Origin::File);
    assert_eq!(settings.origin("AUTH"), Origin::Default);
}

#[test]
fn keys_choose_the_providers() {
    let both = load(&[("GEMINI_API_KEY", "a"), ("GROQ_API_KEY", "b"), ("SERPER_API_KEY", "c")]);
    let both = both.unwrap();
    assert_eq!(both.models.decision, Model::Default(ModelProvider::Groq));
    assert_eq!(both.models.extraction, Model::Default(ModelProvider::Gemini));
    assert_eq!(both.models.pattern, Model::Default(ModelProvider::Gemini));
    assert_eq!(both.search.provider, SearchProvider::Serper);
    let groq = load(&[("GROQ_API_KEY", "b")]).unwrap();
    assert_eq!(groq.models.extraction, Model::Default(ModelProvider::Groq));
    let named = load(&[("GROQ_API_KEY", "b"), ("EXTRACTION_MODEL", "openai:qwen2.5:7b")]).unwrap();
    assert_eq!(
        named.models.extraction,
        Model::Named(ModelName::new(ModelProvider::OpenAi, "qwen2.5:7b"))
    );
    assert_eq!(load(&[("TEMPORAL_HOST_PORT", "t:7233")]).unwrap().engine, Driver::Temporal);
}

#[test]
fn blank_values_count_as_not_set() {
    let settings = load(&[("SERPER_API_KEY", "  "), ("CONFIDENCE_THRESHOLD", "")]).unwrap();
    assert_eq!(settings.search.provider, SearchProvider::Corpus);
    assert!(settings.search.serper_key.is_none());
}

#[test]
fn every_wrong_value_is_named_with_what_is_allowed() {
    let error = load(&[
        ("CONFIDENCE_THRESHOLD", "75"),
        ("CONCURRENCY_ROW_ENRICHMENT_LIMIT", "0"),
        ("MAX_ENRICHMENT_RETRIES", "two"),
        ("ENGINE", "Embedded!"),
        ("DATABASE_URL_ENRICH", "mysql://me:pw@db/x"),
        ("SEARCH_PROVIDER", "google"),
        ("EXTRACTION_MODEL", "gemini:"),
        ("SERVER_ADDR", "8080"),
        ("SERPER_BASE_URL", "google.serper.dev"),
        ("ALLOW_PRIVATE_NETWORKS", "maybe"),
        ("AUTH", "basic"),
        ("CRAWLER", "curl"),
        ("BLOB_URL", "/srv"),
    ])
    .unwrap_err();
    insta::assert_snapshot!(error);
    assert_eq!(error.code(), "wrong_setting");
}

#[test]
fn secrets_never_show() {
    let settings = load(&[
        ("SERPER_API_KEY", "s3cret-1"),
        ("OPENAI_API_KEY", "s3cret-2"),
        ("DATABASE_URL_ENRICH", "postgres://me:s3cret-3@db/x"),
        ("TEMPORAL_TLS_CLIENT_KEY_DATA", "s3cret-4"),
    ])
    .unwrap();
    let text = serde_json::to_string(settings.effective()).unwrap() + &format!("{settings:?}");
    assert!(!text.contains("s3cret"), "{text}");
    assert_eq!(settings.search.serper_key.unwrap().expose(), "s3cret-1");
}

#[test]
fn the_file_is_read_strictly() {
    let (_folder, sources) = file("confidence_treshold = 0.5\n");
    let error = Settings::load(&sources).unwrap_err();
    assert!(error.to_string().contains("did you mean `confidence_threshold`"), "{error}");
    for text in ["CONFIDENCE_THRESHOLD = 0.5\n", "[server]\naddr = 1\n", "nonsense"] {
        let (_folder, sources) = file(text);
        assert!(Settings::load(&sources).is_err(), "{text}");
    }
    let missing = Sources { file: Some("nowhere.toml".into()), ..Sources::default() };
    assert_eq!(Settings::load(&missing).unwrap_err().code(), "settings_unreadable");
}

#[test]
fn scalars_of_the_file_keep_their_meaning() {
    let (_folder, sources) = file("allow_private_networks = true\nserver_addr = \":9090\"\n");
    let settings = Settings::load(&sources).unwrap();
    assert!(settings.allow_private_networks);
    assert_eq!(settings.server_addr, ":9090");
}

#[test]
fn names_are_unique_and_found_in_both_spellings() {
    for setting in table::all() {
        assert_eq!(table::all().filter(|other| other.name == setting.name).count(), 1);
        let lower = setting.name.to_ascii_lowercase();
        assert_eq!(table::find(&lower).map(|found| found.name), Some(setting.name));
    }
    assert!(table::find("concurrency").is_none());
}

#[test]
fn every_key_is_a_secret() {
    for setting in table::all().filter(|setting| setting.name.contains("API_KEY")) {
        assert!(setting.is_secret, "{}", setting.name);
    }
}

/// Every value that the table allows fits the type of its field.
#[test]
fn the_table_and_the_fields_agree() {
    for setting in table::all() {
        let texts: Vec<String> = match setting.kind {
            Kind::Switch => vec!["on".into(), "off".into()],
            Kind::Integer(min, max) => vec![min.to_string(), max.to_string()],
            Kind::Decimal(min, max) => vec![min.to_string(), max.to_string()],
            Kind::Choice(words) | Kind::Choices(words) => {
                words.iter().map(ToString::to_string).collect()
            }
            Kind::Text | Kind::Format(_) | Kind::List(_) => continue,
        };
        for text in texts {
            let loaded = load(&[(setting.name, &text)]);
            assert!(loaded.is_ok(), "{}={text}: {loaded:?}", setting.name);
        }
    }
}

/// A setting without a field would be read and then ignored.
#[test]
fn every_setting_has_a_field() {
    let fields = concat!(include_str!("mod.rs"), include_str!("server.rs"));
    for setting in table::all() {
        assert_eq!(fields.matches(&format!("rename = \"{}\"", setting.name)).count(), 1);
    }
}

#[test]
fn conditions_name_settings_and_their_values() {
    for setting in table::all() {
        for (name, value) in setting.used_if {
            let other = table::find(name).unwrap();
            assert!(other.kind.parse(value).is_some(), "{}: {name}={value}", setting.name);
        }
        if let DefaultValue::IfSet { cases, .. } = setting.default {
            assert!(cases.iter().all(|(name, _)| table::find(name).is_some()), "{}", setting.name);
        }
    }
}

/// With `UPDATE_DOCS=1` the page is written instead of compared.
#[test]
fn the_reference_page_is_up_to_date() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/settings.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(page, reference::markdown()).unwrap();
    }
    let written = std::fs::read_to_string(page).unwrap();
    assert_eq!(written, reference::markdown(), "run this test with UPDATE_DOCS=1");
}
