//! Surfaces of glued rectangles: what lies beyond the edge of a chart, and in which frame.

mod coarser;
mod icosahedron;
mod moved;

use std::fmt;

use schur_math::PlaneIsometry;

pub(crate) use coarser::Steps;

use crate::NnError;

/// Rectangular charts of equally many cells, some of whose edges are glued to others: a cylinder or a
/// Möbius strip of one chart, an icosahedron of five.
///
/// A chart is an image: row `i` and column `j` lie as there, `x` along the columns and `y` upwards,
/// and features have the components that they have in these axes, the *frame* of the chart. For
/// every cell beyond a glued edge the atlas says which cell it is ([`cell`](Self::cell)), and by
/// which element of O(2) features there are brought into the frame of the chart, their *transport*.
/// A [`Field`](crate::Field) on [`Domain::Atlas`](crate::Domain) asks it for what a convolution or a
/// pool sees beyond a glued edge; beyond a free edge the padding of the layer holds.
///
/// Kernels that are steerable under the transports see the surface and not the place of the edges
/// (Cohen, Weiler, Kicanaoglu & Welling 2019; Weiler, Forré, Verlinde & Welling 2021).
///
/// ```
/// use schur_math::PlaneIsometry;
/// use schur_nn::Atlas;
///
/// // Right of column 5 of a Möbius strip is column 0, upside down.
/// let strip = Atlas::moebius(3, 6)?;
/// let (cell, transport) = strip.cell(0, 0, 6).expect("the strip goes on there");
/// assert_eq!(cell, 2 * 6);
/// assert_eq!(transport.lattice_matrix(), Some([[1, 0], [0, -1]]));
/// // Twice around is the cell itself; beyond the upper edge is nothing.
/// assert_eq!(strip.cell(0, 0, 12), Some((0, PlaneIsometry::IDENTITY)));
/// assert_eq!(strip.cell(0, -1, 3), None);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Atlas {
    name: Name,
    /// Rows and columns of every chart.
    rows: usize,
    columns: usize,
    /// What lies above, below, left and right of every chart.
    edges: Vec<[Option<Seam>; 4]>,
    /// Cells that are no places of the surface, by their numbers.
    holes: Vec<usize>,
}

/// How a glued edge goes on: the cell (row `i`, column `j`) beyond it is the cell
/// `turn (i, j) + shift` of a chart, whose features `f` are `ρ(transport) f` in the frame of this one.
///
/// Entries of `shift` are a number, a multiple of the rows and one of the columns of a chart, so
/// that the same seam glues charts of other sizes.
///
/// ```
/// use schur_math::PlaneIsometry;
/// use schur_nn::{Atlas, Seam};
///
/// // Columns go on at the other end, so many columns of the chart away.
/// let beyond = |columns: i64| Some(Seam {
///     chart: 0,
///     turn: [[1, 0], [0, 1]],
///     shift: [[0, 0, 0], [0, 0, columns]],
///     transport: PlaneIsometry::IDENTITY,
/// });
/// let strip = Atlas::new(4, 6, vec![[None, None, beyond(1), beyond(-1)]])?;
/// assert_eq!(strip.cell(0, 2, 6), Some((2 * 6, PlaneIsometry::IDENTITY)));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Seam {
    /// The chart beyond.
    pub chart: usize,
    /// What (row, column) are multiplied with.
    pub turn: [[i64; 2]; 2],
    /// What is added to row and column: `[number, times rows, times columns]`.
    pub shift: [[i64; 3]; 2],
    /// From the frame of the chart beyond to that of this one.
    pub transport: PlaneIsometry,
}

/// What people call it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Name {
    Cylinder,
    Moebius,
    Untransported,
    Icosahedron,
    Charts,
}

/// Where charts are glued to themselves, in the order of the edges.
const SIDES: [&str; 4] = ["upper", "lower", "left", "right"];

