//! The Laplacian of a mesh, and the equations of heat and of waves.

use super::mesh::{TriangleMesh, refused};
use crate::MathError;
use crate::tolerance::HEAT_RESIDUAL;
use crate::vector::{cross, dot, length, minus};

/// The Laplacian `Δ` of functions on the vertices of a mesh, with linear finite elements (cotangents) and
/// masses at the vertices; what happens at a border is that nothing leaves over it.
///
/// ```
/// use schur_math::surface::{Laplacian, TriangleMesh};
///
/// let mesh = TriangleMesh::icosphere(3)?;
/// let laplacian = Laplacian::new(&mesh);
/// // On the sphere the coordinate z is an eigenfunction: as heat it decays as exp(-2 t).
/// let start: Vec<f64> = mesh.vertices().iter().map(|v| v[2]).collect();
/// let end = laplacian.diffuse(&start, 0.1, 100)?;
/// let [before, after] = [&start, &end].map(|u| u.iter().fold(0.0f64, |m, v| m.max(*v)));
/// assert!((after / before - (-0.2f64).exp()).abs() < 2e-3);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Laplacian {
    /// Edges and their weights, half the sum of the cotangents of the angles opposite.
    edges: Vec<([usize; 2], f64)>,
    /// The weights at every vertex together.
    diagonal: Vec<f64>,
    masses: Vec<f64>,
}

impl Laplacian {
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

    /// The integral of a function over the surface, which diffusion does not change.
    pub fn integral(&self, u: &[f64]) -> f64 {
        inner(&self.masses, u)
    }

    /// `Δu` at the vertices.
    ///
    /// # Errors
    ///
    /// If there is not one number for every vertex.
    pub fn apply(&self, u: &[f64]) -> Result<Vec<f64>, MathError> {
        self.check(u)?;
        let stiff = self.stiffness(u);
        Ok(stiff
            .iter()
            .zip(&self.masses)
            .map(|(s, m)| -s / m)
            .collect())
    }

    /// The solution of the heat equation `∂u/∂t = Δu` after a time, in equal implicit steps of Euler's
    /// method: stable for any step, and off by about half of the step times the second derivative by time.
    ///
    /// # Errors
    ///
    /// If there is not one finite number for every vertex, the time is negative or not finite, or there is
    /// no step; [`MathError::Mesh`] if the linear system of a step cannot be solved.
    pub fn diffuse(&self, u: &[f64], time: f64, steps: usize) -> Result<Vec<f64>, MathError> {
        self.check(u)?;
        let step = step("the time of diffusion", time, steps)?;
        (0..steps).try_fold(u.to_vec(), |u, _| {
            self.implicit(&weighted(&self.masses, &u), &u, step)
        })
    }

    /// The solution `u` of the wave equation `∂²u/∂t² = Δu` after a time, and its velocity `∂u/∂t`, from
    /// those at the beginning; in equal steps of the implicit midpoint rule, which is stable for any step
    /// and keeps the [energy](Self::energy).
    ///
    /// ```
    /// use schur_math::surface::{Laplacian, TriangleMesh};
    ///
    /// let mesh = TriangleMesh::icosphere(3)?;
    /// let z: Vec<f64> = mesh.vertices().iter().map(|v| v[2]).collect();
    /// let (u, _) = Laplacian::new(&mesh).oscillate(&z, &vec![0.0; z.len()], 1.0, 100)?;
    /// // On the sphere z swings as cos(sqrt(2) t).
    /// let top = (0..z.len()).find(|&vertex| z[vertex] > 0.9).expect("a vertex near the pole");
    /// let share = u[top] / z[top];
    /// assert!((share - 2f64.sqrt().cos()).abs() < 0.01, "{share}");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is not one finite number of both for every vertex, the time is negative or not finite, or
    /// there is no step; [`MathError::Mesh`] if the linear system of a step cannot be solved.
    pub fn oscillate(
        &self,
        u: &[f64],
        velocity: &[f64],
        time: f64,
        steps: usize,
    ) -> Result<(Vec<f64>, Vec<f64>), MathError> {
        self.check(u)?;
        self.check(velocity)?;
        let step = step("the time of a wave", time, steps)?;
        let start = (u.to_vec(), velocity.to_vec());
        if step == 0.0 {
            return Ok(start);
        }
        let quarter = step * step / 4.0;
        (0..steps).try_fold(start, |(u, v), _| {
            // (M + t^2/4 L) w = M (u + t v) - t^2/4 L u, and w - u = t (v + v_next) / 2.
            let free: Vec<f64> = u.iter().zip(&v).map(|(u, v)| u + step * v).collect();
            let stiff = self.stiffness(&u);
            let right = weighted(&self.masses, &free).into_iter().zip(stiff);
            let right: Vec<f64> = right.map(|(m, s)| m - quarter * s).collect();
            let next = self.implicit(&right, &free, quarter)?;
            let moved = next.iter().zip(&u).zip(&v);
            let velocity = moved
                .map(|((next, u), v)| 2.0 * (next - u) / step - v)
                .collect();
            Ok((next, velocity))
        })
    }

    /// The energy of a wave, `∫ (∂u/∂t)² + |∇u|²` over 2.
    ///
    /// # Errors
    ///
    /// If there is not one finite number of both for every vertex.
    pub fn energy(&self, u: &[f64], velocity: &[f64]) -> Result<f64, MathError> {
        self.check(u)?;
        self.check(velocity)?;
        let kinetic = inner(&weighted(&self.masses, velocity), velocity);
        Ok((kinetic + inner(&self.stiffness(u), u)) / 2.0)
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

    /// Solves `(M + step L) v = right` by conjugate gradients, preconditioned by the diagonal, from a first
    /// guess on.
    fn implicit(&self, right: &[f64], guess: &[f64], step: f64) -> Result<Vec<f64>, MathError> {
        let apply = |v: &[f64]| -> Vec<f64> {
            let stiff = self.stiffness(v);
            let terms = stiff.iter().zip(v).zip(&self.masses);
            terms.map(|((s, v), m)| m * v + step * s).collect()
        };
        let inverse: Vec<f64> = self
            .masses
            .iter()
            .zip(&self.diagonal)
            .map(|(m, d)| 1.0 / (m + step * d))
            .collect();
        let precondition =
            |r: &[f64]| -> Vec<f64> { r.iter().zip(&inverse).map(|(r, i)| r * i).collect() };
        let goal = inner(right, right).sqrt() * HEAT_RESIDUAL;
        let mut v = guess.to_vec();
        let mut rest: Vec<f64> = right.iter().zip(apply(&v)).map(|(b, a)| b - a).collect();
        let mut z = precondition(&rest);
        let (mut direction, mut energy) = (z.clone(), inner(&rest, &z));
        let most = 20 * guess.len() + 100;
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
            "a step of diffusion or of a wave".to_string(),
            format!(
                "after {most} steps conjugate gradients are off by {:.1e}; use smaller steps of time, or a \
                 mesh without thin triangles",
                inner(&rest, &rest).sqrt() / inner(right, right).sqrt()
            ),
        ))
    }
}

/// The length of a step.
fn step(what: &'static str, time: f64, steps: usize) -> Result<f64, MathError> {
    if !(time >= 0.0 && time.is_finite()) || steps == 0 {
        return Err(MathError::geometry(
            what,
            (time, steps),
            "it is negative or not finite, or has no step",
            "give a time from 0 up and at least one step",
        ));
    }
    Ok(time / steps as f64)
}

fn weighted(masses: &[f64], u: &[f64]) -> Vec<f64> {
    masses.iter().zip(u).map(|(m, v)| m * v).collect()
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
