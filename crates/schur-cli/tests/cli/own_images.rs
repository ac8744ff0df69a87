//! Images of one's own, in folders by class.

use std::path::Path;

use image::{GrayImage, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage};

use crate::commands::idx;
use crate::support::{Lab, TINY};
use crate::tolerance;

/// Numbers that look random, by the generator of Numerical Recipes.
struct Numbers(u32);

impl Numbers {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % bound
    }
}

/// A disc of one colour on noise; in grey all colours would look alike.
fn disc(side: u32, colour: usize, numbers: &mut Numbers) -> RgbImage {
    let low = side / 3;
    let (x0, y0) = (low + numbers.below(low), low + numbers.below(low));
    RgbImage::from_fn(side, side, |x, y| {
        let ground = [0; 3].map(|_| 60 + numbers.below(40) as u8);
        let inside = x.abs_diff(x0).pow(2) + y.abs_diff(y0).pow(2) <= (side / 4).pow(2);
        let mut pixel = [20; 3];
        pixel[colour] = 250;
        Rgb(if inside { pixel } else { ground })
    })
}

const COLOURS: [&str; 3] = ["red", "green", "blue"];

/// `count` images of every colour in `folder/COLOUR`.
pub(crate) fn discs(lab: &Lab, folder: &str, count: usize, seed: u32) {
    let mut numbers = Numbers(seed);
    for (colour, name) in COLOURS.into_iter().enumerate() {
        std::fs::create_dir_all(lab.path(&format!("{folder}/{name}"))).unwrap();
        for i in 0..count {
            let path = lab.path(&format!("{folder}/{name}/{i:02}.png"));
            disc(16, colour, &mut numbers).save(path).unwrap();
        }
    }
}

