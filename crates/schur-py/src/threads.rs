//! On how many threads the engine computes: as many as PyTorch says, in pools that are kept.
//!
//! Threads do not outlive `fork`, and a pool whose threads are gone waits for ever; so a pool is
//! known by the process that made it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, TryLockError};
use std::{process, thread};

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::{Result, value_error};

type Pools = Mutex<HashMap<(u32, usize), Arc<ThreadPool>>>;

static POOLS: LazyLock<Pools> = LazyLock::new(Pools::default);
/// How often a thread asks for the pools before it makes one of its own.
const TRIES: usize = 1000;

/// Runs `work` where loops take all threads of the machine. Whatever has loops and is not told how many
/// runs here: rayon's own pool does not outlive `fork`.
pub(crate) fn on_all_threads<R: Send>(work: impl FnOnce() -> R + Send) -> Result<R> {
    on_threads(thread::available_parallelism().map_or(1, usize::from), work)
}

/// Runs `work` where loops take `threads` threads. No result depends on the number.
pub(crate) fn on_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> Result<R> {
    let key = (process::id(), threads.max(1));
    if let Some(pool) = with_pools(|pools| pools.get(&key).cloned()).flatten() {
        return Ok(pool.install(work));
    }
    // Without the lock, which a process that forks meanwhile would find taken for ever.
    let pool = ThreadPoolBuilder::new().num_threads(key.1).build();
    let pool = pool.map_err(|error| value_error(format!("{} threads: {error}", key.1)))?;
    let pool = Arc::new(pool);
    let kept = with_pools(|pools| pools.entry(key).or_insert_with(|| pool.clone()).clone());
    Ok(kept.unwrap_or(pool).install(work))
}

/// Runs `act` on the pools. `None` where another thread has them for longer than it takes to look into
/// them: in the child of a process that forked at that moment they are never given back.
fn with_pools<R>(act: impl FnOnce(&mut HashMap<(u32, usize), Arc<ThreadPool>>) -> R) -> Option<R> {
    for _ in 0..TRIES {
        match POOLS.try_lock() {
            Ok(mut pools) => return Some(act(&mut pools)),
            Err(TryLockError::Poisoned(pools)) => return Some(act(&mut pools.into_inner())),
            Err(TryLockError::WouldBlock) => thread::yield_now(),
        }
    }
    None
}
