//! A training that is interrupted after any epoch ends with the same bits, whatever is trained.

use burn::module::Module;
use burn::nn::{Dropout, DropoutConfig, Linear, LinearConfig};
use burn::optim::RmsPropConfig;
use burn::tensor::{Device, Tensor, TensorData};
use schur_nn::Checkpoint;
use schur_train::{
    ErrorKind, Examples, LossOnly, Objective, Observer, Reserved, Result, RunDir, Schedule, Tally,
    TrainConfig, TrainError, Trainer,
};

/// Points of a curve that is another one in every epoch.
struct Curve {
    epoch: usize,
    len: usize,
}

impl Examples for Curve {
    type Batch = (Tensor<2>, Tensor<2>);

    fn len(&self) -> usize {
        self.len
    }

    fn batch(&self, indices: &[usize], device: &Device) -> Result<Self::Batch> {
        let x: Vec<f32> = indices.iter().map(|&i| i as f32 / 20.0 - 1.0).collect();
        let x = Tensor::<2>::from_data(TensorData::new(x, [indices.len(), 1]), device);
        let y = (x.clone() * (3.0 + 0.01 * self.epoch as f64)).sin();
        Ok((x, y))
    }

    fn begin_epoch(&mut self, epoch: usize) -> Result<()> {
        self.epoch = epoch;
        Ok(())
    }
}

fn curve() -> Curve {
    Curve { epoch: 0, len: 40 }
}

/// A network of one's own, which Burn has given random ids.
#[derive(Module, Debug)]
struct Own {
    first: Linear,
    second: Linear,
}

impl Own {
    fn new() -> Self {
        let linear = |from, to, first: f32| {
            let layer = LinearConfig::new(from, to).init(&Device::flex());
            let numbers = (0..from * to)
                .map(|i| first + 0.37 * (i as f32).sin())
                .collect();
            let numbers: Vec<f32> = numbers;
            let weight = Tensor::from_data(TensorData::new(numbers, [from, to]), &Device::flex());
            Linear {
                weight: layer.weight.map(|_| weight),
                bias: layer.bias.map(|bias| bias.map(|old| old.zeros_like())),
            }
        };
        Self {
            first: linear(1, 12, 0.1),
            second: linear(12, 1, -0.05),
        }
    }

    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        self.second.forward(self.first.forward(x).tanh())
    }
}

fn squares() -> impl Objective<Own, Batch = (Tensor<2>, Tensor<2>)> {
    LossOnly::new(|network: &Own, (x, y): (Tensor<2>, Tensor<2>)| {
        Ok((network.forward(x) - y).square().mean())
    })
}

fn settings() -> TrainConfig {
    TrainConfig {
        epochs: 6,
        batch: 7,
        learning_rate: 0.02,
        l1: 0.001,
        ..TrainConfig::default()
    }
}

fn begin() -> Trainer<Own, impl Objective<Own, Batch = (Tensor<2>, Tensor<2>)>> {
    Trainer::new(Own::new(), squares(), settings(), 3).unwrap()
}

#[test]
fn interrupted_after_any_epoch_the_bits_are_the_same() {
    let mut whole = begin();
    let mut states = Vec::new();
    while !whole.is_finished() {
        whole.epoch(&mut curve(), &curve(), &()).unwrap();
        states.push(whole.state().unwrap().to_bytes().unwrap());
    }
    let history = whole.history();
    assert!(history.epochs[5].train_loss < history.epochs[0].train_loss);
    for bytes in &states[..5] {
        let state = Checkpoint::from_bytes(bytes).unwrap();
        let mut resumed = begin().resume(&state).unwrap();
        resumed.fit(&mut curve(), &curve(), None, &()).unwrap();
        assert_eq!(resumed.history().epochs, history.epochs);
        let (found, expected) = (resumed.weights(), whole.weights());
        assert_eq!(found.to_bytes().unwrap(), expected.to_bytes().unwrap());
    }
}

#[test]
fn another_seed_gives_other_bits() {
    let mut other = Trainer::new(Own::new(), squares(), settings(), 4).unwrap();
    other.epoch(&mut curve(), &curve(), &()).unwrap();
    let mut one = begin();
    one.epoch(&mut curve(), &curve(), &()).unwrap();
    assert_ne!(one.weights(), other.weights());
}

