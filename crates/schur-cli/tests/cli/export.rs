//! Exported networks.

use schur_nn::export::Graph;

use std::process::Command;

use crate::support::{Lab, TINY};
use crate::tolerance;

#[test]
fn exports_load_and_compute() {
    let lab = Lab::new();
    lab.train("run");
    lab.run(&["export", "run", "--out", "net.safetensors"])
        .success()
        .shows(&["operations", "differs by"]);
    let graph = Graph::load(&lab.path("net.safetensors")).unwrap();
    assert_eq!(graph.input().channels(), 1);
    lab.run(&["export", "run", "--half", "--out", "half.safetensors"])
        .success();
    let half = Graph::load(&lab.path("half.safetensors")).unwrap();
    assert!(half.is_half_precision());
    assert_eq!(half, graph.in_half_precision().unwrap());
    lab.run(&["export", "run", "--out", "net.onnx"]).success();
    let onnx = lab.read("net.onnx");
    let has = |text: &str| onnx.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(has("Conv") && has("input") && has("output"));
}

#[test]
fn other_formats_are_refused() {
    let lab = Lab::new();
    lab.train("run");
    for name in ["net.txt", "net", "net.onnx.gz"] {
        lab.run(&["export", "run", "--out", name])
            .refused(&[".onnx or .safetensors"]);
        assert!(!lab.path(name).exists());
    }
    lab.run(&["export", "nowhere", "--out", "net.onnx"])
        .refused(&["nowhere"]);
}

/// The program in the book, run as it stands there: its answers are those of `predict`, for large and
/// small, oblong and transparent pictures, by networks of colours and of grey.
#[test]
#[ignore = "needs a Python with onnxruntime, numpy and pillow (SCHUR_PYTHON): run with --ignored"]
fn the_python_of_the_book_says_what_predict_says() {
    let python = std::env::var("SCHUR_PYTHON").unwrap_or_else(|_| "python3".to_string());
    let book = include_str!("../../../../docs/book/src/your-program.md");
    let (_, rest) = book.split_once("```python\n").expect("a program");
    let (program, _) = rest.split_once("```").expect("its end");
    let lab = Lab::new();
    crate::own_images::discs(&lab, "discs", 12, 5);
    for (i, (width, height)) in [(16, 16), (37, 90), (64, 31), (9, 11), (5, 5)]
        .iter()
        .enumerate()
    {
        let picture = image::RgbaImage::from_fn(*width, *height, |x, y| {
            let alpha = if (x / 3 + y / 4) % 3 == 0 { 90 } else { 255 };
            image::Rgba([(40 * x % 256) as u8, (29 * y % 256) as u8, 180, alpha])
        });
        picture.save(lab.path(&format!("{i}.png"))).unwrap();
    }
    let mut looked = 0;
    for channels in [1, 3] {
        let data = format!("[data]\nsize = 16\nchannels = {channels}");
        lab.write("tiny.toml", TINY.replace("[data]", &data));
        let run = format!("run{channels}");
        lab.run(&["train", "tiny.toml", "--data", "discs", "--out", &run])
            .success();
        lab.run(&["export", &run, "--out", "own.onnx"]).success();
        for i in 0..5 {
            let name = format!("{i}.png");
            let answer = lab.run(&["predict", &run, &name, "--json"]).success();
            let answer: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
            let expected = answer[0]["probabilities"].as_array().unwrap();
            let text = program.replace("photo.png", &name);
            assert_ne!(text, program);
            lab.write(
                "program.py",
                text + "\nprint(json.dumps(probabilities.tolist()))\n",
            );
            let mut command = Command::new(&python);
            command.arg("program.py").current_dir(lab.path(""));
            let output = command
                .output()
                .unwrap_or_else(|e| panic!("`{python}`: {e}"));
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "`{python}`: {said}");
            let found = String::from_utf8(output.stdout).unwrap();
            let found: Vec<f64> = serde_json::from_str(found.lines().last().unwrap()).unwrap();
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(expected) {
                let gap = (found - expected.as_f64().unwrap()).abs();
                assert!(gap < tolerance::BOOK, "{name}, {channels} channels: {gap}");
                looked += 1;
            }
        }
    }
    assert_eq!(looked, 2 * 5 * 3);
}

/// The metadata say what `predict` does.
#[test]
fn exported_digits_say_how_pictures_are_prepared() {
    let lab = Lab::new();
    lab.train("run");
    lab.run(&["export", "run", "--out", "net.safetensors"])
        .success()
        .shows(&["values above 0.2", "centre of mass", "0.2126 red"]);
    // Those of masks are scaled whole, and their masks go back onto them.
    let words =
        "train --task segmentation --params 3000 --max-train 8 --max-test 4 --epochs 1 --out masks";
    lab.run(&words.split(' ').collect::<Vec<_>>()).success();
    lab.run(&["export", "masks", "--out", "net.onnx"])
        .success()
        .shows(&[
            "resizing: bright ink on black",
            "the longer side resized to ",
            "linear between the centres of pixels where it grows; put in the middle of black",
            "a mask goes the same way back",
        ]);
}
