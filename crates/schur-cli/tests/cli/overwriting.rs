//! Networks, tables and folders that a command has no business to write to.

use crate::own_images::discs;
use crate::own_masks::shapes;
use crate::support::Lab;
use crate::tasks::{U, tiny};

/// The two files of a network that is handed on, in a directory of their own.
fn hand_on(lab: &Lab, run: &str, to: &str) {
    std::fs::create_dir(lab.path(to)).unwrap();
    for name in ["config.toml", "best.safetensors"] {
        let [from, to] = [run, to].map(|run| lab.path(&format!("{run}/{name}")));
        std::fs::copy(from, to).unwrap();
    }
}

/// The files of that directory with what is in them.
fn contents(lab: &Lab) -> Vec<(String, Vec<u8>)> {
    let files = lab.files("handed").into_iter();
    let read = |name: String| (name.clone(), lab.read(&format!("handed/{name}")));
    files.map(read).collect()
}

#[test]
fn a_network_that_is_handed_on_is_not_trained_anew_in_its_place() {
    let lab = Lab::new();
    lab.train("run");
    hand_on(&lab, "run", "handed");
    let kept = contents(&lab);
    lab.run(&["train", "--resume", "handed", "--epochs", "9"])
        .refused(&[
            "last.safetensors",
            "has not come with the network",
            "`from`",
        ]);
    assert!(contents(&lab) == kept);
    let eval = lab.run(&["eval", "handed", "--max-test", "50"]).success();
    assert!(!eval.stdout.contains("not finished"), "{eval:#?}");
    lab.run(&["compare", "handed"])
        .refused(&["metrics.csv", "eval handed"]);
    let report = lab.read("run/report.html");
    lab.run(&["compare", "run", "--out", "run/report.html"])
        .refused(&["a file of a run"]);
    assert!(lab.read("run/report.html") == report);
    discs(&lab, "discs", 1, 1);
    let image = format!("discs/red/{}", lab.files("discs/red")[0]);
    let picture = lab.read(&image);
    lab.run(&["draw", "features", "run", &image, "--out", &image])
        .refused(&["the image itself"]);
    assert!(lab.read(&image) == picture);
    // Nor do drawings of anything take the place of what a training has written.
    std::fs::write(lab.path("run/samples.png"), &picture).unwrap();
    let plot = format!("run/plots/{}", lab.files("run/plots")[0]);
    let group = [
        "--group", "C4", "--from", "regular", "--to", "regular", "--out",
    ];
    let basis = [&["draw", "basis"], &group[..]].concat();
    let maps = [&["intertwiners"], &group[..]].concat();
    for (words, place) in [
        (&["draw", "filters", "run", "--out"][..], "run/samples.png"),
        (&["draw", "filters", "run", "--out"], &plot),
        (&basis, &plot),
        (&maps, &plot),
        (&["plan", "tiny.toml", "--picture"], "run/report.html"),
    ] {
        let before = lab.read(place);
        lab.run(&[words, &[place]].concat())
            .refused(&["a file of a run"]);
        assert!(lab.read(place) == before, "{words:?}");
    }
    lab.run(&["draw", "filters", "run", "--out", "run/filters.svg"])
        .success();
    // Neither does an export take the place of a network.
    lab.run(&["export", "run", "--out", "handed/best.safetensors"])
        .refused(&["a file of a run"]);
    assert!(contents(&lab) == kept);
}

#[test]
fn answers_replace_no_other_table_and_sweeps_begin_in_no_other_folder() {
    let lab = Lab::new();
    lab.train("run");
    discs(&lab, "discs/train", 4, 1);
    lab.write("mine.csv", "file,volume\na.png,3\n");
    let words = ["predict", "run", "discs/train/red", "--csv"];
    lab.run(&[&words[..], &["mine.csv"]].concat()).refused(&[
        "mine.csv",
        "no table of answers",
        "image,class",
    ]);
    assert_eq!(lab.text("mine.csv"), "file,volume\na.png,3\n");
    // A table of answers is replaced by the next one.
    for _ in 0..2 {
        lab.run(&[&words[..], &["answers.csv"]].concat()).success();
    }
    let before = lab.files("discs");
    let sweep = ["sweep", "tiny.toml", "--seeds", "0", "--out"];
    lab.run(&[&sweep[..], &["discs"]].concat()).refused(&[
        "--out discs: it has train, and nothing that `schur sweep` has made",
        "--out",
    ]);
    lab.run(&[&sweep[..], &["run"]].concat())
        .refused(&["nothing that `schur sweep` has made"]);
    assert_eq!(lab.files("discs"), before);
    // A first layer of three channels is new, and would stay as it is drawn.
    let from = [
        "train", "--from", "run", "--data", "discs", "--size", "28", "--freeze",
    ];
    lab.run(&[&from[..], &["1-2", "--out", "fine"]].concat())
        .refused(&["--freeze 1-2", "layer 1 would stay as it is drawn"]);
    assert!(!lab.path("fine").exists());
    lab.run(&[&from[..], &["2", "--epochs", "1", "--out", "fine"]].concat())
        .success()
        .shows(&["with first values: layer 1 (weight)"]);
}

