//! Data of one's own that are not quite what a network or a table expects.

use crate::commands::idx;
use crate::own_images::{discs, shades};
use crate::own_targets::made::cells;
use crate::support::{Lab, TINY};
use crate::volumes::made::{SOLID, npy, solids};

fn short(config: &str) -> String {
    config
        .replace("epochs = 6", "epochs = 1")
        .replace("epochs = 15", "epochs = 1")
}

#[test]
fn a_network_that_is_a_list_of_layers_gets_the_answers_of_the_data() {
    let lab = Lab::new();
    solids(&lab, "solids", 6, "npy");
    let plan = |group: &str| {
        let words = ["plan", "se3", "--data", "solids", "--size", "33", "--group"];
        lab.run(&[&words[..], &[group]].concat())
    };
    plan("C2 in space").success().shows(&["2 trivial"]);
    // A table asks for numbers; lengths, which this network ends in, make no vectors.
    let mut table = String::from("file,size,axis_x,axis_y,axis_z\n");
    for class in ["ball", "rod"] {
        for i in 0..6 {
            table += &format!("{class}/{i}.npy,{i},{i},1,0\n");
        }
    }
    lab.write("solids/targets.csv", table);
    let with = |columns: &str| {
        let words = ["plan", "se3", "--task", "regression", "--data", "solids"];
        let more = [
            "--size",
            "33",
            "--group",
            "C2 in space",
            "--columns",
            columns,
        ];
        lab.run(&[&words[..], &more].concat())
    };
    with("size").success().shows(&["1 trivial"]);
    with("axis").refused(&["network.vectors", "a model that keeps vectors to its end"]);
}

#[test]
fn a_network_for_colours_is_trained_on_for_grey_images() {
    let lab = Lab::new();
    lab.write("tiny.toml", short(TINY));
    discs(&lab, "discs", 10, 1);
    shades(&lab, "shades", &[16; 10]);
    lab.run(&["train", "tiny.toml", "--data", "discs", "--out", "colour"])
        .success();
    let from = ["train", "--from", "colour", "--data", "shades", "--out"];
    lab.run(&[&from[..], &["grey", "--epochs", "1"]].concat())
        .success()
        .shows(&["colour: 9 of 12 tensors", "first values: layer 1 (weight)"]);
    assert!(lab.text("grey/config.toml").contains("channels = 1"));
    // A config file that asks for colours means it.
    lab.write(
        "colour.toml",
        short(TINY).replace("[network]", "[network]\nchannels = 3"),
    );
    lab.run(&["train", "colour.toml", "--data", "shades", "--out", "no"])
        .refused(&["network.channels: 3, but the images have 1"]);
}

#[test]
fn digits_have_no_millimetres_and_files_beside_them_are_named() {
    let lab = Lab::new();
    let (images, labels) = idx(120);
    std::fs::create_dir_all(lab.path("mnist")).unwrap();
    lab.write("mnist/train-images-idx3-ubyte", images);
    lab.write("mnist/train-labels-idx1-ubyte", labels);
    for data in [&[][..], &["--data", "mnist"]] {
        lab.run(&[&["train", "--spacing", "2", "--out", "run"][..], data].concat())
            .refused(&["--spacing", "digits have no millimetres"]);
    }
    lab.write("array.bin", "");
    lab.run(&["data", "show", "array.bin"])
        .refused(&["array.bin: it is a file", ".npz"]);
    let show = || lab.run(&["data", "show", "mnist"]).success();
    assert!(!show().stdout.contains("left out"));
    std::fs::create_dir(lab.path("mnist/7")).unwrap();
    show().shows(&["mnist: 1 folder beside the files that are used, the first is `7`"]);
}

#[test]
fn voxels_of_unknown_size_are_named_where_they_are_taken_for_a_millimetre() {
    let lab = Lab::new();
    lab.write("solid.toml", short(SOLID));
    solids(&lab, "solids", 6, "nii");
    let show = |more: &[&str]| {
        lab.run(&[&["data", "show", "solids"][..], more].concat())
            .success()
    };
    assert!(!show(&["--spacing", "2"]).stdout.contains("without a size"));
    lab.write(
        "solids/ball/array.npy",
        npy("|u1", "(9, 9, 9)", &[7; 9 * 9 * 9]),
    );
    let file = "solids/ball/array.npy without a size of voxels";
    show(&["--spacing", "2"]).shows(&[
        "of 2 mm (note: ",
        "solids/ball/array.npy without a size of voxels, which is taken for 1 mm",
    ]);
    show(&[]).shows(&["of 1.000 mm (note: ", file]);
}

#[test]
fn names_that_look_alike_are_told_apart_by_their_code_points() {
    let lab = Lab::new();
    lab.write("tiny.toml", short(TINY));
    discs(&lab, "discs/train", 10, 1);
    discs(&lab, "discs/test", 4, 2);
    let (composed, apart) = ("B\u{e4}ume", "B\u{61}\u{308}ume");
    let rename = |from: &str, to: &str| std::fs::rename(lab.path(from), lab.path(to)).unwrap();
    rename("discs/train/red", &format!("discs/train/{composed}"));
    rename("discs/test/red", &format!("discs/test/{apart}"));
    let train = ["train", "tiny.toml", "--data", "discs", "--out", "run"];
    lab.run(&train)
        .refused(&["is no class of training", "other code points", composed]);
    rename(
        &format!("discs/test/{apart}"),
        &format!("discs/test/{composed}"),
    );
    lab.run(&["data", "show", "discs"]).success();
    // Another name is another one.
    rename(
        &format!("discs/test/{composed}"),
        "discs/test/Ba\u{308}ume2",
    );
    let run = lab.run(&train).refused(&["is no class of training"]);
    assert!(!run.stderr.contains("code points"), "{run:?}");

    // Rows of tables are names too.
    cells(&lab, "cells", 12);
    let table = lab.text("cells/targets.csv");
    lab.write(
        "cells/targets.csv",
        table.replace("01.png", &format!("{apart}.png")),
    );
    rename("cells/01.png", &format!("cells/{composed}.png"));
    lab.run(&["data", "show", "cells"])
        .refused(&["line 3", "other code points"]);
}

#[test]
fn columns_with_commas_are_chosen_and_numbers_too_small_are_named() {
    let lab = Lab::new();
    cells(&lab, "cells", 12);
    let table = lab.text("cells/targets.csv");
    lab.write(
        "cells/targets.csv",
        table.replace("radius", "\"radius, mm\""),
    );
    let show = |columns: &str| lab.run(&["data", "show", "cells", "--columns", columns]);
    show("\"radius, mm\",tip")
        .success()
        .shows(&["radius, mm", "tip_x"]);
    show("radius").refused(&["choose of \"radius, mm\", tip_x, tip_y"]);
    show("tip,tip").refused(&["asked for twice"]);

    let small: String = (0..12)
        .map(|i| {
            format!(
                "{}{i:02}.png,{i}e-301\n",
                if i % 5 == 0 { "deep/" } else { "" }
            )
        })
        .collect();
    lab.write("cells/targets.csv", format!("file,mass\n{small}"));
    lab.run(&["data", "show", "cells"])
        .refused(&["`mass`", "32 bits", "use other units"]);
}
