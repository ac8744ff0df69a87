//! Rubik's cube.

/// The clockwise quarter turns of the faces U, D, L, R, F, B of Rubik's cube, as permutations
/// of its 48 movable facelets: entry `k` is where facelet `k` goes.
///
/// Facelets are listed face by face in this order, and in a face by the coordinates of their
/// small cube, with `x` to the right, `y` to the back, `z` up. Computed by rotating the
/// positions and normals of facelets in integers.
///
/// ```
/// use schur_math::rubik_turns;
///
/// // Four quarter turns change nothing.
/// for turn in rubik_turns() {
///     assert!((0..48).all(|k| turn[turn[turn[turn[k]]]] == k));
/// }
/// ```
pub fn rubik_turns() -> [Vec<usize>; 6] {
    let facelets = facelets();
    FACES.map(|axis| {
        let image = |&(position, normal): &Facelet| {
            if dot(position, axis) == 1 {
                (clockwise(axis, position), clockwise(axis, normal))
            } else {
                (position, normal)
            }
        };
        let index = |facelet: Facelet| {
            let found = facelets.iter().position(|&other| other == facelet);
            found.expect("a quarter turn of a face maps facelets to facelets")
        };
        facelets.iter().map(|f| index(image(f))).collect()
    })
}

type Vector = [i32; 3];

/// The centre of its small cube and its normal.
type Facelet = (Vector, Vector);

/// Outward normals of U, D, L, R, F, B.
const FACES: [Vector; 6] = [
    [0, 0, 1],
    [0, 0, -1],
    [-1, 0, 0],
    [1, 0, 0],
    [0, -1, 0],
    [0, 1, 0],
];

fn facelets() -> Vec<Facelet> {
    let mut all = Vec::new();
    for normal in FACES {
        for cube in 0..27 {
            let position = [cube / 9 - 1, cube / 3 % 3 - 1, cube % 3 - 1];
            if dot(position, normal) == 1 && position != normal {
                all.push((position, normal));
            }
        }
    }
    all
}

/// A quarter turn about `axis`, clockwise as seen from outside: `v` goes to
/// `(v·axis) axis - axis x v`.
fn clockwise(axis: Vector, v: Vector) -> Vector {
    let along = dot(axis, v);
    let cross = [
        axis[1] * v[2] - axis[2] * v[1],
        axis[2] * v[0] - axis[0] * v[2],
        axis[0] * v[1] - axis[1] * v[0],
    ];
    [0, 1, 2].map(|k| along * axis[k] - cross[k])
}

fn dot(a: Vector, b: Vector) -> i32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
