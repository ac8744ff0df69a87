//! Meshes as text: OFF and Wavefront OBJ.
//!
//! Both are read here: readers of OBJ that are kept number vertices anew, by first use or per group, or
//! round them to 32 bits; labels of vertices would be lost.

use std::path::Path;

use super::{Triangles, add_face, problem, shown};
use crate::DataError;

/// Lines that say something, with their numbers from 1, without comments.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, String)> {
    let lines = bytes.split(|&b| b == b'\n').enumerate();
    let lines = lines.map(|(number, line)| {
        let text = String::from_utf8_lossy(line);
        (
            number + 1,
            text.split('#')
                .next()
                .unwrap_or_default()
                .trim()
                .to_string(),
        )
    });
    lines.filter(|(_, line)| !line.is_empty())
}

fn at(file: &Path, line: usize, text: impl std::fmt::Display) -> DataError {
    problem(file, format!("line {line}: {text}"))
}

/// The first three numbers.
fn vertex<'a>(words: impl Iterator<Item = &'a str>) -> Result<[f64; 3], String> {
    let mut place = [0.0; 3];
    let mut count = 0;
    for (coordinate, word) in place.iter_mut().zip(words) {
        *coordinate = word
            .parse()
            .map_err(|_| format!("{} is no number", shown(word)))?;
        count += 1;
    }
    match count {
        3 => Ok(place),
        _ => Err(format!("a vertex with {count} coordinates; give three")),
    }
}

pub(super) fn off(bytes: &[u8], file: &Path) -> Result<Triangles, DataError> {
    let mut lines = lines(bytes);
    let short = |what: &str, count: usize, of: usize| {
        let text = format!("it ends after {count} of {of} {what}; get the file again");
        problem(file, text)
    };
    let (number, head) = lines
        .next()
        .ok_or_else(|| problem(file, "it says nothing"))?;
    let mut words = head.split_whitespace();
    let magic = words.next().unwrap_or_default();
    if !magic.ends_with("OFF") || magic.contains("BINARY") || head.contains("BINARY") {
        let text = format!(
            "{} is no beginning of an OFF file in text; it begins with OFF",
            shown(&head)
        );
        return Err(at(file, number, text));
    }
    // The numbers stand behind the word or on the next line.
    let rest: Vec<String> = words.map(str::to_string).collect();
    let (number, counts) = match rest.is_empty() {
        false => (number, rest),
        true => {
            let (number, line) = lines
                .next()
                .ok_or_else(|| problem(file, "it has no counts"))?;
            (
                number,
                line.split_whitespace().map(str::to_string).collect(),
            )
        }
    };
    let count = |index: usize| -> Result<usize, DataError> {
        let word = counts.get(index).map_or("", |word| word);
        word.parse().map_err(|_| {
            at(
                file,
                number,
                format!(
                    "{} are no counts of vertices and faces",
                    shown(&counts.join(" "))
                ),
            )
        })
    };
    let (vertex_count, face_count) = (count(0)?, count(1)?);
    let mut mesh = Triangles {
        vertices: Vec::new(),
        faces: Vec::new(),
    };
    while mesh.vertices.len() < vertex_count {
        let read = mesh.vertices.len();
        let (number, line) = lines
            .next()
            .ok_or_else(|| short("vertices", read, vertex_count))?;
        mesh.vertices
            .push(vertex(line.split_whitespace()).map_err(|e| at(file, number, e))?);
    }
    for read in 0..face_count {
        let (number, line) = lines
            .next()
            .ok_or_else(|| short("faces", read, face_count))?;
        let refused = |text: String| at(file, number, text);
        let parse = |word: &str| {
            word.parse::<usize>()
                .map_err(|_| refused(format!("{} is no vertex", shown(word))))
        };
        let mut words = line.split_whitespace();
        let corners = parse(words.next().unwrap_or_default())?;
        let face: Vec<usize> = words.take(corners).map(parse).collect::<Result<_, _>>()?;
        if face.len() != corners {
            return Err(refused(format!(
                "{} of {corners} corners of a face",
                face.len()
            )));
        }
        if let Some(v) = face.iter().find(|&&v| v >= vertex_count) {
            return Err(refused(format!(
                "vertex {v} of {vertex_count}, numbered from 0"
            )));
        }
        add_face(&mut mesh, &face).map_err(refused)?;
    }
    Ok(mesh)
}

pub(super) fn obj(bytes: &[u8], file: &Path) -> Result<Triangles, DataError> {
    let mut mesh = Triangles {
        vertices: Vec::new(),
        faces: Vec::new(),
    };
    for (number, line) in lines(bytes) {
        let refused = |text: String| at(file, number, text);
        let mut words = line.split_whitespace();
        match words.next() {
            Some("v") => mesh.vertices.push(vertex(words).map_err(refused)?),
            Some("f") => {
                let count = mesh.vertices.len();
                // `vertex/texture/normal`, from 1, or backwards from the last one.
                let corner = |word: &str| {
                    let vertex = word.split('/').next().unwrap_or_default();
                    let index: i64 = vertex
                        .parse()
                        .map_err(|_| format!("{} is no corner", shown(word)))?;
                    let index = if index < 0 {
                        count as i64 + index
                    } else {
                        index - 1
                    };
                    let index = usize::try_from(index).ok().filter(|i| *i < count);
                    index.ok_or_else(|| format!("vertex {vertex} of {count}, numbered from 1"))
                };
                let face: Result<Vec<usize>, String> = words.map(corner).collect();
                let face = face.map_err(refused)?;
                add_face(&mut mesh, &face).map_err(refused)?;
            }
            // Normals, textures, groups, materials.
            _ => {}
        }
    }
    Ok(mesh)
}
