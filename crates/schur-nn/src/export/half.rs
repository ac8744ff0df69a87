//! Plain networks in files of half the size.

use half::f16;

use super::Graph;
use crate::NnError;

impl Graph {
    /// The network with every constant rounded to 16 bits (binary16 of IEEE 754: 11 bits of
    /// precision, at most 65504), which is how its files then hold them. It still computes in
    /// `f32`: ONNX files convert the constants first.
    ///
    /// Expanded kernels hold copies of one number where the group only moves it, and copies are
    /// rounded alike; so networks on regular, quotient and trivial fields with all kernels on
    /// the grid stay exactly equivariant.
    ///
    /// # Errors
    ///
    /// If a constant is too large for 16 bits.
    pub fn in_half_precision(mut self) -> Result<Self, NnError> {
        for (index, constant) in self.constants.iter_mut().enumerate() {
            for value in &mut constant.values {
                let rounded = f16::from_f32(*value).to_f32();
                if rounded.is_infinite() && value.is_finite() {
                    return Err(NnError::Config {
                        at: format!("constant c{index}"),
                        problem: format!(
                            "{value} is too large for 16 bits, which end at {}; write it in 32",
                            f16::MAX
                        ),
                    });
                }
                *value = rounded;
            }
        }
        self.half = true;
        Ok(self)
    }

    /// The network with its constants in files in 32 bits, as they are: for programs that want to
    /// find weights where [half precision](Self::in_half_precision) has a conversion of weights.
    #[must_use]
    pub fn in_single_precision(mut self) -> Self {
        self.half = false;
        self
    }

    /// Whether files hold the constants in 16 bits.
    pub fn is_half_precision(&self) -> bool {
        self.half
    }

    /// The numbers as bytes, little-endian, as files hold them.
    pub(super) fn bytes(&self, values: &[f32]) -> Vec<u8> {
        if self.half {
            let bits = values.iter().map(|&v| f16::from_f32(v).to_le_bytes());
            bits.flatten().collect()
        } else {
            values.iter().flat_map(|v| v.to_le_bytes()).collect()
        }
    }
}

/// Numbers of 16 bits from bytes.
pub(super) fn numbers(bytes: &[u8]) -> Vec<f32> {
    let pairs = bytes.chunks_exact(2);
    pairs
        .map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32())
        .collect()
}