#[test]
fn another_optimizer_is_resumed_too() {
    let momentum = || begin().with_optimizer(RmsPropConfig::new().with_momentum(0.5).init());
    let mut whole = momentum();
    whole.epoch(&mut curve(), &curve(), &()).unwrap();
    let state = whole.state().unwrap();
    whole.epoch(&mut curve(), &curve(), &()).unwrap();
    let mut resumed = momentum().resume(&state).unwrap();
    resumed.epoch(&mut curve(), &curve(), &()).unwrap();
    assert_eq!(resumed.weights(), whole.weights());
    // Weights alone are not enough to continue.
    let Err(error) = begin().resume(&whole.weights()) else {
        panic!("weights were taken for a state");
    };
    assert_eq!(error.kind(), ErrorKind::Checkpoint);
    assert!(error.to_string().contains("history is missing"), "{error}");
}

#[test]
fn a_directory_keeps_the_epochs() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("run");
    let run = RunDir::create(&path, &settings()).unwrap();
    let mut whole = begin();
    whole.fit(&mut curve(), &curve(), None, &()).unwrap();
    let mut first = run.resume(begin()).unwrap();
    for _ in 0..2 {
        first.epoch(&mut curve(), &curve(), &()).unwrap();
        run.keep(&first).unwrap();
    }
    drop(first);
    let run = RunDir::open(&path).unwrap();
    assert_eq!(run.read_config::<TrainConfig>().unwrap(), settings());
    let mut second = run.resume(begin()).unwrap();
    assert_eq!(second.history().epochs.len(), 2);
    second.fit(&mut curve(), &curve(), Some(&run), &()).unwrap();
    assert_eq!(second.weights(), whole.weights());
    let csv = std::fs::read_to_string(path.join("metrics.csv")).unwrap();
    assert_eq!(csv, whole.history().metrics_csv("score"));
    let best = Checkpoint::read(&run.best_path()).unwrap();
    let number = whole.history().best().unwrap().epoch.to_string();
    assert_eq!(best.note("epoch"), Some(number.as_str()));
}

#[test]
fn what_can_not_be_trained_is_refused() {
    let none = || Curve { epoch: 0, len: 0 };
    let kind = |result: Result<()>| result.unwrap_err().kind();
    let train = |trainer: TrainConfig, mut train: Curve, validation: Curve| {
        let mut trainer = Trainer::new(Own::new(), squares(), trainer, 0)?;
        trainer.epoch(&mut train, &validation, &()).map(|_| ())
    };
    assert_eq!(kind(train(settings(), none(), curve())), ErrorKind::Data);
    assert_eq!(kind(train(settings(), curve(), none())), ErrorKind::Data);
    let absurd = TrainConfig {
        batch: 0,
        ..settings()
    };
    assert_eq!(kind(train(absurd, curve(), curve())), ErrorKind::Config);
    let wild = TrainConfig {
        learning_rate: 1e6,
        epochs: 50,
        schedule: Schedule::Constant,
        ..settings()
    };
    let mut wild = Trainer::new(Own::new(), squares(), wild, 0).unwrap();
    let error = wild.fit(&mut curve(), &curve(), None, &()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Diverged, "{error}");
    // The history ends with the epoch before.
    assert!(
        wild.history()
            .epochs
            .iter()
            .all(|e| e.validation_loss.is_finite())
    );
}

/// Where training is well and validation is not, the examples may be the reason.
#[test]
fn a_loss_that_is_none_in_validation_alone_says_so() {
    struct Far(Curve);
    impl Examples for Far {
        type Batch = (Tensor<2>, Tensor<2>);
        fn len(&self) -> usize {
            self.0.len()
        }
        fn batch(&self, indices: &[usize], device: &Device) -> Result<Self::Batch> {
            // The square of 1e30 is no number in 32 bits.
            let (x, y) = self.0.batch(indices, device)?;
            Ok((x, y + 1e30))
        }
    }
    let mut trainer = Trainer::new(Own::new(), squares(), settings(), 0).unwrap();
    let error = trainer.epoch(&mut curve(), &Far(curve()), &()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Diverged);
    let text = error.to_string();
    for part in [
        "became inf in validation in epoch 1",
        "values of the validation examples that lie far",
    ] {
        assert!(text.contains(part), "no {part} in {text}");
    }
}

