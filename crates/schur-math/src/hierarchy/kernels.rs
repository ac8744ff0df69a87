//! Kernels as coordinates of translation-equivariant maps, and their symmetries.

use super::domain::Domain;
use crate::finite_representation::FiniteRepresentation;
use crate::group::FiniteAction;
use crate::matrix::Matrix;

/// What the point group does to kernels: `[g K](t) = σ(g) K(g⁻¹ t) ρ(g)⁻¹`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Kernels {
    pub(super) domain: Domain,
    pub(super) out: FiniteRepresentation,
    pub(super) input: FiniteRepresentation,
    /// Per element where the offsets go.
    moved: Vec<Vec<usize>>,
    /// `1/|G| Σ σ(g)`, the projector onto the values that do not change.
    fixed: Matrix,
}

impl Kernels {
    pub(super) fn new(
        differences: &FiniteAction,
        out: &FiniteRepresentation,
        input: &FiniteRepresentation,
        domain: Domain,
    ) -> Self {
        let elements = differences.group().elements();
        let moved = |g| domain.moved(differences.images(g));
        Self {
            moved: elements.map(moved).collect(),
            fixed: mean_matrix(out),
            out: out.clone(),
            input: input.clone(),
            domain,
        }
    }

    /// Number of coordinates: `[output][input][offset]`.
    pub(super) fn len(&self) -> usize {
        self.out.dim() * self.input.dim() * self.domain.offsets()
    }

    /// The inner products of a map with the maps of unit kernels, each of length 1.
    pub(super) fn of_map(&self, map: &[f64]) -> Vec<f64> {
        let mut kernel = vec![0.0; self.len()];
        self.each_entry(|entry, coordinate, scale| kernel[coordinate] += scale * map[entry]);
        kernel
    }

    /// The map with given coordinates.
    pub(super) fn to_map(&self, kernel: &[f64]) -> Matrix {
        let pixels = self.domain.pixels();
        let mut map = Matrix::zeros(self.out.dim() * pixels, self.input.dim() * pixels);
        let values = map.values_mut();
        self.each_entry(|entry, coordinate, scale| values[entry] = scale * kernel[coordinate]);
        map
    }

    /// Calls `look(entry of the map, coordinate of the kernel, 1/√(pairs))` for all entries.
    fn each_entry(&self, mut look: impl FnMut(usize, usize, f64)) {
        let (pixels, inputs) = (self.domain.pixels(), self.input.dim());
        for p in 0..pixels {
            for q in 0..pixels {
                let offset = self.domain.between(p, q);
                let scale = 1.0 / (self.domain.pairs(offset) as f64).sqrt();
                for o in 0..self.out.dim() {
                    for i in 0..inputs {
                        let entry = (o * pixels + p) * inputs * pixels + i * pixels + q;
                        let coordinate = (o * inputs + i) * self.domain.offsets() + offset;
                        look(entry, coordinate, scale);
                    }
                }
            }
        }
    }

    /// Sets all coordinates outside a centred `size x size` window to zero.
    pub(super) fn restrict_to(&self, size: usize, kernel: &mut [f64]) {
        let offsets = self.domain.offsets();
        for (k, value) in kernel.iter_mut().enumerate() {
            if !self.domain.is_local(k % offsets, size) {
                *value = 0.0;
            }
        }
    }

    /// The coordinates of a window.
    pub(super) fn local(&self, size: usize) -> Vec<usize> {
        let offsets = self.domain.offsets();
        let inside = |k: &usize| self.domain.is_local(k % offsets, size);
        (0..self.len()).filter(inside).collect()
    }

    /// The mean of a unit kernel over the group, which is a column of the orthogonal projector
    /// onto the equivariant ones. With `values_fixed` also the mean of its values under `σ`.
    pub(super) fn mean(&self, coordinate: usize, values_fixed: bool) -> Vec<f64> {
        let (offsets, inputs) = (self.domain.offsets(), self.input.dim());
        let (o, i) = (coordinate / offsets / inputs, coordinate / offsets % inputs);
        let group = self.out.group();
        let scale = 1.0 / group.order() as f64;
        let mut sum = vec![0.0; self.len()];
        for (g, moved) in group.elements().zip(&self.moved) {
            let mut left = vec![0.0; self.out.dim()];
            self.out.add_column(g, o, scale, &mut left);
            if values_fixed {
                left = self.fixed.apply(&left);
            }
            let mut right = vec![0.0; inputs];
            self.input.add_column(g, i, 1.0, &mut right);
            for (a, l) in left.iter().enumerate().filter(|(_, l)| **l != 0.0) {
                for (b, r) in right.iter().enumerate() {
                    sum[(a * inputs + b) * offsets + moved[coordinate % offsets]] += l * r;
                }
            }
        }
        sum
    }

    /// `1/|G| Σ_g χ_σ(g) χ_ρ(g) · (taps of a window that g fixes)`, the trace of the mean; or
    /// with `values_fixed` the same with the invariants of `σ` counted alone.
    pub(super) fn trace(&self, size: usize, values_fixed: bool) -> f64 {
        let group = self.out.group();
        let order = group.order() as f64;
        let (mut sum, mut fixed) = (0.0, 0.0);
        for (g, moved) in group.elements().zip(&self.moved) {
            let taps = moved.iter().enumerate();
            let taps = taps.filter(|&(t, &gt)| t == gt && self.domain.is_local(t, size));
            let values = self.out.character(g);
            let factor = if values_fixed { 1.0 } else { values };
            sum += factor * self.input.character(g) * taps.count() as f64 / order;
            fixed += values / order;
        }
        if values_fixed { sum * fixed } else { sum }
    }
}

fn mean_matrix(rho: &FiniteRepresentation) -> Matrix {
    let group = rho.group();
    let mut mean = Matrix::zeros(rho.dim(), rho.dim());
    for g in group.elements() {
        for (sum, value) in mean.values_mut().iter_mut().zip(rho.matrix(g).values()) {
            *sum += value / group.order() as f64;
        }
    }
    mean
}
