//! Curvature and parallel transport on meshes.

use std::collections::BTreeMap;
use std::f64::consts::{FRAC_PI_2, PI, TAU};

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schur_math::surface::{Surface, TriangleMesh};
use schur_math::{PlaneIsometry, UnitQuaternion};

use crate::support::table::rows;
use crate::support::tolerance::{FAILURE, SURFACE};

fn wrapped(angle: f64) -> f64 {
    (angle + PI).rem_euclid(TAU) - PI
}

fn meshes() -> Vec<(&'static str, TriangleMesh)> {
    vec![
        ("icosphere 0", TriangleMesh::icosphere(0).unwrap()),
        ("icosphere 2", TriangleMesh::icosphere(2).unwrap()),
        ("torus", TriangleMesh::torus(12, 8, 2.0, 0.7).unwrap()),
        ("plane", TriangleMesh::plane(4, 5, 0.5).unwrap()),
        ("cube", TriangleMesh::cube(3).unwrap()),
        (
            "Möbius strip",
            TriangleMesh::mobius_strip(15, 4, 0.7).unwrap(),
        ),
        ("bumps", bumps()),
    ]
}

/// An icosphere with its vertices at random heights: no symmetry, curvature of both signs.
pub(crate) fn bumps() -> TriangleMesh {
    let mesh = TriangleMesh::icosphere(2).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let places = mesh.vertices().iter().map(|v| {
        let factor = 0.8 + 0.4 * rng.random::<f64>();
        v.map(|c| c * factor)
    });
    mesh.with_vertices(places.collect()).unwrap()
}

#[test]
fn tables_of_curvature_and_transport() {
    let mut seen = 0;
    for row in rows("surface.csv") {
        let level = row[0].strip_prefix("icosphere");
        let mesh = match (level, row[0].as_str()) {
            (Some(level), _) => TriangleMesh::icosphere(level.parse().unwrap()).unwrap(),
            (_, "torus12x8") => TriangleMesh::torus(12, 8, 2.0, 0.7).unwrap(),
            _ => continue,
        };
        seen += 1;
        let surface = Surface::new(mesh.clone());
        let defects = mesh.angle_defects();
        let faces = mesh.faces().iter();
        let curved: Vec<f64> = faces
            .map(|face| wrapped(surface.holonomy(face).unwrap().angle()))
            .collect();
        let least = |v: &[f64]| v.iter().copied().fold(f64::INFINITY, f64::min);
        let most = |v: &[f64]| v.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let found = match row[1].as_str() {
            "vertices" => mesh.vertices().len() as f64,
            "faces" => mesh.faces().len() as f64,
            "four_pi" => 4.0 * PI,
            "defect_sum" => defects.iter().sum(),
            "defect_min" => least(&defects),
            "defect_max" => most(&defects),
            "defect_outer" => defects[0],
            "defect_inner" => defects[4],
            "face_holonomy_sum" => curved.iter().sum(),
            "face_holonomy_min" => least(&curved),
            "face_holonomy_max" => most(&curved),
            "transport" => {
                let [i, j] = [2, 3].map(|k| row[k].parse().unwrap());
                let turn = surface.transport(i, j).unwrap();
                assert!(!turn.is_reflected());
                let expected: f64 = row[4].parse().unwrap();
                expected + wrapped(turn.angle() - expected)
            }
            other => panic!("{other}"),
        };
        let expected: f64 = row[4].parse().unwrap();
        assert!((found - expected).abs() < SURFACE, "{row:?}: {found}");
    }
    assert_eq!(seen, 3 * 21 + 5);
}

/// Rotation along a great circle from one point of the sphere to another.
fn arc(p: [f64; 3], q: [f64; 3]) -> UnitQuaternion {
    let axis = [
        p[1] * q[2] - p[2] * q[1],
        p[2] * q[0] - p[0] * q[2],
        p[0] * q[1] - p[1] * q[0],
    ];
    let sine = axis.iter().map(|v| v * v).sum::<f64>().sqrt();
    let cosine: f64 = p.iter().zip(q).map(|(a, b)| a * b).sum();
    UnitQuaternion::from_axis_angle(axis, sine.atan2(cosine)).unwrap()
}

