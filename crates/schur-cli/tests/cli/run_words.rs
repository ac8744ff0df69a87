//! What is said and drawn of runs: damaged directories, dead networks, filters, words for volumes.

use image::{GrayImage, Luma};

use crate::support::{Lab, TINY};
use crate::volumes::made::{SOLID, solids};

/// Two classes of grey pictures of 28 x 28 pixels, which differ by `step`.
pub(crate) fn photos(lab: &Lab, folder: &str, step: u32) {
    for class in ["a", "b"] {
        std::fs::create_dir_all(lab.path(&format!("{folder}/{class}"))).unwrap();
        for i in 0..16 {
            let photo = GrayImage::from_fn(28, 28, |x, y| Luma([(4 * x + 3 * y + step * i) as u8]));
            photo
                .save(lab.path(&format!("{folder}/{class}/{i}.png")))
                .unwrap();
        }
    }
}

#[test]
fn what_a_damaged_run_still_has_is_said() {
    let lab = Lab::new();
    lab.train("run");
    let best = lab.read("run/best.safetensors");
    lab.write("run/best.safetensors", &best[..best.len() / 2]);
    lab.run(&["check", "run"])
        .refused(&["damaged", "schur eval run --last"]);
    std::fs::remove_file(lab.path("run/best.safetensors")).unwrap();
    lab.run(&["check", "run"])
        .refused(&["is lost", "schur eval run --last"]);
    lab.run(&["eval", "run", "--last"]).success();
    lab.write("run/best.safetensors", &best);
    std::fs::remove_file(lab.path("run/metrics.csv")).unwrap();
    lab.run(&["compare", "run", "run"])
        .refused(&["metrics.csv is lost", "schur train --resume run"]);
    lab.run(&["train", "--resume", "run"]).success();
    lab.run(&["compare", "run"]).success();
    for empty in ["", "# nothing\n"] {
        lab.write("run/config.toml", empty);
        lab.run(&["eval", "run"])
            .refused(&["run/config.toml", "it has no entry"]);
        lab.write("empty.toml", empty);
        lab.run(&["train", "empty.toml"])
            .refused(&["empty.toml", "it has no entry"]);
    }
    lab.write("run/config.toml", "seed = 3\n");
    lab.run(&["eval", "run"])
        .refused(&["it has no widths", "put the file back"]);
}

#[test]
fn a_network_that_answers_all_images_alike_is_named() {
    let lab = Lab::new();
    lab.train("run");
    let run = lab.run(&["check", "run", "--images", "2"]).success();
    assert!(!run.stdout.contains("say nothing"), "{run:#?}");
    for (folder, step) in [("photos", 5), ("same", 0)] {
        photos(&lab, folder, step);
    }
    lab.run(&["train", "tiny.toml", "--data", "photos", "--out", "own"])
        .success();
    lab.run(&["check", "own", "--data", "same", "--images", "3"])
        .success()
        .shows(&[
            "note: the network answers every one of these 3 images alike",
            "say nothing",
            "--images",
        ]);
}

#[test]
fn filters_of_all_pairs_of_fields_are_drawn() {
    let lab = Lab::new();
    let blocks = "[[network.blocks]]\nfields = \"2 trivial + 1 E1 + 1 regular\"\n";
    let head = &TINY[..TINY.find("[[").unwrap()];
    let config = format!(
        "{}activation = \"norm\"\n{blocks}kernel = 5\npool = 4\npool_kind = \"average\"\n{blocks}kernel = 3\n",
        head.replace("epochs = 6", "epochs = 1")
    );
    lab.write("mixed.toml", config);
    lab.run(&["train", "mixed.toml", "--out", "run"]).success();
    let draw = |more: &[&str]| {
        let words = ["draw", "filters", "run", "--out", "f.svg"];
        let run = lab.run(&[&words[..], more].concat()).success();
        let svg = lab.text("f.svg");
        (run.stdout, svg.matches("<image").count(), svg)
    };
    let (words, tiles, svg) = draw(&[]);
    assert!(words.contains("4 of 4 pairs of fields"), "{words}");
    assert_eq!(tiles, 2 + 2 + 4);
    assert!(svg.contains("field 3 (irrep(E1))"), "{svg}");
    let (words, tiles, _) = draw(&["--conv", "2"]);
    assert!(words.contains("16 of 16 pairs"), "{words}");
    assert_eq!(tiles, 8 * 8);
    assert_eq!(draw(&["--conv", "2", "--max", "5"]).1, 8 + 1);
    lab.run(&["draw", "features", "run", "--out", "x.svg"])
        .refused(&["--digit", "--index"]);
}