impl Atlas {
    /// Charts of `rows` x `columns` cells, of which is said what lies beyond their upper, lower, left
    /// and right edge: nothing (`None`), or another or the same chart.
    ///
    /// ```
    /// use schur_math::PlaneIsometry;
    /// use schur_nn::{Atlas, Seam};
    ///
    /// // A torus: rows and columns go on at the other end.
    /// let on = |row: i64, column: i64| Some(Seam {
    ///     chart: 0,
    ///     turn: [[1, 0], [0, 1]],
    ///     shift: [[0, row, 0], [0, 0, column]],
    ///     transport: PlaneIsometry::IDENTITY,
    /// });
    /// let torus = Atlas::new(4, 6, vec![[on(1, 0), on(-1, 0), on(0, 1), on(0, -1)]])?;
    /// assert_eq!(torus.cell(0, -1, 6), Some((3 * 6, PlaneIsometry::IDENTITY)));
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no chart or no cell, of two opposite edges one is glued and one is not, a cell
    /// beyond an edge is none of the chart there, or the way back from there leads elsewhere or is
    /// not transported by the inverse.
    pub fn new(
        rows: usize,
        columns: usize,
        edges: Vec<[Option<Seam>; 4]>,
    ) -> Result<Self, NnError> {
        Self {
            name: Name::Charts,
            rows,
            columns,
            edges,
            holes: Vec::new(),
        }
        .checked()
    }

    /// A cylinder: the last column is followed by the first. `columns` go around, `rows` across.
    ///
    /// # Errors
    ///
    /// If there are no rows or no columns.
    pub fn cylinder(rows: usize, columns: usize) -> Result<Self, NnError> {
        let glued = [[1, 0], [0, 1]];
        Self::strip(
            Name::Cylinder,
            [rows, columns],
            glued,
            PlaneIsometry::IDENTITY,
        )
    }

    /// A Möbius strip: the last column is followed by the first one upside down, and features there
    /// are mirrored likewise, by `(x, y) -> (x, -y)`, the mirror of the group `D1@0`. `columns` go
    /// around, `rows` across; twice around is the identity.
    ///
    /// # Errors
    ///
    /// If there are no rows or no columns.
    pub fn moebius(rows: usize, columns: usize) -> Result<Self, NnError> {
        let glued = [[-1, 0], [0, 1]];
        Self::strip(Name::Moebius, [rows, columns], glued, Self::across())
    }

    /// The mirror `(x, y) -> (x, -y)` across a strip, which fixes the direction along it.
    pub fn across() -> PlaneIsometry {
        PlaneIsometry::MIRROR.compose(&half_turn())
    }

    /// These charts with features copied over the edges as they are: what a conventional
    /// network sees, which knows where the cells are and not how features turn.
    ///
    /// ```
    /// use schur_math::PlaneIsometry;
    /// use schur_nn::Atlas;
    ///
    /// let strip = Atlas::moebius(3, 6)?.without_transport();
    /// assert_eq!(strip.cell(0, 0, 6), Some((2 * 6, PlaneIsometry::IDENTITY)));
    /// assert_eq!(strip.to_string(), "a Möbius strip of 3 x 6 cells without transport");
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    #[must_use]
    pub fn without_transport(mut self) -> Self {
        for seam in self.edges.iter_mut().flatten().flatten() {
            seam.transport = PlaneIsometry::IDENTITY;
        }
        if self.name == Name::Moebius {
            self.name = Name::Untransported;
        }
        self
    }

    /// One chart whose left and right edges are glued.
    fn strip(
        name: Name,
        [rows, columns]: [usize; 2],
        turn: [[i64; 2]; 2],
        transport: PlaneIsometry,
    ) -> Result<Self, NnError> {
        // Row i is followed by row i, or by the one that is as far from the other edge.
        let row = match turn[0][0] {
            -1 => [-1, 1, 0],
            _ => [0; 3],
        };
        let seam = |columns: i64| {
            Some(Seam {
                chart: 0,
                turn,
                shift: [row, [0, 0, columns]],
                transport,
            })
        };
        Self {
            name,
            rows,
            columns,
            edges: vec![[None, None, seam(1), seam(-1)]],
            holes: Vec::new(),
        }
        .checked()
    }

