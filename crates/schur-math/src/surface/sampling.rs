//! Vertices that are spread evenly, for coarser levels.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::mesh::{TriangleMesh, refused};
use crate::MathError;
use crate::vector::{length, minus};

/// A distance and a vertex, ordered by both.
#[derive(PartialEq)]
struct At(f64, usize);

impl Eq for At {}

impl PartialOrd for At {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for At {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0).then(self.1.cmp(&other.1))
    }
}

impl TriangleMesh {
    /// Vertices of which each is as far as possible from those before, beginning with vertex 0, and the
    /// largest distance of any vertex from the nearest of them. Distances are those along edges; on
    /// several pieces every piece gets one first. Of equal distances the smallest number wins.
    ///
    /// ```
    /// use schur_math::surface::TriangleMesh;
    ///
    /// let (coarse, radius) = TriangleMesh::icosphere(2)?.farthest_points(12)?;
    /// assert_eq!(coarse.len(), 12);
    /// assert!(radius < 1.0);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are fewer vertices, fewer are asked for than there are pieces, or none.
    pub fn farthest_points(&self, count: usize) -> Result<(Vec<usize>, f64), MathError> {
        let vertices = self.vertices.len();
        if count < self.components() || count > vertices {
            return Err(refused(
                "a coarser level".to_string(),
                format!(
                    "{count} of {vertices} vertices in {} pieces; ask for at least one of a piece and \
                     for no more than there are",
                    self.components()
                ),
            ));
        }
        let mut distances = vec![f64::INFINITY; vertices];
        let mut chosen = Vec::with_capacity(count);
        let mut next = 0;
        while chosen.len() < count {
            chosen.push(next);
            self.spread(next, &mut distances);
            let mut farthest = f64::NEG_INFINITY;
            for (vertex, &distance) in distances.iter().enumerate() {
                if distance > farthest {
                    (farthest, next) = (distance, vertex);
                }
            }
        }
        let radius = distances.iter().copied().fold(0.0, f64::max);
        chosen.sort_unstable();
        Ok((chosen, radius))
    }

    /// Lowers distances by those from a vertex along edges.
    fn spread(&self, from: usize, distances: &mut [f64]) {
        distances[from] = 0.0;
        let mut open = BinaryHeap::from([Reverse(At(0.0, from))]);
        while let Some(Reverse(At(distance, vertex))) = open.pop() {
            if distance > distances[vertex] {
                continue;
            }
            for &(to, _) in &self.fans[vertex].neighbours {
                let step = length(minus(self.vertices[to], self.vertices[vertex]));
                if distance + step < distances[to] {
                    distances[to] = distance + step;
                    open.push(Reverse(At(distances[to], to)));
                }
            }
        }
    }
}
