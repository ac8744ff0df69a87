//! Meshes, what is known of their vertices, and what is to be found.

use burn::tensor::{Device, Int, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use schur_data::LabelledMesh;
use schur_math::surface::{Laplacian, Reach, Surface, TriangleMesh};
use schur_nn::{FieldType, PointGraph};

use super::Anything;
use super::compare::{Example, Inputs, field};

/// A mesh in units of its mean edge, with frames as they come.
pub(crate) fn surface(mesh: &TriangleMesh) -> Anything<Surface> {
    let scale = mesh.mean_edge();
    let places = mesh.vertices().iter().map(|v| v.map(|c| c / scale));
    Ok(Surface::new(mesh.with_vertices(places.collect())?))
}

/// From 0 to 1.
pub(crate) fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    f64::from(rng.next_u32()) / f64::from(u32::MAX)
}

/// A closed surface, another one for every number: a sphere or a torus with smooth bumps, drawn out along an
/// axis. Vertices are moved on the surface, so that triangles are not regular.
pub(crate) fn bumpy(number: u64) -> Anything<TriangleMesh> {
    let mut rng = ChaCha8Rng::seed_from_u64(number);
    let mesh = match number % 3 {
        0 => TriangleMesh::torus(26, 14, 2.0, 0.6 + 0.4 * uniform(&mut rng))?,
        _ => TriangleMesh::icosphere(3)?,
    };
    let waves: Vec<[f64; 5]> = (0..4)
        .map(|_| std::array::from_fn(|_| 2.0 * uniform(&mut rng) - 1.0))
        .collect();
    let [a, b] = [0.7, 0.7].map(|least| least + 0.8 * uniform(&mut rng));
    let step = 0.25 * mesh.mean_edge();
    let places = mesh.vertices().iter().map(|&[x, y, z]| {
        let bump = |[i, j, k, phase, size]: &[f64; 5]| {
            0.15 * size * (3.0 * (i * x + j * y + k * z) + 3.0 * phase).sin()
        };
        let factor = 1.0 + waves.iter().map(bump).sum::<f64>();
        let mut shift = || step * (2.0 * uniform(&mut rng) - 1.0);
        [
            x * factor * a + shift(),
            y * factor * b + shift(),
            z * factor + shift(),
        ]
    });
    Ok(mesh.with_vertices(places.collect())?)
}

/// An equation for functions on a surface.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Equation {
    Heat,
    Wave,
}

impl Equation {
    /// Numbers per vertex that say how it begins: the function, of waves also its velocity.
    pub(crate) fn inputs(self) -> usize {
        match self {
            Self::Heat => 1,
            Self::Wave => 2,
        }
    }

    /// The function after the time is the function before and so many times what the network gives, so
    /// that a network with initial weights says nearly that nothing changes.
    pub(crate) fn change(self) -> f64 {
        match self {
            Self::Heat => 0.1,
            Self::Wave => 0.3,
        }
    }

    /// The function after a time in units of the (squared) mean edge.
    fn solve(self, flow: &Laplacian, [u, velocity]: [&[f64]; 2]) -> Anything<Vec<f64>> {
        Ok(match self {
            Self::Heat => flow.diffuse(u, 1.5, 30)?,
            Self::Wave => flow.oscillate(u, velocity, 1.5, 30)?.0,
        })
    }
}

/// Solutions on one mesh, from smooth and rough beginnings.
pub(crate) fn solved(
    equation: Equation,
    network: &str,
    fields: &FieldType,
    number: u64,
) -> Anything<Example<Tensor<3>>> {
    const BEGINNINGS: usize = 4;
    let surface = surface(&bumpy(number)?)?;
    let (mesh, flow) = (surface.mesh(), Laplacian::new(surface.mesh()));
    let mut rng = ChaCha8Rng::seed_from_u64(1000 + number);
    let mut beginning = || -> Anything<Vec<f64>> {
        let noise: Vec<f64> = mesh
            .vertices()
            .iter()
            .map(|_| 2.0 * uniform(&mut rng) - 1.0)
            .collect();
        // From noise to what has already spread over some edges.
        let start = flow.diffuse(&noise, 2.0 * uniform(&mut rng), 4)?;
        let size = (start.iter().map(|v| v * v).sum::<f64>() / start.len() as f64).sqrt();
        Ok(start.iter().map(|v| v / size).collect())
    };
    let (mut inputs, mut ends) = (Vec::new(), Vec::new());
    for _ in 0..BEGINNINGS {
        let start = beginning()?;
        let velocity = match equation {
            Equation::Heat => Vec::new(),
            Equation::Wave => beginning()?,
        };
        let end = equation.solve(&flow, [&start, &velocity])?;
        ends.extend(end.iter().map(|&v| v as f32));
        let numbers = start.iter().enumerate();
        inputs.push(Inputs {
            scalars: numbers
                .flat_map(|(vertex, &u)| [Some(&u), velocity.get(vertex)].map(|v| v.copied()))
                .flatten()
                .map(|v| v as f32)
                .collect(),
            tangent: Vec::new(),
        });
    }
    let graph = PointGraph::on_surface(&surface, Reach::Rings(1))?;
    let shape = [BEGINNINGS, mesh.vertices().len(), 1];
    Ok(Example {
        x: field(network, fields, &graph, &inputs)?,
        y: Tensor::from_data(TensorData::new(ends, shape), &Device::flex()),
    })
}

