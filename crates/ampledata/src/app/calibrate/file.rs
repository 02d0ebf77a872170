//! The fitted model in the data folder.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ampledata_core::confidence::ConfidenceModel;

use super::Error;

const CURRENT: &str = "confidence.json";
const PREVIOUS: &str = "confidence.previous.json";
/// No model is larger, in bytes.
const LARGEST: u64 = 64 * 1024;

/// The file of the fitted model in this data folder.
pub fn path(data_dir: &Path) -> PathBuf {
    data_dir.join(CURRENT)
}

/// The fitted model of this data folder; `None` if there is none, and the shipped one is used.
///
/// # Errors
/// The file cannot be read, or is not a usable model.
pub fn load(data_dir: &Path) -> Result<Option<ConfidenceModel>, Error> {
    let path = path(data_dir);
    let unreadable = |source| Error::Open { path: path.clone(), source };
    let file = match fs::File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    let mut text = String::new();
    let unusable = |reason: String| Error::Model { path: path.clone(), reason };
    match file.take(LARGEST + 1).read_to_string(&mut text) {
        Ok(length) if length as u64 > LARGEST => {
            return Err(unusable(format!("it is larger than {LARGEST} bytes")));
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Err(unusable("it is not text".to_owned()));
        }
        Err(error) => return Err(unreadable(error)),
    }
    ConfidenceModel::from_json(&text).map(Some).map_err(|error| unusable(error.to_string()))
}

/// Makes a model the one of this data folder, and keeps the one before for [`undo`].
///
/// # Errors
/// A file cannot be written.
pub fn save(data_dir: &Path, model: &ConfidenceModel) -> Result<(), Error> {
    let (current, previous) = (path(data_dir), data_dir.join(PREVIOUS));
    fs::create_dir_all(data_dir).map_err(|source| unwritable(data_dir, source))?;
    if current.exists() {
        fs::copy(&current, &previous).map_err(|source| unwritable(&previous, source))?;
    } else {
        remove_if_exists(&previous)?;
    }
    write(&current, model)
}

/// Writes a model to a file. A reader never sees half of it.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, model: &ConfidenceModel) -> Result<(), Error> {
    let failed = |source| unwritable(path, source);
    let text = serde_json::to_string_pretty(model).map_err(|error| failed(error.into()))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let new = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(failed)?;
    fs::write(new.path(), format!("{text}\n")).map_err(failed)?;
    new.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// What is used after [`undo`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undone {
    /// The fitted model before.
    Previous,
    /// The shipped model.
    Shipped,
}

/// Goes back to the model before. `None` if nothing was fitted.
///
/// # Errors
/// A file cannot be changed.
pub fn undo(data_dir: &Path) -> Result<Option<Undone>, Error> {
    let (current, previous) = (path(data_dir), data_dir.join(PREVIOUS));
    if !current.exists() {
        return Ok(None);
    }
    if previous.exists() {
        fs::rename(&previous, &current).map_err(|source| unwritable(&current, source))?;
        return Ok(Some(Undone::Previous));
    }
    remove_if_exists(&current)?;
    Ok(Some(Undone::Shipped))
}

fn remove_if_exists(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unwritable(path, error)),
        _ => Ok(()),
    }
}

fn unwritable(path: &Path, source: io::Error) -> Error {
    Error::Write { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(name: &str) -> ConfidenceModel {
        ConfidenceModel { fitted: name.into(), ..ConfidenceModel::shipped().clone() }
    }

    #[test]
    fn one_step_can_be_undone() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let name = || load(&data).unwrap().map(|model| model.fitted);
        assert_eq!((name(), undo(&data).unwrap()), (None, None));
        save(&data, &model("first")).unwrap();
        assert_eq!(undo(&data).unwrap(), Some(Undone::Shipped));
        assert_eq!(name(), None);
        save(&data, &model("second")).unwrap();
        save(&data, &model("third")).unwrap();
        assert_eq!(name().as_deref(), Some("third"));
        assert_eq!(undo(&data).unwrap(), Some(Undone::Previous));
        assert_eq!(name().as_deref(), Some("second"));
        assert_eq!(undo(&data).unwrap(), Some(Undone::Shipped));
        assert_eq!(undo(&data).unwrap(), None);
        // What was fitted before an undo to the shipped model does not come back later.
        save(&data, &model("fourth")).unwrap();
        assert_eq!(undo(&data).unwrap(), Some(Undone::Shipped));
    }

    #[test]
    fn a_hand_edited_file_is_checked() {
        let folder = tempfile::tempdir().unwrap();
        let shipped = serde_json::to_string(ConfidenceModel::shipped()).unwrap();
        let best = |number: &str| {
            let mut json: serde_json::Value = serde_json::from_str(&shipped).unwrap();
            json["coefficients"]["best"] = serde_json::Value::Null;
            json.to_string().replace("null", number)
        };
        for text in [
            String::new(),
            "[]".to_owned(),
            best("1e9"),
            best("1e999"),
            best("NaN"),
            best("\"6\""),
            "[".repeat(30_000),
            " ".repeat(70_000),
        ] {
            fs::write(path(folder.path()), &text).unwrap();
            let error = load(folder.path()).unwrap_err();
            assert_eq!(error.code(), "confidence_model_unusable", "{error}");
        }
        fs::write(path(folder.path()), [0xff, 0xfe]).unwrap();
        assert_eq!(load(folder.path()).unwrap_err().code(), "confidence_model_unusable");
        fs::write(path(folder.path()), best("5.5")).unwrap();
        let loaded = load(folder.path()).unwrap().unwrap();
        assert!((loaded.coefficients.best - 5.5).abs() < 1e-12);
    }
}
