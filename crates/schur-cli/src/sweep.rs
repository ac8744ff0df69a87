//! `schur sweep`: one config with several groups and seeds, compared.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use schur_data::counted;
use schur_math::PlanarGroup;
use schur_nn::GridGroup;
use schur_train::images::{Config, DataConfig, Parts};
use schur_train::{Reserved, RunDir};

use crate::args::{SweepArgs, TrainArgs};
use crate::compare::{Comparison, differences};
use crate::error::{CliError, Result, fail};
use crate::interrupt;
use crate::say::{emit, keep_others, line, say};
use crate::train::{self, file_name, quoted};
use crate::waiting::Waiting;

/// Most runs of a sweep.
const MAX_RUNS: usize = 10_000;
/// In the directory of a sweep: the config of all its runs.
const SHARED: &str = "sweep.toml";

/// How far a run is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Finished,
    Interrupted,
    Missing,
}

pub(crate) fn run(args: &SweepArgs) -> Result<()> {
    let seeds = seeds(&args.seeds)?;
    let shared = of_one(args, None, None).config()?;
    let space = shared.network.group.space().is_some();
    let mut groups = match args.groups.is_empty() {
        true => vec![shared.network.group.clone()],
        false => args.groups.clone(),
    };
    let mut none = GridGroup::from(PlanarGroup::cyclic(1)?);
    if space {
        for group in groups.iter_mut().chain([&mut none]) {
            *group = group.in_space()?;
        }
    }
    if groups.len() * seeds.len() > MAX_RUNS {
        return fail(format!(
            "{} and {} are more than {MAX_RUNS} runs; ask for fewer",
            counted(groups.len(), "group"),
            counted(seeds.len(), "seed")
        ));
    }
    let out = directory(args);
    keep_others(&out, "sweep", |path| {
        path.ends_with(SHARED) || RunDir::open(path).is_ok()
    })?;
    // What all runs have in common must not change between two calls.
    let mut shared = shared;
    (shared.seed, shared.network.group) = (0, none);
    let (path, text) = (out.join(SHARED), shared.to_toml()?);
    if path.is_file() {
        let old = std::fs::read_to_string(&path).map_err(|e| CliError::io("reading", &path, &e))?;
        if old != text {
            let place = Config::parse(&old).ok().and_then(|old| old.data.directory);
            let link = match (&place, &shared.data.directory) {
                (Some(old), Some(new)) if !old.exists() => format!(
                    ", or, if these are the same data, put a link where they were: ln -s {} {}",
                    quoted(new),
                    quoted(old)
                ),
                _ => String::new(),
            };
            return fail(format!(
                "{}: the runs in it have another config ({}: {}); choose another directory with --out{link}",
                out.display(),
                path.display(),
                differences(&old, &text)?.join("; ")
            ));
        }
    }
    let mut runs: Vec<(GridGroup, u64, PathBuf)> = Vec::new();
    for group in &groups {
        for &seed in &seeds {
            let name = file_name(group);
            let path = out.join(format!("{name}-seed{seed}"));
            if !runs.iter().any(|(.., other)| *other == path) {
                runs.push((group.clone(), seed, path));
            }
        }
    }
    let states: Vec<State> = runs.iter().map(|(.., path)| state(path)).collect();
    let left = states.iter().filter(|s| **s != State::Finished).count();
    let any = states.iter().any(|state| *state != State::Missing);
    let sizes = any.then(|| own_sizes(&shared)).flatten();
    for ((group, seed, path), state) in runs.iter().zip(&states) {
        check_place(args, group, *seed, path, *state, sizes)?;
    }
    check(args, &shared, &runs, &states)?;
    if args.dry_run {
        let mut list = String::new();
        for ((.., path), state) in runs.iter().zip(&states) {
            let word = match state {
                State::Finished => "finished",
                State::Interrupted => "interrupted",
                State::Missing => "to train",
            };
            line!(list, "{word:<12}  {}", path.display());
        }
        let verb = if runs.len() == 1 { "is" } else { "are" };
        let all = counted(runs.len(), "run");
        line!(list, "\n{left} of {all} {verb} left to train");
        return emit(&list);
    }
    let new = !out.exists();
    schur_nn::try_directory(&out)?;
    schur_nn::write_atomically(&path, text.as_bytes())?;
    interrupt::says("interrupted; give the same command again to go on".to_string())?;
    let mut number = 0;
    for ((group, seed, path), state) in runs.iter().zip(&states) {
        if *state == State::Finished {
            continue;
        }
        number += 1;
        say!("run {number} of {left}: {}\n", path.display());
        let words = match state {
            State::Interrupted => TrainArgs {
                resume: Some(path.clone()),
                device: args.device,
                ..TrainArgs::default()
            },
            _ => TrainArgs {
                out: Some(path.clone()),
                ..of_one(args, Some(group), Some(*seed))
            },
        };
        if let Err(error) = train::run(&words) {
            if runs.iter().all(|(.., path)| RunDir::open(path).is_err()) {
                // Nothing has begun, so nothing stays.
                let _ = std::fs::remove_file(out.join(SHARED));
                let _ = new.then(|| std::fs::remove_dir(&out));
            }
            return Err(error);
        }
        say!();
    }
    let paths: Vec<PathBuf> = runs.into_iter().map(|(.., path)| path).collect();
    let comparison = Comparison::of(&paths)?;
    let page = out.join("index.html");
    let names: Vec<String> = groups.iter().map(ToString::to_string).collect();
    let title = format!("Sweep: {}", names.join(", "));
    schur_nn::write_atomically(&page, comparison.page(&title).as_bytes())?;
    emit(&comparison.text())?;
    say!("page: {}", page.display());
    Ok(())
}

