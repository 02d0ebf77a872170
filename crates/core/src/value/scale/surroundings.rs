//! What the words around a number, and the description of its column, say about its unit and scale.

use super::{ScalePlace, StatedScale, find_scale};
use crate::column::Column;
use crate::value::unit::{Unit, unit_by_name, unit_named_in};

/// What the words around a number state about it: the first scale, and the first unit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Surroundings {
    pub(crate) scale: Option<StatedScale>,
    pub(crate) unit: Option<&'static Unit>,
}

/// Reads the places that state the unit or the scale of a number, the nearest first.
pub(crate) fn read_surroundings(texts: &[String], language: Option<&str>) -> Surroundings {
    let mut read = Surroundings::default();
    for text in texts {
        let scale = find_scale(text, language, ScalePlace::Label);
        let named = || unit_named_in(text).and_then(unit_by_name);
        let stated = scale.as_ref().and_then(|scale| scale.unit).or_else(named);
        read.unit = read.unit.or(stated);
        read.scale = read.scale.or(scale);
    }
    read
}

/// The power of ten in which a column wants its numbers: 6 for "Revenue in millions of euros".
pub(crate) fn wanted_exponent(column: &Column) -> i32 {
    let stated = |text| find_scale(text, None, ScalePlace::Label);
    column.description.as_deref().and_then(stated).map_or(0, |scale| scale.exponent)
}
