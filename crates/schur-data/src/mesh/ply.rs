//! Meshes in the Polygon File Format (G. Turk, 1994), text and binary.
//!
//! Read here: the reader that is kept needs features of crates below Burn, which would then be compiled
//! anew.

use std::path::Path;

use super::{Triangles, add_face, problem, shown};
use crate::DataError;

/// What elements of a name consist of.
struct Element {
    name: String,
    count: usize,
    properties: Vec<Property>,
}

struct Property {
    name: String,
    /// Of the length, for a list.
    length: Option<Type>,
    of: Type,
}

/// The bytes of a number, and whether it is whole and has a sign.
#[derive(Clone, Copy)]
struct Type {
    bytes: usize,
    whole: bool,
    signed: bool,
}

/// How numbers stand behind the header.
#[derive(Clone, Copy, PartialEq)]
enum Encoding {
    Text,
    Little,
    Big,
}

/// The numbers behind the header, one after the other.
struct Numbers<'a> {
    rest: &'a [u8],
    encoding: Encoding,
}

pub(super) fn read(bytes: &[u8], file: &Path) -> Result<Triangles, DataError> {
    let damaged = |what: String| {
        let text = format!("it is no PLY file, or damaged ({what}); get it again");
        problem(file, text)
    };
    let (encoding, elements, rest) = header(bytes).map_err(damaged)?;
    for needed in ["vertex", "face"] {
        if !elements.iter().any(|element| element.name == needed) {
            let text = format!("it has no element `{needed}`; a mesh needs one");
            return Err(problem(file, text));
        }
    }
    let mut numbers = Numbers { rest, encoding };
    let mut mesh = Triangles {
        vertices: Vec::new(),
        faces: Vec::new(),
    };
    let mut count = usize::MAX;
    for element in &elements {
        let place = |name: &str| {
            let mut properties = element.properties.iter();
            let found = properties.position(|p| p.name == name && p.length.is_none());
            found.ok_or_else(|| {
                let text = format!("a vertex has no number `{name}`; a place needs x, y and z");
                problem(file, text)
            })
        };
        let list = |p: &Property| ["vertex_indices", "vertex_index"].contains(&&*p.name);
        let of_face = element
            .properties
            .iter()
            .position(|p| list(p) && p.length.is_some());
        let (is_vertex, is_face) = (element.name == "vertex", element.name == "face");
        let axes = match is_vertex {
            true => [place("x")?, place("y")?, place("z")?],
            false => [0; 3],
        };
        if is_face && of_face.is_none() {
            let text = "a face has no list `vertex_indices`; it needs one";
            return Err(problem(file, text));
        }
        for index in 0..element.count {
            let at = |what: String| damaged(format!("{} {index}: {what}", element.name));
            let values = element.properties.iter().map(|p| numbers.property(p));
            let values: Vec<Vec<f64>> = values.collect::<Result<_, _>>().map_err(at)?;
            if is_vertex {
                mesh.vertices.push(axes.map(|axis| values[axis][0]));
            }
            let Some(corners) = of_face.filter(|_| is_face) else {
                continue;
            };
            let refused = |text: String| problem(file, format!("face {index}: {text}"));
            count = count.min(mesh.vertices.len());
            let corner = |&v: &f64| match v >= 0.0 && v < count as f64 && v.fract() == 0.0 {
                true => Ok(v as usize),
                false => Err(refused(format!("vertex {v} of {count}, numbered from 0"))),
            };
            let face: Vec<usize> = values[corners]
                .iter()
                .map(corner)
                .collect::<Result<_, _>>()?;
            add_face(&mut mesh, &face).map_err(refused)?;
        }
    }
    Ok(mesh)
}

