//! An allocator that keeps large blocks for the next step.

#![allow(unsafe_code, reason = "the name of this file says so")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, TryLockError};
use std::thread;

/// Bytes from which a block is kept.
const LARGE: usize = 1 << 16;
/// Blocks that are kept, at most. A step of a network has some hundreds of tensors.
const MOST: usize = 1024;
/// How often a thread asks for the lock before it does without.
const TRIES: usize = 64;
/// Sizes are rounded up to an eighth of a power of two, so that nearly equal tensors share blocks.
const PARTS: usize = 8;
/// Bytes before those that are given out, at least: how large the block is stands there.
const HEAD: usize = 64;

/// Keeps blocks from 64 KiB on when they are freed, for the next ones of which they hold two thirds or more,
/// and leaves the rest to another allocator, by default to that of the system.
///
/// Every step of a training allocates the same large tensors anew. Systems take back the pages of large
/// blocks when they are freed, and clear them when they are touched again, which can take a third of a
/// step. What is in use and what is kept are together at most one and a half times the most that has been
/// in use at a time, or the [limit](Self::limit) if that is less; the oldest blocks go first.
///
/// No thread waits for another one for long: where what is kept cannot be had, a block comes from the inner
/// allocator and goes back to it. So the child of a process that forks while another thread allocates,
/// where that thread's lock is never given back, runs on without blocks that are kept.
///
/// ```
/// use schur_engine::KeepingAllocator;
///
/// #[global_allocator]
/// static GLOBAL: KeepingAllocator = KeepingAllocator::new();
///
/// let ones = vec![1.0_f32; 1 << 20];
/// let place = ones.as_ptr();
/// drop(ones);
/// assert_eq!(vec![2.0_f32; 1 << 20].as_ptr(), place);
/// ```
pub struct KeepingAllocator<A = System> {
    inner: A,
    kept: Mutex<Kept>,
    /// Bytes of the large blocks in use, and the most that there have been at a time.
    used: AtomicUsize,
    most: AtomicUsize,
    /// Bytes up to which blocks are kept beside those in use.
    limit: AtomicUsize,
}

/// A block that nobody uses.
#[derive(Clone, Copy)]
struct FreeBlock {
    place: *mut u8,
    layout: Layout,
}

/// The blocks that nobody uses, the oldest first, and how many bytes there are.
struct Kept {
    blocks: [Option<FreeBlock>; MOST],
    count: usize,
    bytes: usize,
}

// SAFETY: a kept block belongs to the allocator alone, which any thread may enter.
unsafe impl Send for Kept {}

impl KeepingAllocator {
    /// On top of the system's allocator.
    pub const fn new() -> Self {
        Self::on(System)
    }
}

impl Default for KeepingAllocator {
    fn default() -> Self {
        Self::new()
    }
}

impl<A> KeepingAllocator<A> {
    /// On top of another allocator.
    #[expect(clippy::large_stack_arrays, reason = "an allocator stands in a static")]
    pub const fn on(inner: A) -> Self {
        let kept = Kept {
            blocks: [None; MOST],
            count: 0,
            bytes: 0,
        };
        Self {
            inner,
            kept: Mutex::new(kept),
            used: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            limit: AtomicUsize::new(usize::MAX),
        }
    }

    /// Keeps nothing that would make more than so many bytes with what is in use.
    pub fn limit(&self, bytes: usize) {
        self.limit.store(bytes, Ordering::Relaxed);
    }

    /// Runs `act` on what is kept, if that can be had. Nothing in it allocates or panics.
    fn with<R>(&self, act: impl FnOnce(&mut Kept) -> R) -> Option<R> {
        for _ in 0..TRIES {
            match self.kept.try_lock() {
                Ok(mut kept) => return Some(act(&mut kept)),
                Err(TryLockError::Poisoned(kept)) => return Some(act(&mut kept.into_inner())),
                Err(TryLockError::WouldBlock) => thread::yield_now(),
            }
        }
        None
    }

    /// Counts a block that is in use now.
    fn begins(&self, bytes: usize) {
        let used = self.used.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.most.fetch_max(used, Ordering::Relaxed);
    }

