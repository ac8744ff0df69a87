//! Many pictures at once: in folders, as a table, and with one among them that can't be read.

use crate::own_targets::made::{COMMAND, cells, config, json, number};
use crate::support::Lab;

#[test]
fn one_picture_that_cannot_be_read_does_not_keep_the_others_from_their_answers() {
    let lab = Lab::new();
    let short = config("C4", "2", "").replace("epochs = 30", "epochs = 1");
    lab.write("net.toml", short);
    cells(&lab, "cells", 12);
    lab.run(&COMMAND).success();
    lab.write("cells/04.png", "no picture");
    let words = [
        "predict",
        "run",
        "cells/03.png",
        "cells/04.png",
        "none.png",
        "cells/06.png",
    ];
    let with = |more: &[&str]| lab.run(&[&words[..], more].concat());
    let both = [
        "cells/04.png: ",
        "none.png: ",
        "2 of 4 images have no answer",
    ];
    with(&[])
        .refused(&both)
        .shows(&["cells/03.png:\n", "cells/06.png:\n"]);
    let found = json(&with(&["--json"]).refused(&both).stdout);
    let found = found.as_array().unwrap();
    assert_eq!(found.len(), 4);
    for (entry, fails) in found.iter().zip([false, true, true, false]) {
        assert_eq!(entry.get("error").is_some(), fails, "{entry}");
        assert_eq!(entry.get("numbers").is_some(), !fails, "{entry}");
        assert!(
            entry["image"]
                .as_str()
                .is_some_and(|name| name.ends_with(".png"))
        );
    }
    assert!(
        found[1]["error"]
            .as_str()
            .unwrap()
            .contains("no PNG or JPEG file")
    );
    // Rows of a table have the numbers of the JSON, to the last bit.
    let run = with(&["--csv", "found.csv"])
        .refused(&both)
        .shows(&["4 rows in found.csv"]);
    assert!(!run.stdout.contains("radius"), "{run:?}");
    let table = lab.text("found.csv");
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "image,radius,tip_x,tip_y,error");
    assert_eq!(lines.len(), 5);
    for at in [0, 3] {
        let value = |value: &serde_json::Value| number(value).to_string();
        let (radius, tip) = (
            &found[at]["numbers"][0]["value"],
            &found[at]["vectors"][0]["value"],
        );
        let row = [value(radius), value(&tip[0]), value(&tip[1])].join(",");
        let image = found[at]["image"].as_str().unwrap();
        assert_eq!(lines[at + 1], format!("{image},{row},"));
    }
    assert!(lines[2].starts_with("cells/04.png,,,,") && lines[2].contains("no PNG or JPEG"));
    // What goes well is success; what can't be written is found before anything is computed.
    lab.run(&["predict", "run", "cells/03.png", "--csv", "new/one.csv"])
        .refused(&[
            "--csv new/one.csv",
            "there is no directory new",
            "make it before",
        ]);
    assert!(!lab.path("new").exists());
    lab.run(&["predict", "run", "cells/03.png", "--csv", "one.txt"])
        .refused(&["--csv one.txt", "use .csv"]);
    lab.run(&[
        "predict",
        "run",
        "cells/03.png",
        "--csv",
        "a.csv",
        "--rotate-sweep",
    ])
    .refused(&["--csv", "--rotate-sweep"]);
    lab.run(&["predict", "run", "cells/04.png"])
        .refused(&["error: image cells/04.png: "]);
    // Of classes, with a name that needs quotes.
    for class in ["a, b", "c"] {
        std::fs::create_dir_all(lab.path(&format!("named/{class}"))).unwrap();
        for index in [1, 2, 3, 6, 7, 8] {
            let name = format!("{index:02}.png");
            let from = lab.path(&format!("cells/{name}"));
            std::fs::copy(from, lab.path(&format!("named/{class}/{name}"))).unwrap();
        }
    }
    let classes = lab.text("net.toml").replace("output = \"values\"\n", "");
    lab.write("classes.toml", classes);
    lab.run(&[
        "train",
        "classes.toml",
        "--data",
        "named",
        "--out",
        "classes",
    ])
    .success();
    lab.run(&["predict", "classes", "named/a, b", "--csv", "classes.csv"])
        .success();
    let table = lab.text("classes.csv");
    assert!(
        table.starts_with("image,class,name,\"P(a, b)\",P(c),error\n"),
        "{table}"
    );
    assert_eq!(table.lines().count(), 7);
}

