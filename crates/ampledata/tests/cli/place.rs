//! A folder of its own for each test, and the program run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder in which the program is run, without settings from outside.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A folder with a corpus of two firms, and a table that names them and a third.
    pub(crate) fn with_firms() -> Self {
        let place = Self::new();
        place.write(
            "firms.csv",
            "name,city\nAcme Widgets,Springfield\nBolt Works,Ogden\nNowhere Ltd,Nome\n",
        );
        for (file, name, city, founded, staff) in [
            ("acme.html", "Acme Widgets", "Springfield", "1999", "1,200"),
            ("bolt.html", "Bolt Works", "Ogden", "2004", "35"),
        ] {
            place.write(
                &format!("pages/{file}"),
                format!(
                    "<!doctype html><html lang=en><head><title>{name}</title></head><body>\
                     <h1>{name}</h1><p>{name} is a firm in {city}.</p><table><tr><th>Founded</th><td>{founded}</td></tr>\
                     <tr><th>Employees</th><td>{staff}</td></tr></table></body></html>"
                ),
            );
        }
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The program with these arguments, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ampledata"));
        command.args(arguments).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, &[])
    }

    pub(crate) fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        let mut command = self.command(arguments);
        command.envs(environment.iter().copied());
        Ran::of(&command.output().unwrap(), self.folder.path())
    }
}

/// The result of a run of the program.
pub(crate) struct Ran {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    fn of(output: &Output, folder: &Path) -> Self {
        let real = folder.canonicalize().unwrap();
        let text = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            let text = text.replace(real.to_str().unwrap(), "[PLACE]");
            without_times(&text.replace(folder.to_str().unwrap(), "[PLACE]"))
        };
        Self {
            exit: output.status.code().unwrap(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.exit, code, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }
}

/// In the form of snapshots.
impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { exit, stdout, stderr } = self;
        write!(f, "exit: {exit}\n----- stdout -----\n{stdout}\n----- stderr -----\n{stderr}")
    }
}

fn without_times(text: &str) -> String {
    let seconds = regex::Regex::new(r"in [0-9]+\.[0-9] s\b").unwrap();
    seconds.replace_all(text, "in [TIME]").into_owned()
}