/// Sizes of images of one's own where the config asks for none: those of the first ones, as far as they
/// can be read.
fn own_sizes(shared: &Config) -> Option<[usize; 3]> {
    let data = DataConfig {
        max_train: Some(1),
        max_validation: Some(1),
        max_test: Some(1),
        ..shared.data.clone()
    };
    let asks_none = data.directory.is_some() && data.size.is_none();
    let parts = asks_none.then(|| Parts::load(&data, shared.task(), &Waiting::new()).ok())??;
    parts.own().then(|| parts.sizes())
}

/// Refuses a run that is there already and has another config, and a place that no run can have; `sizes`
/// are those of images for which none is asked.
fn check_place(
    args: &SweepArgs,
    group: &GridGroup,
    seed: u64,
    path: &Path,
    state: State,
    sizes: Option<[usize; 3]>,
) -> Result<()> {
    if state == State::Missing {
        // What is reserved and not begun goes again.
        let taken = path.exists().then(|| Reserved::at(path)).transpose();
        return taken.map(drop).map_err(Into::into);
    }
    let there = RunDir::open(path)?.config()?;
    let mut here = of_one(args, Some(group), Some(seed)).config()?;
    match sizes {
        Some([1, height, _]) => here.data.size = Some(height),
        volume => here.data.volume = volume,
    }
    let here = here.completed_as(&there)?.to_toml()?;
    let differences = differences(&there.to_toml()?, &here)?;
    match differences.is_empty() {
        true => Ok(()),
        false => fail(format!(
            "{}: a run with another config is in it ({}); choose another directory with --out, or move the \
             run",
            path.display(),
            differences.join("; ")
        )),
    }
}

/// Tries the data and every network that is not trained yet, before the first one is.
fn check(
    args: &SweepArgs,
    shared: &Config,
    runs: &[(GridGroup, u64, PathBuf)],
    states: &[State],
) -> Result<()> {
    let missing = runs
        .iter()
        .zip(states)
        .filter(|(_, s)| **s == State::Missing);
    let mut groups: Vec<&GridGroup> = missing.map(|((group, ..), _)| group).collect();
    groups.dedup();
    if groups.is_empty() {
        return Ok(());
    }
    let parts = Parts::load(&shared.data, shared.task(), &Waiting::new())?;
    for group in groups {
        let config = of_one(args, Some(group), None).config();
        let tried = config.and_then(|config| train::fitted(config, &parts, &Device::flex()));
        tried.map_err(|e| CliError::Message(format!("group {group}: {e}")))?;
    }
    Ok(())
}

/// The options of `schur train` for one run.
fn of_one(args: &SweepArgs, group: Option<&GridGroup>, seed: Option<u64>) -> TrainArgs {
    TrainArgs {
        config: args.config.clone(),
        group: group.cloned(),
        seed,
        params: args.params,
        epochs: args.epochs,
        images: args.images.clone(),
        device: args.device,
        ..TrainArgs::default()
    }
}

fn directory(args: &SweepArgs) -> PathBuf {
    let name = args.config.as_deref().and_then(Path::file_stem);
    // Beside the run of this config, which may have its name.
    let name = name.map_or("sweep".to_string(), |name| {
        format!("{}-sweep", name.to_string_lossy())
    });
    let default = || Path::new("runs").join(name);
    args.out.clone().unwrap_or_else(default)
}

/// A run is finished when its report is written.
fn state(path: &Path) -> State {
    match (path.join("report.html").is_file(), RunDir::open(path)) {
        (true, _) => State::Finished,
        (false, Ok(_)) => State::Interrupted,
        (false, Err(_)) => State::Missing,
    }
}

/// `0..4`, `0..=4` or `0,3,5`.
fn seeds(text: &str) -> Result<Vec<u64>> {
    let refuse = || {
        fail(format!(
            "--seeds: `{text}` is no range such as 0..4 (0, 1, 2 and 3) or 0..=4 and no list such as \
             0,3,5, of at most {MAX_RUNS} seeds"
        ))
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let seeds: Option<Vec<u64>> = match text.split_once("..") {
        None => text.split(',').map(number).collect(),
        Some((first, last)) => {
            let inclusive = last.strip_prefix('=');
            match (number(first), number(inclusive.unwrap_or(last))) {
                (Some(a), Some(b)) if b.saturating_sub(a) <= MAX_RUNS as u64 => {
                    Some(match inclusive {
                        Some(_) => (a..=b).collect(),
                        None => (a..b).collect(),
                    })
                }
                _ => None,
            }
        }
    };
    match seeds {
        Some(seeds) if !seeds.is_empty() => Ok(seeds),
        _ => refuse(),
    }
}

#[cfg(test)]
mod tests {
    use super::seeds;

    #[test]
    fn seeds_are_ranges_as_in_rust_or_lists() {
        assert_eq!(seeds("0..4").unwrap(), [0, 1, 2, 3]);
        assert_eq!(seeds("2..=4").unwrap(), [2, 3, 4]);
        assert_eq!(seeds("7, 1,5").unwrap(), [7, 1, 5]);
        for text in ["", "4..4", "a", "1..x", "0..99999999999", "3..1", "1,,2"] {
            let error = seeds(text).unwrap_err().to_string();
            assert!(
                error.contains("--seeds") && error.contains("0..=4"),
                "{error}"
            );
        }
    }
}
