//! What is said where something does not fit helps on.

use crate::own_targets::made::{cells, config, json, random};
use crate::support::{Lab, TINY};

/// The sizes that a note names are those of the images, and on these the network is exact.
#[test]
fn inexact_networks_say_on_which_images_they_are_exact() {
    let lab = Lab::new();
    // 28 is even, and windows of 5 in steps of 2 tile odd sizes.
    let strided = TINY.replace("kernel = 5\npool = 4", "kernel = 5\nstride = 2");
    lab.write("net.toml", strided.replace("epochs = 6", "epochs = 1"));
    let sizes = "it is exact on images of 29 x 29 pixels (--size)";
    let train = |size: &[&str], out: &str| {
        lab.run(&[&["train", "net.toml", "--out", out], size].concat())
            .success()
    };
    train(&[], "run").shows(&["not exactly equivariant under", sizes]);
    let check = lab.run(&["check", "run"]);
    assert_eq!(check.code, Some(1), "{check:?}");
    check.shows(&["FAILED", sizes]);
    lab.run(&["plan", "net.toml"]).success().shows(&[sizes]);
    let exact = train(&["--size", "29"], "exact");
    assert!(!exact.stdout.contains("not exactly"), "{exact:?}");
    lab.run(&["check", "exact"]).success().shows(&["passed"]);

    // Pools of 2 behind windows of 3, twice. The first pool gets 11 of 13, for which it wants 10 or 12;
    // but 12 -> 10 -> 5 -> 3 fails in the second, 10 -> 8 -> 4 -> 2 and 14 -> 12 -> 6 -> 4 do not.
    let volumes = |folder: &str, [depth, rows, cols]: [u32; 3]| {
        let shape = format!("({depth}, {rows}, {cols})");
        let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n");
        let mut table = String::from("file,size\n");
        std::fs::create_dir(lab.path(folder)).unwrap();
        for index in 0..12 {
            let mut file = b"\x93NUMPY\x01\0".to_vec();
            file.extend((header.len() as u16).to_le_bytes());
            file.extend(header.as_bytes());
            for voxel in 0..depth * rows * cols {
                file.extend((random(3000 * index + voxel) as f32).to_le_bytes());
            }
            lab.write(&format!("{folder}/{index}.npy"), file);
            table += &format!("{index}.npy,{}\n", index * index);
        }
        lab.write(&format!("{folder}/targets.csv"), table);
    };
    volumes("cubes", [13; 3]);
    let pooled = config("O", "2", "").replace("kernel = 5", "kernel = 3") + "pool = 2\n";
    lab.write("cubes.toml", pooled.replace("epochs = 30", "epochs = 1"));
    let words = ["train", "cubes.toml", "--data", "cubes", "--out"];
    let sizes = "it is exact on volumes of 10 x 10 x 10 voxels or 14 x 14 x 14 voxels (--size)";
    lab.run(&[&words[..], &["cube"]].concat())
        .success()
        .shows(&["not exactly equivariant under", sizes]);
    lab.run(&["check", "cube"]).shows(&["FAILED", sizes]);
    // What is no cube becomes one by --size.
    volumes("flat", [11, 13, 13]);
    let flat = [
        "train",
        "cubes.toml",
        "--group",
        "C4",
        "--data",
        "flat",
        "--out",
        "flat-run",
    ];
    lab.run(&flat).success().shows(&[sizes]);
    for size in ["10", "14"] {
        let exact = lab
            .run(&[&words[..], &[size, "--size", size]].concat())
            .success();
        assert!(!exact.stdout.contains("not exactly"), "{exact:?}");
        lab.run(&["check", size]).success().shows(&["passed"]);
    }
}

#[test]
fn a_group_of_space_for_images_is_refused_with_that_of_their_plane() {
    let lab = Lab::new();
    cells(&lab, "cells", 12);
    for (group, plane) in [
        ("Oh", "D4"),
        ("O", "C4"),
        ("C2v", "D2"),
        ("SO(3)", "C4"),
        ("T", "C2"),
    ] {
        let run = lab
            .run(&["train", "--data", "cells", "--group", group, "--size", "28"])
            .refused(&[
                &format!("the group {group} of space"),
                &format!("for example {plane},"),
            ]);
        assert!(!run.stderr.contains("enlarge"), "{run:?}");
        lab.run(&[
            "train",
            "--data",
            "cells",
            "--group",
            plane,
            "--size",
            "28",
            "--show-config",
        ])
        .success();
    }
    // A network whose last layers are dense finds no vectors; which do is said.
    lab.run(&["train", "--data", "cells", "--model", "tutorial"])
        .refused(&["dense layers", "p4 or wide-resnet"]);
    for model in ["p4", "wide-resnet"] {
        lab.run(&[
            "train",
            "--data",
            "cells",
            "--model",
            model,
            "--show-config",
        ])
        .success()
        .shows(&["output = \"values\""]);
    }
}

