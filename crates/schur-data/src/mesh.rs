//! Triangle meshes from files.

mod archive;
mod ply;
mod stl;
mod text;

use std::path::Path;

use crate::DataError;
use crate::tolerance::OVERLAP;

pub use archive::{LabelledMesh, MeshArchive};

/// Largest file of a mesh: 1 GiB.
const MAX_BYTES: u64 = 1 << 30;

/// Most corners of a face that are tried.
const MAX_TRIED: usize = 1000;

/// Most triangles of a file.
const MAX_TRIANGLES: usize = 1 << 24;

/// Vertices and triangles as a file has them, unchecked: whether they are a surface, says what is made of
/// them.
///
/// ```
/// use schur_data::Triangles;
///
/// let file = tempfile::Builder::new().suffix(".off").tempfile()?;
/// std::fs::write(file.path(), "OFF\n4 1 0\n0 0 0\n1 0 0\n1 1 0\n0 1 0\n4 0 1 2 3\n")?;
/// let square = Triangles::read(file.path())?;
/// assert_eq!(square.faces, [[0, 1, 2], [0, 2, 3]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Triangles {
    /// The vertices `[x, y, z]`, in the order of the file.
    pub vertices: Vec<[f64; 3]>,
    /// The triangles as numbers of vertices; faces with more corners are cut from one that sees
    /// all others, if possible the first.
    pub faces: Vec<[usize; 3]>,
}

impl Triangles {
    /// Reads a file, by the ending of its name: `.off`, `.obj`, `.ply` or `.stl`, as text or binary where
    /// the format has both.
    ///
    /// Vertices keep their order and their digits. An STL file lists the corners of every triangle: equal
    /// ones become one vertex.
    ///
    /// # Errors
    ///
    /// [`DataError::Read`] if it can't be read, [`DataError::TooLarge`] above 1 GiB, [`DataError::Mesh`] for
    /// another ending, what is damaged or empty, with the line where there are lines, for coordinates that
    /// are not finite, and for more than 2²⁴ triangles.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, DataError> {
        let path = path.as_ref();
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        let parse = match ending.to_str() {
            Some("off") => text::off,
            Some("obj") => text::obj,
            Some("ply") => ply::read,
            Some("stl") => stl::read,
            _ => {
                let text = "its name does not say what it is; meshes are read from .off, .obj, .ply and \
                            .stl";
                return Err(problem(path, text));
            }
        };
        let bytes = crate::file::load(path, MAX_BYTES)?;
        if bytes.is_empty() {
            return Err(problem(path, "it is empty; get the file again"));
        }
        let triangles = parse(&bytes, path)?;
        if triangles.faces.is_empty() {
            return Err(problem(
                path,
                "it has no face; give a mesh, not a cloud of points",
            ));
        }
        let finite = |v: &[f64; 3]| v.iter().all(|x| x.is_finite());
        if let Some(vertex) = triangles.vertices.iter().position(|v| !finite(v)) {
            let place = triangles.vertices[vertex];
            let text = format!("vertex {vertex}, from 0, is at {place:?}; give finite numbers");
            return Err(problem(path, text));
        }
        Ok(triangles)
    }
}

/// Adds a face, cut into triangles from its first corner, or if the triangles overlap then, from the first
/// one that sees all others.
fn add_face(mesh: &mut Triangles, corners: &[usize]) -> Result<(), String> {
    if corners.is_empty() {
        return Err("a face without corners; give at least three".to_string());
    }
    if corners.len() < 3 {
        return Err(format!(
            "a face with {} corners; give at least three",
            corners.len()
        ));
    }
    let places: Vec<[f64; 3]> = corners.iter().map(|&v| mesh.vertices[v]).collect();
    let first = seeing_corner(&places).ok_or_else(|| {
        format!(
            "of {} corners of a face with dents none sees all others; cut it into triangles",
            corners.len()
        )
    })?;
    let at = |index: usize| corners[(first + index) % corners.len()];
    let triangles = (2..corners.len()).map(|index| [at(0), at(index - 1), at(index)]);
    mesh.faces.extend(triangles);
    match mesh.faces.len() <= MAX_TRIANGLES {
        true => Ok(()),
        false => Err(format!(
            "more than {MAX_TRIANGLES} triangles; simplify the mesh first"
        )),
    }
}

/// The first corner of a polygon from which it can be cut into triangles that look to the side to which the
/// whole looks. A polygon without area has none to look to, so it is cut from its first.
fn seeing_corner(places: &[[f64; 3]]) -> Option<usize> {
    let count = places.len();
    let normal = |a: usize, b: usize, c: usize| {
        let from = |end: usize| [0, 1, 2].map(|k| places[end % count][k] - places[a % count][k]);
        let (u, v) = (from(b), from(c));
        [0, 1, 2].map(|k| {
            let (i, j) = ((k + 1) % 3, (k + 2) % 3);
            u[i] * v[j] - u[j] * v[i]
        })
    };
    let mut whole = [0.0; 3];
    for index in 2..count {
        let part = normal(0, index - 1, index);
        (0..3).for_each(|k| whole[k] += part[k]);
    }
    let along = |v: [f64; 3]| (0..3).map(|k| v[k] * whole[k]).sum::<f64>();
    let area = along(whole);
    if count == 3 || !(area > 0.0 && area.is_finite()) {
        return Some(0);
    }
    let sees = |corner: &usize| {
        let mut parts = (2..count).map(|index| normal(*corner, corner + index - 1, corner + index));
        parts.all(|part| along(part) >= -OVERLAP * area)
    };
    // Of very many corners only the first is tried, so that the time is in proportion to them.
    let tried = if count <= MAX_TRIED { count } else { 1 };
    (0..tried).find(sees)
}

/// The beginning of what a file says, for a message.
fn shown(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{:?}...", &text[..end]),
        None => format!("{text:?}"),
    }
}

fn problem(file: &Path, problem: impl Into<String>) -> DataError {
    DataError::Mesh {
        file: file.display().to_string(),
        problem: problem.into(),
    }
}