/// On the smooth sphere transport around a triangle turns by its area, and so it does along paths of a
/// fine mesh around the same region.
#[test]
fn spheres_turn_by_the_enclosed_area() {
    let of_sphere: Vec<_> = rows("surface.csv")
        .into_iter()
        .filter(|r| r[0] == "sphere")
        .collect();
    let value = |what: &str| -> f64 {
        of_sphere.iter().find(|r| r[1] == what).unwrap()[4]
            .parse()
            .unwrap()
    };
    let corners: Vec<f64> = of_sphere
        .iter()
        .filter(|r| r[1] == "corner")
        .map(|r| r[4].parse().unwrap())
        .collect();
    let [a, b, c] = [0, 3, 6].map(|k| [corners[k], corners[k + 1], corners[k + 2]]);
    let around = arc(c, a).compose(&arc(b, c)).compose(&arc(a, b));
    let [w, x, y, z] = around.parts();
    // It is a rotation about the first corner.
    let along = x * a[0] + y * a[1] + z * a[2];
    assert!((2.0 * along.atan2(w) - value("triangle")).abs() < SURFACE);
    assert!((value("triangle") - value("area")).abs() < SURFACE);
    // An eighth of the octahedron's sphere: all curvature of a mesh in the octant is a right angle.
    let octant = octasphere(8);
    let inside = |p: &[f64; 3]| p.iter().all(|&v| v > -FAILURE * FAILURE);
    let region: Vec<usize> = (0..octant.faces().len())
        .filter(|&f| {
            octant.faces()[f]
                .iter()
                .all(|&v| inside(&octant.vertices()[v]))
        })
        .collect();
    assert_eq!(region.len(), 64);
    let turn = Surface::new(octant.clone())
        .holonomy(&border(&octant, &region))
        .unwrap();
    assert!((turn.angle() - value("octant")).abs() < SURFACE, "{turn}");
    assert!((FRAC_PI_2 - value("octant")).abs() < SURFACE);
    // The cap down to 60 degrees: the finer the mesh, the nearer its curvature.
    let cap = |rings: usize| {
        let globe = globe(rings);
        let around: Vec<usize> = (0..4 * rings)
            .map(|k| 1 + (rings - 1) * 4 * rings + k)
            .collect();
        let turn = Surface::new(globe).holonomy(&around).unwrap().angle();
        (turn - value("latitude60")).abs()
    };
    let [coarse, fine] = [cap(8), cap(16)];
    assert!(coarse < 0.2 && fine < 0.55 * coarse, "{coarse} {fine}");
}

/// The octahedron, each side cut in `n`, on the sphere.
fn octasphere(n: usize) -> TriangleMesh {
    let mut places: BTreeMap<[i64; 3], usize> = BTreeMap::new();
    let (mut vertices, mut faces) = (Vec::new(), Vec::new());
    let n = n as i64;
    for signs in 0..8 {
        let sign = |axis: usize| if signs >> axis & 1 == 0 { 1 } else { -1 };
        let mut at = |i: i64, j: i64| {
            let place = [sign(0) * i, sign(1) * j, sign(2) * (n - i - j)];
            *places.entry(place).or_insert_with(|| {
                let place = place.map(|v| v as f64);
                let length = place.iter().map(|v| v * v).sum::<f64>().sqrt();
                vertices.push(place.map(|v| v / length));
                vertices.len() - 1
            })
        };
        for i in 0..n {
            for j in 0..n - i {
                faces.push([at(i, j), at(i + 1, j), at(i, j + 1)]);
                if i + j + 1 < n {
                    faces.push([at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)]);
                }
            }
        }
    }
    TriangleMesh::new(vertices, faces).unwrap()
}

