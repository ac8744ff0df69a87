//! What works for images works for volumes: plots of checks, pictures of kernels, poses.

use image::{GrayImage, Luma};

use crate::support::Lab;
use crate::tolerance;
use crate::volumes::made::{SOLID, npy, solids};

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

fn tiles(svg: &str) -> usize {
    svg.matches("<image ").count()
}

#[test]
fn checks_of_volumes_are_plotted_as_those_of_images() {
    let lab = Lab::new();
    lab.write("solid.toml", SOLID.replace("epochs = 15", "epochs = 1"));
    solids(&lab, "solids", 6, "npy");
    lab.run(&["train", "solid.toml", "--data", "solids", "--out", "run"])
        .success();
    lab.run(&["check", "run", "--images", "2", "--out", "plots"])
        .success()
        .shows(&["5 angles about z"]);
    for (name, word) in [
        ("angle", "angle in degrees"),
        ("depth", "layer"),
        ("size", "side of the volume in voxels"),
    ] {
        let svg = lab.text(&format!("plots/error-{name}.svg"));
        assert!(svg.contains(word), "{name}: {svg}");
    }
    let page = lab.text("plots/index.html");
    assert!(page.contains("counter-clockwise about z"), "{page}");
    let check = lab.run(&["check", "run", "--images", "2", "--json"]);
    let check = json(&check.success().stdout);
    // Quarter turns are in the group, what lies between is not.
    assert_eq!(check["outside"].as_array().unwrap().len(), 5);
    for layer in check["layers"].as_array().unwrap() {
        assert_eq!(layer["outside"].as_array().unwrap().len(), 5, "{layer}");
    }
    let first = check["layers"][0]["outside"][2].as_f64().unwrap();
    assert!(first > tolerance::NOT_EXACT, "{first}");
}

#[test]
fn kernels_in_space_are_three_slices() {
    let lab = Lab::new();
    let draw = |group: &str, to: &str, words: &[&str]| {
        let start = [
            "draw", "basis", "--group", group, "--from", "trivial", "--to", to,
        ];
        lab.run(&[&start[..], words].concat()).success()
    };
    // A filter of 27 taps and its 24 copies.
    draw(
        "O",
        "regular",
        &["--size", "3", "--lattice", "--out", "a.svg"],
    )
    .shows(&["27 elements of 3 x 3 x 3"]);
    let svg = lab.text("a.svg");
    assert_eq!(tiles(&svg), 27 * 24 * 3);
    assert!(
        svg.contains("3 x 3 x 3 voxels that commute with O") && svg.contains("across x (y right")
    );
    // From a number to a vector there is degree 1 alone.
    draw(
        "SO(3)",
        "defining",
        &["--size", "5", "--smooth", "--out", "b.svg"],
    );
    let svg = lab.text("b.svg");
    assert!(svg.contains("l = 1, r = 2") && !svg.contains("l = 0") && !svg.contains("l = 2"));
    assert_eq!(tiles(&svg), 2 * 3 * 3);
    // The other one of the plane keeps its one picture per component.
    draw(
        "C4",
        "regular",
        &["--size", "3", "--lattice", "--out", "c.svg"],
    );
    assert_eq!(tiles(&lab.text("c.svg")), 9 * 4);
    lab.run(&[
        "draw", "basis", "--group", "Oh", "--from", "regular", "--to", "regular", "--size", "15",
        "--out", "d.svg",
    ])
    .refused(&["--size"]);
    assert!(!lab.path("d.svg").exists());
}

/// A ball on the right of the middle and a fainter one above, as bytes of a cube of 9 x 9 x 9 voxels.
fn standing(seed: usize) -> Vec<u8> {
    let voxel = |at: usize| -> u8 {
        let [x, y, z] = [at % 9, at / 9 % 9, at / 81];
        let near = |p: [usize; 3]| {
            let far = [x.abs_diff(p[0]), y.abs_diff(p[1]), z.abs_diff(p[2])];
            far.iter().map(|d| d * d).sum::<usize>() <= 2
        };
        let noise = ((7 * x + 13 * y + 5 * z + 31 * seed) % 11) as u8;
        match (near([6, 4, 4]), near([4, 2, 4])) {
            (true, _) => 220 + noise,
            (_, true) => 110 + noise,
            _ => noise,
        }
    };
    (0..729).map(voxel).collect()
}

