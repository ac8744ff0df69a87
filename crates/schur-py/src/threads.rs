//! On how many threads the engine computes: as many as PyTorch says, in pools that are kept.
//!
//! Threads do not outlive `fork`, and a pool whose threads are gone waits for ever; so a pool is
//! known by the process that made it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::{process, thread};

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::{Result, value_error};

type Pools = Mutex<HashMap<(u32, usize), Arc<ThreadPool>>>;

static POOLS: LazyLock<Pools> = LazyLock::new(Pools::default);

/// Runs `work` where loops take all threads of the machine. Whatever has loops and is not told how many
/// runs here: rayon's own pool does not outlive `fork`.
pub(crate) fn on_all_threads<R: Send>(work: impl FnOnce() -> R + Send) -> Result<R> {
    on_threads(thread::available_parallelism().map_or(1, usize::from), work)
}

/// Runs `work` where loops take `threads` threads. No result depends on the number.
pub(crate) fn on_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> Result<R> {
    let threads = threads.max(1);
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (process::id(), threads);
    let pool = match pools.get(&key) {
        Some(pool) => pool.clone(),
        None => {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build();
            let pool = pool.map_err(|error| value_error(format!("{threads} threads: {error}")))?;
            let pool = Arc::new(pool);
            pools.insert(key, pool.clone());
            pool
        }
    };
    drop(pools);
    Ok(pool.install(work))
}
