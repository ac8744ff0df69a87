//! Images and volumes of one's own with a table of numbers and vectors.

pub(crate) mod made;

use crate::support::Lab;
use crate::tolerance;

use made::{COMMAND, Cell, cells, config, json, number, predicted, random, target};

#[test]
fn numbers_and_directions_are_learnt_and_every_command_knows_them() {
    let lab = Lab::new();
    lab.write("net.toml", config("C4", "6", ""));
    cells(&lab, "cells", 80);
    lab.run(&["data", "show", "cells"]).success().shows(&[
        "1 number (radius) and 1 vector (tip) of",
        "taken at random from the images",
        "radius  number  training",
        "tip_x   vector  training",
        "tip_y   vector  training",
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
    // The report has slices with what is true and found.
    let slices = lab.text("run/plots/slices.svg");
    assert_eq!(slices.matches("<image").count(), 18);
    for words in [
        ">size 1.",
        ">tip (",
        "numbers are found (true)",
        "the direction of tip",
    ] {
        assert!(lab.text("run/report.html").contains(words), "{words}");
    }
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
