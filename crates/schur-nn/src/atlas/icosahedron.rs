//! The icosahedron: ten rhombi of two triangles each, on the hexagonal lattice.

use schur_math::PlaneIsometry;

use super::{Atlas, Name, Seam};
use crate::NnError;

/// Rhombi around the axis through the poles; there are as many beside the north pole and beside the
/// south pole.
const AROUND: usize = 5;

impl Atlas {
    /// An icosahedron whose triangles have edges of `n` steps of the hexagonal lattice (Cohen, Weiler,
    /// Kicanaoglu & Welling 2019): ten charts of `n` x `n` cells, chart `k` of the five beside the north
    /// pole and chart `5 + k` below it. Two of them one below the other are one of the five charts of
    /// the source.
    ///
    /// A chart is a rhombus in skewed coordinates ([`schur_math::hexagonal_turn`]): columns lie along the
    /// x axis, one row further lies at -60°. Its columns lead from the pole, along the edge to the next
    /// chart, and transports are turns by multiples of 60°, so fields are those of C6. The twelve
    /// vertices of the icosahedron have five neighbours and no frame: two of them, the poles, belong to
    /// no chart, the others are the cells in the lower left corners. Windows see nothing there, and the
    /// results of convolutions there are 0.
    ///
    /// A convolution with [`KernelKind::Hexagonal`](crate::KernelKind) commutes with the 60 rotations
    /// of the icosahedron.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use schur_nn::{Atlas, EquivariantConvConfig, Field, FieldType, KernelKind, Layer};
    ///
    /// let (scalar, regular) = (FieldType::parse("C6: trivial")?, FieldType::parse("C6: 2 regular")?);
    /// let lifting = EquivariantConvConfig::new(&scalar, &regular, 3)
    ///     .with_padding(1)
    ///     .with_kernels(KernelKind::Hexagonal)
    ///     .init(&Device::flex())?;
    /// let x = Tensor::<3>::ones([1, 10 * 4 * 4, 1], &Device::flex());
    /// let x = Field::from_memory(x, Atlas::icosahedron(4)?.into(), &scalar)?;
    /// let y = lifting.forward(x)?;
    /// assert_eq!(y.domain().to_string(), "an icosahedron of 10 charts of 4 x 4 cells");
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `n` is below 2: there would be no cells beside the vertices.
    pub fn icosahedron(n: usize) -> Result<Self, NnError> {
        if n < 2 {
            return Err(NnError::Size {
                layer: "an icosahedron".to_string(),
                problem: format!("edges of {n} steps have no cells beside the vertices; use 2"),
            });
        }
        let sixth = PlaneIsometry::rotation(std::f64::consts::FRAC_PI_3)?;
        let (plain, turned, back) = (
            [[1, 0], [0, 1]],
            // Turns by -60° and by 60°.
            [[1, 1], [-1, 0]],
            [[0, -1], [1, 1]],
        );
        // Rows `i` of the rhombi are counted from 1 here and from 0 in the chart, where row `r = i - 1`
        // of column `j` goes on at `turn (r, j) + shift`.
        let seam = |chart: usize, turn: [[i64; 2]; 2], shift: [[i64; 2]; 2], transport| {
            let [row, column] = shift.map(|[number, sides]| [number, sides, 0]);
            Some(Seam {
                chart,
                turn,
                shift: [row, column],
                transport,
            })
        };
        let none = PlaneIsometry::IDENTITY;
        let mut edges = Vec::with_capacity(2 * AROUND);
        for k in 0..AROUND {
            let (next, before) = ((k + 1) % AROUND, (k + AROUND - 1) % AROUND);
            edges.push([
                // (i, j) -> (i + j, -i): around the pole.
                seam(next, turned, [[0, 0], [-1, 0]], sixth),
                // (i, j) -> (i - n, j).
                seam(AROUND + before, plain, [[0, -1], [0, 0]], none),
                // (i, j) -> (-j, i + j).
                seam(before, back, [[-1, 0], [1, 0]], sixth.inverse()),
                // (i, j) -> (i, j - n).
                seam(AROUND + k, plain, [[0, 0], [0, -1]], none),
            ]);
        }
        for k in 0..AROUND {
            let (next, before) = ((k + 1) % AROUND, (k + AROUND - 1) % AROUND);
            edges.push([
                // (i, j) -> (i + n, j).
                seam(next, plain, [[0, 1], [0, 0]], none),
                // (i, j) -> (i + j - n, 2n - i): around the south pole.
                seam(AROUND + before, turned, [[0, -1], [-1, 2]], sixth),
                // (i, j) -> (i, j + n).
                seam(k, plain, [[0, 0], [0, 1]], none),
                // (i, j) -> (2n - j, i + j - n).
                seam(AROUND + next, back, [[-1, 2], [1, -1]], sixth.inverse()),
            ]);
        }
        // The lower left corners.
        let corner = |chart: usize| chart * n * n + (n - 1) * n;
        Self {
            name: Name::Icosahedron,
            rows: n,
            columns: n,
            edges,
            holes: (0..2 * AROUND).map(corner).collect(),
        }
        .checked()
    }
}
