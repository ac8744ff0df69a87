//! Meshes from files of all kinds, whole and damaged.

use std::fs;
use std::path::PathBuf;

use schur_data::{DataErrorKind, MeshArchive, Triangles};

/// A tetrahedron, and what four formats make of it.
const CORNERS: [[f64; 3]; 4] = [
    [0.0, 0.0, 0.0],
    [1.5, 0.0, 0.0],
    [0.0, 1.25, 0.0],
    [0.0, 0.0, -2.0],
];
const FACES: [[usize; 3]; 4] = [[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]];

fn write(dir: &tempfile::TempDir, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = dir.path().join(name);
    fs::write(&path, content).unwrap();
    path
}

fn off() -> String {
    let mut text = "OFF # a tetrahedron\n\n4 4 0\n".to_string();
    CORNERS
        .iter()
        .for_each(|[x, y, z]| text += &format!("{x} {y} {z} 0.5\n"));
    FACES
        .iter()
        .for_each(|[a, b, c]| text += &format!("3 {a} {b} {c} 255 0 0\n"));
    text
}

fn obj() -> String {
    let mut text = "# a tetrahedron\nmtllib none.mtl\n".to_string();
    CORNERS
        .iter()
        .for_each(|[x, y, z]| text += &format!("v {x} {y} {z}\n"));
    text += "vn 0 0 1\nusemtl grey\n";
    for [a, b, c] in FACES {
        text += &format!("f {}//1 {}//1 {}\n", a + 1, b + 1, c as i64 - 4);
    }
    text
}

fn big_ply() -> Vec<u8> {
    let head = [
        "ply",
        "format binary_big_endian 1.0",
        "comment of another kind",
        "element vertex 4",
        "property float x",
        "property float y",
        "property float z",
        "property list uchar short near",
        "element face 4",
        "property uchar red",
        "property list int ushort vertex_index",
        "end_header",
        "",
    ];
    let mut bytes = head.join("\r\n").into_bytes();
    for place in CORNERS {
        place
            .iter()
            .for_each(|v| bytes.extend((*v as f32).to_be_bytes()));
        bytes.extend([2, 255, 255, 0, 1]);
    }
    for face in FACES {
        bytes.push(7);
        bytes.extend(3i32.to_be_bytes());
        face.iter()
            .for_each(|&v| bytes.extend((v as u16).to_be_bytes()));
    }
    bytes
}

fn ply(binary: bool) -> Vec<u8> {
    let format = if binary {
        "binary_little_endian"
    } else {
        "ascii"
    };
    let head = format!(
        "ply\nformat {format} 1.0\nelement vertex 4\nproperty double x\nproperty double y\nproperty double \
         z\nelement face 4\nproperty list uchar int vertex_indices\nend_header\n"
    );
    let mut bytes = head.into_bytes();
    if binary {
        CORNERS
            .iter()
            .flatten()
            .for_each(|v| bytes.extend(v.to_le_bytes()));
        for face in FACES {
            bytes.push(3);
            face.iter()
                .for_each(|&v| bytes.extend((v as i32).to_le_bytes()));
        }
        return bytes;
    }
    CORNERS
        .iter()
        .for_each(|[x, y, z]| bytes.extend(format!("{x} {y} {z}\n").bytes()));
    FACES
        .iter()
        .for_each(|[a, b, c]| bytes.extend(format!("3 {a} {b} {c}\n").bytes()));
    bytes
}

fn stl(binary: bool) -> Vec<u8> {
    let mut bytes = vec![b' '; 80];
    bytes.extend(4u32.to_le_bytes());
    let mut text = "solid tetrahedron\n".to_string();
    for face in FACES {
        bytes.extend([0; 12]);
        text += "facet normal 0 0 0\nouter loop\n";
        for [x, y, z] in face.map(|v| CORNERS[v]) {
            text += &format!("vertex {x} {y} {z}\n");
            [x, y, z]
                .iter()
                .for_each(|v| bytes.extend((*v as f32).to_le_bytes()));
        }
        bytes.extend([0; 2]);
        text += "endloop\nendfacet\n";
    }
    text += "endsolid tetrahedron\n";
    if binary { bytes } else { text.into_bytes() }
}

