//! The browser's process: started in its own process group, killed with all its children.

use std::path::Path;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::devtools::DevTools;

/// A running browser. Dropping it kills its process group and removes its folder.
pub(super) struct Process {
    pub(super) devtools: DevTools,
    group: Option<Pid>,
    child: Option<Child>,
    folder: Option<TempDir>,
}

/// The browser reads commands from descriptor 3 and answers on 4; without unsafe code, only a shell can
/// pass them on.
const HAND_OVER: &str = r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null"#;

/// The browser must not reach the network itself: its proxy is a port without a listener, and loopback is
/// no exception. Requests of pages are sent for it, behind the guard.
const FLAGS: [&str; 22] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider",
    "--blink-settings=imagesEnabled=false",
    "--mute-audio",
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
];

impl Process {
    pub(super) fn start(program: &Path, user_agent: &str) -> std::io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("ampledata-browser-").tempdir()?;
        let mut command = Command::new("/bin/sh");
        command.args(["-c", HAND_OVER]).arg(program).args(FLAGS);
        command.arg(format!("--user-data-dir={}", folder.path().display()));
        command.arg(format!("--user-agent={user_agent}"));
        if rustix::process::geteuid().is_root() {
            // The browser refuses to run as root with its sandbox, as is common in containers.
            command.arg("--no-sandbox");
        }
        command.arg("about:blank").stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(Stdio::null()).process_group(0).kill_on_drop(true);
        let mut child = command.spawn()?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(std::io::Error::other("the browser has no pipes"));
        };
        let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let wire = DevTools::new(stdin, stdout);
        Ok(Self { devtools: wire, group, child: Some(child), folder: Some(folder) })
    }
}

impl Process {
    /// Kills the browser and its children. The process is reaped only by `drop`, so its id cannot belong
    /// to another group yet.
    pub(super) fn kill(&self) {
        if let Some(group) = self.group
            && let Err(error) = kill_process_group(group, Signal::KILL)
        {
            tracing::debug!("the browser had already ended: {error}");
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        let (child, folder) = (self.child.take(), self.folder.take());
        let reap = async move {
            if let Some(mut child) = child
                && let Err(error) = child.wait().await
            {
                tracing::warn!("the browser was not reaped: {error}");
            }
            drop(folder);
        };
        // Without a runtime, tokio reaps the child, and the folder was removed with the closure.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(reap);
        }
    }
}
