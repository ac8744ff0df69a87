//! What the engine found out about this processor.

use std::sync::OnceLock;

use super::bf16;
use super::isa::Isa;
use super::scalar::Factor;

/// The processor that computes, and the sizes from which work is cut: see [`Machine::this`].
///
/// ```
/// let machine = schur_engine::Machine::this();
/// assert!(machine.caches.first > 0 && machine.caches.first < machine.caches.second);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// The vectors that are used: `AVX-512`, `AVX2`, `NEON` or `none of its own`.
    pub vectors: &'static str,
    /// Numbers of `f32` in a vector of the matrix product.
    pub lanes: usize,
    /// Whether products of bf16 are instructions ([`crate::Precision::Bf16`]).
    pub bf16: bool,
    /// The caches.
    pub caches: Caches,
}

/// Sizes of caches in bytes.
///
/// ```
/// let caches = schur_engine::Machine::this().caches;
/// assert!(caches.third.is_none_or(|third| third > caches.second));
/// // Those of a usual processor of a server, where it does not tell.
/// assert!(caches.told || caches.first == 32 << 10);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caches {
    /// Data of the first level, of a core.
    pub first: usize,
    /// The second level.
    pub second: usize,
    /// The third level, if there is one; usually shared by cores.
    pub third: Option<usize>,
    /// Whether the processor told them; otherwise those of a usual one are assumed.
    pub told: bool,
}

/// A usual processor of a server.
const USUAL: Caches = Caches {
    first: 32 << 10,
    second: 1 << 20,
    third: None,
    told: false,
};
impl Machine {
    /// This machine, which is asked once. On x86-64 the processor tells its caches; elsewhere those
    /// of a usual one are assumed. Results of the engine do not depend on them: they decide how much
    /// is done at a time, not in which order it is summed.
    #[must_use]
    pub fn this() -> &'static Self {
        static THIS: OnceLock<Machine> = OnceLock::new();
        THIS.get_or_init(|| {
            let isa = Isa::detect();
            Self {
                vectors: match isa {
                    #[cfg(target_arch = "x86_64")]
                    Isa::Avx512 => "AVX-512",
                    #[cfg(target_arch = "x86_64")]
                    Isa::Avx2 => "AVX2",
                    #[cfg(target_arch = "aarch64")]
                    Isa::Neon => "NEON",
                    Isa::Portable => "none of its own",
                },
                lanes: f32::lanes(isa),
                bf16: bf16::in_hardware(),
                caches: told().unwrap_or(USUAL),
            }
        })
    }
}

/// What the processor tells.
#[cfg(target_arch = "x86_64")]
fn told() -> Option<Caches> {
    use raw_cpuid::CacheType::{Data, Unified};

    /// Smallest and largest second-level cache that is believed: below and above, a core has no such
    /// cache for itself.
    const BELIEVED: std::ops::RangeInclusive<usize> = 128 << 10..=16 << 20;
    let all: Vec<_> = raw_cpuid::CpuId::new().get_cache_parameters()?.collect();
    let size = |level: u8| {
        let cache = all
            .iter()
            .find(|c| c.level() == level && matches!(c.cache_type(), Data | Unified))?;
        let lines = cache.associativity() * cache.physical_line_partitions() * cache.sets();
        Some(lines * cache.coherency_line_size())
    };
    let second = size(2).filter(|size| BELIEVED.contains(size))?;
    Some(Caches {
        first: size(1).filter(|&first| first > 0 && first < second)?,
        second,
        third: size(3).filter(|&third| third > second),
        told: true,
    })
}

/// What the processor tells.
#[cfg(not(target_arch = "x86_64"))]
fn told() -> Option<Caches> {
    None
}
