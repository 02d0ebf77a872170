//! CPU-bound work: it runs outside the async threads, with at most as many tasks at a time as there are
//! processors.

use std::future::Future;
use std::num::NonZeroUsize;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// Texts up to this size, in bytes, are processed in well under a millisecond.
const SHORT: usize = 8_000;

/// Permits for the processors of this machine.
#[derive(Debug)]
pub(super) struct Processors {
    free: Arc<Semaphore>,
}

impl Processors {
    pub(super) fn for_available_cores() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self { free: Arc::new(Semaphore::new(processors)) }
    }

    /// Runs work on a text of so many bytes: on the current thread for a short text, where switching
    /// threads would take longer, otherwise on a blocking thread. A panic in it continues in the caller.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        bytes: usize,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        if bytes <= SHORT { work() } else { self.run_elsewhere(work).await }
    }

    async fn run_elsewhere<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let permit = Arc::clone(&self.free).acquire_owned().await;
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        match done.await {
            Ok(result) => result,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// Runs a CPU-bound future on a blocking thread; any other future runs where it is.
    pub(super) async fn run_future<T: Send + 'static>(
        &self,
        is_cpu_bound: bool,
        future: impl Future<Output = T> + Send + 'static,
    ) -> T {
        if !is_cpu_bound {
            return future.await;
        }
        let here = Handle::current();
        self.run_elsewhere(move || here.block_on(future)).await
    }
}
