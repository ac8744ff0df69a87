//! Checkpoints: nothing is lost, and nothing that is damaged or foreign is accepted.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::tensor::{DType, Device};
use safetensors::tensor::{Dtype, TensorView};
use schur_nn::network::BlockConfig;
use schur_nn::{Checkpoint, Network, NetworkConfig, NnError};
use tempfile::TempDir;

use crate::support::{bits, field, generic, grid, tensor, train, uniform};
use crate::zoo::of_width;

fn config() -> NetworkConfig {
    NetworkConfig {
        group: grid("C2"),
        classes: 2,
        blocks: vec![BlockConfig::new(1, 2), BlockConfig::new(2, 2)],
        ..NetworkConfig::default()
    }
}

fn trained(seed: u64) -> Network {
    let network = config().init(seed, &Device::flex().autodiff()).unwrap();
    train(network, 5, 3)
}

fn capture(network: &Network) -> Checkpoint {
    Checkpoint::capture(network, network.description())
}

/// A directory and a path in it.
fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("model.safetensors");
    (directory, path)
}

/// The message with which reading a file fails.
fn refusal(path: &Path) -> String {
    match Checkpoint::read(path) {
        Ok(_) => panic!("{} was accepted", path.display()),
        Err(error) => error.to_string(),
    }
}

fn says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

/// The bits of the logits in inference, which depend on parameters and running statistics.
fn logits(network: &Network) -> Vec<u32> {
    let network = network.valid();
    let images = field(network.image_type(), (5, 5), DType::F32, &Device::flex());
    bits(&network.forward(images.to_tensor()).unwrap())
}

#[test]
fn everything_comes_back() {
    let (_directory, path) = place();
    let network = trained(1);
    let untrained = config().init(1, &Device::flex().autodiff()).unwrap();
    assert_ne!(logits(&network), logits(&untrained), "training did nothing");
    let written = capture(&network)
        .with_blob("optimizer", vec![0, 255, 7])
        .with_blob("nothing", vec![])
        .with_note("epoch", "3")
        .with_note("ünïcode \"quoted\"", "line\nbreak");
    written.write(&path).unwrap();
    let read = Checkpoint::read(&path).unwrap();
    assert_eq!(read, written);
    assert_eq!(read.description(), &network.description());
    assert_eq!(read.blob("optimizer"), Some(&[0, 255, 7][..]));
    assert_eq!(read.blob("nothing"), Some(&[][..]));
    assert_eq!(read.blob("other"), None);
    assert_eq!(read.note("epoch"), Some("3"));
    assert_eq!(read.note("ünïcode \"quoted\""), Some("line\nbreak"));
    // Into networks with and without gradients.
    for device in [Device::flex(), Device::flex().autodiff()] {
        let other = config().init(2, &device).unwrap();
        let restored = read.restore(other, &network.description()).unwrap();
        assert_eq!(capture(&restored), capture(&network));
        assert_eq!(logits(&restored), logits(&network));
    }
}

/// Training goes on from a restored network as from the original.
#[test]
fn training_goes_on() {
    let network = trained(1);
    let device = Device::flex().autodiff();
    let other = config().init(2, &device).unwrap();
    let restored = capture(&network)
        .restore(other, &network.description())
        .unwrap();
    let (one, other) = (train(network, 5, 2), train(restored, 5, 2));
    assert_eq!(capture(&one), capture(&other));
}

/// Running statistics that a network has gathered before do not survive, and the network that
/// was restored into is not changed behind its owner's back.
#[test]
fn restoring_into_a_trained_network() {
    let (network, used) = (trained(1), trained(2));
    let before = capture(&used);
    let restored = capture(&network)
        .restore(used.clone(), &network.description())
        .unwrap();
    assert_eq!(logits(&restored), logits(&network));
    assert_eq!(capture(&restored), capture(&network));
    assert_eq!(capture(&used), before);
    // A network that nobody has looked at since its last step.
    let restored = capture(&network)
        .restore(trained(3), &network.description())
        .unwrap();
    assert_eq!(logits(&restored), logits(&network));
}

