//! `schur group` and `schur intertwiners`.

use burn::tensor::Device;
use schur_nn::{EquivariantConvConfig, FieldType};
use serde_json::Value;

use crate::support::Lab;
use crate::tolerance;

fn json(lab: &Lab, arguments: &[&str]) -> Value {
    let run = lab.run(arguments).success();
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn groups_are_shown() {
    let lab = Lab::new();
    lab.run(&["group", "D4"]).success().shows(&[
        "order 8, not abelian, not simple, solvable, 5 conjugacy classes",
        "r^3 s",
        "Regular representation = A1 + A2 + B1 + B2 + 2 E1",
    ]);
    lab.run(&["group", "O"]).success().shows(&[
        "Isomorphic to S4",
        "Subgroups up to conjugacy: 11",
        "A4",
    ]);
    lab.run(&["group", "I"]).success().shows(&[
        "simple, not solvable",
        "1−φ",
        "φ = (1+√5)/2",
        "A5",
    ]);
    lab.run(&["group", "C3"])
        .success()
        .shows(&["ω²", "complex"]);
    lab.run(&["group", "Q8"])
        .success()
        .shows(&["quaternionic", "−1"]);
    lab.run(&["group", "C99"]).success().shows(&["order 99"]);
    lab.run(&["group", "SO(3)"])
        .success()
        .shows(&["2l + 1", "--restrict"]);
}

#[test]
fn programs_read_groups_as_json() {
    let lab = Lab::new();
    let c4 = json(&lab, &["group", "c4", "--json"]);
    assert_eq!(c4["order"], 4);
    assert_eq!(c4["table"][1][3], "e");
    assert_eq!(c4["irreps"][2]["frobenius_schur"], 0);
    assert_eq!(c4["regular"][2], serde_json::json!(["E1", 1]));
    assert_eq!(c4["subgroups"][1]["isomorphic_to"], "C2");
    let q8 = json(&lab, &["group", "Q8", "--json"]);
    assert_eq!(q8["characters"][4]["frobenius_schur"], -1);
    assert_eq!(q8["irreps"][4]["dimension"], 4);
}

#[test]
fn a_file_describes_a_group() {
    let lab = Lab::new();
    lab.write(
        "square.txt",
        "group square\npermutation r = (1 2 3 4)\npermutation s = (1 2)(3 4)\n",
    );
    lab.run(&["group", "square.txt"]).success().shows(&[
        "square: order 8",
        "Isomorphic to D4",
        "r^2",
    ]);
    // The corners of the square: the sum, the alternating sign, and the plane.
    let maps = [
        "intertwiners",
        "--group",
        "square.txt",
        "--from",
        "defining",
        "--to",
        "defining",
        "--json",
    ];
    assert_eq!(json(&lab, &maps)["dimension"], 3);
    lab.write("broken.txt", "permutation (1 2 1)");
    lab.run(&["group", "broken.txt"])
        .refused(&["broken.txt", "line 1", "1 occurs twice"]);
    lab.run(&["group", "missing.txt"])
        .refused(&["missing.txt", "file"]);
}

#[test]
fn products_restrictions_and_inductions_are_decomposed() {
    let lab = Lab::new();
    let cases: &[(&[&str], &[&str])] = &[
        (
            &["O", "--tensor", "T1", "T1"],
            &["O: T1 x T1 = A1 + E + T1 + T2"],
        ),
        (
            &["S4", "--restrict", "D4"],
            &["one of 3 conjugate", "A2 + E1"],
        ),
        (
            &["S4", "--restrict", "C2"],
            &["2 classes", "(3 4)", "(1 2)(3 4)"],
        ),
        (
            &["D4", "--restrict", "C4", "--irrep", "E"],
            &["normal", "E1"],
        ),
        (
            &["S4", "--induce", "C4", "A"],
            &["dimension 6", "1 + 2 + 3'"],
        ),
        // Groups of space have irreps of their own names.
        (&["D3h"], &["A1''", "E'", "schur group 'D3 x C2' "]),
        (&["D3h", "--tensor", "E'", "A1''"], &["= E''"]),
        (&["axial"], &["axial: real irreps"]),
        (&["SO(3)", "--tensor", "1", "2"], &["1 x 2 = 1 + 2 + 3"]),
        (&["O(3)", "--tensor", "1-", "1-"], &["0+ + 1+ + 2+"]),
        (&["SU(2)", "--tensor", "1/2", "1"], &["1/2 + 3/2"]),
        (&["SO(2)", "--tensor", "E1", "E1"], &["2 A + E2"]),
        (&["O(2)", "--tensor", "A2", "E3"], &["= E3"]),
        // Bethe's table of levels in a cubic field.
        (
            &["SO(3)", "--restrict", "O", "--band", "4"],
            &["E + T2", "A1 + E + T1 + T2"],
        ),
        (
            &["O(3)", "--restrict", "Oh", "--band", "1"],
            &["T1u", "T1g"],
        ),
        (&["O(2)", "--restrict", "D4"], &["B1 + B2"]),
        // The signs multiply, the degrees couple.
        (
            &["C2 x SO(3)", "--tensor", "B x 1", "B x 2"],
            &["C2 x SO(3): (B x 1) x (B x 2) = A x 1 + A x 2 + A x 3"],
        ),
        (
            &["so2 x so2", "--tensor", "E1 x E1", "E1 x E1"],
            &["2 A x A + E2 x E2"],
        ),
    ];
    for (arguments, words) in cases {
        lab.run(&[&["group"], *arguments].concat())
            .success()
            .shows(words);
    }
    // Of every degree two irreps, by the sign of the generator of C2.
    let product = json(&lab, &["group", "c2 x so(3)", "--band", "3", "--json"]);
    let irreps = product["irreps"].as_array().unwrap();
    let dimensions: Vec<u64> = irreps
        .iter()
        .map(|irrep| irrep["dimension"].as_u64().unwrap())
        .collect();
    assert_eq!(dimensions, [1, 3, 5, 7, 1, 3, 5, 7]);
    assert_eq!(irreps[5]["name"], "B x 1");
    lab.run(&["group", "SU(2) x C3"]).success().shows(&[
        "1/2 x A",
        "quaternionic",
        "complex",
        "--tensor",
    ]);
    let branching = json(
        &lab,
        &["group", "SO(3)", "--restrict", "O", "--band", "2", "--json"],
    );
    assert_eq!(
        branching["irreps"][2]["parts"],
        serde_json::json!([["E", 1], ["T2", 1]])
    );
    let branching = json(&lab, &["group", "O(3)", "--restrict", "D3h", "--json"]);
    assert_eq!(branching["subgroup"], "D3h");
    let restriction = json(&lab, &["group", "S4", "--restrict", "C2", "--json"]);
    assert_eq!(restriction["classes"][1]["conjugates"], 3);
}

#[test]
fn questions_without_an_answer_are_refused() {
    let lab = Lab::new();
    let cases: &[(&[&str], &[&str])] = &[
        (&["D4", "--tensor", "E", "F"], &["F", "A1"]),
        (&["D4", "--restrict", "C3"], &["no subgroup C3", "C4"]),
        (&["D4", "--irrep", "E"], &["--restrict"]),
        (&["SO(3)", "--restrict", "Oh"], &["O(3)"]),
        (&["SO(3)", "--restrict", "D3h"], &["improper", "O(3)"]),
        // The rotation-reflections of Schoenflies, which are improper.
        (&["SO(3)", "--restrict", "S4"], &["improper", "O(3)"]),
        (&["SO(3)", "--restrict", "A4"], &["A4"]),
        (
            &["SO(3)", "--restrict", "O", "--band", "1000"],
            &["1000", "32"],
        ),
        (&["SO(3)", "--tensor", "1/2", "1"], &["1/2", "0, 1, 2"]),
        (
            &["SO(3)", "--tensor", "99999999999999999999", "1"],
            &["no irrep"],
        ),
        (&["SO(3)", "--tensor", "9999", "1"], &["too large"]),
        (&["SO(3)", "--induce", "O", "A1"], &["infinite"]),
        (&["SO(3)", "--json"], &["--restrict"]),
        (&["C2 x SO(3)", "--restrict", "O"], &["--tensor"]),
        (
            &["C4v", "--restrict", "C2"],
            &["C4v is D4", "schur group 'D4'"],
        ),
        (&["C2 x SO(3)", "--tensor", "1", "1"], &["A x 0, A x 1"]),
        (&["C2 x SO(3)", "--band", "9"], &["at most 8"]),
        (
            &["SU(2) x SU(2) x SU(2) x SU(2)", "--band", "8"],
            &["too large"],
        ),
        (
            &["C2 x SO(3)", "--tensor", "A x 512", "A x 1"],
            &["A x 512", "1024 dimensions"],
        ),
        (
            &["O2 x O2 x O2 x O2 x O2", "--tensor", "A", "B"],
            &["5 factors", "at most 4"],
        ),
        (&["C2 x SO(4)"], &["C2 x SO(4)", "C2 x SO(3)"]),
        (&["O(2)", "--tensor", "A", "E1"], &["A1, A2, E1"]),
    ];
    for (arguments, words) in cases {
        lab.run(&[&["group"], *arguments].concat()).refused(words);
    }
}

#[test]
fn intertwiners_are_counted_printed_and_drawn() {
    let lab = Lab::new();
    let maps = |from: &str, to: &str| {
        json(
            &lab,
            &[
                "intertwiners",
                "--group",
                "D4",
                "--from",
                from,
                "--to",
                to,
                "--json",
            ],
        )
    };
    // As many maps as the target has dimensions, and all orthonormal.
    let regular = maps("regular", "E");
    assert_eq!(
        (&regular["dimension"], &regular["inner_product"]),
        (&2.into(), &2.0.into())
    );
    let flat = |m: &Value| -> Vec<f64> {
        let rows = m.as_array().unwrap().iter();
        rows.flat_map(|row| row.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()))
            .collect()
    };
    let basis: Vec<Vec<f64>> = regular["basis"]
        .as_array()
        .unwrap()
        .iter()
        .map(flat)
        .collect();
    for (i, a) in basis.iter().enumerate() {
        for (j, b) in basis.iter().enumerate() {
            let product: f64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
            assert!((product - f64::from(u8::from(i == j))).abs() < tolerance::PROBABILITY);
        }
    }
    assert_eq!(maps("regular + 2 E", "trivial")["dimension"], 1);
    assert_eq!(maps("quotient(C4)", "A2 + A1")["dimension"], 2);
    assert_eq!(maps("A1", "A2")["dimension"], 0);
    let run = |more: &[&str]| {
        let common = ["intertwiners", "--group", "D4", "--from", "regular", "--to"];
        lab.run(&[&common[..], more].concat())
    };
    run(&["defining", "--out", "maps.svg"])
        .success()
        .shows(&["M2", "predict 2", "maps.svg"]);
    let picture = lab.text("maps.svg");
    assert!(picture.starts_with("<svg") && picture.matches("<title>").count() == 2 * 16);
    run(&["E", "--out", "maps.png"]).refused(&["maps.png", ".svg"]);
    run(&["quotient(C2)"]).refused(&["3 classes", "quotient(C2#1)"]);
    run(&["0 E"]).refused(&["0 E", "at least 1"]);
    run(&["F"]).refused(&["F", "quotient(SUBGROUP)"]);
}

