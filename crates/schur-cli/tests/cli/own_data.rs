//! Data that are not what they seem: what is left out, uneven, damaged or not equal is said.

use crate::own_images::{TRAIN, discs};
use crate::support::{Lab, TINY};
use crate::volumes::nifti;

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

fn rename(lab: &Lab, from: &str, to: &str) {
    std::fs::rename(lab.path(from), lab.path(to)).unwrap();
}

/// Whichever file is the first, smallest and largest voxels are named with theirs.
#[test]
fn voxels_that_differ_from_file_to_file_are_named() {
    let lab = Lab::new();
    let write = |class: &str, index: i16, slice: f32| {
        std::fs::create_dir_all(lab.path(&format!("scans/{class}"))).unwrap();
        let map = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, slice]];
        let file = nifti([5; 3], map, |[i, j, k]| (i + 2 * j + 3 * k) as i16 + index);
        lab.write(&format!("scans/{class}/{index}.nii"), file);
    };
    let all = |slice: f32| {
        for class in ["a", "b"] {
            (0..5).for_each(|index| write(class, index, slice));
        }
    };
    let show = || lab.run(&["data", "show", "scans"]).success();
    let (thin, thick) = ("1.000 x 1.000 x 1.000 mm", "2.000 x 1.000 x 1.000 mm");
    for [class, index] in [["a", "0"], ["b", "4"]] {
        let name = format!("scans/{class}/{index}.nii)");
        for (most, one) in [(1.0, 2.0), (2.0, 1.0)] {
            all(most);
            write(class, index.parse().unwrap(), one);
            let shown = show().shows(&[
                &format!("voxels differ: {thin} ("),
                &format!("to {thick} ("),
                "--spacing 1.000 with --size 10 resamples them",
            ]);
            let of = if one > most { thick } else { thin };
            let named = shown.stdout.split_once(of).unwrap().1;
            let named = named.split_inclusive(')').next().unwrap();
            assert!(named.ends_with(&name), "{named} is not {name}");
        }
    }
    all(2.0);
    show().shows(&[&format!(
        "voxels of {thick}, which the network takes for cubes; --spacing 1.000"
    )]);
    all(1.0);
    let shown = show().shows(&["voxels of 1.000 mm"]);
    assert!(!shown.stdout.contains("note"), "{shown:?}");
}

#[test]
fn images_without_folders_and_nothing_at_all_are_told_from_digits() {
    let lab = Lab::new();
    discs(&lab, "discs", 6, 1);
    let show = |folder: &str, parts: &[&str]| {
        let run = lab.run(&["data", "show", folder]).refused(parts);
        assert!(!run.stderr.contains("idx3"), "{run:?}");
        let train = ["train", "tiny.toml", "--data", folder, "--out", "run"];
        lab.run(&train).refused(parts);
    };
    let text = "but no folders of classes: make one folder per class, or a table targets.csv";
    show("discs/red", &["discs/red: 6 images, ", text]);
    lab.write("discs/red/scan.nii", "");
    show("discs/red", &["6 images and 1 volume, ", text]);
    std::fs::create_dir(lab.path("empty")).unwrap();
    show(
        "empty",
        &["empty: nothing is in it; put images", "IDX files"],
    );
    std::fs::create_dir(lab.path("text")).unwrap();
    lab.write("text/readme.txt", "");
    let run = lab
        .run(&["data", "show", "text"])
        .refused(&["no training images", "idx3"]);
    let place = |part: &str| run.stderr.find(part).unwrap();
    assert!(place("one folder per class") < place("idx3"), "{run:?}");
}

#[test]
fn what_is_in_no_class_is_said_before_a_training() {
    let lab = Lab::new();
    discs(&lab, "discs/Train", 6, 1);
    discs(&lab, "discs/VAL", 2, 2);
    let shown = lab.run(&["data", "show", "discs", "--json"]).success();
    let shown = json(&shown.stdout);
    assert_eq!(shown["classes"][2]["name"], "red");
    assert_eq!(shown["notices"], serde_json::json!([]), "{shown}");
    discs(&lab, "discs", 3, 3);
    rename(&lab, "discs/red/00.png", "discs/stray.png");
    rename(&lab, "discs/red/01.png", "discs/Train/lost.png");
    let [beside, inside] = [
        "discs: 3 folders and 1 file beside the folders that are used, the first is `blue`",
        "discs/Train: 1 file beside the folders that are used, the first is `lost.png`",
    ];
    let run = lab.run(&["data", "show", "discs"]).success();
    run.shows(&["note      left out of ", beside, inside]);
    lab.run(&TRAIN)
        .success()
        .shows(&["note      left out of ", beside, inside]);
}