#[test]
fn equal_checkpoints_are_equal_files() {
    let (_directory, path) = place();
    let bytes = |checkpoint: &Checkpoint| {
        checkpoint.write(&path).unwrap();
        fs::read(&path).unwrap()
    };
    let with_parts = |network: &Network, order: [&str; 3]| {
        let checkpoint = capture(network);
        order.into_iter().fold(checkpoint, |c, name| {
            c.with_blob(name, name.into()).with_note(name, name)
        })
    };
    let one = bytes(&with_parts(&trained(1), ["a", "b", "c"]));
    let two = bytes(&with_parts(&trained(1), ["c", "a", "b"]));
    assert_eq!(one, two);
    let other = bytes(&with_parts(&trained(2), ["a", "b", "c"]));
    assert_ne!(one, other);
    // What is read is written back as it was.
    fs::write(&path, &one).unwrap();
    assert_eq!(bytes(&Checkpoint::read(&path).unwrap()), one);
}

/// A small file and what is in it.
fn small_file(path: &Path) -> (Vec<u8>, Checkpoint) {
    let config = NetworkConfig {
        blocks: vec![BlockConfig::new(1, 1)],
        ..config()
    };
    let network = config.init(1, &Device::flex()).unwrap();
    let checkpoint = capture(&network).with_blob("part", vec![1, 2, 3]);
    checkpoint.write(path).unwrap();
    (fs::read(path).unwrap(), Checkpoint::read(path).unwrap())
}

#[test]
fn every_truncation_is_refused() {
    let (_directory, path) = place();
    let (bytes, _) = small_file(&path);
    for length in 0..bytes.len() {
        fs::write(&path, &bytes[..length]).unwrap();
        says(
            &refusal(&path),
            &["truncated or damaged", "model.safetensors"],
        );
    }
    fs::write(&path, [&bytes[..], &[0]].concat()).unwrap();
    says(&refusal(&path), &["truncated or damaged"]);
}

#[test]
fn every_flipped_bit_is_refused_or_harmless() {
    let (_directory, path) = place();
    let (bytes, intact) = small_file(&path);
    let (mut refused, mut harmless) = (0, 0);
    for byte in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[byte] ^= 1 << bit;
            fs::write(&path, &damaged).unwrap();
            match Checkpoint::read(&path) {
                Ok(checkpoint) => {
                    assert_eq!(checkpoint, intact, "byte {byte}, bit {bit}");
                    harmless += 1;
                }
                Err(error) => {
                    says(&error.to_string(), &["model.safetensors"]);
                    refused += 1;
                }
            }
        }
    }
    assert!(
        refused > 4_000 && harmless < 100,
        "{refused} refused, {harmless} harmless"
    );
}