/// Where no epoch finds anything, marks at random are no better than none, and the loss decides.
#[test]
fn of_epochs_that_find_nothing_that_with_the_smallest_loss_is_kept() {
    let lab = Lab::new();
    for folder in ["few/images", "few/masks"] {
        std::fs::create_dir_all(lab.path(folder)).unwrap();
    }
    for index in 0..24 {
        let at = |k| (4.0 + 24.0 * random(7 * index + k)) as u32;
        let (row, column) = (at(1), at(2));
        let is_marked =
            |x: u32, y: u32| index % 2 == 0 && x.abs_diff(column) < 2 && y.abs_diff(row) < 2;
        let image = image::GrayImage::from_fn(32, 32, |x, y| {
            let noise = 80.0 * random(5000 * (index + 1) + 32 * y + x);
            image::Luma([60 + noise as u8 + 40 * u8::from(is_marked(x, y))])
        });
        let mask =
            image::GrayImage::from_fn(32, 32, |x, y| image::Luma([u8::from(is_marked(x, y))]));
        image
            .save(lab.path(&format!("few/images/{index:02}.png")))
            .unwrap();
        mask.save(lab.path(&format!("few/masks/{index:02}.png")))
            .unwrap();
    }
    lab.run(&[
        "train",
        "--data",
        "few",
        "--task",
        "segmentation",
        "--params",
        "3000",
        "--epochs",
        "6",
        "--out",
        "run",
    ])
    .success();
    let metrics = lab.text("run/metrics.csv");
    let rows: Vec<Vec<f64>> = metrics
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect())
        .collect();
    // While it learns it marks nearly everything; that is no mask.
    assert!(rows[0][3] > 0.0, "{metrics}");
    assert!(rows.iter().all(|row| row[5] == 0.0), "{metrics}");
    let best = rows.iter().min_by(|a, b| a[4].total_cmp(&b[4])).unwrap();
    let summary = json(&lab.text("run/summary.json"));
    assert_eq!(summary["best_epoch"].as_f64(), Some(best[0]), "{metrics}");
    assert!(best[0] > 1.0, "{metrics}");
}

#[test]
fn one_is_singular_and_help_says_what_exit_codes_mean() {
    let lab = Lab::new();
    lab.run(&["sweep", "tiny.toml", "--seeds", "3", "--dry-run"])
        .success()
        .shows(&["1 of 1 run is left to train"]);
    lab.run(&["train", "tiny.toml", "--epochs", "1", "--out", "run"])
        .success();
    lab.run(&["eval", "run", "--max-test", "1"])
        .success()
        .shows(&["of 1 rotated test image)", "of 1 image all", "(1 time)"]);
    lab.run(&["check", "run", "--images", "1"])
        .success()
        .shows(&["on 1 test image;"]);
    lab.run(&["train", "--resume", "run", "--epochs", "1"])
        .refused(&["has 1 epoch already"]);
    lab.run(&["check", "--help"]).success().shows(&[
        "Exit codes: 0 if every layer commutes exactly",
        "1 if a layer does not",
        "2 if there was no check",
    ]);
}

#[test]
fn options_of_a_training_and_its_config_are_known_where_they_do_not_belong() {
    let lab = Lab::new();
    let run = lab.run(&["--epochs", "1"]);
    run.refused(&["--epochs is an option of a training: schur train --epochs 1"]);
    let run = lab.run(&["--nothing"]);
    assert!(!run.stderr.contains("schur train"), "{run:?}");
    // One usage, in the help and behind an error.
    let usage = "Usage: schur eval [OPTIONS] <RUN>";
    lab.run(&["eval"]).refused(&[usage]);
    lab.run(&["eval", "--help"]).success().shows(&[usage]);
    let config = lab.run(&[
        "train",
        "--group",
        "C1",
        "--params",
        "5000",
        "--show-config",
    ]);
    lab.write("plain.toml", config.success().stdout);
    let run = lab.run(&["convert", "plain.toml", "--group", "C8"]);
    let said = run.refused(&[
        "a config of `schur train`",
        "schur train plain.toml --group C8",
    ]);
    let command = said.stderr.split_once(": schur ").unwrap().1;
    let words = command.split_once(';').unwrap().0.split(' ');
    let words: Vec<&str> = words.chain(["--show-config"]).collect();
    lab.run(&words).success().shows(&["group = \"C8\""]);
}