#[test]
fn every_format_gives_the_same_mesh() {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("a.off", off().into_bytes()),
        ("a.OBJ", obj().into_bytes()),
        ("text.ply", ply(false)),
        ("binary.ply", ply(true)),
        ("big.ply", big_ply()),
    ] {
        let mesh = Triangles::read(write(&dir, name, content)).unwrap();
        assert_eq!(mesh.vertices, CORNERS, "{name}");
        assert_eq!(mesh.faces, FACES, "{name}");
    }
    // Vertices in the order in which they come.
    for binary in [false, true] {
        let mesh = Triangles::read(write(&dir, "a.stl", stl(binary))).unwrap();
        assert_eq!(mesh.vertices.len(), 4);
        let places = |mesh: &[[usize; 3]], of: &[[f64; 3]]| -> Vec<[f64; 3]> {
            mesh.iter().flatten().map(|&v| of[v]).collect()
        };
        assert_eq!(
            places(&mesh.faces, &mesh.vertices),
            places(&FACES, &CORNERS)
        );
    }
    // Faces with more corners are cut.
    let square = "OFF 5 1 0\n0 0 0\n1 0 0\n1 1 0\n0.5 2 0\n0 1 0\n5 0 1 2 3 4\n";
    let mesh = Triangles::read(write(&dir, "five.off", square)).unwrap();
    assert_eq!(mesh.faces, [[0, 1, 2], [0, 2, 3], [0, 3, 4]]);
    // With a dent they are cut from the corner that sees all others; there is none in a star.
    let dented = "OFF 5 1 0\n0 0 0\n2 0 0\n2 2 0\n1 0.1 0\n0 2 0\n5 0 1 2 3 4\n";
    let mesh = Triangles::read(write(&dir, "dented.off", dented)).unwrap();
    assert_eq!(mesh.faces, [[3, 4, 0], [3, 0, 1], [3, 1, 2]]);
    let mut star = "OFF 10 1 0\n".to_string();
    for corner in 0..10 {
        let angle = f64::from(corner) * std::f64::consts::TAU / 10.0;
        let radius = if corner % 2 == 0 { 1.0 } else { 0.3 };
        star += &format!("{} {} 0\n", radius * angle.cos(), radius * angle.sin());
    }
    star += "10 0 1 2 3 4 5 6 7 8 9\n";
    let refused = Triangles::read(write(&dir, "star.off", star)).unwrap_err();
    let text =
        "line 12: of 10 corners of a face with dents none sees all others; cut it into triangles";
    assert!(refused.to_string().contains(text), "{refused}");
}