/// A sphere down to a ring beyond 60 degrees from the pole, `rings` rings to 60 degrees.
fn globe(rings: usize) -> TriangleMesh {
    let around = 4 * rings;
    let mut vertices = vec![[0.0, 0.0, 1.0]];
    for ring in 1..=rings + 1 {
        let (s, c) = (PI / 3.0 * ring as f64 / rings as f64).sin_cos();
        for k in 0..around {
            let (y, x) = (TAU * k as f64 / around as f64).sin_cos();
            vertices.push([s * x, s * y, c]);
        }
    }
    let at = |ring: usize, k: usize| 1 + (ring - 1) * around + k % around;
    let mut faces: Vec<[usize; 3]> = (0..around).map(|k| [0, at(1, k), at(1, k + 1)]).collect();
    for (ring, k) in (1..=rings).flat_map(|ring| (0..around).map(move |k| (ring, k))) {
        let [a, b] = [at(ring, k), at(ring + 1, k)];
        let [c, d] = [at(ring + 1, k + 1), at(ring, k + 1)];
        faces.extend([[a, b, c], [a, c, d]]);
    }
    TriangleMesh::new(vertices, faces).unwrap()
}

/// The border of a region without holes, in the sense of its triangles.
fn border(mesh: &TriangleMesh, region: &[usize]) -> Vec<usize> {
    let mut next: BTreeMap<usize, usize> = BTreeMap::new();
    let mut inner: Vec<[usize; 2]> = Vec::new();
    let sides = |f: usize| {
        let [a, b, c] = mesh.faces()[f];
        [[a, b], [b, c], [c, a]]
    };
    let all: Vec<[usize; 2]> = region.iter().flat_map(|&f| sides(f)).collect();
    for &[a, b] in &all {
        match all.contains(&[b, a]) {
            true => inner.push([a, b]),
            false => assert!(next.insert(a, b).is_none(), "a region that touches itself"),
        }
    }
    let start = *next.keys().next().unwrap();
    let mut path = vec![start];
    while next[path.last().unwrap()] != start {
        path.push(next[path.last().unwrap()]);
    }
    assert_eq!(path.len(), next.len(), "a region with a hole");
    path
}

#[test]
fn all_curvature_is_the_euler_characteristic() {
    for (name, mesh) in meshes() {
        let whole = TAU * mesh.euler_characteristic() as f64;
        let defects: f64 = mesh.angle_defects().iter().sum();
        assert!((defects - whole).abs() < SURFACE, "{name}: {defects}");
        if mesh.border_edges() == 0 {
            let faces: f64 = mesh.face_curvatures().iter().sum();
            assert!((faces - whole).abs() < SURFACE, "{name}: {faces}");
        }
        // It can fail: one corner more is seen.
        let moved: f64 = mesh.angle_defects()[1..].iter().sum();
        assert!(name == "plane" || name.contains("strip") || (moved - whole).abs() > FAILURE);
    }
}

/// The holonomy of any loop is the curvature inside, of triangles for loops of vertices, of vertices for
/// loops of triangles.
#[test]
fn loops_turn_by_the_enclosed_curvature() {
    for (name, mesh) in meshes() {
        if !mesh.is_orientable() {
            continue;
        }
        let surface = Surface::new(mesh.clone());
        let curvatures = mesh.face_curvatures();
        let defects = mesh.angle_defects();
        let mut largest = 0.0f64;
        for (vertex, defect) in defects.iter().enumerate() {
            if mesh.is_on_border(vertex).unwrap() {
                continue;
            }
            let around = mesh.neighbours(vertex).unwrap();
            let has = |face: &[usize; 3]| face.contains(&vertex);
            let faces = mesh
                .faces()
                .iter()
                .zip(&curvatures)
                .filter(|(face, _)| has(face));
            let inside: f64 = faces.map(|(_, c)| c).sum();
            largest = largest.max(inside.abs());
            let turn = surface.holonomy(&around).unwrap();
            assert!(!turn.is_reflected());
            assert!(
                wrapped(turn.angle() - inside).abs() < SURFACE,
                "{name} {vertex}"
            );
            // Back around it is the inverse, and another curvature is told apart.
            let mut back = around.clone();
            back.reverse();
            let back = surface.holonomy(&back).unwrap();
            assert!(
                wrapped(back.angle() + inside).abs() < SURFACE,
                "{name} {vertex}"
            );
            let twice = wrapped(2.0 * inside);
            assert!(twice.abs() < FAILURE || wrapped(turn.angle() + inside).abs() > FAILURE);
            // The triangles in the same order, each over an edge at the vertex.
            let pairs = around.iter().zip(around.iter().cycle().skip(1));
            let fan: Vec<usize> = pairs
                .map(|(a, b)| {
                    let has = |f: &[usize; 3]| [vertex, *a, *b].iter().all(|v| f.contains(v));
                    mesh.faces().iter().position(has).unwrap()
                })
                .collect();
            let turn = mesh.face_holonomy(&fan).unwrap();
            assert!(
                wrapped(turn.angle() - defect).abs() < SURFACE,
                "{name} {vertex}"
            );
        }
        assert!(name == "plane" || largest > FAILURE, "{name} is flat");
        // Growing regions.
        if mesh.border_edges() == 0 && name != "torus" {
            let mut region: Vec<usize> = vec![0];
            let mut inside = curvatures[0];
            for _ in 0..mesh.faces().len() / 4 {
                let path = border(&mesh, &region);
                let turn = surface.holonomy(&path).unwrap();
                assert!(
                    wrapped(turn.angle() - inside).abs() < SURFACE,
                    "{name} {region:?}"
                );
                let grows = |face: usize| {
                    let corners = mesh.faces()[face];
                    let on: Vec<usize> = (0..3).filter(|&k| path.contains(&corners[k])).collect();
                    let shares = (0..3).filter(|&k| {
                        let edge = [corners[(k + 1) % 3], corners[k]];
                        path.iter()
                            .zip(path.iter().cycle().skip(1))
                            .any(|(a, b)| [*a, *b] == edge)
                    });
                    // One side and two corners, or two sides and three corners, keep it a disc.
                    let shared = shares.count();
                    !region.contains(&face) && shared > 0 && shared + 1 == on.len()
                };
                let Some(face) = (0..mesh.faces().len()).find(|&face| grows(face)) else {
                    break;
                };
                region.push(face);
                inside += curvatures[face];
            }
            assert!(region.len() > 4, "{name}");
        }
    }
}

