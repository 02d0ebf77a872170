//! Parquet files, a batch of rows at a time.

use std::fs::File;
use std::vec;

use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Schema};
use parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};

use super::super::cell::Cell;
use super::super::column::{Column, Kind};
use super::super::error::{Error, Place, ReadError, Record, RowError, RowFault};
use super::super::options::Limits;
use super::{Opened, header, parquet_cells};

/// Number of rows that are decoded together.
const BATCH: usize = 1_024;

/// Opens a Parquet file.
pub(super) fn open(file: File, limits: Limits) -> Result<Opened, Error> {
    // The Arrow schema that some writers add requests encodings (dictionaries, views) that make no
    // difference here: the plain types of the Parquet schema are sufficient.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let broken =
        |error: parquet::errors::ParquetError| Error::Parquet { reason: error.to_string() };
    let builder =
        ParquetRecordBatchReaderBuilder::try_new_with_options(file, options).map_err(broken)?;
    let columns = columns_of(builder.schema())?;
    let columns = header::name_columns(columns, Place::Row(0), limits.columns)?;
    let batches = builder.with_batch_size(BATCH).build().map_err(broken)?;
    let rows = Rows { batches, batch: Vec::new().into_iter(), number: 0, limits };
    Ok(Opened { columns, encoding: None, rows: Box::new(rows) })
}

fn columns_of(schema: &Schema) -> Result<Vec<Column>, Error> {
    schema
        .fields()
        .iter()
        .map(|field| {
            let kind = match field.data_type() {
                DataType::Utf8
                | DataType::LargeUtf8
                | DataType::Binary
                | DataType::LargeBinary
                | DataType::Time32(_)
                | DataType::Time64(_) => Kind::Text,
                DataType::Boolean => Kind::Boolean,
                DataType::Int8
                | DataType::Int16
                | DataType::Int32
                | DataType::Int64
                | DataType::UInt8
                | DataType::UInt16
                | DataType::UInt32 => Kind::Integer,
                DataType::UInt64 => Kind::Decimal { precision: 20, scale: 0 },
                DataType::Float32 | DataType::Float64 => Kind::Number,
                DataType::Decimal128(precision, scale) => {
                    Kind::Decimal { precision: *precision, scale: *scale }
                }
                DataType::Date32 => Kind::Date,
                DataType::Timestamp(_, None) => Kind::DateTime,
                DataType::Timestamp(_, Some(_)) => Kind::Timestamp,
                other => {
                    let (name, kind) = (field.name().clone(), type_name(other));
                    return Err(Error::ColumnType { name, kind });
                }
            };
            Ok(Column::new(field.name(), kind))
        })
        .collect()
}

/// The name of a type; short for nested types, whose full name lists every field in them.
fn type_name(kind: &DataType) -> String {
    match kind {
        DataType::Struct(_) => "struct".to_owned(),
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => {
            "list".to_owned()
        }
        DataType::Map(..) => "map".to_owned(),
        other => other.to_string(),
    }
}

type Row = Result<Record, ReadError>;

struct Rows {
    batches: ParquetRecordBatchReader,
    batch: vec::IntoIter<Row>,
    /// Number of rows before this batch.
    number: u64,
    limits: Limits,
}

impl Rows {
    fn rows_of(&mut self, batch: &RecordBatch) -> Vec<Row> {
        let first = self.number + 1;
        self.number += batch.num_rows() as u64;
        (first..)
            .zip(0..batch.num_rows())
            .map(|(number, at)| self.row(Place::Row(number), batch, at))
            .collect()
    }

    fn row(&self, place: Place, batch: &RecordBatch, at: usize) -> Row {
        let mut fields = Vec::with_capacity(batch.num_columns());
        let mut fault = None;
        for (column, array) in (1..).zip(batch.columns()) {
            let cell = if array.is_null(at) {
                Ok(Cell::Empty)
            } else {
                parquet_cells::cell(array.as_ref(), at)
            };
            let cell = cell.unwrap_or_else(|reason| {
                fault = Some(RowFault::Cell { column, reason });
                Cell::Empty
            });
            if let Cell::Text(text) = &cell {
                let limit = self.limits.field_bytes;
                if text.len() > limit {
                    fault = Some(RowFault::FieldTooLong { column, limit });
                } else if text.contains('\0') {
                    fault = Some(RowFault::Nul { column });
                }
            }
            fields.push(cell);
        }
        match fault {
            None => Ok(Record { place, fields }),
            Some(fault) => Err(RowError { place, fault, fields }.into()),
        }
    }
}

impl Iterator for Rows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        loop {
            if let Some(row) = self.batch.next() {
                return Some(row);
            }
            match self.batches.next()? {
                Ok(batch) => self.batch = self.rows_of(&batch).into_iter(),
                Err(error) => {
                    let reason = error.to_string();
                    return Some(Err(Error::Parquet { reason }.into()));
                }
            }
        }
    }
}