#[test]
fn pictures_below_a_directory_are_found_and_what_is_passed_over_is_counted() {
    let lab = Lab::new();
    let short = config("C4", "2", "").replace("epochs = 30", "epochs = 1");
    lab.write("net.toml", short);
    // Every fifth lies in the folder `deep`.
    cells(&lab, "cells", 12);
    lab.run(&COMMAND).success();
    std::fs::create_dir_all(lab.path("cells/deep/est")).unwrap();
    std::fs::rename(
        lab.path("cells/deep/05.png"),
        lab.path("cells/deep/est/05.png"),
    )
    .unwrap();
    for name in [
        "deep/a.TIF",
        "b.tif",
        "deep/notes.txt",
        ".hidden",
        "Thumbs.db",
    ] {
        lab.write(&format!("cells/{name}"), "");
    }
    let run = lab.run(&["predict", "run", "cells", "--json"]).success();
    assert_eq!(
        run.stderr,
        "cells: passed over: 2 files .tif, 1 file .csv, 1 file .txt\n"
    );
    let found = json(&run.stdout);
    let names: Vec<&str> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["image"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 12);
    assert!(names.contains(&"cells/deep/est/05.png") && names.contains(&"cells/deep/00.png"));
    std::fs::create_dir(lab.path("other")).unwrap();
    lab.write("other/a.bmp", "");
    lab.run(&["predict", "run", "other"]).refused(&[
        "no PNG or JPEG file",
        "passed over: 1 file .bmp",
        "convert",
    ]);
}

/// The names of files are bytes on this system, which need not be text.
#[cfg(target_os = "linux")]
#[test]
fn files_whose_names_are_no_text_are_answered() {
    use std::os::unix::ffi::OsStrExt;
    let lab = Lab::new();
    lab.train("run");
    std::fs::create_dir(lab.path("scans")).unwrap();
    let name = std::ffi::OsStr::from_bytes(b"scans/\xff.png");
    for path in [lab.directory().join(name), lab.path("scans/a.png")] {
        image::GrayImage::from_fn(28, 28, |x, y| image::Luma([(x * y % 251) as u8]))
            .save(path)
            .unwrap();
    }
    let run = lab.run(&["predict", "run", "scans", "--json"]).success();
    let found: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(found.as_array().map(Vec::len), Some(2), "{found}");
    assert!(
        found[1]["class"].is_u64() && found[1]["error"].is_null(),
        "{found}"
    );
}

/// Answers that lie among the images of a class are no images of it.
#[test]
fn masks_that_were_found_are_no_images_of_a_class() {
    let lab = Lab::new();
    crate::own_masks::shapes(&lab, "cells", 16, [1, 2]);
    let config = crate::tasks::tiny("mask", crate::tasks::U);
    lab.write(
        "mask.toml",
        config.replace("epochs = 6\nbatch = 16", "epochs = 1\nbatch = 8"),
    );
    lab.run(&["train", "mask.toml", "--data", "cells", "--out", "masks"])
        .success();
    crate::own_images::discs(&lab, "discs", 6, 1);
    lab.run(&[
        "train",
        "tiny.toml",
        "--data",
        "discs",
        "--epochs",
        "1",
        "--out",
        "run",
    ])
    .success();
    let count = || {
        let shown = lab.run(&["data", "show", "discs", "--json"]).success();
        let shown: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
        let files = shown["files"].as_object().unwrap().values();
        files
            .map(|part| part.as_array().unwrap().len())
            .sum::<usize>()
    };
    assert_eq!(count(), 18);
    lab.run(&["predict", "masks", "discs/red"]).success();
    assert_eq!(lab.files("discs/red").len(), 12);
    assert_eq!(count(), 18);
    let shown = lab.run(&["data", "show", "discs"]).success();
    shown.shows(&["6 masks that a network has found"]);
    let answers = lab
        .run(&["predict", "run", "discs/red", "--json"])
        .success();
    let answers: serde_json::Value = serde_json::from_str(&answers.stdout).unwrap();
    assert_eq!(answers.as_array().map(Vec::len), Some(6));
}
