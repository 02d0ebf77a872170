//! The user's request, checked against the table before anything is done.

use std::path::{Path, PathBuf};

use ampledata_core::column::{Column, Task};
use ampledata_store::Caps;
use ampledata_table as table;

use super::ModelChange;
use crate::app::error::{RequestError, RequestField};

/// Which columns distinguish namesakes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Context {
    /// All except the key.
    Others,
    /// These, possibly none.
    Named(Vec<String>),
}

/// A requested enrichment.
#[derive(Debug, Clone)]
pub struct Request {
    /// The table.
    pub input: PathBuf,
    /// How the table is read.
    pub options: table::Options,
    /// Headers of the columns that name the entity.
    pub key: Vec<String>,
    /// The requested columns.
    pub columns: Vec<Column>,
    /// Which columns distinguish namesakes.
    pub context: Context,
    /// What the key names.
    pub entity_type: Option<String>,
    /// Whether the blanks of columns that the table already has are filled.
    pub fill_blanks: bool,
    /// Maximum number of rows.
    pub limit: Option<u64>,
    /// Whether to start over instead of resuming an earlier run of the same job.
    pub fresh: bool,
    /// Cost limits of the job and of each row; where none are given, those of an earlier run apply.
    pub caps: Caps,
    /// Models to use instead of those of the settings, or of those that the job has used so far.
    pub models: Vec<ModelChange>,
}

/// Where the enriched table is written.
#[derive(Debug, Clone)]
pub struct Destination {
    /// The file; stdout if there is none.
    pub path: Option<PathBuf>,
    /// The format; by default from the file's extension, else the input's.
    pub format: Option<table::Format>,
    /// What is written about the cells.
    pub extra: ExtraColumns,
}

/// Columns of the output about the cells of the requested columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExtraColumns {
    /// Confidence, source, quote, outcome and reason of each cell, in columns of their own.
    pub evidence: bool,
    /// One column, [`REASONS`], that says why cells have no value.
    pub reasons: bool,
}

impl ExtraColumns {
    /// Only the evidence.
    pub const EVIDENCE: Self = Self { evidence: true, reasons: false };
}

impl Destination {
    /// The format to write, for a table that was read in the given one.
    pub fn format(&self, input: table::Format) -> table::Format {
        let by_name = || self.path.as_deref().and_then(table::Format::of_path);
        self.format.or_else(by_name).unwrap_or(input)
    }
}

/// Suffixes of the evidence columns, appended to the name of their column.
pub const EVIDENCE: [&str; 5] = ["_confidence", "_source", "_quote", "_outcome", "_reason"];

/// Name of the column that says why cells have no value.
pub const REASONS: &str = "reasons";

/// A request that fits its table: columns by index.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// Indexes of the key columns.
    pub key: Vec<usize>,
    /// Indexes of the columns that distinguish namesakes.
    pub context: Vec<usize>,
    /// The columns, each with its task.
    pub columns: Vec<Column>,
}

/// Checks a request against the columns of its table.
///
/// # Errors
/// The first mismatch.
pub fn fit(
    request: &Request,
    destination: &Destination,
    columns_of_table: &[table::Column],
) -> Result<Fitted, RequestError> {
    let headers: Vec<_> = columns_of_table.iter().map(|column| column.name.clone()).collect();
    let headers = headers.as_slice();
    let key = find_columns(RequestField::Key, &request.key, headers)?;
    let context = match &request.context {
        Context::Named(names) => find_columns(RequestField::Context, names, headers)?,
        // A column without a header is mostly the index of a data frame, which says nothing extra the row.
        Context::Others => (0..headers.len()).filter(|at| !columns_of_table[*at].unnamed).collect(),
    };
    let columns = fit_columns(request, headers)?;
    check_extra_columns(destination.extra, &columns, headers)?;
    let context = context.into_iter().filter(|at| !key.contains(at)).collect();
    Ok(Fitted { key, context, columns })
}

fn find_columns(
    field: RequestField,
    names: &[String],
    headers: &[String],
) -> Result<Vec<usize>, RequestError> {
    let mut places = Vec::with_capacity(names.len());
    for name in names {
        let Some(place) = find_column(name, headers) else {
            return Err(RequestError::NoSuchColumn {
                field,
                name: name.clone(),
                headers: headers.to_vec(),
                nearest: find_nearest(name, headers),
            });
        };
        if places.contains(&place) {
            return Err(RequestError::Twice { field, name: name.clone() });
        }
        places.push(place);
    }
    Ok(places)
}

/// The index of a header; blanks at either end of the name are ignored.
fn find_column(name: &str, headers: &[String]) -> Option<usize> {
    headers.iter().position(|header| header.trim() == name.trim())
}

fn find_nearest(name: &str, headers: &[String]) -> Option<String> {
    let similar = |header: &String| {
        strsim::jaro_winkler(&header.trim().to_lowercase(), &name.trim().to_lowercase())
    };
    let best = headers.iter().map(|header| (similar(header), header));
    let best = best.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, header)| header.clone())
}

