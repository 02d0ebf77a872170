//! Work for the processors: kept off the threads that wait for others, and never more at a time than
//! there are processors.

use std::future::Future;
use std::num::NonZeroUsize;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// Texts up to this many bytes are dealt with in well under a millisecond.
const SHORT: usize = 8_000;

/// The processors of this machine.
#[derive(Debug)]
pub(super) struct Processors {
    free: Arc<Semaphore>,
}

impl Processors {
    pub(super) fn of_this_machine() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self { free: Arc::new(Semaphore::new(processors)) }
    }

    /// Runs work on a text of so many bytes: a short one at once, since to change threads would take
    /// longer, a longer one on a thread for such work. A panic in it goes on in the caller.
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

    /// Runs a future that computes more than it waits; one that waits is run where it is.
    pub(super) async fn run_future<T: Send + 'static>(
        &self,
        computes: bool,
        future: impl Future<Output = T> + Send + 'static,
    ) -> T {
        if !computes {
            return future.await;
        }
        let here = Handle::current();
        self.run_elsewhere(move || here.block_on(future)).await
    }
}
