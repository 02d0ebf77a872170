//! Writes Parquet, one row group at a time.

use std::io::BufWriter;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::super::cell::Cell;
use super::super::column::{Column, Kind};
use super::parquet_columns::Builder;
use super::target::Target;
use super::{Encode, RowFailure};

/// Maximum number of rows of a row group, which is held in memory.
const GROUP_ROWS: usize = 10_000;

/// Number of bytes of text after which a row group ends even if it has fewer rows.
const GROUP_BYTES: usize = 16 << 20;

struct Parquet {
    writer: ArrowWriter<BufWriter<Target>>,
    schema: SchemaRef,
    builders: Vec<Builder>,
    rows: usize,
    bytes: usize,
}

pub(super) fn begin(target: Target, columns: &[Column]) -> Result<Box<dyn Encode>, RowFailure> {
    let fields: Vec<Field> =
        columns.iter().map(|column| Field::new(&column.name, type_of(column.kind), true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .build();
    let out = BufWriter::with_capacity(64 * 1024, target);
    let writer =
        ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties)).map_err(failure)?;
    let builders = columns.iter().map(|column| Builder::new(column.kind)).collect();
    Ok(Box::new(Parquet { writer, schema, builders, rows: 0, bytes: 0 }))
}

fn type_of(kind: Kind) -> DataType {
    match kind {
        Kind::Any | Kind::Text => DataType::Utf8,
        Kind::Integer => DataType::Int64,
        Kind::Number => DataType::Float64,
        Kind::Decimal { precision, scale } => DataType::Decimal128(precision, scale),
        Kind::Boolean => DataType::Boolean,
        Kind::Date => DataType::Date32,
        Kind::DateTime => DataType::Timestamp(TimeUnit::Microsecond, None),
        Kind::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
    }
}

impl Encode for Parquet {
    fn row(&mut self, cells: &[Cell]) -> Result<(), RowFailure> {
        for (at, (builder, cell)) in self.builders.iter_mut().zip(cells).enumerate() {
            let bytes = builder.push(cell).map_err(|reason| RowFailure::Cell((at, reason)))?;
            self.bytes += bytes;
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES { self.group() } else { Ok(()) }
    }

    fn end(mut self: Box<Self>) -> Result<Target, RowFailure> {
        if self.rows > 0 {
            self.group()?;
        }
        let out = self.writer.into_inner().map_err(failure)?;
        out.into_inner().map_err(|error| RowFailure::Io(error.into_error()))
    }
}

impl Parquet {
    fn group(&mut self) -> Result<(), RowFailure> {
        let arrays = self.builders.iter_mut().map(Builder::take);
        let arrays: Vec<ArrayRef> =
            arrays.collect::<Result<_, _>>().map_err(RowFailure::Encoder)?;
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays)
            .map_err(|error| RowFailure::Encoder(error.to_string()))?;
        self.writer.write(&batch).map_err(failure)?;
        self.writer.flush().map_err(failure)?;
        self.rows = 0;
        self.bytes = 0;
        Ok(())
    }
}

fn failure(error: ParquetError) -> RowFailure {
    match error {
        ParquetError::External(inner) => match inner.downcast::<std::io::Error>() {
            Ok(error) => RowFailure::Io(*error),
            Err(inner) => RowFailure::Encoder(inner.to_string()),
        },
        other => RowFailure::Encoder(other.to_string()),
    }
}