    /// The same charts with other numbers of rows and columns.
    pub(crate) fn resized(&self, rows: usize, columns: usize) -> Self {
        Self {
            rows,
            columns,
            ..self.clone()
        }
    }

    /// \[charts, rows, columns\].
    pub fn sizes(&self) -> [usize; 3] {
        [self.edges.len(), self.rows, self.columns]
    }

    /// The cell that row `row` and column `column` of a chart are, which may lie beyond its edges:
    /// its number, row by row and chart after chart, and the element that brings features there
    /// into the frame of the chart. `None` beyond a free edge, and where the surface has no frame.
    pub fn cell(&self, chart: usize, row: i64, column: i64) -> Option<(usize, PlaneIsometry)> {
        let (mut chart, mut place) = (chart, [row, column]);
        let mut transport = PlaneIsometry::IDENTITY;
        for _ in 0..self.most_crossed(place) {
            let edges = self.edges.get(chart)?;
            let Some(side) = self.side_of(place) else {
                let [row, column] = place.map(|index| index as usize);
                let cell = (chart * self.rows + row) * self.columns + column;
                return (!self.holes.contains(&cell)).then_some((cell, transport));
            };
            let seam = edges[side].as_ref()?;
            place = self.across_seam(seam, place);
            chart = seam.chart;
            transport = transport.compose(&seam.transport);
        }
        None
    }

    /// How many edges are crossed on the way to a place, at most: around a point that belongs to no
    /// chart the way never ends.
    fn most_crossed(&self, [row, column]: [i64; 2]) -> usize {
        let turns =
            row.unsigned_abs() as usize / self.rows + column.unsigned_abs() as usize / self.columns;
        4 * (turns + 2)
    }

    /// Cells that belong to charts and not to the surface; windows see nothing there.
    pub(crate) fn holes(&self) -> &[usize] {
        &self.holes
    }

    /// Whether cells have six neighbours.
    fn is_hexagonal(&self) -> bool {
        self.name == Name::Icosahedron
    }

    /// Which edge a place lies beyond: the left or right one before the others.
    fn side_of(&self, [row, column]: [i64; 2]) -> Option<usize> {
        let [rows, columns] = [self.rows as i64, self.columns as i64];
        let beyond = [row < 0, row >= rows, column < 0, column >= columns];
        [2, 3, 0, 1].into_iter().find(|&side| beyond[side])
    }