#[test]
fn classes_without_training_images_and_uneven_ones_are_named() {
    let lab = Lab::new();
    discs(&lab, "discs", 10, 1);
    let short = TINY.replace("epochs = 6", "epochs = 1");
    lab.write("tiny.toml", short);
    let train = |more: &[&str], out: &str| lab.run(&[&TRAIN[..5], &[out], more].concat()).success();
    // Classes take turns: blue, green, red.
    train(&["--max-train", "2"], "two").shows(&["note      no training image of red\n"]);
    train(&["--max-train", "1"], "one").shows(&["note      no training image of green and red\n"]);
    let run = train(&[], "all");
    assert!(!run.stdout.contains("note "), "{run:?}");
    // 7 of each are for training and 2 for testing; then 14 of the blue ones and 4.
    for index in 0..10 {
        let copy = format!("discs/blue/x{index}.png");
        std::fs::copy(
            lab.path(&format!("discs/blue/{index:02}.png")),
            lab.path(&copy),
        )
        .unwrap();
    }
    let notice = "50 % of the training images are of class blue: to answer that always has an accuracy of 50 % \
                  on the test images";
    lab.run(&["data", "show", "discs"])
        .success()
        .shows(&[notice]);
    train(&[], "uneven").shows(&[notice]);
}

#[test]
fn an_empty_directory_does_not_keep_the_others_from_their_answers() {
    let lab = Lab::new();
    discs(&lab, "discs", 6, 1);
    lab.write("tiny.toml", TINY.replace("epochs = 6", "epochs = 1"));
    lab.run(&TRAIN).success();
    std::fs::create_dir(lab.path("empty")).unwrap();
    let words = [
        "predict",
        "run",
        "discs/red",
        "none.png",
        "empty",
        "discs/blue/00.png",
    ];
    let parts = [
        "none.png: ",
        "empty: there is no PNG or JPEG file",
        "2 of 9 images have no answer",
    ];
    lab.run(&words)
        .refused(&parts)
        .shows(&["discs/red/05.png: ", "discs/blue/00.png: "]);
    let found = lab.run(&[&words[..], &["--json"]].concat()).refused(&parts);
    let found = json(&found.stdout);
    assert_eq!(found[7]["image"], "empty");
    let error = found[7]["error"].as_str().unwrap();
    assert!(error.contains("there is no PNG or JPEG file"), "{error}");
    assert!(found[8]["name"].is_string(), "{found}");
    // Volumes are not for this network, whatever they hold.
    let map = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    lab.write("scan.nii", nifti([3; 3], map, |_| 1));
    let run = lab.run(&["predict", "run", "scan.nii"]);
    run.refused(&["scan.nii: this is a volume, and the network was trained on images"]);
}

#[test]
fn all_files_that_can_not_be_read_are_named_at_once() {
    let lab = Lab::new();
    discs(&lab, "discs", 12, 1);
    lab.write("discs/red/03.png", "no picture");
    let one = lab
        .run(&["data", "show", "discs"])
        .refused(&["discs/red/03.png"]);
    assert!(!one.stderr.contains("can't be read"), "{one:?}");
    lab.write("discs/blue/07.png", "");
    let two = [
        "2 files or folders can't be used",
        "discs/blue/07.png: ",
        "discs/red/03.png: ",
    ];
    lab.run(&["data", "show", "discs"]).refused(&two);
    for index in 0..12 {
        lab.write(&format!("discs/green/{index:02}.png"), "");
        lab.write(&format!("discs/red/{index:02}.png"), "");
    }
    let many = lab
        .run(&["data", "show", "discs"])
        .refused(&["25 files or folders can't be used", "and 5 more"]);
    assert_eq!(many.stderr.matches(".png: ").count(), 20, "{many:?}");
    // A training ends at the first.
    let run = lab.run(&TRAIN);
    assert_eq!(run.stderr.matches(".png: ").count(), 1, "{run:?}");
    assert_eq!(run.code, Some(2));
}

