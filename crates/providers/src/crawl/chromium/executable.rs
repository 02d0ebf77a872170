//! Finds the browser's program.

use std::path::{Path, PathBuf};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The program from the settings, or else the first one on the `PATH`.
pub(super) fn find_browser(set: Option<&Path>) -> Option<PathBuf> {
    if let Some(set) = set {
        return set.is_file().then(|| set.to_path_buf());
    }
    let path = std::env::var_os("PATH")?;
    NAMES.iter().find_map(|name| {
        std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
    })
}