#[test]
fn the_pose_of_volumes_is_learnt_and_every_command_knows_it() {
    let lab = Lab::new();
    let pose = SOLID.replace("group = \"O\"", "group = \"O\"\noutput = \"direction\"");
    lab.write("pose.toml", pose.replace("epochs = 15", "epochs = 8"));
    for class in ["a", "b"] {
        std::fs::create_dir_all(lab.path(&format!("scans/{class}"))).unwrap();
        for seed in 0..24 {
            let volume = npy("|u1", "(9, 9, 9)", &standing(seed));
            lab.write(&format!("scans/{class}/{seed}.npy"), volume);
        }
    }
    lab.run(&["train", "pose.toml", "--data", "scans", "--out", "run"])
        .success()
        .shows(&[
            "for training (rotated",
            "test mean error",
            "share within 15 degrees",
        ]);
    assert!(lab.text("run/config.toml").contains("rotated = true"));
    let summary = json(&lab.text("run/summary.json"));
    let test = &summary["test"];
    // Guessing is off by 126.5 degrees on average.
    let error = test["values"][0][1].as_f64().unwrap();
    assert!(error < tolerance::POSE, "{test}");
    assert!(
        test["values"][3][1].as_f64().unwrap() < tolerance::QUARTER_DEGREES,
        "{test}"
    );
    assert!(lab.text("run/plots/slices.svg").contains("<path"));
    // Over the 24 rotations of the cube the error is one.
    let eval = json(&lab.run(&["eval", "run", "--json"]).success().stdout);
    let elements = eval["test"]["by_element"].as_array().unwrap();
    let score = |element: &serde_json::Value| 180.0 * element[1].as_f64().unwrap();
    assert_eq!(elements.len(), 24);
    for element in elements {
        let change = (score(element) - score(&elements[0])).abs();
        assert!(change < tolerance::QUARTER_DEGREES, "{element}");
    }
    lab.run(&["eval", "run"])
        .success()
        .shows(&["mean error of", "r(90°; 0, 0, 1)"]);
    // The answer turns with the volume: six steps of 15° are a quarter about z.
    lab.write("one.npy", npy("|u1", "(9, 9, 9)", &standing(3)));
    let sweep = lab.run(&["predict", "run", "one.npy", "--rotate-sweep", "--json"]);
    let found = json(&sweep.success().stdout)[0].clone();
    let matrix = |of: &serde_json::Value| -> Vec<Vec<f64>> {
        serde_json::from_value(of["matrix"].clone()).expect("a matrix")
    };
    let (still, turned) = (matrix(&found), matrix(&found["sweep"][6]));
    for col in 0..3 {
        let expected = [-still[1][col], still[0][col], still[2][col]];
        for (row, expected) in expected.into_iter().enumerate() {
            let change = (turned[row][col] - expected).abs();
            assert!(change < tolerance::VALUES, "{turned:?} {still:?}");
        }
    }
    lab.run(&["predict", "run", "one.npy", "--csv", "poses.csv"])
        .success();
    assert!(
        lab.text("poses.csv")
            .starts_with("image,degrees,axis_x,axis_y,axis_z,error\n")
    );
    lab.run(&["predict", "run", "one.npy"])
        .success()
        .shows(&["turned by", "about ("]);
    lab.run(&["check", "run", "--images", "2"])
        .success()
        .shows(&["all 24 elements of O"]);
    lab.run(&["export", "run", "--out", "pose.onnx"])
        .success()
        .shows(&["rotation [batch, 6]"]);
    lab.run(&["models", "--group", "O"])
        .success()
        .shows(&["pose"]);
    lab.run(&["plan", "pose", "--group", "O", "--data", "scans"])
        .success()
        .shows(&["9x9x9", "to O: 2 defining"]);
    lab.run(&[
        "train", "--task", "pose", "--data", "solids", "--out", "bad",
    ])
    .refused(&["solids"]);
}

