//! A program says all there is to run: a plain interpreter, written from its public fields alone,
//! gives the numbers of the executor.

use std::ops::Range;

use schur_engine::program::Program;
use schur_engine::{ConvPlan, ConvShape, Geometry, Path};

use crate::cases::case;
use crate::support::{Source, agree_as_sums};

/// How a grid of places reads a source at the taps of a kernel.
struct Reading {
    source: [usize; 3],
    grid: [usize; 3],
    kernel: [usize; 3],
    stride: [usize; 3],
    padding: [isize; 3],
    dilation: [usize; 3],
}

fn places(size: [usize; 3]) -> usize {
    size.iter().product()
}

/// The indices of a place on the three axes.
fn split(place: usize, [_, height, width]: [usize; 3]) -> [usize; 3] {
    [
        place / width / height,
        place / width % height,
        place % width,
    ]
}

impl Reading {
    fn forward(shape: &ConvShape) -> Self {
        let g = shape.geometry();
        Self {
            source: shape.size(),
            grid: shape.out_size(),
            kernel: g.kernel(),
            stride: g.stride(),
            padding: g.padding().map(|p| p as isize),
            dilation: g.dilation(),
        }
    }

    /// As the documentation of `ConvPlan::input_gradient_program` says.
    fn of_input_gradient(shape: &ConvShape) -> Self {
        let g = shape.geometry();
        let reach = [0, 1, 2].map(|axis| g.dilation()[axis] * (g.kernel()[axis] - 1));
        Self {
            source: shape.out_size(),
            grid: shape.size(),
            kernel: g.kernel(),
            stride: [1; 3],
            padding: [0, 1, 2].map(|axis| reach[axis] as isize - g.padding()[axis] as isize),
            dilation: g.dilation(),
        }
    }

    /// The place that a place of the grid reads at a tap.
    fn read(&self, place: usize, tap: usize) -> Option<usize> {
        let (place, tap) = (split(place, self.grid), split(tap, self.kernel));
        let mut index = 0;
        for axis in 0..3 {
            let at = place[axis] * self.stride[axis] + tap[axis] * self.dilation[axis];
            let at = usize::try_from(at as isize - self.padding[axis]).ok()?;
            if at >= self.source[axis] {
                return None;
            }
            index = index * self.source[axis] + at;
        }
        Some(index)
    }
}

/// All blocks, row-major.
fn blocks(program: &Program, ranges: &[Range<usize>], parameters: &[f64]) -> Vec<Vec<f64>> {
    let sizes = program.inner.iter().zip(&program.cols);
    let mut blocks: Vec<Vec<f64>> = sizes.map(|(m, n)| vec![0.0; m * n]).collect();
    for pair in &program.pairs {
        let parameters = &parameters[ranges[pair.pair].clone()];
        let (ins, outs) = (pair.in_copies, pair.out_copies);
        for (index, number) in pair.numbers.iter().enumerate() {
            let (block, cols) = (&mut blocks[number.block], program.cols[number.block]);
            for u in 0..ins {
                for v in 0..outs {
                    let copies = if pair.transposed {
                        v * ins + u
                    } else {
                        u * outs + v
                    };
                    let terms = pair.by_number().row(index).iter();
                    let value: f64 = terms
                        .map(|(element, c)| c * parameters[element * ins * outs + copies])
                        .sum();
                    block[(number.row + u) * cols + number.col + v] = value;
                }
            }
        }
    }
    blocks
}