/// A score that JSON can't hold would make a checkpoint that can't be read.
#[test]
fn a_score_that_is_no_number_ends_the_training_before_it_is_kept() {
    struct Wrong;
    impl Objective<Own> for Wrong {
        type Batch = (Tensor<2>, Tensor<2>);
        fn judge(&self, network: &Own, (x, y): Self::Batch) -> Result<(Tensor<1>, Tally)> {
            let (loss, _) = squares().judge(network, (x, y))?;
            Ok((loss, Tally::share(f64::NAN, 1.0)))
        }
    }
    let mut trainer = Trainer::new(Own::new(), Wrong, settings(), 0).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let run = RunDir::create(&directory.path().join("run"), &settings()).unwrap();
    let error = trainer
        .fit(&mut curve(), &curve(), Some(&run), &())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Diverged);
    assert!(error.to_string().contains("score became NaN"), "{error}");
    assert!(!run.last_path().exists());
}

/// Errors of one's own end the training and keep their text.
#[test]
fn an_error_of_a_batch_is_passed_on() {
    struct Broken;
    impl Examples for Broken {
        type Batch = (Tensor<2>, Tensor<2>);
        fn len(&self) -> usize {
            3
        }
        fn batch(&self, _: &[usize], _: &Device) -> Result<Self::Batch> {
            let cause = std::io::Error::other("the cable is out");
            Err(TrainError::caused_by(ErrorKind::File, cause))
        }
    }
    let error = begin().epoch(&mut Broken, &curve(), &()).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::File, "the cable is out")
    );
}

#[test]
fn observers_are_told_of_every_example_and_of_the_end() {
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    #[derive(Default)]
    struct Count {
        examples: AtomicUsize,
        epochs: AtomicUsize,
        patience: AtomicUsize,
    }
    impl Observer for Count {
        fn step(&self, examples: usize, _: f64) {
            self.examples.fetch_add(examples, Relaxed);
        }
        fn epoch_ends(&self, _: &schur_train::EpochRecord, _: f64) {
            self.epochs.fetch_add(1, Relaxed);
        }
        fn out_of_patience(&self, epochs: usize) {
            self.patience.store(epochs, Relaxed);
        }
    }
    // A rate that changes nothing in f32: no epoch is better than the first.
    let still = TrainConfig {
        learning_rate: f64::from(f32::MIN_POSITIVE),
        weight_decay: 0.0,
        patience: 2,
        ..settings()
    };
    let mut trainer = Trainer::new(Own::new(), squares(), still, 0).unwrap();
    let count = Count::default();
    trainer
        .fit(&mut curve(), &Curve { epoch: 9, len: 40 }, None, &count)
        .unwrap();
    assert_eq!(count.epochs.load(Relaxed), 3);
    assert_eq!(count.examples.load(Relaxed), 3 * 40);
    assert_eq!(count.patience.load(Relaxed), 2);
}

/// Dropout is off where a network is measured.
#[test]
fn a_network_is_measured_without_dropout() {
    #[derive(Module, Debug)]
    struct Dropping {
        linear: Linear,
        dropout: Dropout,
    }
    let objective = LossOnly::new(|network: &Dropping, (x, y): (Tensor<2>, Tensor<2>)| {
        let found = network.dropout.forward(network.linear.forward(x));
        Ok((found - y).square().mean())
    });
    let network = Dropping {
        linear: LinearConfig::new(1, 1).init(&Device::flex()),
        dropout: DropoutConfig::new(0.5).init(),
    };
    let trainer = Trainer::new(network, objective, settings(), 0).unwrap();
    let measure = || {
        trainer
            .objective()
            .measure(trainer.network(), &curve())
            .unwrap()
    };
    assert_eq!(measure(), measure());
}

/// The second is refused as long as the first has not begun, and after that too.
#[cfg(unix)]
#[test]
fn two_runs_that_begin_at_once_do_not_share_a_directory() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("run");
    let refused = || Reserved::at(&path).err().map(|e| e.to_string());
    let first = Reserved::at(&path).unwrap();
    let error = refused().unwrap();
    assert!(error.contains("another process begins"), "{error}");
    assert!(path.is_dir(), "what the first has made stays");
    first.begin(&TrainConfig::default()).unwrap();
    let error = refused().unwrap();
    assert!(error.contains("there is a run in it"), "{error}");
    // One that does not begin leaves the place to others.
    let other = directory.path().join("other");
    drop(Reserved::at(&other).unwrap());
    assert!(!other.exists() && Reserved::at(&other).is_ok());
}

