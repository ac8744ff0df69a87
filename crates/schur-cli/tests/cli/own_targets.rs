//! Images and volumes of one's own with a table of numbers and vectors.

use image::{GrayImage, Luma};

use crate::support::{Lab, Run};
use crate::tolerance;

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

/// A network of two convolutions for images of 16 x 16 pixels.
fn config(group: &str, fields: &str, rest: &str) -> String {
    format!(
        "seed = 3\n[train]\nepochs = 30\nbatch = 8\n[network]\ngroup = \"{group}\"\noutput = \"values\"\n{rest}\
         [[network.blocks]]\nfields = {fields}\nkernel = 5\npool = 2\n\
         [[network.blocks]]\nfields = {fields}\nkernel = 3\n"
    )
}

const COMMAND: [&str; 6] = ["train", "net.toml", "--data", "cells", "--out", "run"];

/// Numbers that look random, from 0 to 1.
fn random(seed: u32) -> f64 {
    let mut bits = seed.wrapping_mul(0x9E37_79B9) ^ 0x85EB_CA6B;
    for _ in 0..3 {
        bits ^= bits >> 15;
        bits = bits.wrapping_mul(0x2C1B_3C6D);
    }
    f64::from(bits >> 8) / f64::from(1 << 24)
}

/// A bright ball of a radius with a small one beside it: the radius, and where that is from the centre.
struct Cell {
    radius: f64,
    tip: [f64; 2],
}

impl Cell {
    fn new(index: u32) -> Self {
        let [radius, length, angle] = [0, 1, 2].map(|k| random(3 * index + k));
        let (sin, cos) = (std::f64::consts::TAU * angle).sin_cos();
        let length = 3.0 + 2.5 * length;
        Self {
            radius: 1.2 + 1.3 * radius,
            tip: [length * cos, length * sin],
        }
    }

    fn image(&self) -> GrayImage {
        GrayImage::from_fn(16, 16, |column, row| {
            let at = [f64::from(column) - 7.5, 7.5 - f64::from(row)];
            let blob = |centre: [f64; 2], width: f64| {
                let far = (at[0] - centre[0]).powi(2) + (at[1] - centre[1]).powi(2);
                (-far / (2.0 * width * width)).exp()
            };
            let value = 220.0 * blob([0.0; 2], self.radius).max(blob(self.tip, 1.0));
            Luma([10 + value as u8])
        })
    }
}

/// `count` cells in `folder`, with their table.
fn cells(lab: &Lab, folder: &str, count: u32) {
    let mut table = String::from("file,radius,tip_x,tip_y\n");
    std::fs::create_dir_all(lab.path(&format!("{folder}/deep"))).unwrap();
    for index in 0..count {
        let cell = Cell::new(index);
        // Some lie deeper.
        let name = format!(
            "{}{index:02}.png",
            if index % 5 == 0 { "deep/" } else { "" }
        );
        cell.image()
            .save(lab.path(&format!("{folder}/{name}")))
            .unwrap();
        table += &format!("{name},{},{},{}\n", cell.radius, cell.tip[0], cell.tip[1]);
    }
    lab.write(&format!("{folder}/targets.csv"), table);
}

/// The measures of a target.
fn target(value: &serde_json::Value, name: &str) -> serde_json::Value {
    let targets = value["test"]["targets"].as_array().expect("targets");
    let found = targets.iter().find(|target| target["name"] == name);
    found.unwrap_or_else(|| panic!("{name} in {value}")).clone()
}

