//! Files and texts as other programs write them, and questions that are too large.

use std::io::Write;
use std::process::Stdio;

use crate::support::{Lab, Run, TINY};
use crate::trainings::discs;

/// Runs with these bytes as the standard input.
fn fed(lab: &Lab, words: &[&str], input: &[u8]) -> Run {
    let mut child = lab.command(words).stdin(Stdio::piped()).spawn().unwrap();
    // A program that refuses reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input);
    Run::new(words, child.wait_with_output().unwrap())
}

/// A cyclic group of order 1024 as one permutation.
fn cycle(order: usize) -> String {
    let points: Vec<String> = (1..=order).map(|i| i.to_string()).collect();
    format!("permutation ({})\n", points.join(" "))
}

#[test]
fn answers_about_large_groups_have_a_size() {
    let lab = Lab::new();
    lab.write("c1024.txt", cycle(1024));
    let text = lab.run(&["group", "c1024.txt"]).success().stdout;
    assert!(text.len() < 20_000, "{} bytes", text.len());
    for part in ["order 1024", "976 more", "`--all`", "1024 x 1024 entries"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let json = lab.run(&["group", "c1024.txt", "--json"]).success().stdout;
    assert!(json.len() < 1_000_000, "{} bytes", json.len());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["order"], 1024);
    assert_eq!(
        json["omitted"].as_array().unwrap().len(),
        4,
        "{}",
        json["omitted"]
    );
    assert!(json.get("table").is_none());
    let maps = [
        "intertwiners",
        "--group",
        "C64",
        "--from",
        "regular",
        "--to",
        "regular",
    ];
    let text = lab.run(&maps).success().stdout;
    assert!(text.len() < 20_000, "{} bytes", text.len());
    let json = lab.run(&[&maps[..], &["--json"]].concat()).success().stdout;
    assert!(
        json.len() < 20_000 && json.contains("--all"),
        "{} bytes",
        json.len()
    );

    // Small groups are answered in full, and what is asked for in full is.
    let small = lab.run(&["group", "C24", "--json"]).success().stdout;
    assert!(!small.contains("omitted") && small.contains("\"table\""));
    let all = lab.run(&["group", "C60", "--all"]).success().stdout;
    assert!(!all.contains("--all") && all.contains("r^59"));
    let table: serde_json::Value = serde_json::from_str(
        &lab.run(&["group", "C300", "--json", "--all"])
            .success()
            .stdout,
    )
    .unwrap();
    assert_eq!(table["table"][299][299], "r^298");
}

#[test]
fn groups_are_read_as_other_programs_write_them_and_from_pipes() {
    let lab = Lab::new();
    let gap = "group broken\npermutation r = (1,2,\\\n3,4)\npermutation s = (1 2)(3 \\\r\n4)\n";
    lab.write("gap.txt", gap);
    let from_file = lab.run(&["group", "gap.txt"]).success();
    let from_file = from_file.shows(&["broken: order 8", "Isomorphic to D4"]);
    let piped = fed(&lab, &["group", "-"], gap.as_bytes()).success();
    assert_eq!(piped.stdout, from_file.stdout);
    let numbered = "permutation r = (1 2 \\\n3)\n\nnonsense\n";
    fed(&lab, &["group", "-"], numbered.as_bytes()).refused(&["line 4"]);
    // The minus sign that the program itself prints.
    let signs = "matrix r\n \u{2212}1/2 \u{2212}sqrt(3)/2\n sqrt(3)/2 \u{2212}5e\u{2212}1\n";
    lab.write("minus.txt", signs);
    lab.run(&["group", "minus.txt"])
        .success()
        .shows(&["order 3"]);
    let twice = [
        "intertwiners",
        "--group",
        "-",
        "--from",
        "regular",
        "--to",
        "trivial",
    ];
    fed(&lab, &twice, signs.as_bytes()).success();
    let config = fed(&lab, &["train", "-", "--show-config"], TINY.as_bytes()).success();
    assert!(config.stdout.contains("seed = 3"));
    #[cfg(unix)]
    {
        let program = env!("CARGO_BIN_EXE_schur");
        let script = format!("{program} group <(cat gap.txt)");
        let mut bash = crate::support::shell("bash");
        let output = bash
            .args(["-c", &script])
            .current_dir(lab.path("."))
            .output()
            .unwrap();
        assert_eq!(
            Run::new(&[&script], output).success().stdout,
            from_file.stdout
        );
    }
}