/// What a run began with decides how it goes on.
#[test]
fn other_settings_seeds_and_data_are_not_resumed() {
    let rows = |first: f32| {
        let x: Vec<f32> = (0..20).map(|i| first + i as f32 / 20.0).collect();
        let x = Tensor::<2>::from_data(TensorData::new(x, [20, 1]), &Device::flex());
        (x.clone(), x)
    };
    let directory = tempfile::tempdir().unwrap();
    let run = RunDir::create(&directory.path().join("run"), &settings()).unwrap();
    let with = |settings, seed| Trainer::new(Own::new(), squares(), settings, seed).unwrap();
    let mut trainer = with(settings(), 3);
    trainer.epoch(&mut rows(0.0), &rows(0.0), &()).unwrap();
    run.keep(&trainer).unwrap();

    let refused = |settings: TrainConfig, seed| match run.resume(with(settings, seed)) {
        Err(error) => (error.kind(), error.to_string()),
        Ok(_) => panic!("resumed"),
    };
    type Change = (fn(&mut TrainConfig), &'static str);
    let changes: [Change; 4] = [
        (|s| s.batch = 5, "train.batch is 5 here and 7 there"),
        (
            |s| s.learning_rate = 0.5,
            "train.learning_rate is 0.5 here and 0.02 there",
        ),
        (|s| s.l1 = 0.0, "train.l1 is not set here and 0.001 there"),
        (|s| s.epochs = 9, "train.epochs is 9 here and 6 there"),
    ];
    for (change, words) in changes {
        let mut other = settings();
        change(&mut other);
        let (kind, text) = refused(other, 3);
        assert_eq!(kind, ErrorKind::Checkpoint);
        assert!(text.contains(words), "no {words} in {text}");
    }
    let (_, text) = refused(settings(), 4);
    assert!(text.contains("the seed is 4 here and 3 there"), "{text}");
    // A lower rate for the rest, as somebody decides who knows.
    let slower = TrainConfig {
        learning_rate: 0.001,
        ..settings()
    };
    let last = run.last().unwrap().unwrap();
    assert!(with(slower, 3).resume_with_settings(&last).is_ok());

    // More epochs, and what does not change the bits.
    let mut on = settings().going_on(1, 9);
    on.patience = 4;
    let mut on = run.resume(with(on, 3)).unwrap();
    let error = on.epoch(&mut rows(0.1), &rows(0.0), &()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Checkpoint);
    assert!(error.to_string().contains("data have changed"), "{error}");
    assert_eq!(on.history().epochs.len(), 1);
    on.epoch(&mut rows(0.0), &rows(0.0), &()).unwrap();
    assert_eq!(on.history().epochs.len(), 2);
}

/// The gradients of pieces, weighted by their examples, sum up to that of the step, penalty included: 40
/// examples in steps of 12, 12, 12 and 4, and pieces of 5, 5 and 2.
#[test]
fn pieces_of_a_step_give_the_same_training() {
    let train = |pieces| {
        let settings = TrainConfig {
            epochs: 3,
            batch: 12,
            pieces,
            l1: 0.001,
            ..TrainConfig::default()
        };
        let mut trainer = Trainer::new(Own::new(), squares(), settings, 3).unwrap();
        while !trainer.is_finished() {
            trainer.epoch(&mut curve(), &curve(), &()).unwrap();
        }
        let end = trainer.history().epochs.last().unwrap();
        [end.train_loss, end.validation_loss]
    };
    let whole = train(1);
    for pieces in [3, 12] {
        for (found, expected) in train(pieces).into_iter().zip(whole) {
            assert!(
                100_000.0 * (found - expected).abs() < expected,
                "{found} {expected}"
            );
        }
    }
    let settings = |pieces| TrainConfig {
        batch: 4,
        pieces,
        ..TrainConfig::default()
    };
    assert!(settings(5).validate().is_err() && settings(4).validate().is_ok());
}