fn number(value: &serde_json::Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

/// The predicted radius and tip of images.
fn predicted(lab: &Lab, words: &[&str]) -> Vec<[f64; 3]> {
    let words = [&["predict", "run", "--json"], words].concat();
    let all = json(&lab.run(&words).success().stdout);
    let one = |found: &serde_json::Value| {
        assert_eq!(found["numbers"][0]["name"], "radius");
        assert_eq!(found["vectors"][0]["name"], "tip");
        let tip = &found["vectors"][0]["value"];
        [
            number(&found["numbers"][0]["value"]),
            number(&tip[0]),
            number(&tip[1]),
        ]
    };
    all.as_array().unwrap().iter().map(one).collect()
}

#[test]
fn numbers_and_directions_are_learnt_and_every_command_knows_them() {
    let lab = Lab::new();
    lab.write("net.toml", config("C4", "6", ""));
    cells(&lab, "cells", 80);
    lab.run(&["data", "show", "cells"]).success().shows(&[
        "1 number (radius) and 1 vector (tip) of",
        "taken at random from the images",
        "radius  number",
        "tip     vector",
    ]);
    lab.run(&COMMAND).success().shows(&[
        "1 number (radius) and 1 vector (tip) of",
        "56 for training (as they are), 8 for validation, 16 for test (as they are)",
        "explained",
        "RMSE",
    ]);
    let text = lab.text("run/config.toml");
    for entry in [
        "numbers = [\"radius\"]",
        "vectors = [\"tip\"]",
        "target_mean = [1.",
        "target_scale = [0.",
        "vectors = 1",
    ] {
        assert!(text.contains(entry), "no {entry} in {text}");
    }
    assert!(
        lab.text("run/metrics.csv")
            .starts_with("epoch,learning_rate,train_loss,train_explained")
    );
    let summary = json(&lab.text("run/summary.json"));
    assert_eq!(summary["task"], "regression");
    // Far better than always the mean.
    let (radius, tip) = (target(&summary, "radius"), target(&summary, "tip"));
    assert!(
        number(&radius["rmse"]) < 0.4 * number(&radius["mean"]["rmse"]),
        "{radius}"
    );
    assert!(
        number(&tip["rmse"]) < 0.4 * number(&tip["mean"]["rmse"]),
        "{tip}"
    );
    assert!(
        number(&radius["r2"]) > 0.8 && number(&radius["mae"]) <= number(&radius["rmse"]),
        "{radius}"
    );
    assert!(
        number(&tip["degrees"]) < 15.0 && number(&tip["mean"]["degrees"]) > 60.0,
        "{tip}"
    );
    // Exactly equivariant.
    let change = summary["test"]["values"][0][1].as_f64().unwrap();
    assert!(change < tolerance::STANDARDISED, "{change}");
    assert_eq!(
        lab.text("run/plots/examples.svg").matches("<image").count(),
        16
    );
    for plot in ["target-1", "target-2", "angle", "explained", "loss"] {
        assert!(
            lab.text(&format!("run/plots/{plot}.svg")).contains("<path"),
            "{plot}"
        );
    }
    let report = lab.text("run/report.html");
    assert!(report.contains("tip: predicted against true") && report.contains("RMSE of mean"));

    let eval = json(&lab.run(&["eval", "run", "--json"]).success().stdout);
    assert_eq!(eval["test"], summary["test"]);
    lab.run(&["eval", "run", "--angles", "4"])
        .success()
        .shows(&[
            "radius  number",
            "tip     vector",
            "explained share",
            "270°",
        ]);
    lab.run(&["check", "run"]).success().shows(&["passed"]);
    lab.run(&["train", "--resume", "run"])
        .success()
        .shows(&["after epoch 30 of 30"]);
    lab.run(&["compare", "run", "run"])
        .success()
        .shows(&["% of the variance that is not explained"]);
    lab.run(&["plan", "run"]).success();

    // A quarter turn changes the radius not at all, and turns the tip.
    let image = image::open(lab.path("cells/03.png")).unwrap();
    image.rotate270().save(lab.path("turned.png")).unwrap();
    let found = predicted(&lab, &["cells/03.png", "turned.png"]);
    let expected = [found[0][0], -found[0][2], found[0][1]];
    for (found, expected) in found[1].iter().zip(expected) {
        assert!(
            (found - expected).abs() < tolerance::VALUES,
            "{found} {expected}"
        );
    }
    let truth = Cell::new(3);
    assert!((found[0][0] - truth.radius).abs() < 0.5, "{found:?}");
    assert!(
        (found[0][1] - truth.tip[0]).hypot(found[0][2] - truth.tip[1]) < 2.0,
        "{found:?}"
    );
    lab.run(&["predict", "run", "cells/03.png", "--rotate-sweep"])
        .success()
        .shows(&[
            "radius  ",
            "tip     (",
            ", length ",
            "turned counter-clockwise by",
            " 345°  radius",
        ]);
    lab.run(&["predict", "run", "cells/03.png", "--out", "masks"])
        .refused(&["--out"]);
}

/// The plain network of an export gives what `predict` says, when its metadata are applied.
#[test]
fn exported_numbers_are_those_of_predict() {
    let lab = Lab::new();
    // Two vectors, so that their components have an order.
    lab.write(
        "net.toml",
        config("D4", "4", "").replace("epochs = 30", "epochs = 2"),
    );
    cells(&lab, "cells", 30);
    let table = lab.text("cells/targets.csv");
    let more = |(row, line): (usize, &str)| match row {
        0 => format!("{line},b_y,b_x,area\n"),
        _ => format!("{line},{row},{},{}\n", row * row % 7, 1000 - 3 * row),
    };
    lab.write(
        "cells/targets.csv",
        table.lines().enumerate().map(more).collect::<String>(),
    );
    lab.run(&COMMAND)
        .success()
        .shows(&["2 numbers (radius, area) and 2 vectors (tip, b)"]);
    lab.run(&["export", "run", "--out", "cells.safetensors"])
        .success();
    let onnx = lab
        .run(&["export", "run", "--out", "cells.onnx"])
        .success()
        .shows(&[
            "targets: [\"radius\",\"area\",\"tip_x\",\"tip_y\",\"b_x\",\"b_y\"]",
            "target_scale: [",
            "task: regression",
        ]);
    let list = |key: &str| -> Vec<f64> {
        let line = onnx
            .stdout
            .lines()
            .find_map(|line| line.trim().strip_prefix(key));
        let line = line.unwrap_or_else(|| panic!("no {key} in {onnx:?}"));
        json(line).as_array().unwrap().iter().map(number).collect()
    };
    let (mean, scale) = (list("target_mean: "), list("target_scale: "));
    assert_eq!(
        (mean.len(), &mean[2..], scale[2]),
        (6, &[0.0; 4][..], scale[3])
    );
    assert_eq!(scale[4], scale[5]);
    let graph = schur_nn::export::Graph::load(&lab.path("cells.safetensors")).unwrap();
    let image = image::open(lab.path("cells/07.png")).unwrap().to_luma8();
    let normal = |key: &str| list(key)[0];
    let (shift, deviation) = (normal("mean: "), normal("deviation: "));
    let pixels = image
        .pixels()
        .map(|p| ((f64::from(p.0[0]) / 255.0 - shift) / deviation) as f32);
    let data = burn::tensor::TensorData::new(pixels.collect::<Vec<f32>>(), [1, 1, 16, 16]);
    let x = burn::tensor::Tensor::<4>::from_data(data, &burn::tensor::Device::flex());
    let answer: Vec<f64> = graph.run(x).unwrap().into_data().iter::<f64>().collect();
    let plain: Vec<f64> = (0..6).map(|i| answer[i] * scale[i] + mean[i]).collect();

    let found = lab
        .run(&["predict", "run", "cells/07.png", "--json"])
        .success()
        .stdout;
    let found = json(&found);
    let mut values: Vec<f64> = Vec::new();
    for value in found[0]["numbers"].as_array().unwrap() {
        values.push(number(&value["value"]));
    }
    for value in found[0]["vectors"].as_array().unwrap() {
        values.extend(value["value"].as_array().unwrap().iter().map(number));
    }
    for ((a, b), scale) in plain.iter().zip(&values).zip(&scale) {
        assert!(
            (a - b).abs() < tolerance::VALUES * scale,
            "{plain:?} {values:?}"
        );
    }
}

#[test]
fn a_direction_that_is_the_same_everywhere_is_learnt_from_turned_images() {
    let lab = Lab::new();
    lab.write(
        "net.toml",
        config("C4", "4", "").replace("epochs = 30", "epochs = 2"),
    );
    std::fs::create_dir_all(lab.path("cells")).unwrap();
    let mut table = String::from("name;up_X;up_Y\n");
    for index in 0..20 {
        let cell = Cell {
            tip: [0.0, 5.0],
            ..Cell::new(index)
        };
        cell.image()
            .save(lab.path(&format!("cells/{index}.png")))
            .unwrap();
        table += &format!("{index}.png;0,0;1,0\r\n");
    }
    // Elsewhere, with a mark, semicolons and decimal commas.
    lab.write("poses.csv", [b"\xEF\xBB\xBF", table.as_bytes()].concat());
    let with =
        |words: &[&str]| lab.run(&[&COMMAND[..], &["--targets", "poses.csv"], words].concat());
    with(&[]).refused(&[
        "`up` is the same vector [0.0, 1.0]",
        "--rotated or --augment",
    ]);
    with(&["--rotated"])
        .success()
        .shows(&["1 vector (up)", "rotated, each by one angle"]);
    let text = lab.text("run/config.toml");
    assert!(text.contains("poses.csv\""), "{text}");
    // The true directions turn with the images.
    let summary = json(&lab.text("run/summary.json"));
    assert!(
        number(&target(&summary, "up")["mean"]["degrees"]) > 40.0,
        "{summary}"
    );
    // The table and the images have moved.
    std::fs::rename(lab.path("cells"), lab.path("moved")).unwrap();
    std::fs::rename(lab.path("poses.csv"), lab.path("moved/targets.csv")).unwrap();
    lab.run(&["eval", "run"]).refused(&["--data says where"]);
    let eval = lab
        .run(&["eval", "run", "--data", "moved", "--json"])
        .success()
        .stdout;
    assert_eq!(json(&eval)["test"], summary["test"]);
    lab.run(&["train", "--resume", "run", "--data", "moved"])
        .success();
}

/// A run that is killed goes on to the bit, also with `--augment`; and another begins where it ended.
#[test]
fn trainings_on_tables_are_resumed_to_the_bit_and_started_from() {
    let lab = Lab::new();
    let short = config("O2", "\"4 trivial + 3 E1\"", "activation = \"gated\"\n");
    let short = short.replace("pool = 2", "pool = 2\npool_kind = \"average\"");
    lab.write("net.toml", short.replace("epochs = 30", "epochs = 4"));
    cells(&lab, "cells", 30);
    let train = |out: &str, epochs: &str| {
        lab.run(&[
            "train",
            "net.toml",
            "--data",
            "cells",
            "--augment",
            "--epochs",
            epochs,
            "--schedule",
            "constant",
            "--out",
            out,
        ])
        .success()
    };
    train("whole", "4").shows(&["rotated anew in every epoch"]);
    train("run", "2");
    lab.run(&["train", "--resume", "run", "--epochs", "4"])
        .success();
    assert_eq!(lab.read("run/metrics.csv"), lab.read("whole/metrics.csv"));
    assert_eq!(
        json(&lab.text("run/summary.json"))["test"],
        json(&lab.text("whole/summary.json"))["test"]
    );
    cells(&lab, "other", 25);
    lab.run(&[
        "train", "--from", "run", "--data", "other", "--epochs", "1", "--out", "next",
    ])
    .success()
    .shows(&["from      ", "1 number (radius) and 1 vector (tip)"]);
    // A changed value is other data.
    let table = lab
        .text("cells/targets.csv")
        .replacen("01.png,", "01.png,1", 1);
    lab.write("cells/targets.csv", table);
    lab.run(&["train", "--resume", "run"])
        .refused(&["the data have changed"]);
}

#[test]
fn a_table_chooses_the_network_and_other_images_are_tested_on() {
    let lab = Lab::new();
    cells(&lab, "cells", 24);
    for part in ["train", "test"] {
        std::fs::create_dir_all(lab.path(&format!("parts/{part}"))).unwrap();
    }
    let mut table = String::from("where\tradius\n");
    for index in 0..24 {
        let part = if index % 3 == 0 { "test" } else { "train" };
        let name = format!("{part}/{index}.png");
        Cell::new(index)
            .image()
            .save(lab.path(&format!("parts/{name}")))
            .unwrap();
        table += &format!("./{name}\t{}\n", Cell::new(index).radius);
    }
    lab.write("parts/targets.csv", table);
    lab.run(&[
        "train", "--data", "parts", "--params", "3000", "--size", "28", "--epochs", "1", "--out",
        "run",
    ])
    .success()
    .shows(&[
        "1 number (radius) of",
        "folders `train`, `test`; validation taken at random",
        "14 for training (as they are), 2 for validation, 8 for test",
    ]);
    let config = lab.text("run/config.toml");
    assert!(config.contains("output = \"values\""), "{config}");
    // Other columns are refused, equal ones taken, without what was trained on.
    lab.run(&["eval", "run", "--data", "cells"])
        .refused(&["radius, tip_x, tip_y", "was trained for radius"]);
    let only: String = lab
        .text("cells/targets.csv")
        .lines()
        .map(|line| line.split(',').take(2).collect::<Vec<_>>().join(",") + "\n")
        .collect();
    lab.write("only.csv", only);
    lab.run(&["eval", "run", "--data", "cells", "--targets", "only.csv"])
        .success()
        .shows(&[
            "left out: 16 that the network was trained or validated on",
            "radius  number",
        ]);
}

/// Volumes of 9 x 9 x 9 voxels: vectors have three components.
#[test]
fn vectors_of_volumes_turn_in_space() {
    let lab = Lab::new();
    std::fs::create_dir_all(lab.path("cells")).unwrap();
    let mut table = String::from("file,size,tip_x,tip_y,tip_z\n");
    let npy = |tip: [f64; 3], size: f64| {
        let mut bytes = Vec::new();
        for at in 0..729 {
            let [k, i, j] = [at / 81, at / 9 % 9, at % 9].map(f64::from);
            let at = [j - 4.0, 4.0 - i, k - 4.0];
            let far = |c: [f64; 3]| (0..3).map(|a| (at[a] - c[a]).powi(2)).sum::<f64>();
            let value = (-far([0.0; 3]) / (2.0 * size * size))
                .exp()
                .max((-far(tip) / 2.0).exp());
            bytes.extend((value as f32).to_le_bytes());
        }
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (9, 9, 9), }\n";
        let mut file = b"\x93NUMPY\x01\0".to_vec();
        file.extend((header.len() as u16).to_le_bytes());
        file.extend(header.as_bytes());
        file.extend(bytes);
        file
    };
    let of = |seed: u32| {
        let tip = [0, 1, 2].map(|k| 6.0 * (random(4 * seed + k) - 0.5));
        (tip, 0.8 + 0.6 * random(4 * seed + 3))
    };
    for seed in 0..40 {
        let ([x, y, z], size) = of(seed);
        lab.write(&format!("cells/{seed}.npy"), npy([x, y, z], size));
        table += &format!("{seed}.npy,{size},{x},{y},{z}\n");
    }
    lab.write("cells/targets.csv", &table);
    let text =
        config("O", "3", "").replace("kernel = 5\npool = 2", "kernel = 3\npadding = 1\npool = 3");
    lab.write("net.toml", text.replace("epochs = 30", "epochs = 40"));
    lab.run(&COMMAND)
        .success()
        .shows(&["1 number (size) and 1 vector (tip)", "9 x 9 x 9 voxels"]);
    let eval = json(&lab.run(&["eval", "run", "--json"]).success().stdout);
    let tip = target(&eval, "tip");
    assert!(
        number(&tip["rmse"]) < 0.6 * number(&tip["mean"]["rmse"]),
        "{tip}"
    );
    // Every one of the 24 rotations turns the answer with the volume.
    let elements = eval["test"]["by_element"].as_array().unwrap();
    assert_eq!(elements.len(), 24);
    for element in elements {
        let change = number(&element[1]) - number(&elements[0][1]);
        assert!(change.abs() < tolerance::STANDARDISED, "{element}");
    }
    // A quarter turn about x takes y to z.
    let ([x, y, z], size) = of(5);
    lab.write("turned.npy", npy([x, -z, y], size));
    let found = json(
        &lab.run(&["predict", "run", "cells/5.npy", "turned.npy", "--json"])
            .success()
            .stdout,
    );
    let tip = |i: usize| [0, 1, 2].map(|axis| number(&found[i]["vectors"][0]["value"][axis]));
    let [a, b, c] = tip(0);
    for (found, expected) in tip(1).iter().zip([a, -c, b]) {
        assert!(
            (found - expected).abs() < tolerance::VALUES,
            "{found} {expected}"
        );
    }
    lab.run(&["check", "run"]).success().shows(&["passed"]);
    lab.run(&["export", "run", "--out", "cells.onnx"])
        .success()
        .shows(&["tip_z"]);
    // Two components are no vector of space.
    let flat: String = table
        .lines()
        .map(|line| line.rsplit_once(',').unwrap().0.to_string() + "\n")
        .collect();
    lab.write("cells/targets.csv", flat);
    lab.run(&["train", "net.toml", "--data", "cells", "--out", "bad"])
        .refused(&["no column `tip_z`"]);
}

