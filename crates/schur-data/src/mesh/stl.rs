//! Meshes as lists of triangles: STL, text and binary.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use super::{Triangles, add_face, problem};
use crate::DataError;

pub(super) fn read(bytes: &[u8], file: &Path) -> Result<Triangles, DataError> {
    let damaged = |e: std::io::Error| {
        let text = format!("it is no STL file, or damaged ({e}); get it again");
        problem(file, text)
    };
    let mut content = Cursor::new(bytes);
    let mut numbers: BTreeMap<[u32; 3], usize> = BTreeMap::new();
    let mut mesh = Triangles {
        vertices: Vec::new(),
        faces: Vec::new(),
    };
    for triangle in stl_io::create_stl_reader(&mut content).map_err(damaged)? {
        let corners = triangle.map_err(damaged)?.vertices.map(|vertex| {
            let place: [f32; 3] = vertex.into();
            // Both zeros are one place.
            let bits = place.map(|v| (v + 0.0).to_bits());
            *numbers.entry(bits).or_insert_with(|| {
                mesh.vertices.push(place.map(f64::from));
                mesh.vertices.len() - 1
            })
        });
        add_face(&mut mesh, &corners).map_err(|e| problem(file, e))?;
    }
    Ok(mesh)
}