#[test]
fn sizes_of_masks_and_voxels_and_the_right_group_are_named_first() {
    let lab = Lab::new();
    crate::own_images::discs(&lab, "discs", 9, 1);
    let group = [
        "train", "--data", "discs", "--size", "28", "--group", "Oh", "--params", "10",
    ];
    lab.run(&group)
        .refused(&["the group Oh of space", "the data are images"]);
    crate::own_masks::shapes(&lab, "cells", 16, [1, 2]);
    let masks = [
        "train",
        "--data",
        "cells",
        "--task",
        "segmentation",
        "--size",
    ];
    let mut words = masks.to_vec();
    words.push("33");
    let run = lab
        .run(&words)
        .refused(&["33 x 33", "it is exact on images of", "pixels (--size)"]);
    let side = run.stderr.rsplit_once(" x ").unwrap().1;
    let side = side.split_once(' ').unwrap().0;
    let fits = [
        &masks[..],
        &[side, "--epochs", "1", "--max-train", "4", "--out", "run"],
    ]
    .concat();
    lab.run(&fits).success();
    // Voxels of two widths are made alike, and volumes as large as each other.
    for (index, width) in [2.0, 3.0, 2.0, 3.0, 2.0, 3.0].into_iter().enumerate() {
        for class in ["a", "b"] {
            std::fs::create_dir_all(lab.path(&format!("scans/{class}"))).unwrap();
            let map = [[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, width]];
            let file = crate::volumes::nifti([6; 3], map, |[i, j, k]| (i + 2 * j + 3 * k) as i16);
            lab.write(&format!("scans/{class}/{index}.nii"), file);
        }
    }
    lab.run(&["data", "show", "scans"])
        .success()
        .shows(&["--spacing 2.000 with --size 9 resamples them"]);
    lab.run(&["data", "show", "scans", "--spacing", "2"])
        .refused(&["9 x 6 x 6 voxels of 2 mm, made of such of 3.000 x 2.000 x 2.000 mm"]);
    lab.run(&["data", "show", "scans", "--spacing", "2", "--size", "9"])
        .success();
}

#[test]
fn a_sweep_whose_data_have_moved_goes_on_by_a_link() {
    let lab = Lab::new();
    crate::own_images::discs(&lab, "discs", 9, 1);
    let sweep = |data: &str| {
        let words = "sweep tiny.toml --epochs 1 --seeds 0 --size 28 --out all --data";
        let words: Vec<&str> = words.split(' ').chain([data]).collect();
        lab.run(&words)
    };
    sweep("discs").success();
    std::fs::rename(lab.path("discs"), lab.path("moved")).unwrap();
    let run = sweep("moved").refused(&["data.directory", "put a link where they were: ln -s "]);
    #[cfg(unix)]
    {
        let command = run.stderr.split_once("ln -s ").unwrap().1;
        let mut places = command.split_whitespace();
        let (new, old) = (places.next().unwrap(), places.next().unwrap());
        std::os::unix::fs::symlink(new, old).unwrap();
        sweep("discs").success();
    }
}

/// 270 + 1080 + 52 numbers, and 22 more with biases of the convolutions, 44 more with batch norms.
#[test]
fn a_network_to_convert_is_counted_as_it_is_described() {
    let lab = Lab::new();
    let conv = |channels: usize, more: &str| {
        format!("[[layers]]\ntype = \"conv\"\nchannels = {channels}\nkernel = 3\n{more}")
    };
    let layer = |name: &str| format!("[[layers]]\ntype = \"{name}\"\n");
    for (more, norm, count) in [
        ("", false, 1402),
        ("bias = true\n", false, 1424),
        ("", true, 1446),
    ] {
        let norm = if norm {
            layer("batch-norm")
        } else {
            String::new()
        };
        let mut text = "channels = 3\nclasses = 4\n".to_string();
        for channels in [10, 12] {
            text += &(conv(channels, more) + &norm + &layer("relu"));
        }
        text += &(layer("global-max-pool") + "[[layers]]\ntype = \"linear\"\nunits = 4\n");
        lab.write("cnn.toml", text);
        let run = lab.run(&["convert", "cnn.toml", "--group", "C4"]).success();
        let row = run
            .stderr
            .lines()
            .find(|line| line.starts_with("parameters"))
            .unwrap();
        assert_eq!(
            row.split_whitespace().nth(1),
            Some(count.to_string().as_str()),
            "{row}"
        );
    }
}

#[test]
fn refusals_name_the_remedy_that_fits() {
    let lab = Lab::new();
    lab.run(&["train", "--size", "-5"])
        .refused(&["--size", "no whole number"]);
    let tall = image::GrayImage::new(33, 20_000);
    tall.save(lab.path("tall.png")).unwrap();
    lab.train("run");
    lab.run(&["predict", "run", "tall.png"])
        .refused(&["33 x 20000 pixels", "16384"]);
    lab.run(&["draw", "filters", "run", "--max", "0", "--out", "f.svg"])
        .refused(&["--max", "at least 1"]);
    lab.write("file", "in the way");
    lab.run(&["lab", "run", "laws", "--out", "file"])
        .refused(&["file", "choose another"]);
    lab.run(&["lab", "run", "laws", "--out", "file/below"])
        .refused(&["file/below", "choose another place"]);
    let huge = TINY.replace("batch = 16", "batch = 60000");
    let huge = huge
        .replace("max_train = 96", "max_train = 60000")
        .replace("pool = 4\n", "");
    lab.write("huge.toml", huge.replace("fields = 2", "fields = 200"));
    lab.run(&["train", "huge.toml", "--out", "huge"])
        .refused(&["GB", "17 GB", "train.batch"]);
}
