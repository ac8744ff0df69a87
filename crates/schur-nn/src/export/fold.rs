//! Folding: scales and shifts behind a convolution become part of its numbers.

use super::{Constant, Graph, Op};
use crate::affine::Affine;

impl Graph {
    /// Folds every scale or shift per channel into the convolution that it follows, if nothing
    /// else reads that convolution's result; drops constants that are no longer used.
    pub(super) fn fold(&mut self) {
        let mut node = 1;
        while node < self.nodes.len() {
            if self.fold_node(node) {
                self.remove(node);
            } else {
                node += 1;
            }
        }
        self.drop_unused();
    }

    /// Whether the node was absorbed by the convolution before it.
    fn fold_node(&mut self, node: usize) -> bool {
        let &[input] = &self.nodes[node].inputs[..] else {
            return false;
        };
        let readers = self.nodes.iter().filter(|n| n.inputs.contains(&input));
        if input == 0 || readers.count() != 1 {
            return false;
        }
        let (Op::Scale { by } | Op::Shift { by }) = self.nodes[node].op else {
            return false;
        };
        let scales = matches!(self.nodes[node].op, Op::Scale { .. });
        let [1, channels, ref places @ ..] = self.constants[by].shape[..] else {
            return false;
        };
        if places.iter().any(|&size| size != 1) {
            return false;
        }
        let (weight, bias) = match self.nodes[input - 1].op {
            // A single number for all channels stays where it is.
            Op::Conv { weight, bias, .. } if self.constants[weight].shape[0] == channels => {
                (weight, bias)
            }
            _ => return false,
        };
        let per_channel = self.constants[by].values.clone();
        let affine = match scales {
            true => Affine {
                shift: vec![0.0; channels],
                scale: per_channel,
            },
            false => Affine {
                scale: vec![1.0; channels],
                shift: per_channel,
            },
        };
        let mut weights = self.constants[weight].clone();
        let mut constants = match bias {
            Some(bias) => self.constants[bias].values.clone(),
            None => vec![0.0; channels],
        };
        let length = weights.values.len() / channels;
        let rows = weights.values.chunks_mut(length).enumerate();
        let rows = rows.flat_map(|(channel, row)| row.iter_mut().map(move |w| (channel, w)));
        affine.fold(rows, &mut constants);
        let weight = self.constant(&weights.shape, weights.values);
        let bias = (bias.is_some() || !scales).then(|| self.constant(&[channels], constants));
        self.set_conv(input - 1, weight, bias);
        true
    }

    fn set_conv(&mut self, node: usize, new_weight: Constant, new_bias: Option<Constant>) {
        if let Op::Conv { weight, bias, .. } = &mut self.nodes[node].op {
            (*weight, *bias) = (new_weight, new_bias);
        }
    }

    /// Removes a node whose result is that of its only input.
    fn remove(&mut self, node: usize) {
        let removed = self.nodes.remove(node);
        for later in &mut self.nodes[node..] {
            for input in &mut later.inputs {
                if *input == node + 1 {
                    *input = removed.inputs[0];
                } else if *input > node + 1 {
                    *input -= 1;
                }
            }
        }
    }

    fn drop_unused(&mut self) {
        let mut new_index = vec![None; self.constants.len()];
        let mut kept = Vec::new();
        let constants = std::mem::take(&mut self.constants);
        for node in &mut self.nodes {
            for constant in node.op.constants_mut() {
                let old = *constant;
                let index = *new_index[old].get_or_insert_with(|| {
                    kept.push(constants[old].clone());
                    kept.len() - 1
                });
                *constant = index;
            }
        }
        self.constants = kept;
    }
}

impl Op {
    /// The constants it refers to.
    pub(super) fn constants_mut(&mut self) -> Vec<&mut Constant> {
        match self {
            Self::Conv { weight, bias, .. } | Self::ConvTransposed { weight, bias, .. } => {
                std::iter::once(weight).chain(bias.as_mut()).collect()
            }
            Self::Scale { by } | Self::Shift { by } => vec![by],
            Self::Rows { matrix } | Self::Columns { matrix } => vec![matrix],
            _ => Vec::new(),
        }
    }
}
