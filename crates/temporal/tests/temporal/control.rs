//! Jobs that are paused, resumed, cancelled and tried again.
