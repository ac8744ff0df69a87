//! Running a [`Program`] on the CPU.
//!
//! | part of a product | here |
//! |---|---|
//! | a *stream* | a matrix product per tile: one per dimension of a real irrep, three per irrep of complex type |
//! | a *chunk* | the part of the patch space whose transformed tile fits the second-level cache |

mod execute;
mod filter;
mod gradient;
mod scatter;
mod state;
mod tiles;
mod weights;

use std::ops::Range;

use crate::program::Program;
pub(crate) use weights::Packed;

/// Numbers per tile row that a chunk should have at most: a tile of
/// the usual 112 rows then takes about 400 KiB in `f32`, beside the weights in a
/// second-level cache of 1 MiB.
const CHUNK_DEPTH: usize = 896;

/// A piece of the patch space.
#[derive(Debug, Clone)]
struct Chunk {
    /// Which bundles and inputs of the program.
    bundles: Range<usize>,
    inputs: Range<usize>,
    /// First column of a patch per block.
    first: Vec<usize>,
    /// Columns of a tile per block: the inner size of its product.
    inner: Vec<usize>,
}

/// A program, cut for the caches.
#[derive(Debug, Clone)]
pub(crate) struct Executor {
    program: Program,
    chunks: Vec<Chunk>,
}

impl Executor {
    pub(crate) fn new(program: Program) -> Self {
        let chunks = cut(&program);
        Self { program, chunks }
    }

    pub(crate) fn program(&self) -> &Program {
        &self.program
    }
}

/// Whole bundles, as many as a tile has room for.
fn cut(program: &Program) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut first = vec![0; program.inner.len()];
    let mut end = first.clone();
    let (mut start, mut depth) = (0, 0);
    let mut close = |bundles: Range<usize>, first: &[usize], end: &[usize]| {
        let of = |index: usize| program.bundles[index].inputs.clone();
        let inputs = of(bundles.start).start..of(bundles.end - 1).end;
        let inner = end.iter().zip(first).map(|(end, first)| end - first);
        chunks.push(Chunk {
            bundles,
            inputs,
            first: first.to_vec(),
            inner: inner.collect(),
        });
    };
    for (index, bundle) in program.bundles.iter().enumerate() {
        let parts = &program.inputs[bundle.inputs.clone()];
        let more: usize = parts.iter().map(|part| part.run * part.seats.len()).sum();
        if depth > 0 && depth + more > CHUNK_DEPTH {
            close(start..index, &first, &end);
            first.copy_from_slice(&end);
            (start, depth) = (index, 0);
        }
        depth += more;
        for part in parts {
            for seat in &part.seats {
                let end = &mut end[program.streams[seat.stream]];
                *end = (*end).max(seat.column + part.run);
            }
        }
    }
    close(start..program.bundles.len(), &first, &end);
    chunks
}