/// Distances, in mean edges, over which shapes are looked at.
const SCALES: [f64; 4] = [1.5, 3.0, 6.0, 12.0];
/// Numbers of [`shape`]: scalars, and fields of E1 and of E2.
pub(crate) const SHAPE: (usize, [usize; 2]) = (4 * SCALES.len(), [2 * SCALES.len(), SCALES.len()]);

/// What the surface itself looks like from every vertex, at several scales: the area and the first and second
/// moments of where it lies, with weights that fall off as a Gaussian of the distance in space, as scalars,
/// vectors (E1) and stretches (E2) of the tangent plane. No rotation of space changes them.
pub(crate) fn shape(surface: &Surface) -> Anything<Inputs> {
    let mesh = surface.mesh();
    let (places, areas, normals) = (mesh.vertices(), mesh.vertex_areas(), mesh.vertex_normals());
    let dot = |a: [f64; 3], b: [f64; 3]| (0..3).map(|k| a[k] * b[k]).sum::<f64>();
    let of_vertex = |vertex: usize| -> Anything<[Vec<f32>; 3]> {
        let [x, y] = surface.frame(vertex)?;
        let seen: Vec<([f64; 3], f64)> = (places.iter().zip(&areas))
            .map(|(there, area)| {
                let to = [0, 1, 2].map(|k| there[k] - places[vertex][k]);
                ([x, y, normals[vertex]].map(|axis| dot(axis, to)), *area)
            })
            .collect();
        let mut found: [Vec<f32>; 3] = Default::default();
        for scale in SCALES {
            // Weights, first moments, second moments: those of x, y and n with each other.
            let (mut all, mut first, mut second) = (0.0, [0.0; 3], [[0.0; 3]; 3]);
            for (to, area) in &seen {
                let to = to.map(|c| c / scale);
                let weight = area * (-dot(to, to) / 2.0).exp();
                all += weight;
                for i in 0..3 {
                    first[i] += weight * to[i];
                    for j in 0..3 {
                        second[i][j] += weight * to[i] * to[j];
                    }
                }
            }
            let mean = |sum: f64| (sum / all) as f32;
            let spread = (second[0][0] + second[1][1]) / 2.0;
            found[0].push((all / (scale * scale)).ln() as f32);
            found[0].extend([first[2], spread, second[2][2]].map(mean));
            found[1].extend([first[0], first[1], second[0][2], second[1][2]].map(mean));
            found[2].extend([(second[0][0] - second[1][1]) / 2.0, second[0][1]].map(mean));
        }
        Ok(found)
    };
    let mut inputs = Inputs {
        scalars: Vec::new(),
        tangent: Vec::new(),
    };
    for vertex in 0..places.len() {
        let [scalars, vectors, stretches] = of_vertex(vertex)?;
        inputs.scalars.extend(scalars);
        inputs.tangent.extend(vectors.into_iter().chain(stretches));
    }
    Ok(inputs)
}

pub(crate) type Labels = Tensor<1, Int>;

/// A mesh with its shape and a class of every vertex.
pub(crate) struct Segmented {
    pub(crate) graph: PointGraph,
    shape: Inputs,
    labels: Vec<i64>,
}

impl Segmented {
    /// A mesh of an archive; all classes from `classes` on are one.
    pub(crate) fn new(of: &LabelledMesh, classes: usize) -> Anything<Self> {
        let repaired = TriangleMesh::repaired(&of.triangles.vertices, &of.triangles.faces)?;
        let surface = surface(&repaired.mesh)?;
        let of_vertex = |&vertex: &usize| of.labels[vertex].min(classes) as i64;
        Ok(Self {
            graph: PointGraph::on_surface(&surface, Reach::Rings(1))?,
            shape: shape(&surface)?,
            labels: repaired.origin.iter().map(of_vertex).collect(),
        })
    }

    pub(crate) fn example(&self, network: &str, fields: &FieldType) -> Anything<Example<Labels>> {
        Ok(Example {
            x: field(
                network,
                fields,
                &self.graph,
                std::slice::from_ref(&self.shape),
            )?,
            y: Tensor::from_data(TensorData::from(self.labels.as_slice()), &Device::flex()),
        })
    }
}