    /// The oldest block, if with `more` bytes in use more would be held than is allowed.
    fn surplus(&self, more: usize) -> Option<FreeBlock> {
        let used = self.used.load(Ordering::Relaxed) + more;
        let most = self.most.load(Ordering::Relaxed).max(used);
        // Sizes that come and go with the phases of a step need not fit each other.
        let allowed = self.limit.load(Ordering::Relaxed).min(most + most / 2);
        self.with(|kept| match used + kept.bytes > allowed {
            true => kept.remove(0),
            false => None,
        })
        .flatten()
    }
}

impl Kept {
    /// The smallest block for this layout, the latest of those: it is likeliest to be in a cache.
    fn take(&mut self, layout: Layout) -> Option<FreeBlock> {
        let kept = self.blocks[..self.count].iter().enumerate().rev();
        let fitting = kept.filter_map(|(index, block)| {
            let of = (*block)?.layout;
            (of.align() == layout.align() && fits(of.size(), layout)).then_some((of.size(), index))
        });
        let (_, index) = fitting.min_by_key(|&(size, _)| size)?;
        self.remove(index)
    }

    fn remove(&mut self, index: usize) -> Option<FreeBlock> {
        let block = self.blocks[index].take()?;
        self.blocks[index..self.count].rotate_left(1);
        self.count -= 1;
        self.bytes -= block.layout.size();
        Some(block)
    }

    /// Keeps a block that is no longer in use; gives it back if there is no room.
    fn put(&mut self, block: FreeBlock) -> Option<FreeBlock> {
        if self.count == MOST {
            return Some(block);
        }
        self.blocks[self.count] = Some(block);
        self.count += 1;
        self.bytes += block.layout.size();
        None
    }
}

/// The layout of a new block for `layout`, if it is one that is kept.
fn block_layout(layout: Layout) -> Option<Layout> {
    if layout.size() < LARGE {
        return None;
    }
    let step = (layout.size().next_power_of_two() / 2 / PARTS).max(1);
    let size = layout.size().checked_next_multiple_of(step)?;
    let size = size.checked_add(head(layout))?;
    Layout::from_size_align(size, layout.align()).ok()
}

/// Bytes of a block before those that are given out, which keep its alignment.
fn head(layout: Layout) -> usize {
    layout.align().max(HEAD)
}

/// Whether a block of `size` bytes serves for the new block `wanted`: at most half as much again. Tensors of
/// nearly the same size follow each other in a step, and with a block each much more would have to be kept.
fn fits(size: usize, wanted: Layout) -> bool {
    size >= wanted.size() && size - wanted.size() <= wanted.size() / 2
}

impl<A: GlobalAlloc> KeepingAllocator<A> {
    /// What is given out of a block that is kept, or of a new one by `allocate`, and whether it is new.
    fn block(
        &self,
        layout: Layout,
        of: Layout,
        allocate: impl FnOnce() -> *mut u8,
    ) -> (*mut u8, bool) {
        let kept = self.with(|kept| kept.take(of)).flatten();
        let block = kept.unwrap_or_else(|| {
            while let Some(block) = self.surplus(of.size()) {
                self.free(block);
            }
            let place = allocate();
            FreeBlock { place, layout: of }
        });
        if block.place.is_null() {
            return (block.place, true);
        }
        self.begins(block.layout.size());
        // SAFETY: the block begins with `head(layout)` bytes, which have room for a number.
        unsafe {
            let size = block.layout.size();
            block.place.cast::<usize>().write_unaligned(size);
            (block.place.add(head(layout)), kept.is_none())
        }
    }

    /// The block of which `place` was given out for `layout`.
    ///
    /// # Safety
    ///
    /// `place` must come from [`Self::block`] with this layout.
    unsafe fn block_of(place: *mut u8, layout: Layout, of: Layout) -> FreeBlock {
        // SAFETY: the caller's promise; the size of the block stands at its beginning, and its layout was
        // valid when it was allocated.
        unsafe {
            let place = place.sub(head(layout));
            let size = place.cast::<usize>().read_unaligned();
            let layout = Layout::from_size_align_unchecked(size, of.align());
            FreeBlock { place, layout }
        }
    }

    fn free(&self, block: FreeBlock) {
        // SAFETY: kept blocks come from the inner allocator with this layout, and are removed from what
        // is kept before they are freed.
        unsafe { self.inner.dealloc(block.place, block.layout) }
    }
}

