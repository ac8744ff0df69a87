//! What a vertex sees around it: logarithmic map and transport.

use super::frames::{Surface, between_axes};
use super::mesh::refused;
use crate::tolerance::OPPOSITE_TURNS;
use crate::vector::{dot, minus};
use crate::{MathError, PlaneIsometry};

/// How far a vertex sees.
///
/// ```
/// use schur_math::surface::{Reach, Surface, TriangleMesh};
///
/// // From the middle of a flat grid: the edges lead to six others, a length of 1 to four.
/// let grid = Surface::new(TriangleMesh::plane(5, 5, 1.0)?);
/// let count = |reach| grid.neighbourhood(12, reach).map(|seen| seen.len());
/// assert_eq!((count(Reach::Rings(1))?, count(Reach::Radius(1.0))?), (7, 5));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reach {
    /// To so many edges away.
    Rings(usize),
    /// To offsets of at most this length.
    Radius(f64),
}

/// A vertex as another one sees it.
///
/// ```
/// use schur_math::surface::{Reach, Seen, Surface, TriangleMesh};
///
/// // The first is the one that sees, at its own origin.
/// let ball = Surface::new(TriangleMesh::icosphere(1)?);
/// let Seen { vertex, offset, transport } = ball.neighbourhood(3, Reach::Rings(1))?[0];
/// assert_eq!((vertex, offset, transport.angle()), (3, [0.0, 0.0], 0.0));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// Which one.
    pub vertex: usize,
    /// Where it lies, in the frame of the one that sees: the logarithmic map.
    pub offset: [f64; 2],
    /// The parallel transport of components, from its frame to that of the one that sees.
    pub transport: PlaneIsometry,
}

/// A vertex that has been reached.
#[derive(Clone)]
struct Reached {
    offset: [f64; 2],
    transport: PlaneIsometry,
    /// Whether all on the way lies in one plane.
    flat: bool,
}

/// A vertex that paths lead to: what they say of it.
#[derive(Clone, Default)]
struct Arriving {
    paths: f64,
    offset: [f64; 2],
    /// Cosines and sines of the angles of the transports.
    turn: [f64; 2],
    mirrored: [bool; 2],
    flat: bool,
}

impl Surface {
    /// What a vertex sees: itself, then the vertices ring by ring, those of a ring by number.
    ///
    /// # Method
    ///
    /// A neighbour lies at the length of the edge in the scaled direction of the edge (see the
    /// [module](super)). A vertex farther away is reached over its neighbours in the ring before, on
    /// broken straight lines: its offset is theirs plus the transported offset of the last edge, its
    /// transport the product; over several such neighbours the mean is taken. So it depends neither on
    /// numbers nor on places of vertices, and is exact where the surface is flat: there it is the
    /// difference of the places. With a radius, rings are added until one has no vertex within it.
    ///
    /// # Errors
    ///
    /// If there is no such vertex, the radius is no number from 0 up, or paths on several sides of
    /// vertices arrive in frames that cancel, or with and without a mirror, so that there is no mean.
    pub fn neighbourhood(&self, vertex: usize, reach: Reach) -> Result<Vec<Seen>, MathError> {
        Ok(self.neighbourhoods(&[vertex], reach)?.remove(0))
    }

