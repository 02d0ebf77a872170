//! Copies the built page (`web/dist`, where there is one) to where the program embeds it from, and lets the
//! linker of the `dist` profile merge functions with the same code.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    merge_equal_functions();
    let variable = |name| env::var_os(name).map(PathBuf::from).ok_or(io::ErrorKind::NotFound);
    let built = variable("CARGO_MANIFEST_DIR")?.join("../../web/dist");
    let embedded = variable("OUT_DIR")?.join("web");
    // Cargo treats a missing path as changed and would rebuild everything each time, so the folder is
    // created, empty if need be. If the sources are not writable, they do not change.
    if fs::create_dir_all(&built).is_ok() {
        println!("cargo:rerun-if-changed={}", built.display());
    }
    if embedded.exists() {
        fs::remove_dir_all(&embedded)?;
    }
    fs::create_dir_all(&embedded)?;
    if built.join("index.html").is_file() {
        copy(&built, &embedded)?;
    }
    Ok(())
}

/// Generic code leaves many equal functions; merging them makes the binary a fifth smaller. The option is one
/// of LLD, which rustc itself uses for this target unless flags choose another linker.
/// <https://lld.llvm.org/ELF/start.html>
fn merge_equal_functions() {
    let value_of = |name| env::var(name).unwrap_or_default();
    // OUT_DIR is `PROFILE/build/CRATE/out` under the target folder.
    let is_dist = Path::new(&value_of("OUT_DIR")).iter().rev().nth(3) == Some("dist".as_ref());
    let flags = value_of("CARGO_ENCODED_RUSTFLAGS");
    let other_linker = ["linker=", "linker-features", "fuse-ld", "link-self-contained"]
        .iter()
        .any(|flag| flags.contains(flag));
    if is_dist && value_of("TARGET") == "x86_64-unknown-linux-gnu" && !other_linker {
        println!("cargo:rustc-link-arg-bins=-Wl,--icf=all");
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