/// Of infinite groups too, in which a tensor product has as many maps to an irrep as copies of it.
#[test]
fn intertwiners_of_compact_groups() {
    let lab = Lab::new();
    let run = |group: &str, from: &str, to: &str, more: &[&str]| {
        let common = ["intertwiners", "--group", group, "--from", from, "--to", to];
        lab.run(&[&common[..], more].concat())
    };
    let maps = |group: &str, from: &str, to: &str| -> Value {
        let run = run(group, from, to, &["--json"]).success();
        serde_json::from_str(&run.stdout).unwrap()
    };
    // The cross product: e1 x e2 and so on, whose matrix has six entries of one size.
    let cross = maps("SO(3)", "tensor(1, 1)", "1");
    assert_eq!(cross["dimension"], 1);
    let rows = cross["basis"][0].as_array().unwrap();
    let entries = rows.iter().flat_map(|row| row.as_array().unwrap());
    let entries: Vec<f64> = entries.map(|v| v.as_f64().unwrap()).collect();
    let other: Vec<f64> = entries.into_iter().filter(|&v| v != 0.0).collect();
    assert_eq!(other.len(), 6);
    for entry in other {
        assert!((entry.abs() - 6f64.sqrt().recip()).abs() < tolerance::PROBABILITY);
    }
    let sums = maps("SO(3)", "2 1 + trivial", "tensor(1, 1 + 0)");
    assert_eq!(sums["to"]["dimension"], 12);
    // Two vectors to two vectors, and a scalar to a scalar.
    assert_eq!(
        (&sums["dimension"], &sums["inner_product"]),
        (&5.into(), &5.0.into())
    );
    // Irreps of complex type have maps of two dimensions.
    assert_eq!(maps("SO(2)", "E3", "2 E3")["dimension"], 4);
    assert_eq!(
        maps("C2 x O(2)", "B x E1", "tensor(B x E2, A x E1)")["dimension"],
        1
    );
    assert_eq!(
        maps("SO(3) x SO(3)", "1 x 2", "2 1 x 2 + 1 x 1")["dimension"],
        2
    );
    run("SO(3)", "1", "1", &["--out", "maps.svg"])
        .success()
        .shows(&["M1", "predict 1", "maps.svg"]);
    run("SO(3)", "regular", "1", &[]).refused(&["regular", "SO(3) is infinite"]);
    run("SO(3)", "quotient(O)", "1", &[]).refused(&["quotient", "SO(3) is infinite"]);
    run("SO(3) x C2", "tensor(30 x A, 30 x A)", "1 x A", &[]).refused(&["1024 dimensions"]);
    run("SO(3)", "tensor()", "1", &[]).refused(&["missing"]);
    run("SO(3)", &"tensor(".repeat(200), "1", &[]).refused(&["32 brackets"]);
    run("SO(3)", &"1+".repeat(2500), "1", &[]).refused(&["5000 bytes"]);
    // Of the plane with all its words.
    assert_eq!(maps("SO(2)", "spectral(2)+2E1", "E1")["dimension"], 3 * 2);
    run("SO(3)", "0 1", "1", &[]).refused(&["0 1", "at least 1"]);
}