    /// What every one of some vertices sees, see [`neighbourhood`](Self::neighbourhood).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn neighbourhoods(
        &self,
        vertices: &[usize],
        reach: Reach,
    ) -> Result<Vec<Vec<Seen>>, MathError> {
        if let Reach::Radius(radius) = reach
            && !(radius.is_finite() && radius >= 0.0)
        {
            return Err(MathError::geometry(
                "the radius of a neighbourhood",
                radius,
                "it is no distance",
                "give a number from 0 up",
            ));
        }
        let mut reached: Vec<Option<Reached>> = vec![None; self.frames.len()];
        let mut arriving: Vec<Arriving> = vec![Arriving::default(); self.frames.len()];
        let mut all = Vec::with_capacity(vertices.len());
        for &vertex in vertices {
            self.mesh.fan(vertex)?;
            let seen = self.around(vertex, reach, &mut reached, &mut arriving);
            reached.iter_mut().for_each(|place| *place = None);
            all.push(seen?);
        }
        Ok(all)
    }

    /// One neighbourhood; `reached` is empty before, and cleared by the caller.
    fn around(
        &self,
        vertex: usize,
        reach: Reach,
        reached: &mut [Option<Reached>],
        arriving: &mut [Arriving],
    ) -> Result<Vec<Seen>, MathError> {
        reached[vertex] = Some(Reached {
            offset: [0.0; 2],
            transport: PlaneIsometry::IDENTITY,
            flat: self.frames[vertex].flat,
        });
        let mut seen = vec![Seen {
            vertex,
            offset: [0.0; 2],
            transport: PlaneIsometry::IDENTITY,
        }];
        let (mut ring, mut rings) = (vec![vertex], 0);
        while !ring.is_empty() && reach != Reach::Rings(rings) {
            rings += 1;
            let mut next = Vec::new();
            for &from in &ring {
                let Some(here) = reached[from].clone() else {
                    continue;
                };
                for edge in &self.edges[from] {
                    if reached[edge.to].is_some() {
                        continue;
                    }
                    let arriving = &mut arriving[edge.to];
                    if arriving.paths == 0.0 {
                        next.push(edge.to);
                    }
                    let step = here.transport.apply(edge.offset);
                    let transport = here.transport.compose(&edge.transport);
                    arriving.add(here.offset, step, &transport, here.flat);
                }
            }
            next.sort_unstable();
            let mut within = false;
            for &to in &next {
                let arrived = std::mem::take(&mut arriving[to]);
                let place = self.settle(vertex, to, &arrived);
                let place = place.inspect_err(|_| {
                    // Nothing of this attempt is left for the next.
                    next.iter().for_each(|&v| arriving[v] = Arriving::default());
                })?;
                let [x, y] = place.offset;
                let kept = match reach {
                    Reach::Rings(_) => true,
                    Reach::Radius(radius) => x.hypot(y) <= radius,
                };
                if kept {
                    within = true;
                    seen.push(Seen {
                        vertex: to,
                        offset: place.offset,
                        transport: place.transport,
                    });
                }
                reached[to] = Some(place);
            }
            ring = if within { next } else { Vec::new() };
        }
        Ok(seen)
    }

    /// The mean of what paths say.
    fn settle(&self, vertex: usize, to: usize, paths: &Arriving) -> Result<Reached, MathError> {
        let (here, there) = (&self.frames[vertex], &self.frames[to]);
        let flat = paths.flat && there.flat;
        let offset = match paths.flat {
            true => {
                let difference = minus(self.mesh.vertices[to], self.mesh.vertices[vertex]);
                here.axes.map(|axis| dot(difference, axis))
            }
            false => paths.offset.map(|v| v / paths.paths),
        };
        let [cos, sin] = paths.turn;
        if paths.mirrored == [true; 2] || cos.hypot(sin) <= OPPOSITE_TURNS * paths.paths {
            return Err(refused(
                format!("vertices {vertex} and {to}"),
                "paths between them, on several sides of vertices, carry frames to such that cancel, or \
                 some with and some without a mirror; see less far, or use a finer mesh"
                    .to_string(),
            ));
        }
        let transport = match flat {
            true => between_axes(there.axes, here.axes),
            false => PlaneIsometry::wrapped(sin.atan2(cos), paths.mirrored[1]),
        };
        Ok(Reached {
            offset,
            transport,
            flat,
        })
    }
}

impl Arriving {
    fn add(&mut self, [x, y]: [f64; 2], [u, v]: [f64; 2], transport: &PlaneIsometry, flat: bool) {
        self.paths += 1.0;
        self.offset[0] += x + u;
        self.offset[1] += y + v;
        let (sin, cos) = transport.angle().sin_cos();
        self.turn[0] += cos;
        self.turn[1] += sin;
        self.mirrored[usize::from(transport.is_reflected())] = true;
        self.flat |= flat;
    }
}
