//! `schur eval`.

use schur_data::counted;
use schur_nn::{Layer, Network};
use schur_train::RunDir;
use schur_train::images::{
    Config, Evaluation, FarRow, FullTurn, Measures, Task, TestImages, Trained, check_classes,
    check_sizes, evaluate,
};
use serde::Serialize;

use crate::args::EvalArgs;
use crate::error::{Result, fail};
use crate::precision;
use crate::report::{Turned, short, targets};
use crate::say::{answer, decimals, emit, emit_data, line, say, to_json};
use crate::train::quoted;
use crate::waiting::Waiting;

#[derive(Serialize)]
struct Output {
    run: String,
    group: String,
    parameters: usize,
    data: String,
    /// Whether the images are each rotated by an angle of its own.
    rotated: bool,
    /// Whether they are each shifted along a strip.
    shifted: bool,
    images: usize,
    accuracy: f64,
    /// Area under the ROC curve: of two classes, or the mean over the classes against all others.
    area: Option<f64>,
    loss: f64,
    /// Names of the classes, in the order of the next three.
    classes: Vec<String>,
    class_accuracy: Vec<Option<f64>>,
    class_area: Vec<Option<f64>>,
    /// `confusion[label][prediction]`.
    confusion: Vec<Vec<usize>>,
    #[serde(flatten)]
    turned: Turned,
}

pub(crate) fn run(args: &EvalArgs) -> Result<()> {
    let run = RunDir::open(&args.run)?;
    let waiting = Waiting::new();
    let turn = FullTurn {
        steps: args.angles.unwrap_or(ANGLES).into(),
        observer: &waiting,
        ..FullTurn::default()
    };
    let device = args.device.open()?;
    let mut trained = match args.last {
        true => run.last_network(&device)?,
        false => run.best_network(&device)?,
    };
    precision::set(&mut trained, args.precision, args.device)?;
    if args.max_test == Some(0) {
        return fail("--max-test (data.max_test): 0 leaves no image; use at least 1");
    }
    let directory = args.data.as_deref();
    let table = args.targets.as_deref();
    if table.is_some() && trained.config.task() != Task::Regression {
        return fail("--targets: the network was not trained on a table; leave it out");
    }
    let images = trained.test_images(&run, directory, table, args.max_test, &waiting)?;
    let Trained {
        config, network, ..
    } = trained;
    let task = config.task();
    check_sizes(&network, images.sizes())?;
    check_angles(args, task, &images)?;
    let inference = network.for_inference()?;
    let test = images.images()?;
    if !args.json {
        emit(&head(&images.description, &config, &network))?;
        // A network that is handed on comes without either.
        if run.last_path().is_file() && !run.path().join("summary.json").is_file() {
            let place = quoted(run.path());
            say!("note      the run is not finished; `schur train --resume {place}` goes on");
        }
    }
    if task != Task::Classification {
        let measures = Measures::of(task, &inference, &test, &images.upright(), turn)?;
        return answers(args, &config, &network, images, measures);
    }
    check_classes(images.labels(), network.classes())?;
    let evaluation = evaluate(&inference, &test)?;
    let upright = images.upright();
    let turned = Turned::of(
        &inference,
        &upright,
        images.strip(),
        images.on_sphere(),
        || images.rotated(),
        turn,
    )?;
    let output = Output {
        run: args.run.display().to_string(),
        group: config.network.group.to_string(),
        parameters: network.parameters(),
        rotated: images.turned() && images.strip().is_none(),
        shifted: images.strip().is_some(),
        data: images.description,
        images: evaluation.total(),
        accuracy: evaluation.accuracy(),
        area: evaluation.area(),
        class_area: evaluation.areas.clone(),
        loss: evaluation.loss,
        classes: config.class_names(),
        class_accuracy: evaluation.class_accuracies(),
        confusion: evaluation.confusion.clone(),
        turned,
    };
    answer(args.json, &output, || text(&output, &evaluation))
}

/// Angles of a full turn.
const ANGLES: u16 = 36;

/// Refuses a number of angles for what is moved by something else, of which there may only be none.
fn check_angles(args: &EvalArgs, task: Task, images: &TestImages) -> Result<()> {
    let moved = match images.sizes() {
        _ if images.strip().is_some() => "images on a strip are shifted along it",
        _ if images.on_sphere() => "digits on a sphere are turned with it",
        [depth, ..] if depth > 1 => "volumes are moved by the symmetries of the cube",
        _ if task == Task::Segmentation => "masks are turned by quarters",
        _ => return Ok(()),
    };
    match args.angles {
        None | Some(0) => Ok(()),
        Some(n) => fail(format!(
            "--angles {n}: {moved}; leave it out, or use 0 for none"
        )),
    }
}