#[test]
fn damaged_files_are_refused_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let cut = |bytes: Vec<u8>| bytes[..bytes.len() - 9].to_vec();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("a.off", Vec::new(), "it is empty"),
        ("a.obj", Vec::new(), "it is empty"),
        (
            "a.mesh",
            off().into_bytes(),
            "its name does not say what it is",
        ),
        ("a.off", b"# nothing\n".to_vec(), "it says nothing"),
        (
            "a.off",
            vec![b'x'; 1000],
            "line 1: \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"... is no beginning",
        ),
        (
            "a.off",
            b"PLY\n".to_vec(),
            "line 1: \"PLY\" is no beginning",
        ),
        (
            "a.off",
            b"OFF\n3 one 0\n".to_vec(),
            "line 2: \"3 one 0\" are no counts",
        ),
        (
            "a.off",
            b"OFF\n99999999999 1 0\n0 0 0\n".to_vec(),
            "it ends after 1 of 99999999999 vertices",
        ),
        (
            "endless.off",
            b"OFF\n3 1 0\n0 0 0\n1 0 0\n0 nan 0\n3 0 1 2\n".to_vec(),
            "vertex 2, from 0, is at [0.0, NaN, 0.0]; give finite numbers",
        ),
        (
            "a.off",
            b"OFF\n1 1 0\n0 0 x\n".to_vec(),
            "line 3: \"x\" is no number",
        ),
        (
            "a.off",
            b"OFF\n1 1 0\n0 0\n".to_vec(),
            "line 3: a vertex with 2 coordinates",
        ),
        (
            "a.off",
            b"OFF\n1 1 0\n0 0 0\n3 0 0\n".to_vec(),
            "line 4: 2 of 3 corners",
        ),
        (
            "a.off",
            b"OFF\n1 1 0\n0 0 0\n3 0 0 1\n".to_vec(),
            "line 4: vertex 1 of 1, numbered from 0",
        ),
        (
            "a.off",
            b"OFF\n1 1 0\n0 0 0\n2 0 0\n".to_vec(),
            "line 4: a face with 2 corners",
        ),
        ("a.off", b"OFF\n1 0 0\n0 0 0\n".to_vec(), "it has no face"),
        (
            "a.obj",
            b"v 0 0 0\nf 1 1 2\n".to_vec(),
            "line 2: vertex 2 of 1, numbered from 1",
        ),
        (
            "a.obj",
            b"v 0 0 0\nf 1 1 0\n".to_vec(),
            "line 2: vertex 0 of 1",
        ),
        (
            "a.obj",
            b"v 0 0 0\nf 1 1 -2\n".to_vec(),
            "line 2: vertex -2 of 1",
        ),
        (
            "a.obj",
            b"v 0 0 0\nf a b c\n".to_vec(),
            "line 2: \"a\" is no corner",
        ),
        ("a.obj", b"v 0 0 0\n".to_vec(), "it has no face"),
        (
            "a.obj",
            b"v 0 0 0\nf\n".to_vec(),
            "line 2: a face without corners",
        ),
        ("a.ply", b"plz\n".to_vec(), "it is no PLY file, or damaged"),
        ("a.ply", cut(ply(true)), "it is no PLY file, or damaged"),
        (
            "a.ply",
            b"ply\nformat ascii 1.0\nelement vertex 1\nend_header\n".to_vec(),
            "has no property",
        ),
        (
            "a.ply",
            b"ply\nformat odd 1.0\n".to_vec(),
            "the line \"format odd 1.0\"",
        ),
        (
            "a.ply",
            b"ply\nformat ascii 1.0\nelement vertex 1\nproperty int x\nend_header\n0\n".to_vec(),
            "it has no element `face`",
        ),
        (
            "a.ply",
            String::from_utf8(ply(false))
                .unwrap()
                .replace("3 0 2 1", "3 0 2 9")
                .into(),
            "face 0: vertex 9 of 4",
        ),
        (
            "a.ply",
            String::from_utf8(ply(false))
                .unwrap()
                .replace("3 0 2 1", "99999999 2 1")
                .into(),
            "a list of 99999999",
        ),
        ("a.stl", b"solid\n".to_vec(), "it"),
        ("a.stl", cut(stl(true)), "it is no STL file, or damaged"),
    ];
    for (name, content, says) in cases {
        let error = Triangles::read(write(&dir, name, content)).unwrap_err();
        assert_eq!(error.kind(), DataErrorKind::Format);
        let message = error.to_string();
        assert!(message.contains(says), "`{says}` is not in: {message}");
        assert!(message.contains(name), "{message}");
    }
    let missing = Triangles::read(dir.path().join("none.off")).unwrap_err();
    assert_eq!(missing.kind(), DataErrorKind::File);
    let no_archive = write(&dir, "a.npz", "no zip");
    assert!(
        MeshArchive::read(no_archive)
            .unwrap_err()
            .to_string()
            .contains("no archive")
    );
    // An archive of images has no meshes.
    let images = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference/colours.npz");
    let message = MeshArchive::read(images).unwrap_err().to_string();
    assert!(
        message.contains("it has no array train_v") && message.contains("nv, nf"),
        "{message}"
    );
}

/// Two meshes to train on and one to test, with places of 16 bits.
#[test]
fn archives_hold_many_meshes() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference/meshes.npz");
    let archive = MeshArchive::read(file).unwrap();
    assert_eq!((archive.train.len(), archive.test.len()), (2, 1));
    assert_eq!(archive.train[0].triangles.vertices, CORNERS);
    assert_eq!(archive.train[0].triangles.faces, FACES);
    assert_eq!(archive.train[0].labels, [3, 0, 258, 7]);
    let shifted = CORNERS.map(|v| v.map(|c| c - 100.0));
    assert_eq!(archive.train[1].triangles.vertices, shifted);
    assert_eq!(archive.test[0].triangles.faces, FACES[..1]);
}
