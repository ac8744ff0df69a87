//! Meshes, what is known of their vertices, and what is to be found.

use burn::tensor::{Device, Int, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
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

/// What the surface itself looks like at every vertex: angle defect and mean height of the neighbours over the
/// tangent plane; their heights times the first and second harmonics of their directions (E1 and E2).
fn shape(surface: &Surface, graph: &PointGraph) -> Anything<Inputs> {
    let mesh = surface.mesh();
    let (normals, defects) = (mesh.vertex_normals(), mesh.angle_defects());
    let mut sums = vec![[0.0f64; 6]; normals.len()];
    for (&(q, p), [x, y]) in graph
        .edges()
        .iter()
        .zip(graph.offsets_in_frames().unwrap_or_default())
    {
        let [here, there] = [mesh.vertices()[p], mesh.vertices()[q]];
        let height: f64 = (0..3).map(|k| (there[k] - here[k]) * normals[p][k]).sum();
        let angle = y.atan2(*x);
        let waves = [
            1.0,
            angle.cos(),
            angle.sin(),
            (2.0 * angle).cos(),
            (2.0 * angle).sin(),
        ];
        if p != q {
            sums[p][5] += 1.0;
            sums[p]
                .iter_mut()
                .zip(waves)
                .for_each(|(sum, wave)| *sum += height * wave);
        }
    }
    let mut inputs = Inputs {
        scalars: Vec::new(),
        tangent: Vec::new(),
    };
    for (sums, defect) in sums.iter().zip(defects) {
        let mean = |k: usize| (sums[k] / sums[5].max(1.0)) as f32;
        inputs.scalars.extend([defect as f32, mean(0)]);
        inputs.tangent.extend([1, 2, 3, 4].map(mean));
    }
    Ok(inputs)
}

pub(crate) type Labels = Tensor<1, Int>;

pub(crate) fn segments(
    network: &str,
    fields: &FieldType,
    of: &schur_data::LabelledMesh,
    classes: usize,
) -> Anything<Example<Labels>> {
    let repaired = TriangleMesh::repaired(&of.triangles.vertices, &of.triangles.faces)?;
    let surface = surface(&repaired.mesh)?;
    let graph = PointGraph::on_surface(&surface, Reach::Rings(1))?;
    let labels: Vec<i64> = repaired
        .origin
        .iter()
        .map(|&v| of.labels[v].min(classes) as i64)
        .collect();
    Ok(Example {
        x: field(network, fields, &graph, &[shape(&surface, &graph)?])?,
        y: Tensor::from_data(TensorData::from(labels.as_slice()), &Device::flex()),
    })
}