/// What is known before anything is measured.
fn head(data: &str, config: &Config, network: &Network) -> String {
    let (group, parameters) = (&config.network.group, network.parameters());
    let mut head = format!("data      {data}\nnetwork   {group}, {parameters} parameters\n");
    if let Some(products) = precision::of(network) {
        line!(head, "products  {products}");
    }
    head
}

#[derive(Serialize)]
struct AnswerOutput {
    run: String,
    task: Task,
    group: String,
    parameters: usize,
    data: String,
    test: Measures,
    far_out: Vec<FarRow>,
}

/// The result for networks that give directions or masks.
fn answers(
    args: &EvalArgs,
    config: &Config,
    network: &Network,
    images: TestImages,
    test: Measures,
) -> Result<()> {
    let output = AnswerOutput {
        run: args.run.display().to_string(),
        task: config.task(),
        group: config.network.group.to_string(),
        parameters: network.parameters(),
        far_out: images.far_out().to_vec(),
        data: images.description,
        test,
    };
    if args.json {
        return emit_data(&to_json(&output)?);
    }
    let mut out = String::new();
    line!(
        out,
        "test      {} ({}), loss {}",
        output.task.show(output.test.score),
        counted(output.test.images, "image"),
        decimals(output.test.loss)
    );
    for (name, value) in &output.test.values {
        line!(out, "{name}: {}", short(*value));
    }
    let table = targets::text(&output.test.targets);
    if !table.is_empty() {
        out += &format!("\n{table}");
    }
    if !output.far_out.is_empty() {
        line!(out, "");
    }
    for far in &output.far_out {
        line!(out, "far out   {far}");
    }
    if !output.test.by_element.is_empty() {
        let names = output.test.by_element.iter().map(|(name, _)| name);
        let wide = names.map(|name| name.chars().count()).max().unwrap_or(0);
        line!(
            out,
            "\n{:<wide$}  {} of {} all moved by it: axis x right, y up, z along the slices",
            "by",
            output.task.words(),
            counted(output.test.images, "volume")
        );
        for (element, score) in &output.test.by_element {
            line!(out, "{element:<wide$}  {}", output.task.value(*score));
        }
    }
    let what = match output.task {
        Task::Segmentation => "IoU",
        Task::Regression => "explained share",
        _ => "mean error in degrees",
    };
    if output.test.by_angle.is_empty() {
        return emit(&out);
    }
    line!(out, "\nangle  {what}");
    for (degrees, value) in &output.test.by_angle {
        line!(out, "{degrees:>4.0}°  {}", short(*value));
    }
    emit(&out)
}

fn text(output: &Output, evaluation: &Evaluation) -> String {
    let mut out = String::new();
    line!(
        out,
        "accuracy  {:.2} % ({} of {}), loss {}",
        100.0 * output.accuracy,
        evaluation.correct(),
        counted(
            evaluation.total(),
            match (output.rotated, output.shifted) {
                (true, _) => "rotated test image",
                (_, true) => "shifted test image",
                _ => "test image",
            }
        ),
        decimals(output.loss)
    );
    if let Some(area) = output.area {
        line!(out, "AUC       {area:.4}");
    }
    line!(out, "");
    let longest = output.classes.iter().map(|name| name.chars().count());
    let wide = longest.max().unwrap_or(0).max(5);
    line!(
        out,
        "{:>wide$}  accuracy     AUC  most often taken for",
        "class"
    );
    for (label, row) in output.confusion.iter().enumerate() {
        let accuracy = output.class_accuracy[label]
            .map_or("       -".to_string(), |a| format!("{:6.2} %", 100.0 * a));
        let area = output.class_area[label].map_or("-".to_string(), |a| format!("{a:.4}"));
        let wrong = (0..row.len())
            .filter(|&p| p != label && row[p] > 0)
            .max_by_key(|&p| (row[p], std::cmp::Reverse(p)))
            .map_or("-".to_string(), |p| {
                format!("{} ({})", output.classes[p], counted(row[p], "time"))
            });
        line!(
            out,
            "{:>wide$}  {accuracy}  {area:>6}  {wrong}",
            output.classes[label]
        );
    }
    let turned = output.turned.text();
    if !turned.is_empty() {
        out += "\n";
    }
    out + &turned
}