#[test]
fn volumes_are_called_volumes() {
    let lab = Lab::new();
    // A stride of 2 on 9 voxels, with an even kernel, leaves one out.
    let config = SOLID.replace("epochs = 15", "epochs = 1");
    lab.write("solid.toml", &config);
    solids(&lab, "solids", 8, "npy");
    lab.run(&["train", "solid.toml", "--data", "solids", "--out", "run"])
        .success();
    let check = lab.run(&["check", "run"]).success();
    check.shows(&[
        "test volumes; defect",
        "not in the group, mean of 5 angles about z;\n",
    ]);
    let table: String = (0..8)
        .flat_map(|i| ["ball", "rod"].map(|name| format!("{name}/{i}.npy,{}\n", (3 * i) % 7)))
        .collect();
    lab.write("solids/targets.csv", "file,size\n".to_string() + &table);
    let words = [
        "train",
        "solid.toml",
        "--data",
        "solids",
        "--task",
        "regression",
        "--out",
    ];
    lab.write(
        "solid.toml",
        config.replace("group = \"O\"", "group = \"O\"\noutput = \"values\""),
    );
    lab.run(&[&words[..], &["values"]].concat()).success();
    let eval = lab.run(&["eval", "values"]).success();
    eval.shows(&[
        "explained of ",
        "volumes all moved by it: axis x right, y up, z along the slices",
    ]);
}

#[test]
fn meshes_are_drawn_from_behind_and_kernels_have_a_ring() {
    let lab = Lab::new();
    let triangle = |order: &str| format!("OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 {order}\n");
    for (name, order) in [("front.off", "0 1 2"), ("behind.off", "0 2 1")] {
        lab.write(name, triangle(order));
        lab.run(&["draw", "mesh", name, "--out", "m.svg"]).success();
        let svg = lab.text("m.svg");
        assert!(
            svg.contains("<circle") && svg.contains("<path"),
            "{name}: {svg}"
        );
    }
    lab.run(&["draw", "mesh", "torus", "--rings", "0", "--out", "m.svg"])
        .refused(&["--rings 0", "at least 1"]);
}

/// What was mended is said, and vertices keep the numbers of the file.
#[test]
fn meshes_that_are_mended_are_drawn_with_words() {
    let lab = Lab::new();
    // Vertex 0 is of no triangle, 5 stands at the place of 1.
    let places = "9 9 9\n0 0 0\n1 0 0\n0 1 0\n0 0 1\n0 0 0\n";
    let faces = "3 5 3 2\n3 1 2 4\n3 2 3 4\n3 3 1 4\n";
    lab.write("own.off", format!("OFF\n6 4 0\n{places}{faces}"));
    let draw = ["draw", "mesh", "own.off", "--out", "m.svg", "--vertex"];
    lab.run(&[&draw[..], &["4"]].concat()).success().shows(&[
        "own.off was no surface and was mended: ",
        "1 point at the place of another became one with it, 1 point without triangles left out",
        "around vertex 4",
    ]);
    lab.run(&[&draw[..], &["0"]].concat())
        .refused(&["--vertex 0: own.off: no triangle that is left has it"]);
    // Ways over three corners of a cube of twelve triangles cancel.
    let corners = (0..8).map(|i| format!("{} {} {}\n", i / 4, i / 2 % 2, i % 2));
    let faces = [
        "0 1 3", "0 3 2", "4 6 7", "4 7 5", "0 4 5", "0 5 1", "2 3 7", "2 7 6", "0 2 6", "0 6 4",
        "1 5 7", "1 7 3",
    ];
    let faces = faces.map(|face| format!("3 {face}\n"));
    let corners: String = corners.collect();
    lab.write(
        "cube.off",
        format!("OFF\n8 12 0\n{corners}{}", faces.concat()),
    );
    let draw = [
        "draw", "mesh", "cube.off", "--out", "m.svg", "--vertex", "5",
    ];
    lab.run(&draw)
        .refused(&["cube.off: vertices 5 and 3", "--rings 1"]);
    lab.run(&[&draw[..], &["--rings", "1"]].concat()).success();
}