fn run(
    program: &Program,
    blocks: &[Vec<f64>],
    reading: &Reading,
    batch: usize,
    x: &[f64],
) -> Vec<f64> {
    let channels = program.in_channels;
    let mut x = x.to_vec();
    if !program.fibres.is_empty() {
        let given = x.clone();
        x.fill(0.0);
        for (x, given) in x.chunks_mut(channels).zip(given.chunks(channels)) {
            for fibre in &program.fibres {
                let rows = fibre.matrix.chunks(fibre.places.len());
                for (seat, row) in fibre.seats.iter().zip(rows) {
                    for (place, m) in fibre.places.iter().zip(row) {
                        for copy in 0..fibre.run {
                            x[seat.column + copy] += m * given[place.offset + copy];
                        }
                    }
                }
            }
        }
    }
    let mut y = Vec::new();
    for image in 0..batch {
        let first = image * places(reading.source);
        for place in 0..places(reading.grid) {
            let at_tap = |tap: usize, channel: usize| {
                let from = reading.read(place, tap);
                from.map_or(0.0, |from| x[(first + from) * channels + channel])
            };
            let value = |slot: usize, channel: usize| match &program.filters {
                None => at_tap(slot, channel),
                Some(filters) => (0..filters.taps)
                    .map(|tap| filters.values[slot * filters.taps + tap] * at_tap(tap, channel))
                    .sum(),
            };
            let width = |&block: &usize| vec![0.0; program.inner[block]];
            let mut streams: Vec<Vec<f64>> = program.streams.iter().map(width).collect();
            for input in &program.inputs {
                let rows = input.matrix.chunks(input.places.len());
                for (seat, row) in input.seats.iter().zip(rows) {
                    for (place, m) in input.places.iter().zip(row) {
                        for copy in 0..input.run {
                            let value = value(place.slot, place.offset + copy);
                            streams[seat.stream][seat.column + copy] += m * value;
                        }
                    }
                }
            }
            let multiplied = streams
                .iter()
                .zip(&program.streams)
                .map(|(stream, &block)| {
                    let (block, cols) = (&blocks[block], program.cols[block]);
                    let column = |n: usize| {
                        let terms = stream.iter().enumerate();
                        terms.map(|(k, s)| s * block[k * cols + n]).sum()
                    };
                    (0..cols).map(column).collect::<Vec<f64>>()
                });
            let multiplied: Vec<Vec<f64>> = multiplied.collect();
            let begin = y.len();
            y.resize(begin + program.out_channels, 0.0);
            for output in &program.outputs {
                let rows = output.matrix.chunks(output.places.len());
                for (seat, row) in output.seats.iter().zip(rows) {
                    for (place, m) in output.places.iter().zip(row) {
                        for copy in 0..output.run {
                            y[begin + place.offset + copy] +=
                                m * multiplied[seat.stream][seat.column + copy];
                        }
                    }
                }
            }
        }
    }
    y
}

/// Both directions of a path; the number of programs that there were.
fn check(plan: &ConvPlan, path: Path, shape: &ConvShape) -> usize {
    let mut source = Source::new(9);
    let x = source.signed(shape.input_len());
    let dy = source.signed(shape.output_len());
    let parameters = source.signed(plan.parameters());
    let plan = plan.clone().with_path(path).unwrap();
    let (batch, ranges) = (shape.batch(), plan.pair_ranges());
    let program = plan.program(path).unwrap();
    let weights = blocks(program, ranges, &parameters);
    let want = run(program, &weights, &Reading::forward(shape), batch, &x);
    let weight = plan.prepare(&parameters).unwrap();
    let y = plan.forward(shape, &x, &weight).unwrap();
    agree_as_sums("y", &y, &want).unwrap();
    let Some(program) = plan.input_gradient_program(path) else {
        assert_ne!(plan.geometry().stride(), [1; 3]);
        return 1;
    };
    let weights = blocks(program, ranges, &parameters);
    let want = run(
        program,
        &weights,
        &Reading::of_input_gradient(shape),
        batch,
        &dy,
    );
    let dx = plan.backward_input(shape, &dy, &parameters).unwrap();
    agree_as_sums("dx", &dx, &want).unwrap();
    2
}

#[test]
fn an_interpreter_of_the_public_data_agrees() {
    let plane = |k, stride, padding, dilation| {
        Geometry::plane(
            (k, k),
            (stride, stride),
            (padding, padding),
            (dilation, dilation),
        )
    };
    let space = |k, stride, padding| Geometry::new([k; 3], [stride; 3], [padding; 3], [1; 3]);
    let mut programs = 0;
    for (group, input, output, geometry, size) in [
        ("C4", "regular", "irrep 2", plane(3, 1, 1, 1), [1, 5, 6]),
        ("C4", "regular", "regular", plane(4, 2, 1, 1), [1, 7, 6]),
        ("D4", "vector", "regular", plane(3, 1, 0, 2), [1, 6, 7]),
        ("C8", "mixed", "regular", plane(5, 1, 2, 1), [1, 5, 6]),
        ("Th", "regular", "mixed", space(3, 1, 1), [3, 4, 3]),
        ("Oh", "vector", "regular", space(2, 1, 2), [2, 3, 2]),
        ("Oh", "regular", "irrep 7", space(3, 2, 1), [4, 3, 5]),
        ("I", "mixed", "vector", space(3, 1, 1), [3, 4, 3]),
    ] {
        let geometry = geometry.unwrap();
        let (input, output) = ([(input, 3), ("trivial", 2)], [(output, 2), ("trivial", 1)]);
        let plan = case(group, &input, &output, geometry).plan();
        let shape = plan.shape(2, size).unwrap();
        for cost in &plan.costs()[1..] {
            programs += check(&plan, cost.path, &shape);
        }
        assert!(plan.program(Path::Dense).is_none());
    }
    // C8 and I have two paths; two geometries have a stride.
    assert_eq!(programs, 10 * 2 - 2);
}
