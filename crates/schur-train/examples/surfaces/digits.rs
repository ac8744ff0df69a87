//! Digits on closed surfaces.

use std::f64::consts::TAU;
use std::path::Path;
use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schur_data::{CLASSES, Pictures, Split, values_at};
use schur_math::PlaneIsometry;
use schur_math::surface::{Reach, Surface, TriangleMesh};
use schur_nn::{Domain, Field, FieldType, PointGraph};
use schur_train::LossAndScore;

use super::compare::{Example, Inputs, Parts, Set, Task, field, over, seen_by};
use super::meshes::{Labels, bumpy, surface, uniform};
use super::net::{Level, Net};
use super::{Anything, judged};

/// Surfaces with digits.
pub(crate) const SURFACES: [&str; 4] = ["sphere", "ellipsoid", "bumps", "torus"];
/// Half of the side of a digit, in mean edges: 14 pixels.
const HALF_SIDE: f64 = 7.0;
/// Upright digits lie at the vertices up to so many edges from this one.
const HOME: (usize, usize) = (300, 2);
/// Digits on one surface that are seen at once.
const TOGETHER: usize = 8;
/// Copies of every vector field and half of those of scalars, in the network with gauge symmetry.
const COPIES: usize = 6;
/// Scalars whose maxima over the surface are the last hidden layer.
const HIDDEN: usize = 48;
/// Digits to learn from, for validation, and for every test: multiples of those seen at once.
const COUNTS: [usize; 3] = [800, 208, 400];

/// A closed surface with frames as they come, and the vertices of its two coarser levels.
pub(crate) struct Closed {
    pub(crate) surface: Surface,
    pub(crate) coarse: [Vec<usize>; 2],
}

/// Where the middle of a picture lies, and the angle of its right-hand direction in the frame there.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) vertex: usize,
    pub(crate) turn: f64,
}

/// What a network has to say about pictures, and the levels that lead there.
#[derive(Clone)]
pub(crate) struct Answer {
    labels: Labels,
    pub(crate) levels: Arc<[Level]>,
}

impl Closed {
    pub(crate) fn named(name: &str) -> Anything<Self> {
        let sphere = TriangleMesh::icosphere(3)?;
        let mesh = match name {
            "sphere" => sphere,
            "ellipsoid" => {
                let places = sphere.vertices().iter();
                sphere.with_vertices(places.map(|[x, y, z]| [1.3 * x, *y, 0.8 * z]).collect())?
            }
            "bumps" => bumpy(1)?,
            "torus" => TriangleMesh::torus(40, 18, 2.0, 0.9)?,
            _ => {
                let known = SURFACES.join(", ");
                return Err(format!("there is no surface `{name}`; choose one of {known}").into());
            }
        };
        let surface = surface(&mesh)?;
        let coarse = match name {
            "torus" => {
                let spread = |share| mesh.farthest_points(mesh.vertices().len() / share);
                [spread(4)?.0, spread(16)?.0]
            }
            // The vertices of coarser icospheres are the first ones.
            _ => [(0..162).collect(), (0..42).collect()],
        };
        Ok(Self { surface, coarse })
    }

    /// The numbers at all vertices of a picture at a place: those of the picture at the logarithmic map, and
    /// 0 beyond it.
    pub(crate) fn with_picture(&self, picture: &[f32], at: Place) -> Anything<Vec<f32>> {
        let side = picture.len().isqrt();
        let seen = self
            .surface
            .neighbourhood(at.vertex, Reach::Radius(HALF_SIDE))?;
        let (back, pixels) = (
            PlaneIsometry::rotation(-at.turn)?,
            side as f64 / (2.0 * HALF_SIDE),
        );
        let places: Vec<[f64; 2]> = seen
            .iter()
            .map(|seen| back.apply(seen.offset).map(|c| c * pixels))
            .collect();
        let mut numbers = vec![0.0; self.surface.mesh().vertices().len()];
        for (seen, value) in seen.iter().zip(values_at(picture, [side, side], &places)?) {
            numbers[seen.vertex] = value;
        }
        Ok(numbers)
    }

