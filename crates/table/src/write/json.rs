//! Writes a JSON array with one object per line, or JSON Lines.

use std::io::{self, BufWriter, Write};

use serde_json::value::RawValue;

use super::super::cell::{Cell, Number};
use super::super::column::Column;
use super::target::Target;
use super::{Encode, RowFailure};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Array,
    Lines,
}

struct Json {
    out: BufWriter<Target>,
    layout: Layout,
    /// Each column's name as a JSON string.
    names: Vec<String>,
    first: bool,
}

pub(super) fn begin(
    target: Target,
    columns: &[Column],
    layout: Layout,
) -> Result<Box<dyn Encode>, RowFailure> {
    let names = columns.iter().map(|column| serde_json::to_string(&column.name));
    let names = names.collect::<Result<_, _>>().map_err(|e| RowFailure::Io(e.into()))?;
    let mut out = BufWriter::with_capacity(64 * 1024, target);
    if layout == Layout::Array {
        out.write_all(b"[")?;
    }
    Ok(Box::new(Json { out, layout, names, first: true }))
}

impl Encode for Json {
    fn row(&mut self, cells: &[Cell]) -> Result<(), RowFailure> {
        if self.layout == Layout::Array {
            self.out.write_all(if self.first { b"\n" } else { b",\n" })?;
        }
        self.first = false;
        let mut before: &[u8] = b"{";
        for (at, (name, cell)) in self.names.iter().zip(cells).enumerate() {
            self.out.write_all(before)?;
            self.out.write_all(name.as_bytes())?;
            self.out.write_all(b":")?;
            value(&mut self.out, cell).map_err(|failure| match failure {
                ValueFailure::Io(error) => RowFailure::Io(error),
                ValueFailure::NotJson(reason) => RowFailure::Cell((at, reason)),
            })?;
            before = b",";
        }
        if self.names.is_empty() {
            self.out.write_all(b"{")?;
        }
        self.out.write_all(b"}")?;
        if self.layout == Layout::Lines {
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn end(mut self: Box<Self>) -> Result<Target, RowFailure> {
        if self.layout == Layout::Array {
            self.out.write_all(b"\n]\n")?;
        }
        self.out.into_inner().map_err(|error| RowFailure::Io(error.into_error()))
    }
}

enum ValueFailure {
    Io(io::Error),
    NotJson(String),
}

impl From<io::Error> for ValueFailure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn value(out: &mut impl Write, cell: &Cell) -> Result<(), ValueFailure> {
    match cell {
        Cell::Empty => out.write_all(b"null")?,
        Cell::Number(_) | Cell::Boolean(_) => out.write_all(cell.text().as_bytes())?,
        // A code such as `00417` is no number of JSON.
        Cell::Formatted(number) if Number::try_from(number.text.clone()).is_ok() => {
            out.write_all(number.text.as_bytes())?;
        }
        Cell::Json(text) => {
            let raw: &RawValue = serde_json::from_str(text)
                .map_err(|error| ValueFailure::NotJson(format!("not JSON: {error}")))?;
            // JSON Lines allow no line end inside a value; outside strings it has no meaning.
            out.write_all(raw.get().replace(['\n', '\r'], " ").as_bytes())?;
        }
        Cell::Text(_)
        | Cell::Web(_)
        | Cell::Formatted(_)
        | Cell::Date(_)
        | Cell::DateTime(_)
        | Cell::Timestamp(_) => {
            serde_json::to_writer(out, &cell.text()).map_err(io::Error::from)?;
        }
    }
    Ok(())
}