    fn across_seam(&self, seam: &Seam, place: [i64; 2]) -> [i64; 2] {
        let sizes = [1, self.rows as i64, self.columns as i64];
        let dot = |a: &[i64], b: &[i64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<i64>();
        std::array::from_fn(|axis| dot(&seam.turn[axis], &place) + dot(&seam.shift[axis], &sizes))
    }

    /// The cells along the inner side of an edge, and the step that leads beyond it.
    fn along(&self, side: usize) -> (Vec<[i64; 2]>, [i64; 2]) {
        let [rows, columns] = [self.rows as i64, self.columns as i64];
        match side {
            0 => ((0..columns).map(|j| [0, j]).collect(), [-1, 0]),
            1 => ((0..columns).map(|j| [rows - 1, j]).collect(), [1, 0]),
            2 => ((0..rows).map(|i| [i, 0]).collect(), [0, -1]),
            _ => ((0..rows).map(|i| [i, columns - 1]).collect(), [0, 1]),
        }
    }

    /// Whether the axes of charts, rows and columns are glued at their ends.
    pub(crate) fn glued(&self) -> [bool; 3] {
        let of = |side: usize| {
            self.edges
                .first()
                .is_some_and(|edges| edges[side].is_some())
        };
        [false, of(0), of(2)]
    }

    /// All seams.
    fn seams(&self) -> impl Iterator<Item = &Seam> {
        self.edges.iter().flatten().flatten()
    }

    /// The transports, each once, without the identity.
    pub(crate) fn transports(&self) -> Vec<PlaneIsometry> {
        let mut transports: Vec<PlaneIsometry> = Vec::new();
        for Seam { transport, .. } in self.seams() {
            if *transport != PlaneIsometry::IDENTITY && !transports.contains(transport) {
                transports.push(*transport);
            }
        }
        transports
    }

    fn checked(self) -> Result<Self, NnError> {
        let wrong = |problem: String| {
            Err(NnError::Size {
                layer: "an atlas".to_string(),
                problem,
            })
        };
        if self.edges.is_empty() || self.rows == 0 || self.columns == 0 {
            let [charts, rows, columns] = self.sizes();
            return wrong(format!(
                "{charts} charts of {rows} x {columns} cells hold nothing; use at least one of 1 x 1"
            ));
        }
        let glued = self.glued();
        for (chart, edges) in self.edges.iter().enumerate() {
            for (side, edge) in edges.iter().enumerate() {
                let at = format!("the {} edge of chart {chart}", SIDES[side]);
                if edge.is_some() != glued[1 + side / 2] {
                    return wrong(format!(
                        "{at} is {} and others of its axis are not; glue both ends of rows, or of \
                         columns, in all charts or in none",
                        if edge.is_some() { "glued" } else { "free" }
                    ));
                }
                let Some(seam) = edge else { continue };
                let (cells, [down, right]) = self.along(side);
                for [row, column] in cells {
                    if self.cell(chart, row + down, column + right).is_none()
                        && !self.holes.is_empty()
                        || self.cell(chart, row, column).is_none()
                    {
                        continue;
                    }
                    let there = self.across_seam(seam, [row + down, column + right]);
                    if seam.chart >= self.edges.len() || self.side_of(there).is_some() {
                        return wrong(format!(
                            "beyond {at} row {row}, column {column} goes on at {there:?} of chart \
                             {}, which is no cell; change `turn` or `shift`",
                            seam.chart
                        ));
                    }
                    // One step back from there is the cell itself, by the inverse transport.
                    let back = seam.turn.map(|[a, b]| -(a * down + b * right));
                    let back = self.cell(seam.chart, there[0] + back[0], there[1] + back[1]);
                    let here = self.cell(chart, row, column).map(|(cell, _)| cell);
                    let returns = back.is_some_and(|(cell, transport)| {
                        Some(cell) == here && is_inverse(&transport, &seam.transport)
                    });
                    if !returns {
                        return wrong(format!(
                            "beyond {at} the way back from row {}, column {} of chart {} does not \
                             lead to row {row}, column {column} by the inverse transport; glue \
                             both edges alike",
                            there[0], there[1], seam.chart
                        ));
                    }
                }
            }
        }
        Ok(self)
    }

    /// `a Möbius strip`: what the charts are glued to.
    pub(crate) fn surface(&self) -> &'static str {
        match self.name {
            Name::Cylinder => "a cylinder",
            Name::Moebius | Name::Untransported => "a Möbius strip",
            Name::Icosahedron => "an icosahedron",
            Name::Charts => "an atlas",
        }
    }
}

/// The rotation by 180°.
fn half_turn() -> PlaneIsometry {
    PlaneIsometry::rotation(std::f64::consts::PI).unwrap_or(PlaneIsometry::IDENTITY)
}

fn is_inverse(a: &PlaneIsometry, b: &PlaneIsometry) -> bool {
    a.compose(b).distance(&PlaneIsometry::IDENTITY) <= crate::tolerance::TRANSPORT
}

impl fmt::Display for Atlas {
    /// `a Möbius strip of 28 x 28 cells`: across and around.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [charts, rows, columns] = self.sizes();
        write!(f, "{} of ", self.surface())?;
        if matches!(self.name, Name::Icosahedron | Name::Charts) {
            write!(f, "{charts} charts of ")?;
        }
        write!(f, "{rows} x {columns} cells")?;
        match self.name {
            Name::Untransported => write!(f, " without transport"),
            _ => Ok(()),
        }
    }
}