#[test]
fn images_are_read_from_pipes() {
    let lab = Lab::new();
    lab.train("run");
    crate::commands::digit_png(&lab, 28, false, "digit.png");
    let file = lab.run(&["predict", "run", "digit.png"]).success().stdout;
    let piped = fed(&lab, &["predict", "run", "-"], &lab.read("digit.png"))
        .success()
        .stdout;
    assert_eq!(piped.replace("-:", "digit.png:"), file);
    fed(&lab, &["predict", "run", "-"], b"").refused(&["standard input", "empty"]);
    let half = &lab.read("digit.png")[..60];
    fed(&lab, &["predict", "run", "-"], half).refused(&["damaged or ends too early"]);
    let program = env!("CARGO_BIN_EXE_schur");
    let script = format!("{program} predict run <(cat digit.png)");
    let mut bash = crate::support::shell("bash");
    let output = bash
        .args(["-c", &script])
        .current_dir(lab.path("."))
        .output()
        .unwrap();
    Run::new(&[&script], output).success();
}

#[test]
fn a_damaged_image_in_a_folder_is_found_by_data_show() {
    let lab = Lab::new();
    discs(&lab, "discs");
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../schur-train/tests/pictures");
    for name in [
        "baseline.jpg",
        "progressive.jpg",
        "restarts.jpg",
        "grey.jpg",
        "colour.png",
    ] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let path = format!("discs/dark/{name}");
        lab.write(&path, &bytes);
        lab.run(&["data", "show", "discs", "--size", "16"])
            .success();
        lab.write(&path, &bytes[..bytes.len() * 2 / 3]);
        lab.run(&["data", "show", "discs", "--size", "16"])
            .refused(&[name, "damaged or ends too early", "get it again"]);
        std::fs::remove_file(lab.path(&path)).unwrap();
    }
    // What systems leave in folders is no image.
    for name in ["Thumbs.db", "desktop.ini", ".DS_Store"] {
        lab.write(&format!("discs/dark/{name}"), "x");
    }
    std::fs::create_dir_all(lab.path("discs/__MACOSX/dark")).unwrap();
    lab.run(&["data", "show", "discs"]).success();
}

#[test]
fn errors_of_configs_name_the_whole_entry() {
    let lab = Lab::new();
    let block = "[[network.blocks]]\nfields = 2\nkernel = 3\n";
    let head = |extra: &str| format!("params = 3000\n[network]\ngroup = \"C4\"\n{extra}");
    let blocks = |a: &str, b: &str| head(&format!("{block}{a}\n{block}{b}\n"));
    for (config, at) in [
        (
            blocks("keep = true\nrestrict = \"C2\"", "join = true"),
            "network.blocks#1.restrict: the group",
        ),
        (blocks("", "join = true"), "network.blocks#2.join: no block"),
        (blocks("keep = true", ""), "network.blocks: 1 blocks"),
        (
            blocks("restrict = \"C3\"", ""),
            "network.blocks#1.restrict: ",
        ),
        (blocks("stride = 0", ""), "network.blocks#1.stride: "),
        (
            blocks("", "upsample = 99999999"),
            "network.blocks#2.upsample: ",
        ),
        (
            head("[[network.blocks]]\nfields = \"2 wrong\"\nkernel = 3\n"),
            "network.blocks#1.fields: ",
        ),
        (
            head("[[network.blocks]]\nfields = 2\nkernel = 0\n"),
            "network.blocks#1.kernel: ",
        ),
        (head(&format!("cutoff = 2.0\n{block}")), "network.cutoff: "),
        (head(&format!("order = 2\n{block}")), "network.order: "),
        (head(&format!("classes = 0\n{block}")), "network.classes: "),
        (
            "[network]\ngroup = \"C4\"\n[[network.layers]]\nlayer = \"nothing\"\n".to_string(),
            "network.layers#1.layer: `nothing`",
        ),
    ] {
        lab.write("broken.toml", &config);
        let run = lab
            .run(&["train", "broken.toml"])
            .refused(&["broken.toml: ", at]);
        for wrong in [": :", ".:", ".."] {
            assert!(!run.stderr.contains(wrong), "{wrong}: {run:?}");
        }
    }
}

