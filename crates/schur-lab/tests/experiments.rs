//! Every experiment of the list, by name.

use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};

use schur_lab::{Context, EXPERIMENTS, LabError, Outcome, Steps, Verdict, page};

/// The first steps of a training are done: what comes after them takes minutes.
struct Begun;

/// Ends an experiment after its first steps.
struct UntilTheFirstSteps;

impl Steps for UntilTheFirstSteps {
    fn expect(&self, _: usize) {}

    fn message(&self, _: &str) {}

    fn advance(&self, _: usize) {
        panic_any(Begun);
    }
}

/// Data are made, networks are built and their first steps done, with both settings; those that train
/// nothing are run to their end, with the fast ones.
fn begins(name: &str) {
    let experiment = EXPERIMENTS.iter().find(|e| e.name == name).unwrap();
    for full in [false, true] {
        let context = Context::new(full, 0, Box::new(UntilTheFirstSteps));
        let run = AssertUnwindSafe(|| (experiment.run)(&context).map_err(Box::new));
        match catch_unwind(run) {
            Ok(Ok(outcome)) => {
                assert_eq!(outcome.verdict(), Verdict::Holds, "{name}");
                return;
            }
            Ok(Err(error)) => panic!("{name}: {error}"),
            Err(payload) => assert!(payload.is::<Begun>(), "{name} panicked"),
        }
    }
}

macro_rules! experiments {
    ($($test:ident: $name:literal,)*) => {
        $(#[test]
        fn $test() {
            begins($name);
        })*

        #[test]
        fn none_is_left_out() {
            let names: Vec<&str> = EXPERIMENTS.iter().map(|e| e.name).collect();
            assert_eq!(names, [$($name),*]);
        }
    };
}

experiments! {
    laws: "laws",
    translation: "translation",
    averaging: "averaging",
    hierarchy: "hierarchy",
    reflection: "reflection",
    weight_sharing: "weight-sharing",
    invariant: "invariant",
    composition: "composition",
    stride: "stride",
    augmentation: "augmentation",
    wrong_symmetry: "wrong-symmetry",
    which_way_up: "which-way-up",
    pose: "pose",
    beyond_cyclic: "beyond-cyclic",
    volumes: "volumes",
    left_right: "left-right",
    continuous: "continuous",
    moebius: "moebius",
    holonomy: "holonomy",
    flat_limit: "flat-limit",
    vertex: "vertex",
    shallow_water: "shallow-water",
}

/// One that fails has a row and its reason on the page, and decides nothing.
#[test]
fn an_error_is_a_row_of_the_page() {
    let error = LabError::Message("there is <no> tape".to_string());
    let outcome = Outcome::not_run(&error);
    assert_eq!(outcome.verdict(), Verdict::NotShown);
    let experiment = &EXPERIMENTS[0];
    let finished = [schur_lab::Finished {
        experiment,
        outcome,
    }];
    let html = page::html(&finished, &[(&EXPERIMENTS[1], Verdict::Holds)], &[]);
    for part in [
        "It could not be run: there is &lt;no&gt; tape",
        "0 of 1 statements hold",
        "? not shown",
        "earlier: <a href=\"translation/results.json\">",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
}
