use insta::assert_snapshot;

use crate::place::Place;

#[test]
fn every_command_explains_itself_with_an_example() {
    let place = Place::new();
    for command in [
        "enrich",
        "demo",
        "serve",
        "eval",
        "calibrate",
        "doctor",
        "import-go",
        "openapi",
        "config",
        "completions",
    ] {
        let ran = place.run(&[command, "--help"]).exits(0);
        assert!(
            ran.stdout.contains(&format!("Examples:\n  ampledata {command}")),
            "{}",
            ran.stdout
        );
        assert!(ran.stderr.is_empty(), "{}", ran.stderr);
        assert_snapshot!(format!("help_{command}"), ran.stdout);
    }
    assert_snapshot!("help", place.run(&["--help"]).exits(0).stdout);
}

#[test]
fn the_version_is_that_of_the_package() {
    let ran = Place::new().run(&["--version"]).exits(0);
    assert_eq!(ran.stdout, format!("ampledata {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_are_written_for_each_shell() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = place.run(&["completions", shell]).exits(0);
        assert!(ran.stdout.contains("ampledata") && ran.stdout.contains("enrich"), "{shell}");
    }
    place.run(&["completions", "tcsh"]).exits(2);
}

#[test]
fn nothing_is_coloured_where_no_terminal_is() {
    let ran = Place::new().run(&["doctor"]).exits(1);
    assert!(!ran.stdout.contains('\x1b') && !ran.stderr.contains('\x1b'));
}
