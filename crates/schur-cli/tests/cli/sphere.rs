//! Digits on the sphere.

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