/// Images of one's own that stand upright are turned by angles that are known.
#[test]
fn the_pose_of_own_images_is_learnt() {
    let lab = Lab::new();
    std::fs::create_dir_all(lab.path("arrows/one")).unwrap();
    std::fs::create_dir_all(lab.path("arrows/two")).unwrap();
    for class in ["one", "two"] {
        for seed in 0..24_u32 {
            let pixel = |x: u32, y: u32| {
                let bright = (8..13).contains(&x) && (5..10).contains(&y);
                Luma([if bright {
                    220
                } else {
                    ((7 * x + 3 * y + seed) % 23) as u8
                }])
            };
            let path = lab.path(&format!("arrows/{class}/{seed}.png"));
            GrayImage::from_fn(15, 15, pixel).save(path).unwrap();
        }
    }
    lab.write(
        "pose.toml",
        "[train]\nepochs = 8\nbatch = 8\n[network]\ngroup = \"C4\"\noutput = \"direction\"\n\
         [[network.blocks]]\nfields = 3\nkernel = 5\npadding = 2\npool = 3\n\
         [[network.blocks]]\nfields = 3\nkernel = 3\n",
    );
    lab.run(&["train", "pose.toml", "--data", "arrows", "--out", "run"])
        .success()
        .shows(&["(rotated, each by one angle)", "test mean error"]);
    let summary = json(&lab.text("run/summary.json"));
    let error = summary["test"]["values"][0][1].as_f64().unwrap();
    // Guessing is off by 90 degrees on average.
    assert!(error < tolerance::POSE, "{summary}");
    lab.run(&["predict", "run", "arrows/one/0.png"])
        .success()
        .shows(&["turned by"]);
    lab.run(&["eval", "run", "--data", "arrows"])
        .success()
        .shows(&["mean error in degrees"]);
}

#[test]
fn a_conventional_network_of_volumes_becomes_its_twin() {
    let lab = Lab::new();
    lab.write(
        "cnn.toml",
        "image_size = 9\nclasses = 2\n\
         [[layers]]\ntype = \"conv\"\nchannels = 8\nkernel = 3\npadding = 1\n[[layers]]\ntype = \"relu\"\n\
         [[layers]]\ntype = \"max-pool\"\nsize = 3\n\
         [[layers]]\ntype = \"conv\"\nchannels = 48\nkernel = 3\n[[layers]]\ntype = \"relu\"\n\
         [[layers]]\ntype = \"linear\"\nunits = 2\n",
    );
    let twin = lab.run(&["convert", "cnn.toml", "--group", "O"]).success();
    // 8 kernels of 27 taps, 48 of 8 times as many, and 2 of 48 numbers with biases.
    let count = 8 * 27 + 48 * 8 * 27 + 2 * 49;
    assert!(twin.stderr.contains(&count.to_string()), "{}", twin.stderr);
    assert!(twin.stdout.contains("group = \"O\""), "{}", twin.stdout);
    lab.write("twin.toml", twin.stdout);
    solids(&lab, "solids", 6, "npy");
    lab.run(&[
        "train",
        "twin.toml",
        "--data",
        "solids",
        "--epochs",
        "1",
        "--out",
        "run",
    ])
    .success();
}

/// Arrays are cut and resized as files are, and a test image has a number.
#[test]
fn archives_are_resized_and_their_volumes_drawn() {
    let lab = Lab::new();
    lab.write("solid.toml", SOLID.replace("epochs = 15", "epochs = 1"));
    let archive = include_bytes!("../../../schur-data/tests/reference/volumes.npz");
    lab.write("data.npz", archive);
    let train = ["train", "solid.toml", "--data", "data.npz", "--out", "run"];
    lab.run(&train)
        .refused(&["a volume of 4 x 5 x 6", "--size"]);
    lab.run(&[&train[..], &["--spacing", "2"]].concat())
        .refused(&["no --spacing", "--size"]);
    lab.run(&[&train[..], &["--size", "9"]].concat())
        .success()
        .shows(&["volumes of 9 x 9 x 9 voxels"]);
    lab.run(&["eval", "run", "--data", "data.npz"])
        .success()
        .shows(&["2 test images"]);
    lab.run(&["plan", "run"])
        .success()
        .shows(&["per volume of 9 x 9 x 9 voxels", "products per voxel"]);
    let draw = |index: &'static str| {
        let words = [
            "draw", "features", "run", "--index", index, "--out", "a.svg",
        ];
        lab.run(&words)
    };
    draw("1").success().shows(&["test volume 1, "]);
    draw("2").refused(&["--index 2 is none", "0 to 1"]);
    lab.run(&["draw", "features", "run", "--digit", "3", "--out", "a.svg"])
        .refused(&["volumes of 0, 1", "--index"]);
}
