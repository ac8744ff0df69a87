//! Triangle meshes from files.

mod archive;
mod ply;
mod stl;
mod text;

use std::path::Path;

use crate::DataError;

pub use archive::{LabelledMesh, MeshArchive};

/// Largest file of a mesh: 1 GiB.
const MAX_BYTES: u64 = 1 << 30;

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
    /// The triangles as numbers of vertices; faces with more corners are cut from their first one.
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
    /// another ending, what is damaged or empty, with the line where there are lines, and for more than
    /// 2²⁴ triangles.
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
        Ok(triangles)
    }
}

/// Adds a face, cut into triangles from its first corner.
fn add_face(faces: &mut Vec<[usize; 3]>, corners: &[usize]) -> Result<(), String> {
    let [first, rest @ ..] = corners else {
        return Err("a face without corners; give at least three".to_string());
    };
    if rest.len() < 2 {
        return Err(format!(
            "a face with {} corners; give at least three",
            corners.len()
        ));
    }
    faces.extend(rest.windows(2).map(|pair| [*first, pair[0], pair[1]]));
    match faces.len() <= MAX_TRIANGLES {
        true => Ok(()),
        false => Err(format!(
            "more than {MAX_TRIANGLES} triangles; simplify the mesh first"
        )),
    }
}

fn problem(file: &Path, problem: impl Into<String>) -> DataError {
    DataError::Mesh {
        file: file.display().to_string(),
        problem: problem.into(),
    }
}
