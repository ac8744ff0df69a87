//! `schur eval`.

use serde::Serialize;

use crate::answers::Measures;
use crate::args::EvalArgs;
use crate::config::Config;
use crate::dataset::{TestDigits, check_classes};
use crate::error::Result;
use crate::evaluation::{Evaluation, accuracy_by_angle, evaluate};
use crate::report::{ANGLE_IMAGES, ANGLE_STEPS, short};
use crate::run_dir::{RunDir, Trained, to_json};
use crate::say::{emit, line};
use crate::task::Task;
use schur_nn::{EquivariantLayer, Network};

#[derive(Serialize)]
struct Output {
    run: String,
    group: String,
    parameters: usize,
    data: String,
    images: usize,
    accuracy: f64,
    loss: f64,
    class_accuracy: Vec<Option<f64>>,
    /// `confusion[label][prediction]`.
    confusion: Vec<Vec<usize>>,
    /// Accuracy when all upright digits are turned by the same angle in degrees.
    angle_accuracy: Vec<(f64, f64)>,
    angle_images: usize,
}

pub(crate) fn run(args: &EvalArgs) -> Result<()> {
    let run = RunDir::open(&args.run)?;
    let Trained {
        config, network, ..
    } = run.best_network(&args.device.open()?)?;
    let task = config.task();
    let mut data = config.data.clone();
    data.max_test = args.max_test.or(match args.data {
        Some(_) => None,
        None => data.max_test,
    });
    data.validate()?;
    let digits = match &args.data {
        Some(directory) => TestDigits::of_directory(&data, task, directory)?,
        None => TestDigits::of_run(&data, task)?,
    };
    let (height, width) = digits.size();
    network.check_size(height, width)?;
    let inference = network.for_inference()?;
    let test = digits.rotated()?;
    if task != Task::Classification {
        let measures = Measures::of(task, &inference, &test, &digits.upright())?;
        return answers(args, &config, &network, digits.description, measures);
    }
    check_classes(digits.labels(), network.classes())?;
    let evaluation = evaluate(&inference, &test)?;
    let upright = digits.upright();
    let angles = accuracy_by_angle(&inference, &upright, ANGLE_STEPS, ANGLE_IMAGES)?;
    let output = Output {
        run: args.run.display().to_string(),
        group: config.network.group.clone(),
        parameters: network.parameters(),
        data: digits.description,
        images: evaluation.total(),
        accuracy: evaluation.accuracy(),
        loss: evaluation.loss,
        class_accuracy: evaluation.class_accuracies(),
        confusion: evaluation.confusion.clone(),
        angle_accuracy: angles,
        angle_images: upright.len().min(ANGLE_IMAGES),
    };
    emit(&if args.json {
        to_json(&output)?
    } else {
        text(&output, &evaluation)
    })
}

#[derive(Serialize)]
struct AnswerOutput {
    run: String,
    task: Task,
    group: String,
    parameters: usize,
    data: String,
    test: Measures,
}

/// The result for networks that give directions or masks.
fn answers(
    args: &EvalArgs,
    config: &Config,
    network: &Network,
    data: String,
    test: Measures,
) -> Result<()> {
    let output = AnswerOutput {
        run: args.run.display().to_string(),
        task: config.task(),
        group: config.network.group.clone(),
        parameters: network.parameters(),
        data,
        test,
    };
    if args.json {
        return emit(&to_json(&output)?);
    }
    let mut out = String::new();
    line!(out, "data      {}", output.data);
    line!(
        out,
        "network   {}, {} parameters",
        output.group,
        output.parameters
    );
    line!(
        out,
        "test      {} ({} images), loss {:.4}",
        output.task.show(output.test.score),
        output.test.images,
        output.test.loss
    );
    for (name, value) in &output.test.values {
        line!(out, "{name}: {}", short(*value));
    }
    let what = match output.task {
        Task::Segmentation => "IoU",
        _ => "mean error in degrees",
    };
    line!(out, "\nangle  {what}");
    for (degrees, value) in &output.test.by_angle {
        line!(out, "{degrees:>4.0}°  {}", short(*value));
    }
    emit(&out)
}

fn text(output: &Output, evaluation: &Evaluation) -> String {
    let mut out = String::new();
    line!(out, "data      {}", output.data);
    line!(
        out,
        "network   {}, {} parameters",
        output.group,
        output.parameters
    );
    line!(
        out,
        "accuracy  {:.2} % ({} of {} rotated test images), loss {:.4}\n",
        100.0 * output.accuracy,
        evaluation.correct(),
        evaluation.total(),
        output.loss
    );
    line!(out, "class  accuracy  most often taken for");
    for (label, row) in output.confusion.iter().enumerate() {
        let accuracy = output.class_accuracy[label]
            .map_or("       -".to_string(), |a| format!("{:6.2} %", 100.0 * a));
        let wrong = (0..row.len())
            .filter(|&p| p != label && row[p] > 0)
            .max_by_key(|&p| (row[p], std::cmp::Reverse(p)))
            .map_or("-".to_string(), |p| format!("{p} ({} times)", row[p]));
        line!(out, "{label:>5}  {accuracy}  {wrong}");
    }
    line!(
        out,
        "\nangle  accuracy of {} digits all turned by it",
        output.angle_images
    );
    for (degrees, accuracy) in &output.angle_accuracy {
        let bar = "#".repeat((40.0 * accuracy).round() as usize);
        line!(out, "{degrees:>4.0}°  {:6.2} %  {bar}", 100.0 * accuracy);
    }
    out
}