#[test]
fn tables_that_make_no_sense_are_refused_with_the_place() {
    let lab = Lab::new();
    lab.write("net.toml", config("C4", "2", ""));
    cells(&lab, "cells", 12);
    let good = lab.text("cells/targets.csv");
    let train = |table: &[u8]| -> Run {
        lab.write("cells/targets.csv", table);
        let run = lab.run(&["train", "net.toml", "--data", "cells", "--out", "bad"]);
        assert!(!lab.path("bad").exists());
        run
    };
    let line = |number: usize| good.lines().nth(number - 1).unwrap();
    let changed = |number: usize, with: &str| good.replace(line(number), with);
    let cases: [(String, &[&str]); 22] = [
        (changed(4, ""), &["cells/02.png", "has no row for it"]),
        (
            format!("{good}99.png,1,2,3\n"),
            &["line 14", "no file `99.png`", "endings"],
        ),
        (
            format!("{good}../net.toml,1,2,3\n"),
            &["line 14", "relative"],
        ),
        (
            format!("{good}./02.png,1,2,3\n"),
            &["line 14", "`./02.png` has a row in line 4 too"],
        ),
        (
            changed(4, "02.png,,1,2"),
            &["line 4, column `radius`", "is empty"],
        ),
        (
            changed(4, "02.png,1,NaN,2"),
            &["line 4, column `tip_x`", "`NaN` is no finite number"],
        ),
        (
            changed(4, "02.png,1,2,-inf"),
            &["line 4, column `tip_y`", "no finite number"],
        ),
        (
            changed(4, "02.png,1e999,2,1"),
            &["line 4, column `radius`", "too large"],
        ),
        (
            changed(4, "02.png,small,2,1"),
            &["line 4, column `radius`", "`small` is no number"],
        ),
        (
            changed(4, "02.png,\"1,5\",2,1"),
            &["line 4, column `radius`", "decimal point", "semicolons"],
        ),
        (
            changed(4, "02.png,1,5,2,1"),
            &["line 4", "5 cells, but there are 4 columns"],
        ),
        (
            changed(1, "file,radius,tip_x,tip"),
            &["first line", "no column `tip_y`", "tip_x and tip_y"],
        ),
        (
            changed(1, "file,radius,tip_x,tip_x"),
            &["two columns `tip_x`"],
        ),
        (
            changed(1, "file,radius,tip_y,tip_z"),
            &["`tip_z`", "x and y alone"],
        ),
        (
            changed(1, "file,tip,tip_x,tip_y"),
            &["two are called `tip`"],
        ),
        (
            changed(1, "file,radius,,tip_y"),
            &["line 1", "column 3 has no name"],
        ),
        (
            good.lines().skip(1).map(|l| format!("{l}\n")).collect(),
            &["line 1", "is no name of a column"],
        ),
        (line(1).to_string(), &["1 lines"]),
        (String::new(), &["0 lines"]),
        (
            good.lines()
                .map(|l| format!("{}\n", l.split(',').next().unwrap()))
                .collect(),
            &["one column"],
        ),
        (
            good.lines()
                .enumerate()
                .map(|(i, l)| match i {
                    0 => format!("{l}\n"),
                    _ => format!("{},7,1,{i}\n", l.split(',').next().unwrap()),
                })
                .collect(),
            &["`radius` has the one value 7 in all training images"],
        ),
        (
            changed(4, "02.png,1.5,2,1")
                .replace(',', ";")
                .replacen("1.5;", "1,5;", 1),
            &["decimal comma", "decimal point"],
        ),
    ];
    for (table, parts) in cases {
        train(table.as_bytes()).refused(parts);
    }
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    train(&[b"\xFF\xFE", &utf16[..]].concat()).refused(&["no text in UTF-8"]);
    train(
        &good
            .replace("radius", "gr\u{f6}\u{df}e")
            .chars()
            .map(|c| c as u8)
            .collect::<Vec<u8>>(),
    )
    .refused(&["line 1", "no text in UTF-8"]);
    std::fs::remove_file(lab.path("cells/targets.csv")).unwrap();
    lab.run(&COMMAND)
        .refused(&["cells/targets.csv", "no such table", "--targets"]);
    lab.run(&[&COMMAND[..], &["--targets", "none.csv"]].concat())
        .refused(&["none.csv", "no such table"]);
    // What has no place: digits, other answers, archives, the sphere.
    lab.run(&["train", "--task", "regression", "--out", "bad"])
        .refused(&["--data DIR"]);
    lab.write("cells/targets.csv", &good);
    lab.run(&["train", "--task", "pose", "--data", "cells", "--out", "bad"])
        .refused(&["a table of directions with --task regression"]);
    lab.run(&[
        "train",
        "tiny.toml",
        "--data",
        "cells",
        "--targets",
        "cells/targets.csv",
        "--out",
        "bad",
    ])
    .refused(&["data.targets", "--task regression"]);
    lab.run(&[
        "train",
        "tiny.toml",
        "--task",
        "regression",
        "--data",
        "cells",
        "--out",
        "bad",
    ])
    .refused(&["network.output to \"values\""]);
    lab.write("cells.npz", "");
    lab.run(&[
        "train",
        "--task",
        "regression",
        "--data",
        "cells.npz",
        "--out",
        "bad",
    ])
    .refused(&["an archive has classes"]);
    lab.run(&[
        "train",
        "--task",
        "regression",
        "--model",
        "u-net",
        "--data",
        "cells",
        "--out",
        "bad",
    ])
    .refused(&["network.output"]);
    assert!(!lab.path("bad").exists());
}
