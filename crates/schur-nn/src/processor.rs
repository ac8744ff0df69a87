//! What computes: the CPU, or a graphics processor by one of Burn's backends.

use std::fmt;
use std::str::FromStr;

use burn::tensor::Device;
#[cfg(feature = "cuda")]
use burn::tensor::DeviceIndex;
#[cfg(feature = "wgpu")]
use burn::tensor::DeviceKind;
#[cfg(feature = "cube")]
use burn::tensor::DeviceType;
use schur_engine::{Caches, Machine};

use crate::NnError;

/// A kind of device, by the name that the command line uses.
///
/// On the CPU the engine computes. Graphics processors are compiled in by the features `wgpu`
/// (Vulkan, Metal or DirectX, whichever the machine has, in WGSL), `vulkan` (Vulkan in SPIR-V) and
/// `cuda`.
///
/// ```
/// use schur_nn::Processor;
///
/// let device = "cpu".parse::<Processor>()?.open()?;
/// assert_eq!(device, burn::tensor::Device::flex());
/// assert!("gpu".parse::<Processor>().is_err());
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Processor {
    /// The CPU.
    #[default]
    Cpu,
    /// A graphics processor by the interface that the system prefers.
    Wgpu,
    /// A graphics processor by Vulkan.
    Vulkan,
    /// A graphics processor of NVIDIA by CUDA.
    Cuda,
}

impl Processor {
    /// Every kind, compiled in or not.
    pub const ALL: [Self; 4] = [Self::Cpu, Self::Wgpu, Self::Vulkan, Self::Cuda];

    /// The name, which is also that of the feature.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Wgpu => "wgpu",
            Self::Vulkan => "vulkan",
            Self::Cuda => "cuda",
        }
    }

    /// Whether the program can use it, on a machine that has one.
    #[must_use]
    pub fn is_compiled(self) -> bool {
        match self {
            Self::Cpu => true,
            Self::Wgpu => cfg!(feature = "wgpu"),
            Self::Vulkan => cfg!(feature = "vulkan"),
            Self::Cuda => cfg!(feature = "cuda"),
        }
    }

    /// The devices of this kind on this machine; none if it is not compiled in.
    #[must_use]
    pub fn devices(self) -> Vec<Device> {
        match self {
            Self::Cpu => vec![Device::flex()],
            #[cfg(feature = "wgpu")]
            Self::Wgpu => Device::enumerate(DeviceType::Wgpu).into_vec(),
            #[cfg(feature = "vulkan")]
            Self::Vulkan => Device::enumerate(DeviceType::Vulkan).into_vec(),
            #[cfg(feature = "cuda")]
            Self::Cuda => Device::enumerate(DeviceType::Cuda).into_vec(),
            #[allow(unreachable_patterns, reason = "with all features on, nothing is left")]
            _ => Vec::new(),
        }
    }

    /// Whether a device is the CPU, where the engine computes: the one place where devices are told apart.
    ///
    /// ```
    /// use schur_nn::Processor;
    ///
    /// assert!(Processor::is_cpu(&Processor::Cpu.open()?));
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    #[must_use]
    pub fn is_cpu(device: &Device) -> bool {
        *device == Device::flex()
    }

    /// How a device calls itself.
    #[must_use]
    pub fn describe(device: &Device) -> String {
        #[cfg(feature = "cube")]
        if let Some(identity) = device.identity() {
            return identity.name;
        }
        match Self::is_cpu(device) {
            true => of_engine(),
            false => format!("{device:?}"),
        }
    }

    /// The device of this kind that the system prefers, a graphics processor before software that
    /// acts as one. The environment variable `CUBECL_WGPU_DEFAULT_DEVICE`, for example
    /// `DiscreteGpu(1)`, chooses another for `wgpu` and `vulkan`.
    ///
    /// # Errors
    ///
    /// [`NnError::Processor`] if it is not compiled in, or the machine has none.
    pub fn open(self) -> Result<Device, NnError> {
        let refuse = |problem: String| NnError::Processor {
            name: self.name().to_string(),
            problem,
        };
        if !self.is_compiled() {
            let name = self.name();
            return Err(refuse(format!(
                "this program was built without it; build it with `--features {name}`"
            )));
        }
        // Burn panics when it opens a device that is not there.
        if self.devices().is_empty() {
            return Err(refuse(
                "no such device is found; install a driver, or use cpu".to_string(),
            ));
        }
        Ok(match self {
            Self::Cpu => Device::flex(),
            #[cfg(feature = "wgpu")]
            Self::Wgpu => Device::wgpu(DeviceKind::DefaultDevice),
            #[cfg(feature = "vulkan")]
            Self::Vulkan => Device::vulkan(DeviceKind::DefaultDevice),
            #[cfg(feature = "cuda")]
            Self::Cuda => Device::cuda(DeviceIndex::Default),
            #[allow(unreachable_patterns, reason = "with all features on, nothing is left")]
            _ => unreachable!("what is not compiled in has no devices"),
        })
    }
}

/// What the engine computes with.
fn of_engine() -> String {
    let machine = Machine::this();
    let shown = |bytes: usize| match bytes >> 20 {
        0 => format!("{} KiB", bytes >> 10),
        mebibytes => format!("{mebibytes} MiB"),
    };
    let Caches {
        first,
        second,
        third,
        told,
    } = machine.caches;
    let caches: Vec<String> = [Some(first), Some(second), third]
        .into_iter()
        .flatten()
        .map(shown)
        .collect();
    format!(
        "the engine, on all cores: vectors {} ({} numbers of f32), products of bf16 {}, caches {}{}",
        machine.vectors,
        machine.lanes,
        if machine.bf16 {
            "in hardware"
        } else {
            "not in hardware"
        },
        caches.join(", "),
        if told { "" } else { " (assumed)" },
    )
}

impl fmt::Display for Processor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Processor {
    type Err = NnError;

    fn from_str(name: &str) -> Result<Self, NnError> {
        let found = Self::ALL.into_iter().find(|p| p.name() == name);
        found.ok_or_else(|| NnError::Processor {
            name: name.to_string(),
            problem: format!(
                "there is none of that name; use {}",
                Self::ALL.map(Self::name).join(", ")
            ),
        })
    }
}
