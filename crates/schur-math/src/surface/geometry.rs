//! Sizes, normals and curvature of a mesh.

use std::f64::consts::{PI, TAU};

use super::mesh::TriangleMesh;
use crate::vector::{Vector, cross, length, minus, plus, times, unit};
use crate::{MathError, SpaceIsometry};

impl TriangleMesh {
    /// The areas of the triangles.
    pub fn face_areas(&self) -> Vec<f64> {
        let area = |&face: &[usize; 3]| length(self.doubled_normal(face)) / 2.0;
        self.faces.iter().map(area).collect()
    }

    /// The area of every vertex: a third of its triangles.
    pub fn vertex_areas(&self) -> Vec<f64> {
        let mut areas = vec![0.0; self.vertices.len()];
        for (face, area) in self.faces.iter().zip(self.face_areas()) {
            face.iter().for_each(|&v| areas[v] += area / 3.0);
        }
        areas
    }

    /// The normals of the triangles, of length 1.
    pub fn face_normals(&self) -> Vec<[f64; 3]> {
        (0..self.faces.len())
            .map(|face| self.face_normal(face))
            .collect()
    }

    /// The normals of the vertices, of length 1: the mean of those of their triangles, by area. On a
    /// surface with one side each points to where its own triangles turn counter-clockwise.
    pub fn vertex_normals(&self) -> Vec<[f64; 3]> {
        let normal = |vertex: usize| {
            let mut sum = [0.0; 3];
            for &(face, against) in &self.fans[vertex].faces {
                let sign = if against { -1.0 } else { 1.0 };
                sum = plus(sum, times(self.doubled_normal(self.faces[face]), sign));
            }
            unit(sum)
        };
        (0..self.vertices.len()).map(normal).collect()
    }

    /// The curvature at every vertex as an angle: `2π` minus the sum of the corners there; on the border
    /// `π` minus the sum, by which the border turns. All together are `2π` times the
    /// [Euler characteristic](Self::euler_characteristic) (Gauss-Bonnet).
    pub fn angle_defects(&self) -> Vec<f64> {
        let defect = |fan: &super::fan::Fan| match fan.closed {
            true => TAU - fan.total,
            false => PI - fan.total,
        };
        self.fans.iter().map(defect).collect()
    }

    /// The curvature that the connection puts on every triangle: the share of the angle defects of its
    /// corners that is the corners' share of the angles there.
    pub fn face_curvatures(&self) -> Vec<f64> {
        let mut curvatures = vec![0.0; self.faces.len()];
        for (vertex, fan) in self.fans.iter().enumerate() {
            if fan.closed {
                for &(face, _) in &fan.faces {
                    let corner = self.corner(face, vertex);
                    curvatures[face] += (TAU - fan.total) * corner / fan.total;
                }
            }
        }
        curvatures
    }

    /// This mesh moved by an isometry of space.
    ///
    /// # Errors
    ///
    /// If rounding makes a triangle degenerate.
    pub fn moved(&self, g: &SpaceIsometry) -> Result<Self, MathError> {
        let matrix = g.matrix();
        let apply = |&[x, y, z]: &Vector| matrix.map(|[a, b, c]| a * x + b * y + c * z);
        self.with_vertices(self.vertices.iter().map(apply).collect())
    }

    /// The mean length of the edges.
    pub fn mean_edge(&self) -> f64 {
        let edges = self.edges();
        let lengths = edges
            .iter()
            .map(|&[a, b]| length(minus(self.vertices[a], self.vertices[b])));
        lengths.sum::<f64>() / edges.len() as f64
    }

    pub(super) fn face_normal(&self, face: usize) -> Vector {
        unit(self.doubled_normal(self.faces[face]))
    }

    /// The angle of a triangle at one of its corners.
    pub(super) fn corner(&self, face: usize, vertex: usize) -> f64 {
        let others = self.faces[face].map(|v| minus(self.vertices[v], self.vertices[vertex]));
        let at = self.faces[face]
            .iter()
            .position(|&v| v == vertex)
            .unwrap_or(0);
        crate::vector::angle(others[(at + 1) % 3], others[(at + 2) % 3])
    }

    fn doubled_normal(&self, [a, b, c]: [usize; 3]) -> Vector {
        let from = |v: usize| minus(self.vertices[v], self.vertices[a]);
        cross(from(b), from(c))
    }
}