/// Writes a safetensors file that has the given text under the metadata key of this library.
fn forge(path: &Path, key: &str, text: &str) {
    let numbers: Vec<u8> = 1.0f32.to_le_bytes().into();
    let view = TensorView::new(Dtype::F32, vec![1], &numbers).unwrap();
    let metadata = HashMap::from([(key.to_string(), text.to_string())]);
    let bytes = safetensors::serialize([("model.x", view)], Some(metadata)).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn foreign_files() {
    let (directory, path) = place();
    let missing = directory.path().join("missing.safetensors");
    let error = Checkpoint::read(&missing).unwrap_err();
    assert!(matches!(error, NnError::Io { .. }));
    says(
        &error.to_string(),
        &["reading checkpoint", "missing.safetensors"],
    );
    assert!(Checkpoint::read(directory.path()).is_err(), "a directory");
    for bytes in [
        &b""[..],
        b"short",
        b"{\"not\": \"safetensors\"}",
        &[255; 64],
    ] {
        fs::write(&path, bytes).unwrap();
        says(&refusal(&path), &["truncated or damaged"]);
    }
    forge(&path, "format", "pt");
    says(
        &refusal(&path),
        &["safetensors file but no `schur-checkpoint`"],
    );
    forge(
        &path,
        "schur",
        r#"{"format": "something else", "version": 1}"#,
    );
    says(&refusal(&path), &["no `schur-checkpoint`"]);
    forge(&path, "schur", "no JSON");
    says(&refusal(&path), &["its description"]);
    forge(
        &path,
        "schur",
        r#"{"format": "schur-checkpoint", "version": 1}"#,
    );
    says(&refusal(&path), &["its description"]);
}

#[test]
fn other_versions() {
    let (_directory, path) = place();
    // A newer version may have other fields; that it is newer is what must be said.
    forge(
        &path,
        "schur",
        r#"{"format": "schur-checkpoint", "version": 2, "new": []}"#,
    );
    says(&refusal(&path), &["format version 2", "newer release"]);
    for version in ["0", "-1", "\"1\"", "1.5", "null"] {
        let text = format!(r#"{{"format": "schur-checkpoint", "version": {version}}}"#);
        forge(&path, "schur", &text);
        says(&refusal(&path), &["unknown format version", version]);
    }
    forge(&path, "schur", r#"{"format": "schur-checkpoint"}"#);
    says(&refusal(&path), &["unknown format version `none`"]);
}

/// Networks for volumes too, whatever the name of their group.
#[test]
fn networks_for_volumes_come_back() {
    let (_directory, path) = place();
    for group in ["O", "C4 in space", "C4v@0,90,0", "SO(3)"] {
        let (config, _) = of_width("octahedral", group, 1);
        let network = config.init(3, &Device::flex()).unwrap();
        assert_eq!(network.description().group, group);
        let network = generic(network, DType::F32);
        capture(&network).write(&path).unwrap();
        let text = serde_json::to_string(&config).unwrap();
        let again: NetworkConfig = serde_json::from_str(&text).unwrap();
        let fresh = again.init(4, &Device::flex()).unwrap();
        let read = Checkpoint::read(&path).unwrap();
        let description = fresh.description();
        let restored: Network = read.restore(fresh, &description).unwrap();
        let volumes = || {
            tensor(
                uniform(512, 1),
                [1, 1, 8, 8, 8],
                DType::F32,
                &Device::flex(),
            )
        };
        let answer = |network: &Network| bits(&network.forward(volumes()).unwrap());
        assert_eq!(answer(&restored), answer(&network), "{group}");
    }
}

#[test]
fn other_models() {
    let network = trained(1);
    let checkpoint = capture(&network);
    let mut others: Vec<(NetworkConfig, &str)> = Vec::new();
    let mut change = |difference, change: &dyn Fn(&mut NetworkConfig)| {
        let mut config = config();
        change(&mut config);
        others.push((config, difference));
    };
    change("the group is C2 in the file, but D1 was expected", &|c| {
        c.group = grid("D1")
    });
    change("the number of classes is 2 in the file, but 7", &|c| {
        c.classes = 7
    });
    change("the number of layers is 7 in the file, but 8", &|c| {
        c.blocks[0].pool = 2
    });
    change("layer 1 is `conv 2x2: ", &|c| c.blocks[0].kernel = 3);
    change("C2: 3 regular", &|c| c.blocks[0].fields = 3.into());
    change("layer 2 is `batch norm + relu", &|c| {
        c.activation = schur_nn::network::NonlinearityKind::Elu;
    });
    for (config, difference) in others {
        let other = config.init(1, &Device::flex()).unwrap();
        let description = other.description();
        let message = checkpoint
            .restore(other, &description)
            .unwrap_err()
            .to_string();
        says(
            &message,
            &["checkpoint in memory", "another model", difference],
        );
    }
}

/// A description that does not tell the truth about the tensors.
#[test]
fn other_tensors() {
    let network = trained(1);
    let description = network.description();
    let restore = |checkpoint: Checkpoint| {
        let fresh = config().init(2, &Device::flex()).unwrap();
        checkpoint
            .restore(fresh, &description)
            .unwrap_err()
            .to_string()
    };
    let layer = network.layers()[0].clone();
    let part = Checkpoint::capture(&layer, description.clone());
    says(&restore(part), &["tensor `layers.0.weight` is missing"]);
    let double = generic(config().init(1, &Device::flex()).unwrap(), DType::F64);
    let double = Checkpoint::capture(&double, description.clone());
    says(
        &restore(double),
        &["tensor `layers.0.weight`", "F64", "F32 of [4] was expected"],
    );
    let mut wider = config();
    wider.blocks[0].fields = 3.into();
    let wider = wider.init(1, &Device::flex()).unwrap();
    let wider = Checkpoint::capture(&wider, description.clone());
    says(
        &restore(wider),
        &["tensor `layers.0.weight`", "[12]", "[4] was expected"],
    );
    let mut longer = config();
    longer.blocks.push(BlockConfig::new(2, 1));
    let longer = longer.init(1, &Device::flex()).unwrap();
    let longer = Checkpoint::capture(&longer, description.clone());
    says(&restore(longer), &["tensor `layers."]);
}

/// Names that the file format keeps for itself can't be written, rather than not be read.
#[test]
fn reserved_names() {
    let (_directory, path) = place();
    for name in ["model.x", "__metadata__"] {
        let checkpoint = capture(&trained(1)).with_blob(name, vec![1]);
        let message = checkpoint.write(&path).unwrap_err().to_string();
        says(&message, &[name, "another name"]);
        assert!(!path.exists());
    }
}
