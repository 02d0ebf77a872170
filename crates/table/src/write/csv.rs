//! Writes CSV according to RFC 4180, with `\n` as the line end.

use super::super::cell::Cell;
use super::super::column::Column;
use super::formula::guarded;
use super::target::Target;
use super::{Encode, RowFailure};

struct Csv {
    writer: csv::Writer<Target>,
}

pub(super) fn begin(
    target: Target,
    columns: &[Column],
    delimiter: u8,
) -> Result<Box<dyn Encode>, RowFailure> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .buffer_capacity(64 * 1024)
        .from_writer(target);
    let names = columns.iter().map(|column| column.header().as_bytes());
    writer.write_record(names).map_err(failure)?;
    Ok(Box::new(Csv { writer }))
}

impl Encode for Csv {
    fn row(&mut self, cells: &[Cell]) -> Result<(), RowFailure> {
        for cell in cells {
            let text = match cell {
                Cell::Web(text) => guarded(text),
                cell => cell.text(),
            };
            self.writer.write_field(text.as_bytes()).map_err(failure)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(failure)
    }

    fn end(self: Box<Self>) -> Result<Target, RowFailure> {
        self.writer.into_inner().map_err(|error| RowFailure::Io(error.into_error()))
    }
}

fn failure(error: csv::Error) -> RowFailure {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => RowFailure::Io(error),
        other => RowFailure::Encoder(format!("{other:?}")),
    }
}
