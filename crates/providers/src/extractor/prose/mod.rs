//! Values from running text: from sentences, and from lines that have a shape instead of a label.

pub(super) mod near_label;
pub(super) mod shapes;
