//! Other programs read what is exported, and compute what the network computes.

use std::path::Path;
use std::process::Command;

use burn::tensor::{DType, Device, Tensor};
use schur_nn::export::Graph;
use schur_nn::network::models;
use schur_nn::{Field, Layer, relative_distance, tolerance};

use crate::export::{input, layers};
use crate::support::{generic, numbers, tensor, uniform};
use crate::voxels::{exported_layers, volumes};
use crate::zoo::{groups_of, in_space, initial};

/// A folder of exported networks with the answers that other programs have to give.
struct Exported {
    folder: tempfile::TempDir,
    cases: Vec<Case>,
}

struct Case {
    what: String,
    answer: Vec<f64>,
}

impl Exported {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cases = Vec::new();
        Self { folder, cases }
    }

    /// A network with what `layer` computes.
    fn add(&mut self, graph: &Graph, layer: &dyn Layer, x: &Field) {
        let answer = layer.forward(x.clone()).unwrap().to_tensor();
        self.add_with_answer(graph, layer, x, &answer);
    }

    fn add_with_answer<const D: usize>(
        &mut self,
        graph: &Graph,
        layer: &dyn Layer,
        x: &Field,
        answer: &Tensor<D>,
    ) {
        let path = self.folder.path().join(format!("{:04}", self.cases.len()));
        std::fs::write(path.with_extension("onnx"), graph.to_onnx()).unwrap();
        let x_numbers = numbers(&x.to_tensor());
        let bytes = x_numbers.iter().flat_map(|&v| (v as f32).to_le_bytes());
        std::fs::write(path.with_extension("x"), bytes.collect::<Vec<u8>>()).unwrap();
        self.cases.push(Case {
            what: format!("{} on {} x {}", layer.name(), x.batch(), layer.input_type()),
            answer: numbers(answer),
        });
    }

    /// Runs all networks in all programs that are there, and compares those that `reader` has
    /// to read. Gives what each of these programs is called.
    fn compare(&self, readers: &[&str]) {
        let python = std::env::var("SCHUR_PYTHON").unwrap_or_else(|_| "python3".to_string());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/onnx/readers.py");
        let mut command = Command::new(&python);
        let output = command.arg(script).arg(self.folder.path()).output();
        let output = output.unwrap_or_else(|e| panic!("`{python}`: {e}; set SCHUR_PYTHON"));
        print!("{}", String::from_utf8_lossy(&output.stdout));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "`{python}`: {said}");
        let present = std::fs::read_to_string(self.folder.path().join("readers")).unwrap();
        print!("{present}");
        assert!(
            present.contains("onnxruntime"),
            "`{python}` has no onnxruntime"
        );
        let mut wrong = Vec::new();
        for reader in present.lines().filter_map(|line| line.split(' ').next()) {
            for (index, case) in self.cases.iter().enumerate() {
                let file = |ending: &str| format!("{index:04}.{reader}.{ending}");
                let path = |ending: &str| self.folder.path().join(file(ending));
                if !readers.contains(&reader) {
                    continue;
                }
                match read(&path("y")) {
                    Some(found) => {
                        let defect = distance(&found, &case.answer);
                        if defect.is_nan() || defect > tolerance::EXACT_F32 {
                            wrong.push(format!("{reader}: {}: {defect:.1e}", case.what));
                        }
                    }
                    None => {
                        let said = std::fs::read_to_string(path("error")).unwrap();
                        wrong.push(format!("{reader}: {}: {said}", case.what));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

fn read(path: &Path) -> Option<Vec<f64>> {
    let bytes = std::fs::read(path).ok()?;
    let number = |b: &[u8]| f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    Some(bytes.chunks_exact(4).map(number).collect())
}

fn distance(found: &[f64], expected: &[f64]) -> f64 {
    if found.len() != expected.len() {
        return f64::NAN;
    }
    let column = |values: &[f64]| {
        let shape = [values.len(), 1];
        tensor(values.to_vec(), shape, DType::F64, &Device::flex())
    };
    relative_distance(&column(found), &column(expected))
}

#[test]
#[ignore = "needs a Python with onnxruntime and numpy (SCHUR_PYTHON): run with --ignored"]
fn every_layer_runs_in_onnxruntime() {
    let mut exported = Exported::new();
    for layer in layers() {
        let x = input(&*layer);
        let (height, width) = x.size();
        let graph = Graph::export(&*layer, height, width).unwrap();
        exported.add(&graph, &*layer, &x);
    }
    exported.compare(&["onnxruntime"]);
}

/// Models with a function that jumps at 0, of fields that change their sign: rounded weights may give
/// something else.
const JUMPS: [&str; 3] = ["moebius-sign-flip", "moebius-irreps", "moebius-mixed"];

/// With one image and with three, in 32 and in 16 bits. Those of 16 bits have to compute what our own
/// run of the file does, and that is close to the network unless a function jumps.
#[test]
#[ignore = "needs a Python with onnxruntime and numpy (SCHUR_PYTHON): run with --ignored"]
fn every_model_runs_in_every_reader() {
    let mut exported = Exported::new();
    for name in models() {
        let groups = groups_of(name);
        let Some(group) = groups.iter().rev().find(|g| !g.contains('O')) else {
            // Of volumes alone.
            continue;
        };
        let (network, side) = initial(name, group, 1);
        let network = generic(network, DType::F32);
        let graph = Graph::export(&network, side, side).unwrap();
        let half = graph.clone().in_half_precision().unwrap();
        for batch in [1, 3] {
            let shape = [batch, network.image_type().channels(), side, side];
            let values = uniform(shape.iter().product(), 4);
            let x = tensor(values, shape, DType::F32, &Device::flex());
            let answer = half.run(x.clone()).unwrap();
            let x = Field::from_tensor(x, network.image_type()).unwrap();
            let whole = Layer::forward(&network, x.clone()).unwrap().to_tensor();
            let off = distance(&numbers(&answer), &numbers(&whole));
            assert!(
                off <= tolerance::HALF_PRECISION || JUMPS.contains(&name),
                "{name}: {off}"
            );
            exported.add(&graph, &network, &x);
            exported.add_with_answer(&half, &network, &x, &answer);
        }
    }
    exported.compare(&["onnxruntime", "opencv", "tract"]);
}

#[test]
#[ignore = "needs a Python with onnxruntime and numpy (SCHUR_PYTHON): run with --ignored"]
fn layers_and_models_of_volumes_run_in_onnxruntime() {
    let mut exported = Exported::new();
    for (layer, size) in exported_layers() {
        let sizes = [size, size + 1, size + 2];
        let graph = Graph::of_size(&*layer, sizes).unwrap();
        let x = volumes(layer.input_type(), sizes, DType::F32);
        exported.add(&graph, &*layer, &x);
    }
    for name in ["octahedral", "wide-resnet", "u-net"] {
        let (groups, side) = in_space(name);
        for group in groups {
            let network = generic(initial(name, group, 1).0, DType::F32);
            let graph = Graph::of_size(&network, [side; 3]).unwrap();
            let x = volumes(network.image_type(), [side; 3], DType::F32);
            exported.add(&graph, &network, &x);
        }
    }
    exported.compare(&["onnxruntime"]);
}
