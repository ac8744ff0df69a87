//! How self-attention is described and built.

use burn::module::Param;
use burn::tensor::{Device, Tensor};

use super::SelfAttention;
use crate::{EquivariantConvConfig, FieldType, NnError};

/// Describes a [`SelfAttention`].
///
/// Defaults: attention over the whole image, biases for the distances 0 to 8 in steps of 1,
/// seed 0.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::{Layer, FieldType, SelfAttentionConfig};
///
/// let (fields, head) = (FieldType::parse("D4: 4 regular")?, FieldType::parse("D4: regular")?);
/// let attention = SelfAttentionConfig::new(&fields, &head, 2).init(&Device::flex())?;
/// // Queries, keys, values and projection map 4 to 2 · 1 regular fields or back; the biases.
/// assert_eq!(attention.parameters(), 4 * (4 * 2 * 8) + 2 * 9);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug)]
pub struct SelfAttentionConfig {
    fields: FieldType,
    head: FieldType,
    heads: usize,
    radius: Option<f64>,
    distances: usize,
    spacing: f64,
    seed: u64,
}

impl SelfAttentionConfig {
    /// Longest radius in pixels and most learnable distances.
    pub const MAX_RADIUS: usize = 64;

    /// Most heads.
    pub const MAX_HEADS: usize = 1024;

    /// Self-attention on `fields` with some heads, whose queries, keys and values are fields of
    /// type `head`.
    pub fn new(fields: &FieldType, head: &FieldType, heads: usize) -> Self {
        Self {
            fields: fields.clone(),
            head: head.clone(),
            heads,
            radius: None,
            distances: 9,
            spacing: 1.0,
            seed: 0,
        }
    }

    /// Attention only to pixels at most so many pixels away.
    #[must_use]
    pub fn with_radius(mut self, radius: f64) -> Self {
        self.radius = Some(radius);
        self
    }

    /// How many distances 0, 1, 2, … have a bias of their own.
    #[must_use]
    pub fn with_distances(mut self, distances: usize) -> Self {
        self.distances = distances;
        self
    }

    /// The step between these distances, in pixels or in the units of points.
    #[must_use]
    pub fn with_spacing(mut self, spacing: f64) -> Self {
        self.spacing = spacing;
        self
    }

    /// Seed of the initial weights, 0 if it is left out: layers of one shape and one seed begin with
    /// equal weights. [`Site::next_seed`](crate::network::Site::next_seed) gives every layer of a
    /// network another.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Builds the layer. Convolutions have the gain 1, biases are 0.
    ///
    /// # Errors
    ///
    /// If the types are of different groups or share no irrep, or heads, radius,
    /// distances or spacing are out of range.
    pub fn init(&self, device: &Device) -> Result<SelfAttention, NnError> {
        let max = Self::MAX_RADIUS;
        let problem = if self.heads == 0 {
            Some("0 heads attend to nothing; use at least 1".to_string())
        } else if self.heads > Self::MAX_HEADS {
            Some(format!(
                "{} heads; use 1 to {}",
                self.heads,
                Self::MAX_HEADS
            ))
        } else if !(1..=max + 1).contains(&self.distances) {
            Some(format!(
                "{} distances; use 1 to {}",
                self.distances,
                max + 1
            ))
        } else if let Some(radius) = self.radius
            && !(0.0..=max as f64).contains(&radius)
        {
            Some(format!("radius {radius}; use 0 to {max} pixels"))
        } else if !(self.spacing.is_finite() && self.spacing > 0.0) {
            Some(format!(
                "{} is no step between distances; use a number above 0",
                self.spacing
            ))
        } else {
            None
        };
        if let Some(problem) = problem {
            return Err(NnError::Config {
                at: "self-attention".to_string(),
                problem,
            });
        }
        let blocks = self.head.blocks().iter();
        let blocks: Vec<_> = blocks
            .map(|b| (b.representation.clone(), b.multiplicity))
            .collect();
        let copies = std::iter::repeat_n(blocks, self.heads).flatten();
        let all_heads = FieldType::new(self.head.group(), copies)?;
        let conv = |input: &FieldType, output: &FieldType, index: u64| {
            let conv = EquivariantConvConfig::new(input, output, 1)
                .with_gain(1.0)
                .with_seed(self.seed.wrapping_mul(4).wrapping_add(index))
                .init(device)?;
            if conv.plan().parameters() > 0 {
                return Ok(conv);
            }
            Err(NnError::Config {
                at: "self-attention".to_string(),
                problem: format!(
                    "no linear map but 0 leads from `{input}` to `{output}`; use heads that share \
                     irreps with the fields"
                ),
            })
        };
        Ok(SelfAttention {
            queries: conv(&self.fields, &all_heads, 0)?,
            keys: conv(&self.fields, &all_heads, 1)?,
            values: conv(&self.fields, &all_heads, 2)?,
            projection: conv(&all_heads, &self.fields, 3)?,
            bias: Param::from_tensor(Tensor::zeros([self.heads, self.distances], device)),
            field_type: self.fields.clone(),
            heads: self.heads,
            radius: self.radius,
            spacing: self.spacing,
        })
    }
}