#[test]
fn files_are_listed_by_part() {
    let lab = Lab::new();
    discs(&lab, "discs", 12, 1);
    let shown = lab.run(&["data", "show", "discs", "--json"]).success();
    let shown = json(&shown.stdout);
    let mut all = std::collections::BTreeSet::new();
    for (part, count) in [("training", 27), ("validation", 3), ("test", 6)] {
        let files = shown["files"][part].as_array().unwrap();
        assert_eq!(files.len(), count, "{part}");
        all.extend(files.iter().map(|file| file.as_str().unwrap()));
    }
    assert_eq!(all.len(), 36);
    // They are files, and those that a run is not trained on: tested as other images nothing is left out.
    for (index, file) in shown["files"]["test"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
    {
        let file = std::path::Path::new(file.as_str().unwrap());
        let class = file
            .parent()
            .and_then(|path| path.file_name())
            .unwrap()
            .to_str()
            .unwrap();
        std::fs::create_dir_all(lab.path(&format!("held/{class}"))).unwrap();
        std::fs::copy(file, lab.path(&format!("held/{class}/{index}.png"))).unwrap();
    }
    lab.write("tiny.toml", TINY.replace("epochs = 6", "epochs = 1"));
    lab.run(&TRAIN).success();
    lab.run(&["eval", "run", "--data", "held"])
        .success()
        .shows(&["6 images of held, as they are; left out: 0"]);
}

#[test]
fn all_folders_that_can_not_be_used_are_named_and_a_part_is_no_class() {
    let lab = Lab::new();
    discs(&lab, "parts/train", 6, 1);
    discs(&lab, "parts/test", 2, 2);
    rename(&lab, "parts/test/red", "parts/test/rot");
    rename(&lab, "parts/test/blue", "parts/test/blau");
    std::fs::create_dir(lab.path("parts/train/violet")).unwrap();
    lab.run(&["data", "show", "parts"]).refused(&[
        "3 files or folders can't be used",
        "`rot` is no class",
        "`blau` is no class",
        "violet: no image of this class",
    ]);
    // Folders of classes in it say what `test` is; images do not.
    discs(&lab, "beside", 6, 1);
    discs(&lab, "beside/test", 2, 2);
    lab.run(&["data", "show", "beside"]).refused(&[
        "beside/test",
        "as there is one beside it",
        "`train`",
    ]);
    for colour in ["red", "green", "blue"] {
        std::fs::remove_dir_all(lab.path(&format!("beside/test/{colour}"))).unwrap();
    }
    for index in 0..4 {
        let [from, to] =
            ["red", "test"].map(|class| lab.path(&format!("beside/{class}/0{index}.png")));
        std::fs::copy(from, to).unwrap();
    }
    lab.run(&["data", "show", "beside"])
        .success()
        .shows(&["`test` is taken for a class", "no folder `train`"]);
}

#[test]
fn files_are_named_where_images_are_counted_or_have_changed() {
    let lab = Lab::new();
    discs(&lab, "discs", 10, 1);
    image::RgbImage::new(16, 16)
        .save(lab.path("discs/red/05.png"))
        .unwrap();
    let shown = lab.run(&["data", "show", "discs"]).success();
    shown.shows(&[
        "1 of the 21 training images (",
        "discs/red/05.png) has one value in all pixels",
    ]);
    lab.run(&[&TRAIN[..], &["--epochs", "1"]].concat())
        .success();
    image::RgbImage::from_pixel(16, 16, image::Rgb([1, 2, 3]))
        .save(lab.path("discs/red/05.png"))
        .unwrap();
    let changed = [
        "1 of 24 images for training and validation has not been there before",
        "discs/red/05.png is the first",
        "of those before 1 has gone",
    ];
    for words in [
        &["train", "--resume", "run", "--epochs", "2"][..],
        &["eval", "run"],
    ] {
        lab.run(words).refused(&changed);
    }
    lab.run(&["eval", "run"])
        .refused(&["test on those that it has not seen with --data DIR"]);
    rename(&lab, "discs", "moved");
    lab.run(&["plan", "run"])
        .refused(&["schur plan run/config.toml --data DIR"]);
    lab.run(&["plan", "run/config.toml", "--data", "moved"])
        .success();
}
