//! Equivariant convolutions of any group here, as plain data.

use std::collections::BTreeMap;

use schur_engine::symmetry::{Action, Band, Columns, Fibre, Subgroup, Symmetry};
use schur_engine::{Block, ConvPlan, Entry, Geometry, Layout, PairBasis};

use crate::groups::{
    PointGroup, centred, columns, direct_sum, permutation_of_taps, reflection, turned,
};
use crate::support::Source;
use crate::tolerance::SAME_MATRIX;

/// What a convolution is made of.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) group: String,
    /// Whether kernels are combinations of a few filters.
    pub(crate) band: bool,
    /// Whether the plan is told of the mirrors of the axes as a subgroup.
    pub(crate) subgroups: bool,
    /// Names of fields with their multiplicities.
    pub(crate) input: Vec<(String, usize)>,
    pub(crate) output: Vec<(String, usize)>,
    pub(crate) geometry: Geometry,
}

/// Basis elements of a pair at most.
const ELEMENTS: usize = 12;

pub(crate) fn case(
    group: &str,
    input: &[(&str, usize)],
    output: &[(&str, usize)],
    geometry: Geometry,
) -> Case {
    let side = |side: &[(&str, usize)]| side.iter().map(|(n, c)| (n.to_string(), *c)).collect();
    Case {
        group: group.to_string(),
        band: ["C8", "D8", "I"].contains(&group),
        subgroups: false,
        input: side(input),
        output: side(output),
        geometry,
    }
}

impl Case {
    pub(crate) fn kernel(&self) -> [usize; 3] {
        self.geometry.kernel()
    }

    /// The symmetry as the engine is told it.
    pub(crate) fn symmetry(&self) -> Symmetry {
        let group = PointGroup::named(&self.group);
        let action = |(part, indices): (PointGroup, Vec<usize>)| {
            let side = |side: &[(String, usize)]| -> Vec<Vec<Columns>> {
                let field = |(name, _): &(String, usize)| {
                    let all = group.field(name);
                    indices.iter().map(|&g| all[g].clone()).collect()
                };
                side.iter().map(field).collect()
            };
            let moved = part.matrices.iter();
            let moved = moved.map(|g| permutation_of_taps(g, self.kernel()).unwrap());
            let action = Action {
                positions: moved.collect(),
                inputs: side(&self.input),
                outputs: side(&self.output),
                irreps: part.irreps,
            };
            (part.name, action)
        };
        let (name, on_taps) = action(group.on_taps(self.kernel()));
        let subgroup = |part: (PointGroup, Vec<usize>)| {
            let (name, action) = action(part);
            Subgroup { name, action }
        };
        let mirrors = self.subgroups.then(|| subgroup(group.mirrors()));
        Symmetry {
            name,
            action: on_taps,
            subgroups: mirrors.into_iter().collect(),
            band: self.band.then(|| self.band_symmetry(&group)),
        }
    }

    fn band_symmetry(&self, group: &PointGroup) -> Band {
        let side = |side: &[(String, usize)]| side.iter().map(|f| group.field(&f.0)).collect();
        let fibres = |side: &[(String, usize)]| side.iter().map(|f| fibre(group, &f.0)).collect();
        let first = self.first_axis();
        let taps: usize = self.kernel().iter().product();
        let values = (0..taps).map(|tap| monomials(centred(tap, self.kernel()), first));
        let values: Vec<Vec<f64>> = values.collect();
        let count = values[0].len();
        Band {
            name: group.name.clone(),
            action: Action {
                irreps: group.irreps.clone(),
                positions: (group.matrices.iter())
                    .map(|g| columns(&on_monomials(g, first), count))
                    .collect(),
                inputs: side(&self.input),
                outputs: side(&self.output),
            },
            filters: (0..count)
                .flat_map(|f| values.iter().map(move |values| values[f]))
                .collect(),
            fibres: [fibres(&self.input), fibres(&self.output)],
        }
    }

    /// The first axis that the kernel extends along.
    fn first_axis(&self) -> usize {
        usize::from(self.kernel()[0] == 1)
    }

    /// A plan with a few random kernels per pair that commute with the group.
    pub(crate) fn plan(&self) -> ConvPlan {
        self.plan_of(self.bases(&self.symmetry()))
    }

    /// A plan with the given kernels.
    pub(crate) fn plan_of(&self, bases: Vec<PairBasis>) -> ConvPlan {
        let symmetry = self.symmetry();
        let layout = |blocks: &[Vec<Columns>], side: &[(String, usize)]| {
            let block = |(rho, (_, multiplicity)): (&Vec<Columns>, &(String, usize))| Block {
                dim: rho[0].len(),
                multiplicity: *multiplicity,
            };
            Layout::new(blocks.iter().zip(side).map(block).collect()).unwrap()
        };
        ConvPlan::with_symmetry(
            layout(&symmetry.action.inputs, &self.input),
            layout(&symmetry.action.outputs, &self.output),
            self.geometry,
            bases,
            &symmetry,
        )
        .unwrap()
    }

