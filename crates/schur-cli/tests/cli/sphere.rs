//! Digits on the sphere.

use crate::support::Lab;

#[test]
fn digits_on_the_sphere_are_learnt_and_evaluated() {
    let lab = Lab::new();
    let options = "train --task sphere --upright --epochs 1 --batch 8 --max-train 16 \
                   --max-test 8 --out run";
    let words: Vec<&str> = options.split_whitespace().collect();
    lab.run(&words)
        .success()
        .shows(&["sphere", "test accuracy"]);
    lab.run(&["eval", "run"]).success().shows(&["accuracy"]);
    lab.run(&["plan", "run"]).success();
    lab.run(&["check", "run"])
        .success()
        .shows(&["spherical conv", "every layer commutes with 8 elements of"]);
    lab.run(&["export", "run", "--out", "net.onnx"])
        .refused(&["sphere"]);
}
