//! Tensors that signed permutations leave fixed, exactly.

/// The invariants of some signed permutations of the entries of a tensor: one per orbit of
/// entries that is not reached with both signs. It has the value `± 1/√|orbit|` there.
///
/// Orbits are numbered by their smallest entry, which has the plus sign.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SignedOrbits {
    /// Per entry its orbit, `NONE` where all invariants vanish.
    orbit: Vec<u32>,
    sign: Vec<i8>,
    scale: Vec<f64>,
}

const NONE: u32 = u32::MAX;

impl SignedOrbits {
    /// Orbits of the entries of a tensor with `modes` modes of dimension `dim`, all moved by
    /// the same signed permutation `(images, signs)`, for every generator.
    pub(super) fn new(dim: usize, modes: usize, generators: &[(Vec<usize>, Vec<i8>)]) -> Self {
        let entries = dim.pow(modes as u32);
        let mut forest = Forest::new(entries);
        for (images, signs) in generators {
            let (mut moved, mut moved_signs) = (vec![0u32], vec![1i8]);
            for _ in 0..modes {
                let digits = || images.iter().zip(signs);
                moved_signs = moved_signs
                    .iter()
                    .flat_map(|&s| digits().map(move |(_, &t)| s * t))
                    .collect();
                moved = moved
                    .iter()
                    .flat_map(|&m| digits().map(move |(&i, _)| m * dim as u32 + i as u32))
                    .collect();
            }
            for (entry, (&image, &sign)) in moved.iter().zip(&moved_signs).enumerate() {
                forest.join(entry as u32, image, sign);
            }
        }
        forest.orbits()
    }

    /// Number of invariants.
    pub(super) fn len(&self) -> usize {
        self.scale.len()
    }

    /// The tensor `Σ_o coefficients[o] · invariant o`.
    pub(super) fn embed(&self, coefficients: &[f64]) -> Vec<f64> {
        let pairs = self.orbit.iter().zip(&self.sign);
        pairs
            .map(|(&orbit, &sign)| match orbit {
                NONE => 0.0,
                o => f64::from(sign) * self.scale[o as usize] * coefficients[o as usize],
            })
            .collect()
    }

    /// The inner products of a tensor with all invariants.
    pub(super) fn restrict(&self, tensor: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.len()];
        for ((&orbit, &sign), value) in self.orbit.iter().zip(&self.sign).zip(tensor) {
            if orbit != NONE {
                sums[orbit as usize] += f64::from(sign) * value;
            }
        }
        sums.iter_mut().zip(&self.scale).for_each(|(s, f)| *s *= f);
        sums
    }
}

/// Union-find with signs; the smallest entry of a tree is its root.
struct Forest {
    parent: Vec<u32>,
    /// Sign relative to the parent.
    sign: Vec<i8>,
    /// At roots: reached with both signs.
    cancels: Vec<bool>,
}

impl Forest {
    fn new(entries: usize) -> Self {
        Self {
            parent: (0..entries as u32).collect(),
            sign: vec![1; entries],
            cancels: vec![false; entries],
        }
    }

    /// The root of an entry and the sign relative to it; halves the path.
    fn find(&mut self, mut x: u32) -> (u32, i8) {
        let mut sign = 1;
        while self.parent[x as usize] != x {
            let at = x as usize;
            let up = self.parent[at] as usize;
            if self.parent[up] as usize != up {
                self.sign[at] *= self.sign[up];
                self.parent[at] = self.parent[up];
            }
            sign *= self.sign[at];
            x = self.parent[at];
        }
        (x, sign)
    }

    /// Notes that invariants have `value(y) = sign · value(x)`.
    fn join(&mut self, x: u32, y: u32, sign: i8) {
        let ((a, s), (b, t)) = (self.find(x), self.find(y));
        let relative = s * t * sign;
        if a == b {
            self.cancels[a as usize] |= relative < 0;
            return;
        }
        let (root, child) = (a.min(b) as usize, a.max(b) as usize);
        self.parent[child] = root as u32;
        self.sign[child] = relative;
        self.cancels[root] |= self.cancels[child];
    }

    fn orbits(mut self) -> SignedOrbits {
        let entries = self.parent.len();
        let (mut orbit, mut sign) = (vec![NONE; entries], vec![1; entries]);
        let mut sizes: Vec<f64> = Vec::new();
        for entry in 0..entries {
            let (root, relative) = self.find(entry as u32);
            let root = root as usize;
            if self.cancels[root] {
                continue;
            }
            if root == entry {
                orbit[entry] = sizes.len() as u32;
                sizes.push(0.0);
            }
            // Roots are smallest, so theirs is known.
            (orbit[entry], sign[entry]) = (orbit[root], relative);
            sizes[orbit[entry] as usize] += 1.0;
        }
        let scale = sizes.iter().map(|size| 1.0 / size.sqrt()).collect();
        SignedOrbits { orbit, sign, scale }
    }
}