// SAFETY: a block is either in use or kept, never both: `take` removes it under the lock. Behind its head it
// has at least the bytes that are asked for, aligned alike, and its size in the head is the one with which
// the inner allocator was asked.
unsafe impl<A: GlobalAlloc> GlobalAlloc for KeepingAllocator<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match block_layout(layout) {
            // SAFETY: the size is not 0, since it is at least `LARGE`.
            Some(of) => self.block(layout, of, || unsafe { self.inner.alloc(of) }).0,
            // SAFETY: the caller's promise.
            None => unsafe { self.inner.alloc(layout) },
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let Some(of) = block_layout(layout) else {
            // SAFETY: the caller's promise.
            return unsafe { self.inner.alloc_zeroed(layout) };
        };
        // SAFETY: the size is not 0.
        let (place, new) = self.block(layout, of, || unsafe { self.inner.alloc_zeroed(of) });
        if !new {
            // SAFETY: a kept block is not null, has at least these bytes, and nobody else has it.
            unsafe { ptr::write_bytes(place, 0, layout.size()) }
        }
        place
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        let Some(of) = block_layout(layout) else {
            // SAFETY: the caller's promise; small blocks are the inner allocator's.
            return unsafe { self.inner.dealloc(place, layout) };
        };
        // SAFETY: the caller's promise.
        let block = unsafe { Self::block_of(place, layout, of) };
        self.used.fetch_sub(block.layout.size(), Ordering::Relaxed);
        if let Some(block) = self.with(|kept| kept.put(block)).unwrap_or(Some(block)) {
            self.free(block);
        }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Ok(new) = Layout::from_size_align(size, layout.align()) else {
            return ptr::null_mut();
        };
        match (block_layout(layout), block_layout(new)) {
            // SAFETY: the caller's promise; both are the inner allocator's.
            (None, None) => return unsafe { self.inner.realloc(place, layout, size) },
            (Some(old), Some(wanted)) => {
                // SAFETY: the caller's promise.
                let block = unsafe { Self::block_of(place, layout, old) };
                if fits(block.layout.size(), wanted) {
                    return place;
                }
            }
            _ => {}
        }
        // SAFETY: the new block is another one with at least `size` bytes, the old one has `layout.size()`,
        // and is freed once, after its bytes are copied.
        unsafe {
            let moved = self.alloc(new);
            if !moved.is_null() {
                ptr::copy_nonoverlapping(place, moved, layout.size().min(size));
                self.dealloc(place, layout);
            }
            moved
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The system's allocator, with the bytes that it has given out.
    struct Counted(AtomicUsize);

    // SAFETY: the system's allocator does the work.
    unsafe impl GlobalAlloc for Counted {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            self.0.fetch_add(layout.size(), Ordering::Relaxed);
            // SAFETY: the caller's promise.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
            self.0.fetch_sub(layout.size(), Ordering::Relaxed);
            // SAFETY: the caller's promise.
            unsafe { System.dealloc(place, layout) }
        }
    }

    fn allocator() -> KeepingAllocator<Counted> {
        KeepingAllocator::on(Counted(AtomicUsize::new(0)))
    }

    fn held(of: &KeepingAllocator<Counted>) -> usize {
        of.inner.0.load(Ordering::Relaxed)
    }

    fn bytes(size: usize) -> Layout {
        Layout::from_size_align(size, 64).unwrap()
    }

    #[test]
    fn a_freed_block_is_the_next_one_of_its_size_and_zeros_are_zeros() {
        let of = allocator();
        // SAFETY: every block is freed once, with its layout, and only its own bytes are touched.
        unsafe {
            let first = of.alloc(bytes(3 * LARGE));
            ptr::write_bytes(first, 0xff, 3 * LARGE);
            of.dealloc(first, bytes(3 * LARGE));
            // Down to two thirds of it is the same block; more, or much less, is not.
            for size in [3 * LARGE - 100, 2 * LARGE] {
                let again = of.alloc_zeroed(bytes(size));
                assert_eq!(again, first);
                let all = std::slice::from_raw_parts(again, size);
                assert!(all.iter().all(|&byte| byte == 0));
                for size in [LARGE, 3 * LARGE, 6 * LARGE] {
                    let other = of.alloc(bytes(size));
                    assert_ne!(other, first);
                    of.dealloc(other, bytes(size));
                }
                of.dealloc(again, bytes(size));
            }
            let other = of.alloc(bytes(LARGE));
            assert_ne!(other, first);
            of.dealloc(other, bytes(LARGE));
        }
        assert_eq!(held(&of), 13 * LARGE + 4 * HEAD);
    }