fn fit_columns(request: &Request, headers: &[String]) -> Result<Vec<Column>, RequestError> {
    if request.columns.is_empty() {
        return Err(RequestError::NoColumns);
    }
    if let Some(name) = crate::app::columns::repeated_name(&request.columns) {
        return Err(RequestError::Twice { field: RequestField::Columns, name: name.to_owned() });
    }
    let task = |column: &Column| {
        let name = column.name.clone();
        let fill = request.fill_blanks || column.task == Task::Imputation;
        let in_key = request.key.iter().any(|key| key.trim() == name);
        let same =
            headers.iter().find(|header| header.trim().to_lowercase() == name.to_lowercase());
        match same {
            Some(_) if in_key => Err(RequestError::KeyAsked(name)),
            Some(header) if fill => Ok((header.clone(), Task::Imputation)),
            Some(header) => Err(RequestError::ColumnExists(header.clone())),
            None if column.task == Task::Imputation => Err(RequestError::NothingToFill(name)),
            None => Ok((name, Task::Enrichment)),
        }
    };
    let fitted = request.columns.iter().map(|column| {
        let (name, task) = task(column)?;
        Ok(Column { name, task, ..column.clone() })
    });
    fitted.collect()
}

/// Checks that the columns about the cells have names of their own.
pub(crate) fn check_extra_columns(
    extra: ExtraColumns,
    columns: &[Column],
    headers: &[String],
) -> Result<(), RequestError> {
    let of_column = |column: &Column| EVIDENCE.map(|suffix| format!("{}{suffix}", column.name));
    let evidence = columns.iter().flat_map(of_column).filter(|_| extra.evidence);
    let reasons = extra.reasons.then(|| REASONS.to_owned());
    let is_taken =
        |name: &String| headers.contains(name) || columns.iter().any(|other| other.name == *name);
    match evidence.chain(reasons).find(is_taken) {
        Some(name) => Err(RequestError::EvidenceCollides(name)),
        None => Ok(()),
    }
}

/// Checks that the output can be written safely, before hours of work go into it.
///
/// # Errors
/// The output is the input itself, or its folder does not exist.
pub fn check_output(input: &Path, output: &Path) -> Result<(), RequestError> {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    if real(output).is_some_and(|output| Some(output) == real(input)) {
        return Err(RequestError::OutputIsInput { path: output.to_owned() });
    }
    let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => {
            Err(RequestError::NoOutputFolder { path: folder.to_owned() })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use ampledata_core::column::ColumnType;

    use super::*;

    fn request(key: &[&str], columns: &[&str]) -> Request {
        Request {
            input: "in.csv".into(),
            options: table::Options::default(),
            key: key.iter().map(ToString::to_string).collect(),
            columns: columns.iter().map(|name| Column::new(*name, ColumnType::String)).collect(),
            context: Context::Others,
            entity_type: None,
            fill_blanks: false,
            limit: None,
            fresh: false,
            caps: Caps::default(),
            models: Vec::new(),
        }
    }

    fn headers() -> Vec<table::Column> {
        ["name", " City ", "born", "ceo_source"]
            .map(str::to_owned)
            .map(table::Column::untyped)
            .to_vec()
    }

    fn plain() -> Destination {
        Destination { path: None, format: None, extra: ExtraColumns::default() }
    }

    #[test]
    fn all_other_columns_are_context() {
        let fitted = fit(&request(&["City"], &["ceo"]), &plain(), &headers()).unwrap();
        assert_eq!((fitted.key, fitted.context), (vec![1], vec![0, 2, 3]));
        let mut columns = headers();
        columns[2].unnamed = true;
        let fitted = fit(&request(&["City"], &["ceo"]), &plain(), &columns).unwrap();
        assert_eq!(fitted.context, [0, 3], "an index is no context");
        let none = Request { context: Context::Named(vec![]), ..request(&["name"], &["ceo"]) };
        assert!(fit(&none, &plain(), &headers()).unwrap().context.is_empty());
    }

    #[test]
    fn blanks_are_filled_only_when_asked() {
        let mut asked = request(&["name"], &["Born", "ceo"]);
        let error = fit(&asked, &plain(), &headers()).unwrap_err();
        assert_eq!(error, RequestError::ColumnExists("born".into()));
        asked.fill_blanks = true;
        let fitted = fit(&asked, &plain(), &headers()).unwrap();
        let tasks: Vec<_> = fitted.columns.iter().map(|c| (c.name.as_str(), c.task)).collect();
        assert_eq!(tasks, [("born", Task::Imputation), ("ceo", Task::Enrichment)]);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let evidence = Destination { extra: ExtraColumns::EVIDENCE, ..plain() };
        let shown = [
            fit(&request(&["nmae"], &["ceo"]), &plain(), &headers()),
            fit(&request(&["name", "name"], &["ceo"]), &plain(), &headers()),
            fit(&request(&["name"], &[]), &plain(), &headers()),
            fit(&request(&["name"], &["a", "A"]), &plain(), &headers()),
            fit(&request(&["name"], &["name"]), &plain(), &headers()),
            fit(&request(&["name"], &["ceo"]), &evidence, &headers()),
        ]
        .map(|fitted| fitted.unwrap_err().to_string());
        insta::assert_snapshot!(shown.join("\n"));
    }
}