#[test]
fn a_twin_for_a_continuous_group_is_refused_with_what_convert_can_do() {
    let lab = Lab::new();
    lab.write("cnn.toml", "[[layers]]\ntype = \"conv\"\nchannels = 8\nkernel = 5\n[[layers]]\ntype = \"relu\"\n\
                           [[layers]]\ntype = \"global-average-pool\"\n[[layers]]\ntype = \"linear\"\nunits = 10\n");
    let run = lab.run(&["convert", "cnn.toml", "--group", "SO2"]);
    let run = run.refused(&["--group SO(2)", "--group C16", "schur models --group SO2"]);
    assert!(!run.stderr.contains("spectral"), "{run:?}");
    lab.run(&["convert", "cnn.toml", "--group", "C16"])
        .success();
}

#[test]
fn half_precision_can_have_constant_weights() {
    let lab = Lab::new();
    lab.train("run");
    lab.run(&["export", "run", "--half", "--out", "half.onnx"])
        .success();
    lab.run(&[
        "export",
        "run",
        "--half",
        "--constants",
        "--out",
        "plain.onnx",
    ])
    .success();
    lab.run(&["export", "run", "--half", "--out", "half.safetensors"])
        .success();
    lab.run(&[
        "export",
        "run",
        "--half",
        "--constants",
        "--out",
        "plain.safetensors",
    ])
    .success();
    let has_cast = |name: &str| lab.read(name).windows(4).any(|w| w == b"Cast");
    assert!(has_cast("half.onnx") && !has_cast("plain.onnx"));
    let graph = |name: &str| schur_nn::export::Graph::load(&lab.path(name)).unwrap();
    let (half, plain) = (graph("half.safetensors"), graph("plain.safetensors"));
    assert_eq!(half.constants(), plain.constants(), "equally rounded");
    assert!(!plain.is_half_precision());
    lab.run(&["export", "run", "--constants", "--out", "x.onnx"])
        .refused(&["--half"]);
}

/// Rotated MNIST as it is published, and letters with 26 classes.
#[test]
fn other_sets_of_digits_and_letters_are_trained_on() {
    let lab = Lab::new();
    let digits = schur_data::Pictures::embedded_test().unwrap();
    let line = |i: usize| {
        let pixels = digits
            .image(i)
            .iter()
            .map(|&p| format!("{:.6} ", f64::from(p) / 255.0));
        pixels.collect::<String>() + &format!("{}\n", digits.labels()[i])
    };
    std::fs::create_dir(lab.path("amat")).unwrap();
    lab.write(
        "amat/rotation_train_valid.amat",
        (0..120).map(line).collect::<String>(),
    );
    lab.write(
        "amat/rotation_test.amat",
        (120..180).map(line).collect::<String>(),
    );
    lab.run(&["data", "show", "amat"])
        .success()
        .shows(&["100 training", "as they are"]);
    lab.run(&[
        "train",
        "tiny.toml",
        "--data",
        "amat",
        "--epochs",
        "1",
        "--out",
        "run",
    ])
    .success()
    .shows(&["96 for training (as they are)", "for test (as they are)"]);
    lab.run(&["eval", "run"]).success();
    lab.run(&["train", "--task", "pose", "--data", "amat"])
        .refused(&["turned already"]);
    lab.run(&["train", "--upright", "--data", "amat"])
        .refused(&["turned already"]);

    std::fs::create_dir(lab.path("letters")).unwrap();
    let idx = |magic: u8, dims: &[u32], content: &[u8]| {
        let mut bytes = vec![0, 0, 8, magic];
        bytes.extend(dims.iter().flat_map(|d| d.to_be_bytes()));
        bytes.extend(content);
        bytes
    };
    for (part, first) in [("train", 0), ("test", 300)] {
        let pixels: Vec<u8> = (first..first + 130)
            .flat_map(|i| digits.image(i).to_vec())
            .collect();
        let labels: Vec<u8> = (0..130).map(|i| 1 + (i % 26) as u8).collect();
        let name = |kind: &str| format!("letters/emnist-letters-{part}-{kind}-ubyte");
        lab.write(&name("images-idx3"), idx(3, &[130, 28, 28], &pixels));
        lab.write(&name("labels-idx1"), idx(1, &[130], &labels));
    }
    lab.run(&[
        "train",
        "tiny.toml",
        "--data",
        "letters",
        "--epochs",
        "1",
        "--out",
        "abc",
    ])
    .success();
    assert!(lab.text("abc/config.toml").contains("classes = 27"));
    lab.run(&["eval", "abc"]).success();
    lab.run(&["check", "abc"]).success();
}