/// The encoding, the elements, and the bytes behind the header.
fn header(bytes: &[u8]) -> Result<(Encoding, Vec<Element>, &[u8]), String> {
    let mut rest = bytes;
    let mut line = || -> Result<String, String> {
        let end = rest
            .iter()
            .position(|&b| b == b'\n')
            .ok_or("its header does not end")?;
        let text = String::from_utf8_lossy(&rest[..end]).trim().to_string();
        rest = &rest[end + 1..];
        Ok(text)
    };
    if line()? != "ply" {
        return Err("it does not begin with `ply`".to_string());
    }
    let (mut encoding, mut elements) = (None, Vec::<Element>::new());
    loop {
        let text = line()?;
        let words: Vec<&str> = text.split_whitespace().collect();
        let unknown = || format!("the line {} in its header", shown(&text));
        match words[..] {
            ["end_header"] => break,
            ["format", name, _] => {
                encoding = Some(match name {
                    "ascii" => Encoding::Text,
                    "binary_little_endian" => Encoding::Little,
                    "binary_big_endian" => Encoding::Big,
                    _ => return Err(unknown()),
                });
            }
            ["element", name, count] => elements.push(Element {
                name: name.to_string(),
                count: count.parse().map_err(|_| unknown())?,
                properties: Vec::new(),
            }),
            ["property", ref words @ ..] => {
                let (length, of, name) = match words {
                    ["list", length, of, name] => (Some(kind(length)), *of, *name),
                    [of, name] => (None, *of, *name),
                    _ => return Err(unknown()),
                };
                let length = length.map(|kind| kind.filter(|of| of.whole).ok_or_else(unknown));
                let property = Property {
                    name: name.to_string(),
                    length: length.transpose()?,
                    of: kind(of).ok_or_else(unknown)?,
                };
                elements
                    .last_mut()
                    .ok_or_else(unknown)?
                    .properties
                    .push(property);
            }
            [] | ["comment" | "obj_info", ..] => {}
            _ => return Err(unknown()),
        }
    }
    if let Some(element) = elements
        .iter()
        .find(|element| element.properties.is_empty())
    {
        return Err(format!("element `{}` has no property", element.name));
    }
    Ok((
        encoding.ok_or("it does not say its format")?,
        elements,
        rest,
    ))
}

fn kind(name: &str) -> Option<Type> {
    let (bytes, whole, signed) = match name {
        "char" | "int8" => (1, true, true),
        "uchar" | "uint8" => (1, true, false),
        "short" | "int16" => (2, true, true),
        "ushort" | "uint16" => (2, true, false),
        "int" | "int32" => (4, true, true),
        "uint" | "uint32" => (4, true, false),
        "float" | "float32" => (4, false, true),
        "double" | "float64" => (8, false, true),
        _ => return None,
    };
    Some(Type {
        bytes,
        whole,
        signed,
    })
}

impl Numbers<'_> {
    /// One number, or all of a list.
    fn property(&mut self, property: &Property) -> Result<Vec<f64>, String> {
        let count = match property.length {
            Some(of) => self.number(of)?,
            None => 1.0,
        };
        // A number has a byte at least, so that no length can ask for more memory than the file has.
        if !(count >= 0.0 && count <= self.rest.len() as f64 + 1.0) {
            return Err(format!("a list of {count} numbers"));
        }
        (0..count as usize)
            .map(|_| self.number(property.of))
            .collect()
    }

    fn number(&mut self, of: Type) -> Result<f64, String> {
        if self.encoding == Encoding::Text {
            let word = self.rest.trim_ascii_start();
            let end = word
                .iter()
                .position(u8::is_ascii_whitespace)
                .unwrap_or(word.len());
            let (word, rest) = word.split_at(end);
            self.rest = rest;
            let text = String::from_utf8_lossy(word);
            return text.parse().map_err(|_| match word.is_empty() {
                true => "the file ends early".to_string(),
                false => format!("{text:?} is no number"),
            });
        }
        if self.rest.len() < of.bytes {
            return Err("the file ends early".to_string());
        }
        let (own, rest) = self.rest.split_at(of.bytes);
        self.rest = rest;
        let mut word = [0; 8];
        word[..of.bytes].copy_from_slice(own);
        if self.encoding == Encoding::Big {
            word[..of.bytes].reverse();
        }
        let bits = u64::from_le_bytes(word);
        let unused = 64 - 8 * of.bytes as u32;
        Ok(match (of.whole, of.signed) {
            (true, false) => bits as f64,
            (true, true) => ((bits << unused).cast_signed() >> unused) as f64,
            _ if of.bytes == 4 => f64::from(f32::from_bits(bits as u32)),
            _ => f64::from_bits(bits),
        })
    }
}