#[test]
fn what_is_made_in_place_of_images_is_called_so_and_masks_are_no_pictures() {
    let lab = Lab::new();
    let config = tiny("mask", U).replace("epochs = 6\nbatch = 16", "epochs = 1\nbatch = 8");
    lab.write("mask.toml", config);
    shapes(&lab, "cells", 16, [1, 2]);
    lab.run(&["train", "mask.toml", "--data", "cells", "--out", "run"])
        .success();
    // A folder with images and masks is answered for its images, and stays what it is.
    let run = lab.run(&["predict", "run", "cells"]).success();
    let said = format!("{}{}", run.stdout, run.stderr);
    assert!(
        said.contains("16 masks") && !said.contains("masks/03"),
        "{run:#?}"
    );
    assert_eq!(lab.files("cells/masks").len(), 16);
    assert_eq!(lab.files("cells/images").len(), 32);
    let shown = lab.run(&["data", "show", "cells"]);
    shown.success().shows(&["16 "]);
    lab.run(&["eval", "run"]).success();
    // Answers among the masks are passed over, too.
    for name in ["03-mask.png", "04-mask.png"] {
        let [from, to] = ["images", "masks"].map(|f| lab.path(&format!("cells/{f}/{name}")));
        std::fs::copy(from, to).unwrap();
    }
    lab.run(&["eval", "run"]).success();

    hand_on(&lab, "run", "handed");
    std::fs::rename(lab.path("cells"), lab.path("gone")).unwrap();
    lab.run(&["check", "handed", "--images", "4"])
        .shows(&["4 images made of Gaussians, since there are none of the data"]);
    lab.run(&["export", "handed", "--out", "handed.onnx"])
        .success()
        .shows(&["made of Gaussians"]);
    lab.run(&["check", "run", "--images", "2"])
        .shows(&["on 2 test images"]);
}

#[test]
fn pages_of_the_laboratory_and_of_checks_are_written_into_no_folder_of_others() {
    let lab = Lab::new();
    lab.train("run");
    std::fs::create_dir(lab.path("site")).unwrap();
    lab.write("site/index.html", "my pages");
    lab.run(&["check", "run", "--images", "2", "--out", "site"])
        .refused(&["--out site", "it has index.html", "another directory"]);
    lab.run(&["lab", "run", "laws", "--out", "site"])
        .refused(&["--out site", "nothing that `schur lab` has made"]);
    lab.run(&["check", "run", "--images", "2", "--out", "run"])
        .refused(&["--out run", "nothing that `schur check` has made"]);
    assert_eq!(lab.text("site/index.html"), "my pages");
    assert_eq!(lab.files("site"), ["index.html"]);
    // What a command has made it makes again, whatever lies beside it.
    for _ in 0..2 {
        lab.run(&["check", "run", "--images", "2", "--out", "plots"]);
        lab.write("plots/notes.txt", "mine");
    }
    assert!(lab.path("plots/index.html").is_file());
}

#[test]
fn a_network_that_is_started_from_is_of_the_same_group_and_leaves_options_of_its_data_behind() {
    let lab = Lab::new();
    lab.run(&[
        "train",
        "tiny.toml",
        "--epochs",
        "1",
        "--augment",
        "--upright",
        "--out",
        "run",
    ])
    .success();
    discs(&lab, "discs", 9, 1);
    let from = ["train", "--from", "run", "--data", "discs", "--size", "28"];
    let shown = lab.run(&[&from[..], &["--show-config"]].concat()).success();
    for entry in ["max_train", "max_test", "augment = true", "upright = true"] {
        assert!(!shown.stdout.contains(entry), "{entry}: {shown:#?}");
    }
    // Without other data they stay.
    let shown = lab
        .run(&["train", "--from", "run", "--show-config"])
        .success();
    shown.shows(&["max_train = 96", "augment = true"]);
    lab.run(&[&from[..], &["--group", "D4", "--out", "other"]].concat())
        .refused(&["--from", "one of C4, this one of D4", "use the same group"]);
    assert!(!lab.path("other").exists());
}