/// Around the strip a vector comes back mirrored; around a piece of it not.
#[test]
fn strips_with_one_side_mirror() {
    let mesh = TriangleMesh::mobius_strip(15, 5, 0.7).unwrap();
    let surface = Surface::new(mesh.clone());
    let middle: Vec<usize> = (0..15).map(|k| 5 * k + 2).collect();
    assert!(surface.holonomy(&middle).unwrap().is_reflected());
    let inner = mesh.neighbours(5 * 4 + 2).unwrap();
    assert!(!surface.holonomy(&inner).unwrap().is_reflected());
    // Triangles see it, too.
    let [a, b] = mesh.seam().unwrap();
    let shared = |f: &[usize; 3]| f.contains(&a) && f.contains(&b);
    assert_eq!(mesh.faces().iter().filter(|f| shared(f)).count(), 2);
    assert!(TriangleMesh::torus(5, 5, 2.0, 1.0).unwrap().is_orientable());
}

#[test]
fn transport_is_orthogonal_and_changes_with_the_frames() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    for (name, mesh) in meshes() {
        let count = mesh.vertices().len();
        let changes: Vec<PlaneIsometry> = (0..count)
            .map(|_| PlaneIsometry::new(TAU * rng.random::<f64>(), rng.random()).unwrap())
            .collect();
        let surface = Surface::new(mesh.clone());
        let changed = surface.clone().with_frames_changed(&changes).unwrap();
        for [a, b] in mesh.edges() {
            for [a, b] in [[a, b], [b, a]] {
                let (there, back) = (
                    surface.transport(a, b).unwrap(),
                    surface.transport(b, a).unwrap(),
                );
                let both = back.compose(&there);
                assert!(
                    both.distance(&PlaneIsometry::IDENTITY) < SURFACE,
                    "{name} {a} {b}"
                );
                let expected = changes[b].compose(&there).compose(&changes[a].inverse());
                let found = changed.transport(a, b).unwrap();
                assert!(found.distance(&expected) < SURFACE, "{name} {a} {b}");
            }
        }
        for (vertex, change) in changes.iter().enumerate() {
            let [[before, _], [after, _]] = [&surface, &changed].map(|s| s.frame(vertex).unwrap());
            let cos: f64 = before.iter().zip(after).map(|(a, b)| a * b).sum();
            assert!((cos - change.matrix()[0][0]).abs() < SURFACE, "{name}");
        }
    }
}