/// Images of noise in the shade of their class, of a side of their own each.
pub(crate) fn shades(lab: &Lab, folder: &str, sides: &[u32]) {
    for (class, shade) in [("dark", 30), ("light", 200)] {
        std::fs::create_dir_all(lab.path(&format!("{folder}/{class}"))).unwrap();
        for (i, &side) in sides.iter().enumerate() {
            let path = lab.path(&format!("{folder}/{class}/{i}.png"));
            GrayImage::from_fn(side, side, |x, y| {
                Luma([shade + (7 * x + 3 * y + i as u32) as u8 % 20])
            })
            .save(path)
            .unwrap();
        }
    }
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

pub(crate) const TRAIN: [&str; 6] = ["train", "tiny.toml", "--data", "discs", "--out", "run"];

#[test]
fn colours_are_learnt_and_every_command_knows_the_classes() {
    let lab = Lab::new();
    lab.write("tiny.toml", TINY.replace("epochs = 6", "epochs = 12"));
    discs(&lab, "discs/train", 30, 1);
    discs(&lab, "discs/val", 8, 2);
    discs(&lab, "discs/test", 10, 3);
    lab.run(&TRAIN).success().shows(&[
        "3 classes of ",
        "folders `train`, `val`, `test`",
        "16 x 16 pixels in colour",
        "90 for training (as they are), 24 for validation, 30 for test (as they are)",
        "30 test images",
    ]);
    let config = lab.text("run/config.toml");
    for entry in [
        "classes = [\"blue\", \"green\", \"red\"]",
        "channels = 3",
        "classes = 3",
        "size = 16",
        "mean = [0.",
        "deviation = [0.",
    ] {
        assert!(config.contains(entry), "no {entry} in {config}");
    }
    let summary = json(&lab.text("run/summary.json"));
    assert_eq!(summary["test_accuracy"], 1.0, "{summary}");
    assert_eq!(summary["classes"].to_string(), r#"["blue","green","red"]"#);
    assert_eq!(
        summary["confusion"].to_string(),
        "[[10,0,0],[0,10,0],[0,0,10]]"
    );
    assert!(
        lab.text("run/report.html")
            .contains("<td>green</td><td class=\"n\">100.00 %</td>")
    );
    assert_eq!(
        lab.text("run/plots/confusion.svg").matches("green").count(),
        2
    );

    let eval = json(&lab.run(&["eval", "run", "--json"]).success().stdout);
    assert_eq!(eval["confusion"], summary["confusion"]);
    assert_eq!(eval["rotated"], false);
    lab.run(&["eval", "run"])
        .success()
        .shows(&["(30 of 30 test images)", "green  100.00 %"]);

    let (red, blue) = ("discs/test/red/03.png", "discs/test/blue/00.png");
    lab.run(&["predict", "run", red, blue]).success().shows(&[
        "03.png: red (",
        "00.png: blue (",
        "  green ",
    ]);
    let words = ["predict", "run", red, "--rotate-sweep", "--json"];
    let predict = json(&lab.run(&words).success().stdout);
    assert_eq!(
        (&predict[0]["class"], &predict[0]["name"]),
        (&2.into(), &"red".into())
    );
    let probability = |turn: usize| {
        predict[0]["sweep"][turn]["probabilities"][0]
            .as_f64()
            .unwrap()
    };
    // Six steps of 15 degrees.
    assert!((probability(0) - probability(6)).abs() < tolerance::PROBABILITY);

    let check = json(&lab.run(&["check", "run", "--json"]).success().stdout);
    assert_eq!(check["passed"], true);
    lab.run(&["check", "run", "--out", "plots"]).success();
    lab.run(&["export", "run", "--out", "net.onnx"])
        .success()
        .shows(&[
            "input [batch, 3, 16, 16]",
            "mean: [0.",
            "classes: [\"blue\",\"green\",\"red\"]",
        ]);
    lab.run(&["draw", "features", "run", red, "--out", "f.png"])
        .success();
    lab.run(&["draw", "filters", "run", "--out", "k.svg"])
        .success();
    lab.run(&["draw", "features", "run", "--digit", "0", "--out", "g.svg"])
        .refused(&["--digit", "blue, green, red"]);
    lab.run(&["plan", "run/config.toml"])
        .success()
        .shows(&["16 x 16 pixels"]);

    // The resolved config repeats the run, to the bit.
    lab.run(&["train", "run/config.toml", "--out", "again"])
        .success();
    for name in [
        "config.toml",
        "metrics.csv",
        "summary.json",
        "best.safetensors",
    ] {
        let same = lab.read(&format!("run/{name}")) == lab.read(&format!("again/{name}"));
        assert!(same, "{name}");
    }

    // In grey the classes look alike.
    let grey = TINY.replace("[data]", "[data]\nchannels = 1");
    lab.write("grey.toml", grey);
    lab.run(&["train", "grey.toml", "--data", "discs", "--out", "grey"])
        .success()
        .shows(&["16 x 16 pixels in grey"]);
    lab.run(&["predict", "grey", red]).success();
}

#[test]
fn other_images_are_tested_without_those_of_training() {
    let lab = Lab::new();
    discs(&lab, "discs", 20, 1);
    lab.run(&TRAIN).success().shows(&[
        "validation and test taken at random from each class",
        "42 for training (as they are), 6 for validation, 12 for test (as they are)",
    ]);
    discs(&lab, "new", 3, 9);
    lab.run(&["eval", "run", "--data", "new"])
        .success()
        .shows(&["9 images of new, as they are; left out: 0"]);
    lab.run(&["eval", "run", "--data", "discs"])
        .success()
        .shows(&["12 for test (as they are)"]);
    std::fs::create_dir_all(lab.path("part/train/red")).unwrap();
    std::fs::create_dir_all(lab.path("part/test/red")).unwrap();
    std::fs::copy(lab.path("new/red/01.png"), lab.path("part/test/red/x.png")).unwrap();
    lab.run(&["eval", "run", "--data", "part"])
        .success()
        .shows(&["(", "of 1 test image)", "  -"]);
    std::fs::rename(lab.path("new/red"), lab.path("new/pink")).unwrap();
    lab.run(&["eval", "run", "--data", "new"]).refused(&[
        "pink",
        "no class of training",
        "blue, green, red",
    ]);
    let (images, labels) = idx(40);
    std::fs::create_dir(lab.path("idx")).unwrap();
    lab.write("idx/t10k-images-idx3-ubyte", images);
    lab.write("idx/t10k-labels-idx1-ubyte", labels);
    lab.run(&["eval", "run", "--data", "idx"]).refused(&[
        "idx",
        "no folders of classes",
        "blue, green, red",
    ]);
    // Another file in the folder moves others between training and testing.
    std::fs::copy(lab.path("discs/red/01.png"), lab.path("discs/red/00a.png")).unwrap();
    lab.run(&["eval", "run"])
        .refused(&["run: the images", "have changed since"]);
    // As other images they are those that the run has not seen; the new file is a copy of one.
    lab.run(&["eval", "run", "--data", "discs"])
        .success()
        .shows(&["12 images of discs, as they are; left out: 49"]);
    // A run that does not know what it has seen can't tell.
    std::fs::remove_file(lab.path("run/seen.txt")).unwrap();
    lab.run(&["eval", "run", "--data", "discs"])
        .refused(&["run: the images", "have changed since"]);
    // And digits are not tested on colours.
    lab.train("digits");
    lab.run(&["eval", "digits", "--data", "discs"]).refused(&[
        "discs: it has folders",
        "digits, of which others are tested as IDX files",
    ]);
}

#[test]
fn own_images_are_turned_only_where_it_is_asked_for() {
    let lab = Lab::new();
    discs(&lab, "discs", 20, 1);
    let mut all = Vec::new();
    for (flags, words) in [
        (
            &[][..],
            "42 for training (as they are), 6 for validation, 12 for test (as they are)",
        ),
        (
            &["--augment"],
            "(rotated anew in every epoch), 6 for validation, 12 for test (as they are)",
        ),
        (
            &["--rotated"],
            "(rotated, each by one angle), 6 for validation, 12 for test (rotated)",
        ),
        (
            &["--upright"],
            "(as they are), 6 for validation, 12 for test (rotated)",
        ),
        (
            &["--rotated", "--augment"],
            "(rotated anew in every epoch), 6 for validation, 12 for test (rotated)",
        ),
    ] {
        let out = format!("run{}", all.len());
        let mut train = vec![
            "train",
            "tiny.toml",
            "--data",
            "discs",
            "--epochs",
            "1",
            "--out",
            &out,
        ];
        train.extend(flags);
        lab.run(&train).success().shows(&[words]);
        let summary = json(&lab.text(&format!("{out}/summary.json")));
        let metrics = lab.text(&format!("{out}/metrics.csv"));
        all.push((metrics, summary["test_loss"].to_string()));
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 5, "five different experiments");
}

#[test]
fn what_is_seen_of_files_is_known() {
    let lab = Lab::new();
    for class in ["a", "b"] {
        std::fs::create_dir_all(lab.path(&format!("grey/{class}"))).unwrap();
        for (i, value) in [51, 255, 51, 255].into_iter().enumerate() {
            let path = lab.path(&format!("grey/{class}/{i}.png"));
            GrayImage::from_pixel(9, 9, Luma([value]))
                .save(path)
                .unwrap();
        }
        // What is transparent is white, whatever colour it has.
        let clear = LumaA([51, 0]);
        image::GrayAlphaImage::from_pixel(9, 9, clear)
            .save(lab.path(&format!("grey/{class}/4.png")))
            .unwrap();
    }
    let show = |words: &[&str]| {
        let words = [&["data", "show"], words, &["--json"]].concat();
        json(&lab.run(&words).success().stdout)
    };
    let shown = show(&["grey"]);
    assert_eq!(
        (&shown["channels"], &shown["height"]),
        (&1.into(), &9.into())
    );
    let class = &shown["classes"][1];
    let counts = ["train", "validation", "test"].map(|part| class[part].as_u64().unwrap());
    assert_eq!((&class["name"], counts), (&"b".into(), [3, 1, 1]));
    // Whatever was set aside, of 51 and 255 the mean is between 0.2 and 1.
    let mean = shown["mean"][0].as_f64().unwrap();
    assert!(mean > 0.2 && mean < 1.0, "{mean}");

    // The central square of a wide image in colour, resized: one half red, one half blue.
    for class in ["a", "b"] {
        std::fs::create_dir_all(lab.path(&format!("wide/{class}"))).unwrap();
        for i in 0..3 {
            let colour = |x: u32| match x {
                0..4 | 20.. => [0, 255, 0, 255],
                4..12 => [255, 0, 0, 255],
                _ => [0, 0, 255, 255],
            };
            RgbaImage::from_fn(24, 16, |x, _| Rgba(colour(x)))
                .save(lab.path(&format!("wide/{class}/{i}.png")))
                .unwrap();
        }
    }
    let shown = show(&["wide", "--size", "8"]);
    assert_eq!(
        (&shown["channels"], &shown["width"]),
        (&3.into(), &8.into())
    );
    assert_eq!(shown["mean"].to_string(), "[0.5,0.0,0.5]");
    assert_eq!(shown["deviation"].to_string(), "[0.5,1.0,0.5]");
    lab.run(&["data", "show", "wide", "--size", "8"])
        .success()
        .shows(&[
            "8 x 8 pixels in colour",
            "0.5000, 0.0000, 0.5000",
            "are training images, too",
        ]);
}

#[test]
fn sizes_may_differ_if_one_is_chosen() {
    let lab = Lab::new();
    shades(&lab, "shades", &[20, 30, 41, 17, 28, 28]);
    let train = |extra: &[&str]| {
        let words = ["train", "tiny.toml", "--data", "shades", "--out", "run"];
        lab.run(&[&words[..], extra].concat())
    };
    train(&[]).refused(&["different sizes", "png has ", " x ", "--size"]);
    train(&["--size", "14"]).refused(&["--size", "layer"]);
    train(&["--size", "4000"]).refused(&["data.size", "4000"]);
    assert!(!lab.path("run").exists());
    train(&["--size", "18"])
        .success()
        .shows(&["18 x 18 pixels in grey"]);
    // Pictures of any size are seen as those of training.
    lab.run(&["predict", "run", "shades/light/2.png"])
        .success()
        .shows(&["2.png: "]);
}

#[test]
fn digits_are_written_as_a_folder_that_can_be_trained_on() {
    let lab = Lab::new();
    lab.run(&[
        "data",
        "export",
        "digits",
        "--max-train",
        "100",
        "--max-test",
        "30",
    ])
    .success()
    .shows(&["160 images"]);
    assert_eq!(
        lab.files("."),
        lab.files("digits")
            .iter()
            .map(|f| format!("digits/{f}"))
            .chain(["tiny.toml".to_string()])
            .collect::<Vec<_>>()
    );
    let files = lab.files("digits");
    assert_eq!(files.len(), 160);
    let digits = schur_data::Split::embedded().unwrap();
    let name = format!("digits/test/{}/00003.png", digits.test.labels()[3]);
    let image = image::open(lab.path(&name)).unwrap();
    assert_eq!(image.color(), image::ColorType::L8);
    assert_eq!(image.into_luma8().as_raw(), digits.test.image(3));
    lab.run(&["data", "show", "digits"]).success().shows(&[
        "10 classes",
        "`train`, `validation`, `test`",
        "7            10           3       3",
    ]);
    lab.run(&[
        "train",
        "tiny.toml",
        "--data",
        "digits",
        "--rotated",
        "--out",
        "run",
    ])
    .success()
    .shows(&["96 for training (rotated, each by one angle)"]);
    lab.run(&["data", "export", "digits"])
        .refused(&["digits", "there already"]);
    lab.run(&["data", "export", "none", "--max-test", "0"])
        .refused(&["--max-test"]);
    assert!(!Path::new(&lab.path("none")).exists());
}