    /// Of several the smallest, whichever came last.
    #[test]
    fn what_is_taken_fits_best() {
        let of = allocator();
        // SAFETY: as above.
        unsafe {
            let sizes = [11, 9, 10].map(|size| bytes(size * LARGE));
            let blocks = sizes.map(|layout| of.alloc(layout));
            for (block, layout) in blocks.into_iter().zip(sizes) {
                of.dealloc(block, layout);
            }
            let smallest = of.alloc(bytes(8 * LARGE));
            assert_eq!(smallest, blocks[1]);
            of.dealloc(smallest, bytes(8 * LARGE));
        }
    }

    #[test]
    fn what_is_held_is_bounded_by_what_was_in_use_and_by_the_limit() {
        let of = allocator();
        let mut most = 0;
        // SAFETY: as above.
        unsafe {
            // Phases of other sizes, as of other batches.
            for size in [5 * LARGE, 3 * LARGE, 8 * LARGE, LARGE] {
                let blocks: Vec<_> = (0..4).map(|_| of.alloc(bytes(size))).collect();
                most = most.max(of.used.load(Ordering::Relaxed));
                assert!(
                    held(&of) <= most + most / 2,
                    "{} of {most} bytes",
                    held(&of)
                );
                for block in blocks {
                    of.dealloc(block, bytes(size));
                }
            }
            assert!(held(&of) > most);
            of.limit(40 * LARGE + HEAD);
            let block = of.alloc(bytes(40 * LARGE));
            assert_eq!(held(&of), 40 * LARGE + HEAD);
            of.dealloc(block, bytes(40 * LARGE));
        }
    }

    #[test]
    fn a_lock_that_never_comes_back_costs_only_what_is_kept() {
        let of = allocator();
        // SAFETY: as above.
        unsafe {
            let early = of.alloc(bytes(LARGE));
            // What the child of a process finds that forked at the wrong moment.
            let taken = of.kept.lock().unwrap();
            let late = of.alloc_zeroed(bytes(2 * LARGE));
            assert_eq!(held(&of), 3 * LARGE + 2 * HEAD);
            of.dealloc(early, bytes(LARGE));
            of.dealloc(late, bytes(2 * LARGE));
            drop(taken);
        }
        assert_eq!(held(&of), 0);
        assert_eq!(of.used.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn blocks_grow_and_shrink_with_their_bytes() {
        let of = allocator();
        // SAFETY: as above; every byte that is read was written.
        unsafe {
            let mut size = 1000;
            let mut place = of.alloc(bytes(size));
            for (i, next) in [LARGE, LARGE + 10, 5 * LARGE, 2 * LARGE, 70]
                .into_iter()
                .enumerate()
            {
                ptr::write_bytes(place, i as u8, size);
                place = of.realloc(place, bytes(size), next);
                let both = std::slice::from_raw_parts(place, size.min(next));
                assert!(both.iter().all(|&byte| byte == i as u8), "to {next}");
                size = next;
            }
            of.dealloc(place, bytes(size));
        }
    }

    #[test]
    fn threads_do_not_share_blocks() {
        let of = allocator();
        std::thread::scope(|scope| {
            for thread in 0..4_u8 {
                let of = &of;
                scope.spawn(move || {
                    for round in 0..200 {
                        let layout = bytes(LARGE * (1 + round % 3));
                        // SAFETY: as above.
                        unsafe {
                            let place = of.alloc(layout);
                            ptr::write_bytes(place, thread, layout.size());
                            std::thread::yield_now();
                            let all = std::slice::from_raw_parts(place, layout.size());
                            assert!(all.iter().all(|&byte| byte == thread));
                            of.dealloc(place, layout);
                        }
                    }
                });
            }
        });
    }
}