#[test]
fn kernel_spaces_are_counted() {
    let lab = Lab::new();
    let table = |group: &str, size: &str| -> Value {
        let words = ["group", group, "--kernels", size, "--json"];
        serde_json::from_str(&lab.run(&words).success().stdout).unwrap()
    };
    let dimension = |found: &Value, to: &str, from: &str| -> u64 {
        let names = found["representations"].as_array().unwrap();
        let place = |name: &str| names.iter().position(|n| n == name).unwrap();
        found["dimensions"][place(to)][place(from)]
            .as_u64()
            .unwrap()
    };
    // Scalars to scalars: orbits of the 25 pixels. Regular to regular: 25 filters per element.
    let c4 = table("C4", "5");
    assert_eq!(dimension(&c4, "A", "A"), 7);
    assert_eq!(dimension(&c4, "regular", "regular"), 4 * 25);
    assert_eq!(dimension(&c4, "regular", "A"), 25);
    let d4 = table("D4", "5");
    assert_eq!(dimension(&d4, "A1", "A1"), 6);
    assert_eq!(dimension(&d4, "regular", "regular"), 8 * 25);
    // The columns of the regular representation are those of the irreps, as often as it has them.
    for to in ["A1", "A2", "B1", "B2", "E1"] {
        let of = |from: &str| dimension(&d4, to, from);
        assert_eq!(
            of("regular"),
            of("A1") + of("A2") + of("B1") + of("B2") + 2 * of("E1"),
            "{to}"
        );
    }
    // Steerable kernels are the weights that layers have, or there is no such layer.
    let d8 = table("D8", "5");
    let mut layers = 0;
    for from in ["A1", "B2", "E1", "E3", "regular"] {
        for to in ["A1", "A2", "E2", "regular"] {
            let [input, out] = [from, to].map(|name| match name {
                "regular" => FieldType::parse("D8: 1 regular").unwrap(),
                name => FieldType::parse(&format!("D8: 1 irrep({name})")).unwrap(),
            });
            let config = EquivariantConvConfig::new(&input, &out, 5);
            let weights = config
                .init(&Device::flex())
                .map_or(0, |conv| conv.plan().parameters());
            assert_eq!(dimension(&d8, to, from), weights as u64, "{from} to {to}");
            layers += usize::from(weights > 0);
        }
    }
    assert!(layers >= 12, "{layers}");
    // Rotations by any angle leave the rings: radii 0, 1, 2 of scalars.
    let so2 = table("SO(2)", "5");
    assert_eq!(dimension(&so2, "A", "A"), 3);
    lab.run(&["group", "D8", "--kernels", "5"])
        .success()
        .shows(&["to \\ from", "E3", "regular", "5 x 5", "Steerable"]);
    // Scalars to scalars: the orbits of 27 voxels. Regular to regular: 27 filters per element.
    let oh = table("Oh", "3");
    assert_eq!(dimension(&oh, "A1g", "A1g"), 4);
    assert_eq!(dimension(&oh, "regular", "regular"), 48 * 27);
    // A gradient has one weight on each shell but the middle.
    assert_eq!(dimension(&table("SO(3)", "5"), "1", "0"), 2);
    lab.run(&["group", "C4 in space", "--kernels", "2"])
        .success()
        .shows(&["C4 in space: ", "2 x 2 x 2 voxels", "permute voxels"]);
    lab.run(&["group", "A5", "--kernels", "5"])
        .refused(&["--kernels", "A5", "SO(2)"]);
}