    /// A few kernels per pair: averages over the group of kernels with one entry.
    pub(crate) fn bases(&self, symmetry: &Symmetry) -> Vec<PairBasis> {
        let action = symmetry
            .band
            .as_ref()
            .map_or(&symmetry.action, |b| &b.action);
        let mut source = Source::new(17);
        let mut bases = Vec::new();
        for out in &action.outputs {
            for input in &action.inputs {
                let element = |_| {
                    let unit = (
                        source.below(out[0].len()),
                        source.below(action.positions[0].len()),
                        source.below(input[0].len()),
                    );
                    let average = average(action, out, input, unit);
                    match &symmetry.band {
                        Some(band) => on_taps(band, average),
                        None => average,
                    }
                };
                bases.push(PairBasis {
                    elements: (0..ELEMENTS).map(element).collect(),
                });
            }
        }
        bases
    }
}

/// The average over a group of the kernel with one entry, at (output, position, input): an entry's
/// tap is its position.
fn average(
    action: &Action,
    out: &[Columns],
    input: &[Columns],
    (o, p, i): (usize, usize, usize),
) -> Vec<Entry> {
    let mut sums = BTreeMap::new();
    let share = 1.0 / action.positions.len() as f64;
    for ((positions, out), input) in action.positions.iter().zip(out).zip(input) {
        for &(tap, a) in &positions[p] {
            for &(out, b) in &out[o] {
                for &(input, c) in &input[i] {
                    *sums.entry((out, input, tap)).or_insert(0.0) += share * a * b * c;
                }
            }
        }
    }
    // An average may vanish, but for rounding.
    let kept = sums
        .into_iter()
        .filter(|(_, value)| value.abs() > SAME_MATRIX);
    let entry = |((out, input, tap), value)| Entry {
        out,
        input,
        tap,
        value,
    };
    kept.map(entry).collect()
}

/// A kernel of filters on the taps.
fn on_taps(band: &Band, entries: Vec<Entry>) -> Vec<Entry> {
    let taps = band.filters.len() / band.action.positions[0].len();
    let mut spread = Vec::new();
    for entry in entries {
        for tap in 0..taps {
            let value = entry.value * band.filters[entry.tap * taps + tap];
            spread.push(Entry {
                tap,
                value,
                ..entry
            });
        }
    }
    spread
}

/// A field in a basis of parts that the group does not mix.
fn fibre(group: &PointGroup, name: &str) -> Fibre {
    let original = group.field(name);
    let dim = original[0].len();
    if name == "mixed" {
        let blocks = group.matrices.iter().map(|g| direct_sum(&[1.0], g));
        return Fibre {
            basis: reflection(4),
            parts: vec![1, 3],
            in_basis: blocks.map(|m| columns(&m, 4)).collect(),
        };
    }
    if name == "vector" {
        // Any orthogonal basis will do, also one that mixes everything.
        let basis = reflection(3);
        let in_basis = group.matrices.iter().map(|g| turned(g, &basis, 3));
        return Fibre {
            parts: vec![3],
            in_basis: in_basis.map(|m| columns(&m, 3)).collect(),
            basis,
        };
    }
    Fibre {
        basis: (0..dim * dim)
            .map(|k| if k % (dim + 1) == 0 { 1.0 } else { 0.0 })
            .collect(),
        parts: vec![dim],
        in_basis: original,
    }
}

/// The monomials of degree 0, 1 and 2 in the coordinates from axis `first` on, times a
/// Gaussian.
fn monomials(point: [f64; 3], first: usize) -> Vec<f64> {
    let square: f64 = point.iter().map(|x| x * x).sum();
    let gaussian = (-square / 2.0).exp();
    let x = &point[first..];
    let mut values = vec![gaussian];
    values.extend(x.iter().map(|x| gaussian * x));
    for i in 0..x.len() {
        values.push(gaussian * x[i] * x[i]);
        // So that orthogonal matrices act by orthogonal matrices.
        let mixed = (i + 1..x.len()).map(|j| gaussian * 2.0_f64.sqrt() * x[i] * x[j]);
        values.extend(mixed);
    }
    values
}

/// The matrix M with `monomials(g^-1 x) = M^T monomials(x)`: filter f is moved to
/// `sum over k of M[k][f] filter k`.
fn on_monomials(g: &[f64; 9], first: usize) -> Vec<f64> {
    let n = 3 - first;
    let g = |i: usize, j: usize| g[3 * (first + i) + first + j];
    let linear: Vec<f64> = (0..n * n).map(|k| g(k / n, k % n)).collect();
    let pairs: Vec<(usize, usize)> = (0..n).flat_map(|i| (i..n).map(move |j| (i, j))).collect();
    let mut quadratic = Vec::new();
    for &(i, j) in &pairs {
        for &(k, l) in &pairs {
            let scale = |i, j| if i == j { 0.5_f64.sqrt() } else { 1.0 };
            quadratic.push(scale(i, j) * scale(k, l) * (g(i, k) * g(j, l) + g(i, l) * g(j, k)));
        }
    }
    direct_sum(&direct_sum(&[1.0], &linear), &quadratic)
}
