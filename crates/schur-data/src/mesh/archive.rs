//! Many small meshes with labels in one archive of NumPy arrays.

use std::path::{Path, PathBuf};

use super::{Triangles, problem};
use crate::DataError;
use crate::npz;

/// A mesh with a class for every vertex.
///
/// ```
/// use schur_data::LabelledMesh;
///
/// /// How often a class stands at a vertex.
/// fn count(mesh: &LabelledMesh, class: usize) -> usize {
///     mesh.labels.iter().filter(|&&label| label == class).count()
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LabelledMesh {
    /// Vertices and triangles.
    pub triangles: Triangles,
    /// The class of every vertex.
    pub labels: Vec<usize>,
}

/// Meshes with labels in two parts, from one `.npz` file. Of each part, `train` and `test`, the arrays are
/// `train_v` (vertices of all meshes, `[count, 3]`), `train_f` (triangles, numbers of vertices of their own
/// mesh, `[count, 3]`), `train_l` (a class for every vertex), `train_nv` and `train_nf` (how many vertices
/// and triangles every mesh has).
///
/// ```no_run
/// use schur_data::MeshArchive;
///
/// let archive = MeshArchive::read("rna160.npz")?;
/// println!("{} meshes, {} to test", archive.train.len(), archive.test.len());
/// # Ok::<(), schur_data::DataError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MeshArchive {
    /// What to train on.
    pub train: Vec<LabelledMesh>,
    /// What to measure the error on.
    pub test: Vec<LabelledMesh>,
}

impl MeshArchive {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`DataError::Read`] if it can't be read, [`DataError::TooLarge`], [`DataError::Volume`] for what is no
    /// archive or damaged, and [`DataError::Mesh`] for arrays that do not fit together.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, DataError> {
        let path = path.as_ref();
        let bytes = crate::file::load(path, npz::MAX_BYTES)?;
        let archive = npz::open(&bytes, path)?;
        let part = |part: &str| -> Result<Vec<LabelledMesh>, DataError> {
            let array = |name: &str, columns: u64| {
                let name = format!("{part}_{name}");
                let arrays =
                    "{train, test}_{v, f, l, nv, nf}, as in the documentation of `MeshArchive`";
                let (array, bytes) = npz::entry(&archive, path, &name, false, arrays)?;
                let inside = PathBuf::from(format!("{} ({name})", path.display()));
                let found = array.shape.iter().skip(1).product::<u64>();
                if array.shape.is_empty() || found != columns {
                    let text = format!("an array of {}; it needs {columns} columns", array.words());
                    return Err(problem(&inside, text));
                }
                Ok((array.floats(&bytes), inside))
            };
            let (places, _) = array("v", 3)?;
            let (corners, in_f) = array("f", 3)?;
            let (classes, in_l) = array("l", 1)?;
            let whole = |(numbers, file): &(Vec<f32>, PathBuf)| -> Result<Vec<usize>, DataError> {
                let number = |&v: &f32| {
                    let index = v as usize;
                    let text = || format!("{v} is no number of a vertex, class or count");
                    match index as f32 == v && index < super::MAX_TRIANGLES {
                        true => Ok(index),
                        false => Err(problem(file, text())),
                    }
                };
                numbers.iter().map(number).collect()
            };
            let (corners, labels) = (whole(&(corners, in_f))?, whole(&(classes, in_l))?);
            let [vertices, faces] = [whole(&array("nv", 1)?)?, whole(&array("nf", 1)?)?];
            let sums = [&vertices, &faces].map(|counts| counts.iter().sum::<usize>());
            let found = [places.len() / 3, corners.len() / 3];
            if sums != found || labels.len() != found[0] || vertices.len() != faces.len() {
                let text = format!(
                    "{part}: {} vertices, {} labels and {} triangles, but the counts of {} and {} meshes \
                     say {} and {}; write arrays of one set",
                    found[0],
                    labels.len(),
                    found[1],
                    vertices.len(),
                    faces.len(),
                    sums[0],
                    sums[1]
                );
                return Err(problem(path, text));
            }
            let (mut v, mut f) = (0, 0);
            let mut meshes = Vec::with_capacity(vertices.len());
            for (mesh, (&count, &face_count)) in vertices.iter().zip(&faces).enumerate() {
                let of_mesh = places[3 * v..3 * (v + count)].chunks(3);
                let of_faces = corners[3 * f..3 * (f + face_count)].chunks(3);
                let triangles = Triangles {
                    vertices: of_mesh
                        .map(|p| [0, 1, 2].map(|k| f64::from(p[k])))
                        .collect(),
                    faces: of_faces.map(|c| [c[0], c[1], c[2]]).collect(),
                };
                let outside = triangles
                    .faces
                    .iter()
                    .flatten()
                    .find(|&&corner| corner >= count);
                if let Some(corner) = outside {
                    let text =
                        format!("{part}, mesh {mesh}: vertex {corner} of {count}, numbered from 0");
                    return Err(problem(path, text));
                }
                meshes.push(LabelledMesh {
                    triangles,
                    labels: labels[v..v + count].to_vec(),
                });
                v += count;
                f += face_count;
            }
            Ok(meshes)
        };
        Ok(Self {
            train: part("train")?,
            test: part("test")?,
        })
    }
}