    /// Near home and as one would carry them from there, or anywhere and in any turn.
    fn places(&self, places: &str, count: usize, seed: u64) -> Anything<Vec<Place>> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut below = |n: usize| ((uniform(&mut rng) * n as f64) as usize).min(n - 1);
        let all = self.surface.mesh().vertices().len();
        match places {
            "turned" => Ok((0..count)
                .map(|_| Place {
                    vertex: below(all),
                    turn: TAU * below(3600) as f64 / 3600.0,
                })
                .collect()),
            "upright" => {
                let near = self.surface.neighbourhood(HOME.0, Reach::Rings(HOME.1))?;
                let place = |_| {
                    let seen = &near[below(near.len())];
                    Place {
                        vertex: seen.vertex,
                        turn: -seen.transport.angle(),
                    }
                };
                Ok((0..count).map(place).collect())
            }
            _ => Err(format!("digits are `upright` or `turned`, not `{places}`").into()),
        }
    }

    /// The levels as a network takes them, every graph in units of its own spacing.
    pub(crate) fn levels(&self, network: &str) -> Anything<Arc<[Level]>> {
        let mut fine: Vec<usize> = (0..self.surface.mesh().vertices().len()).collect();
        let mut spacing = 1.0;
        let mut levels = Vec::new();
        for coarse in &self.coarse {
            spacing *= 2.0;
            let scaled = |graph: PointGraph| -> Anything<Domain> {
                let offsets = graph.offsets_in_frames().unwrap_or_default().iter();
                let offsets: Vec<_> = offsets.map(|v| v.map(|c| c / spacing)).collect();
                let transports = graph.transports().unwrap_or_default().to_vec();
                let graph = graph.with_transports(&offsets, &transports)?;
                Ok(seen_by(network, &graph)?.into())
            };
            // Up to the next vertices of the finer and of the coarser level.
            let [down, on] = [0.65, 1.4].map(|share| Reach::Radius(share * spacing));
            levels.push(Level {
                down: scaled(PointGraph::between_vertices(
                    &self.surface,
                    &fine,
                    coarse,
                    down,
                )?)?,
                on: scaled(PointGraph::on_vertices(&self.surface, coarse, on)?)?,
            });
            fine.clone_from(coarse);
        }
        Ok(levels.into())
    }

    /// Pictures at places as a network sees them, some at once.
    pub(crate) fn examples(
        &self,
        network: &str,
        fields: &FieldType,
        pictures: &Pictures,
        places: &[Place],
    ) -> Anything<Set<Answer>> {
        let levels = self.levels(network)?;
        let graph = seen_by(
            network,
            &PointGraph::on_surface(&self.surface, Reach::Rings(1))?,
        )?;
        let numbered: Vec<(usize, &Place)> = places.iter().enumerate().collect();
        let together = |some: &[(usize, &Place)]| -> Anything<Example<Answer>> {
            let (mut inputs, mut labels) = (Vec::new(), Vec::new());
            for &(index, &at) in some {
                inputs.push(Inputs {
                    scalars: self.with_picture(&pictures.values(index), at)?,
                    tangent: Vec::new(),
                });
                labels.push(i64::from(pictures.labels()[index]));
            }
            Ok(Example {
                x: field(network, fields, &graph, &inputs)?,
                y: Answer {
                    labels: Tensor::from_data(TensorData::from(labels.as_slice()), &Device::flex()),
                    levels: Arc::clone(&levels),
                },
            })
        };
        let all: Anything<Vec<_>> = numbered.chunks(TOGETHER).map(together).collect();
        Ok(Set(all?))
    }
}

/// The task of telling digits apart on a surface.
pub(crate) fn task<'a>(
    on: &Closed,
    dir: &'a Path,
    (epochs, seed): (usize, u64),
) -> Anything<Task<'a>> {
    Ok(Task {
        name: "digits",
        scalars: 1,
        tangent: [0; 2],
        out: HIDDEN,
        classes: Some(usize::from(CLASSES)),
        gated: Some(2),
        copies: COPIES,
        example: PointGraph::on_surface(&on.surface, Reach::Rings(1))?,
        dir,
        epochs,
        seed,
    })
}

pub(crate) fn digits_task(
    [name, places]: [&str; 2],
    dir: &Path,
    settings: (usize, u64),
) -> Anything<()> {
    let own = Closed::named(name)?;
    let split = Split::embedded()?;
    let sets = |network: &str, fields: &FieldType| -> Anything<Parts<Answer>> {
        let set = |on: &Closed, from: &Pictures, places: &str, part: usize| {
            let at = on.places(places, COUNTS[part], part as u64)?;
            on.examples(network, fields, from, &at)
        };
        let mut tests = vec![(
            format!("{name} upright"),
            set(&own, &split.test, "upright", 2)?,
        )];
        for other in SURFACES {
            let on = Closed::named(other)?;
            tests.push((
                format!("{other} turned"),
                set(&on, &split.test, "turned", 2)?,
            ));
        }
        Ok(Parts {
            learnt: set(&own, &split.train, places, 0)?,
            validation: set(&own, &split.validation, places, 1)?,
            tests,
        })
    };
    task(&own, dir, settings)?.compare(sets, || {
        LossAndScore::new("accuracy", |net: &Net, batch: Vec<(Field, Answer)>| {
            over(batch, |x, y| judged(net.classify(x, &y.levels)?, y.labels))
        })
    })
}
