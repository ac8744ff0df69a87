//! Exported networks.

use schur_nn::export::Graph;

use crate::support::Lab;

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
    for name in ["net.txt", "net", "net.ONNX"] {
        lab.run(&["export", "run", "--out", name])
            .refused(&[".onnx or .safetensors"]);
        assert!(!lab.path(name).exists());
    }
    lab.run(&["export", "nowhere", "--out", "net.onnx"])
        .refused(&["nowhere"]);
}
