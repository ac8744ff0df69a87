//! The heat equation on a mesh.

use super::mesh::{TriangleMesh, refused};
use super::vector::{cross, dot, length, minus};
use crate::MathError;
use crate::tolerance::HEAT_RESIDUAL;

/// The heat equation `∂u/∂t = Δu` for functions on the vertices of a mesh, with linear finite elements
/// (the cotangent Laplacian) and masses at the vertices; no heat leaves over a border.
///
/// ```
/// use schur_math::surface::{Diffusion, TriangleMesh};
///
/// let mesh = TriangleMesh::icosphere(3)?;
/// let heat = Diffusion::new(&mesh);
/// // On the sphere the coordinate z is an eigenfunction: it decays as exp(-2 t).
/// let start: Vec<f64> = mesh.vertices().iter().map(|v| v[2]).collect();
/// let end = heat.run(&start, 0.1, 100)?;
/// let [before, after] = [&start, &end].map(|u| u.iter().fold(0.0f64, |m, v| m.max(*v)));
/// assert!((after / before - (-0.2f64).exp()).abs() < 2e-3);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Diffusion {
    /// Edges and their weights, half the sum of the cotangents of the angles opposite.
    edges: Vec<([usize; 2], f64)>,
    /// The weights at every vertex together.
    diagonal: Vec<f64>,
    masses: Vec<f64>,
}

impl Diffusion {
    /// For the functions on the vertices of a mesh.
    pub fn new(mesh: &TriangleMesh) -> Self {
        let (vertices, mut edges) = (mesh.vertices(), Vec::with_capacity(3 * mesh.faces().len()));
        for corners in mesh.faces() {
            for k in 0..3 {
                let [a, b, c] = [k, (k + 1) % 3, (k + 2) % 3].map(|i| corners[i]);
                let (x, y) = (
                    minus(vertices[a], vertices[c]),
                    minus(vertices[b], vertices[c]),
                );
                let cotangent = dot(x, y) / length(cross(x, y));
                edges.push(([a.min(b), a.max(b)], cotangent / 2.0));
            }
        }
        edges.sort_by_key(|(edge, _)| *edge);
        edges.dedup_by(|(edge, weight), (kept, sum)| {
            let same = edge == kept;
            if same {
                *sum += *weight;
            }
            same
        });
        let mut diagonal = vec![0.0; vertices.len()];
        for ([a, b], weight) in &edges {
            diagonal[*a] += weight;
            diagonal[*b] += weight;
        }
        Self {
            edges,
            diagonal,
            masses: mesh.vertex_areas(),
        }
    }

    /// The heat in a function: its integral over the surface, which does not change.
    pub fn heat(&self, u: &[f64]) -> f64 {
        self.masses.iter().zip(u).map(|(m, v)| m * v).sum()
    }

    /// `Δu` at the vertices.
    ///
    /// # Errors
    ///
    /// If there is not one number for every vertex.
    pub fn laplacian(&self, u: &[f64]) -> Result<Vec<f64>, MathError> {
        self.check(u)?;
        let stiff = self.stiffness(u);
        Ok(stiff
            .iter()
            .zip(&self.masses)
            .map(|(s, m)| -s / m)
            .collect())
    }

    /// The function after a time, in equal implicit steps of Euler's method: stable for any step, and
    /// off by about half of the step times the second derivative by time.
    ///
    /// # Errors
    ///
    /// If there is not one finite number for every vertex, the time is negative or not finite, or there is
    /// no step; [`MathError::Mesh`] if the linear system of a step cannot be solved.
    pub fn run(&self, u: &[f64], time: f64, steps: usize) -> Result<Vec<f64>, MathError> {
        self.check(u)?;
        if !(time >= 0.0 && time.is_finite()) || steps == 0 {
            return Err(MathError::geometry(
                "the time of diffusion",
                (time, steps),
                "it is negative or not finite, or has no step",
                "give a time from 0 up and at least one step",
            ));
        }
        let step = time / steps as f64;
        (0..steps).try_fold(u.to_vec(), |u, _| self.implicit(&u, step))
    }

    fn check(&self, u: &[f64]) -> Result<(), MathError> {
        let finite = u.iter().all(|v| v.is_finite());
        if u.len() == self.masses.len() && finite {
            return Ok(());
        }
        Err(MathError::Length {
            what: "a function on a mesh".to_string(),
            found: u.iter().filter(|v| v.is_finite()).count(),
            expected: self.masses.len(),
            meaning: "one finite number for every vertex".to_string(),
        })
    }

    fn stiffness(&self, u: &[f64]) -> Vec<f64> {
        let mut result: Vec<f64> = self.diagonal.iter().zip(u).map(|(d, v)| d * v).collect();
        for &([a, b], weight) in &self.edges {
            result[a] -= weight * u[b];
            result[b] -= weight * u[a];
        }
        result
    }

    /// Solves `(M + step L) v = M u` by conjugate gradients, preconditioned by the diagonal.
    fn implicit(&self, u: &[f64], step: f64) -> Result<Vec<f64>, MathError> {
        let apply = |v: &[f64]| -> Vec<f64> {
            let stiff = self.stiffness(v);
            let terms = stiff.iter().zip(v).zip(&self.masses);
            terms.map(|((s, v), m)| m * v + step * s).collect()
        };
        let inner = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        let inverse: Vec<f64> = self
            .masses
            .iter()
            .zip(&self.diagonal)
            .map(|(m, d)| 1.0 / (m + step * d))
            .collect();
        let precondition =
            |r: &[f64]| -> Vec<f64> { r.iter().zip(&inverse).map(|(r, i)| r * i).collect() };
        let right: Vec<f64> = self.masses.iter().zip(u).map(|(m, v)| m * v).collect();
        let goal = inner(&right, &right).sqrt() * HEAT_RESIDUAL;
        let mut v = u.to_vec();
        let mut rest: Vec<f64> = right.iter().zip(apply(&v)).map(|(b, a)| b - a).collect();
        let mut z = precondition(&rest);
        let (mut direction, mut energy) = (z.clone(), inner(&rest, &z));
        let most = 20 * u.len() + 100;
        for _ in 0..most {
            if inner(&rest, &rest).sqrt() <= goal {
                return Ok(v);
            }
            let image = apply(&direction);
            let along = energy / inner(&direction, &image);
            v.iter_mut()
                .zip(&direction)
                .for_each(|(v, d)| *v += along * d);
            rest.iter_mut()
                .zip(&image)
                .for_each(|(r, a)| *r -= along * a);
            z = precondition(&rest);
            let next = inner(&rest, &z);
            direction
                .iter_mut()
                .zip(&z)
                .for_each(|(d, z)| *d = z + next / energy * *d);
            energy = next;
        }
        Err(refused(
            "a step of diffusion".to_string(),
            format!(
                "after {most} steps conjugate gradients are off by {:.1e}; use smaller steps of time, or a \
                 mesh without thin triangles",
                inner(&rest, &rest).sqrt() / inner(&right, &right).sqrt()
            ),
        ))
    }
}
