//! Digits on the sphere.

use crate::commands::idx;
use crate::support::Lab;

#[test]
fn digits_on_the_sphere_are_learnt_and_evaluated() {
    let lab = Lab::new();
    let options = "train --task sphere --upright --epochs 1 --batch 8 --max-train 16 \
                   --max-test 8 --out run";
    let words: Vec<&str> = options.split_whitespace().collect();
    let train = lab.run(&words).success();
    // Of one number there is no worst, and a person knows no paths of the library.
    for word in ["worst", "::"] {
        assert!(!train.stdout.contains(word), "{word}: {train:?}");
        assert!(!train.stderr.contains(word), "{word}: {train:?}");
    }
    train.shows(&["sphere", "test accuracy", "upright: 8 test digits"]);
    lab.run(&["eval", "run"]).success().shows(&["accuracy"]);
    lab.run(&["plan", "run"]).success();
    let check = lab.run(&["check", "run"]).success();
    assert!(!check.stdout.contains("::"), "{check:?}");
    check.shows(&["spherical conv", "every layer commutes with 8 elements of"]);
    lab.run(&["export", "run", "--out", "net.onnx"])
        .refused(&["sphere"]);
}

/// What a run keeps of digits in files are their pixels, from which the sphere is made anew.
#[test]
fn digits_of_files_are_learnt_on_the_sphere_and_come_with_the_run() {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("idx")).unwrap();
    let (images, labels) = idx(60);
    for part in ["train", "t10k"] {
        lab.write(&format!("idx/{part}-images-idx3-ubyte"), &images);
        lab.write(&format!("idx/{part}-labels-idx1-ubyte"), &labels);
    }
    let words =
        "train --task sphere --data idx --epochs 1 --batch 8 --max-train 16 --max-test 8 --out run";
    let words: Vec<&str> = words.split_whitespace().collect();
    lab.run(&words).success();
    let eval = || lab.run(&["eval", "run", "--max-test", "8"]);
    eval().success().shows(&["accuracy"]);
    let check = lab.run(&["check", "run", "--images", "4"]).success();
    std::fs::rename(lab.path("idx"), lab.path("gone")).unwrap();
    eval().refused(&["--data says where"]);
    let kept = lab.run(&["check", "run", "--images", "4"]).success();
    assert_eq!(kept.stdout, check.stdout);
    std::fs::remove_file(lab.path("run/samples.png")).unwrap();
    lab.run(&["check", "run", "--images", "4"])
        .success()
        .shows(&["4 images made of Gaussians"]);
    lab.run(&["eval", "run", "--data", "gone", "--max-test", "8"])
        .success();
}

#[test]
fn what_the_sphere_does_not_know_is_refused() {
    let lab = Lab::new();
    for (options, says) in [
        ("--rotated", "data.rotated"),
        ("--chunk 0", "data.chunk"),
        ("--precision bf16", "train.precision"),
    ] {
        let words = format!("train --task sphere --max-train 16 --epochs 1 --out run {options}");
        let words: Vec<&str> = words.split(' ').collect();
        lab.run(&words).refused(&[says]);
    }
}
