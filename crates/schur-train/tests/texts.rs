//! What errors of the loop say, to those who have a loop of their own.

use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Tensor, TensorData};
use schur_train::{LossOnly, RunDir, TrainConfig, Trainer};

/// A library is not called by options.
#[test]
fn texts_of_the_loop_and_its_directories_name_no_option_of_the_program() {
    let (directory, settings) = (tempfile::tempdir().unwrap(), TrainConfig::default());
    let path = directory.path().join("run");
    let run = RunDir::create(&path, &settings).unwrap();
    let again = RunDir::create(&path, &settings).unwrap_err().to_string();
    assert!(again.contains("there is a run in it"), "{again}");
    // In all others too.
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in std::fs::read_dir(sources).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() || path.ends_with("path.rs") {
            // Images, their data and tasks, and paths in configs are those of the program.
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.lines().filter(|line| !line.trim().starts_with("//"));
        let option = |line: &&str| {
            let mut parts = line.split("--").skip(1);
            parts.any(|part| part.starts_with(char::is_alphabetic))
        };
        let found: Vec<&str> = code.filter(option).collect();
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }

    // The config of a loop of one's own is not that of images.
    let error = run.config().unwrap_err().to_string();
    assert!(error.contains("a training loop of one's own"), "{error}");
    // Targets that are no numbers are no matter of the rate.
    let linear = |inputs| LinearConfig::new(inputs, 1).init(&Device::flex());
    let squares = LossOnly::new(|network: &Linear, (x, y): (Tensor<2>, Tensor<2>)| {
        Ok((network.forward(x) - y).square().mean())
    });
    let mut trainer = Trainer::new(linear(1), squares, settings, 0).unwrap();
    let state = trainer.weights();
    let none = TensorData::new(vec![f32::NAN; 4], [4, 1]);
    let none = Tensor::<2>::from_data(none, &Device::flex());
    let mut examples = (none.clone(), none);
    let copy = examples.clone();
    let error = trainer.epoch(&mut examples, &copy, &()).unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("before the first step; look for inputs and targets"),
        "{error}"
    );
    // Another network, of a description that does not tell the two apart.
    let error = state.restore(linear(2), state.description()).unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("restore it into a network of the same layers"),
        "{error}"
    );
}
