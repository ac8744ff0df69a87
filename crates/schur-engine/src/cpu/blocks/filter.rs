//! Applying filters to the pixels around a pixel.
//!
//! The input is first moved to the basis of irreps, with zeros beside its rows. Then the taps of
//! a kernel row are neighbouring rows of a matrix (pixels by channels), and the components of an irrep
//! are neighbouring channels, filtered in one go.

use crate::parallel::*;

use super::Executor;
use super::state::{BANK_ROWS, Input, Margins, Matrices, Pixels, Scratch};
use crate::Scalar;
use crate::cpu::filters_unsafe::{Class, Folded, Window, respond};
use crate::cpu::isa::Isa;
use crate::cpu::runs_unsafe::{Runs, Table, Target, transform_runs};
use crate::cpu::scratch::Buffer;
use crate::program::{Filters, Seat};
use crate::sampling::Sampling;
use crate::tolerance::COMMUTES;

/// Image rows per task when a whole array changes its basis, at least.
const FIBRE_ROWS: usize = 4;

impl Executor {
    /// The input of a call.
    pub(super) fn input<'a, T: Scalar>(
        &self,
        isa: Isa,
        matrices: &Matrices<T>,
        sampling: &Sampling,
        x: &'a [T],
    ) -> Input<'a, T> {
        let margins = Margins::new(sampling, self.program.filters.is_some());
        if self.program.fibres.is_empty() {
            return Input {
                data: Pixels::Given(x),
                margins,
            };
        }
        let (left, width) = (margins.left, margins.width);
        let channels = self.program.in_channels;
        let pixels = sampling.source[2];
        let rows = x.len() / (pixels * channels);
        let row_len = width * channels;
        let mut moved = Buffer::stale(rows * row_len);
        let table = Table::even(pixels, channels);
        let to = |seat: &Seat| Target {
            first: left * channels + seat.column,
            step: channels,
        };
        let targets: Vec<Vec<Target>> = (self.program.fibres.iter())
            .map(|part| part.seats.iter().map(to).collect())
            .collect();
        moved
            .par_chunks_mut(row_len)
            .zip(x.par_chunks(pixels * channels))
            .with_min_len(FIBRE_ROWS)
            .for_each(|(moved, x)| {
                moved[..left * channels].fill(T::ZERO);
                moved[(left + pixels) * channels..].fill(T::ZERO);
                let parts = self.program.fibres.iter().zip(&matrices.fibres);
                for ((part, matrix), targets) in parts.zip(&targets) {
                    let from = Runs {
                        numbers: x,
                        table: &table,
                        sources: &part.places,
                    };
                    transform_runs(isa, matrix, part.run, from, moved, targets);
                }
            });
        Input {
            data: Pixels::Moved(moved),
            margins,
        }
    }

    /// Filters the pixels of a tile, if there are filters, and transforms the responses of one chunk.
    pub(super) fn gather_responses<T: Scalar>(
        &self,
        isa: Isa,
        matrices: &Matrices<T>,
        chunk: usize,
        input: &Input<'_, T>,
        rows: usize,
        scratch: &mut Scratch<T>,
    ) {
        let (Some(filters), Some(folded)) = (&self.program.filters, &matrices.folded) else {
            return;
        };
        let of_chunk = &self.chunks[chunk];
        let readers = &matrices.readers;
        let (starts, _) = self.stream_starts(rows, &of_chunk.inner);
        let per_pixel = folded.kernel[0] * folded.kernel[1];
        let count = scratch.kernel_rows.len() / per_pixel;
        let mut targets: Vec<Target> = Vec::new();
        for first in (0..count).step_by(BANK_ROWS) {
            let here = first..count.min(first + BANK_ROWS);
            for bundle in of_chunk.bundles.clone() {
                let even = &readers.pixels[bundle];
                let bundle = &self.program.bundles[bundle];
                // The coordinates of an irrep lie one after the other.
                let cols = bundle.channels.len() * bundle.run;
                for (index, pixel) in here.clone().enumerate() {
                    let window = Window {
                        numbers: &input.data,
                        channels: self.program.in_channels,
                        rows: &scratch.kernel_rows[pixel * per_pixel..][..per_pixel],
                        step: input.margins.step,
                        first: bundle.channels[0],
                        count: cols,
                    };
                    let responses = &mut scratch.responses[index * filters.count * cols..];
                    respond(isa, folded, window, &mut scratch.room, responses);
                }
                for index in bundle.inputs.clone() {
                    let part = &self.program.inputs[index];
                    self.seats(chunk, part, &starts, first, &mut targets);
                    let from = Runs {
                        numbers: &scratch.responses,
                        table: even,
                        sources: &readers.sources[index],
                    };
                    let matrix = &matrices.inputs[index];
                    transform_runs(isa, matrix, part.run, from, &mut scratch.tile, &targets);
                }
            }
        }
    }
}

impl<T: Scalar> Folded<T> {
    /// Folds the axes of a kernel under whose mirror every filter is even or odd.
    pub(super) fn new(filters: &Filters, kernel: [usize; 3]) -> Self {
        let mirrors = [0, 1, 2].map(|axis| Mirror { kernel, axis });
        let rows = || filters.values.chunks_exact(filters.taps);
        let axes = mirrors.map(|m| m.taps() > 1 && rows().all(|row| m.parity(row).is_some()));
        let mut classes: Vec<([bool; 3], Class<T>)> = Vec::new();
        for (filter, row) in rows().enumerate() {
            let odd = |m: &Mirror| axes[m.axis] && m.parity(row) == Some(true);
            let odd = mirrors.each_ref().map(odd);
            match classes.iter_mut().find(|(parity, _)| *parity == odd) {
                Some((_, class)) => class.filters.push(filter),
                None => {
                    let read = |m: &Mirror, tap| !axes[m.axis] || m.is_later(tap) == odd[m.axis];
                    let taps = 0..filters.taps;
                    let taps = taps.filter(|&tap| mirrors.iter().all(|m| read(m, tap)));
                    let (taps, filters) = (taps.collect(), vec![filter]);
                    let values = Vec::new();
                    classes.push((
                        odd,
                        Class {
                            taps,
                            filters,
                            values,
                        },
                    ));
                }
            }
        }
        for (odd, class) in &mut classes {
            for &tap in &class.taps {
                // A difference has the sign of the earlier tap.
                let turned = mirrors.iter().filter(|m| odd[m.axis]);
                let tap = turned.fold(tap, |tap, m| m.image(tap));
                let value = |&f: &usize| T::from_f64(filters.values[f * filters.taps + tap]);
                class.values.extend(class.filters.iter().map(value));
            }
        }
        let classes = classes.into_iter().map(|(_, class)| class).collect();
        Self {
            kernel,
            axes,
            classes,
        }
    }
}

/// The mirror of one axis of a kernel.
#[derive(Clone, Copy)]
struct Mirror {
    kernel: [usize; 3],
    axis: usize,
}

impl Mirror {
    /// Taps along the axis.
    fn taps(&self) -> usize {
        self.kernel[self.axis]
    }

    /// The place of a tap along the axis, and taps from there to the next.
    fn along(&self, tap: usize) -> (usize, usize) {
        let stride: usize = self.kernel[self.axis + 1..].iter().product();
        (tap / stride % self.taps(), stride)
    }

    fn image(&self, tap: usize) -> usize {
        let (place, stride) = self.along(tap);
        tap - place * stride + (self.taps() - 1 - place) * stride
    }

    /// Whether a tap is behind the middle.
    fn is_later(&self, tap: usize) -> bool {
        self.along(tap).0 >= self.taps().div_ceil(2)
    }

    /// Whether a function of the taps is odd; `None` if it is neither odd nor even.
    fn parity(&self, values: &[f64]) -> Option<bool> {
        let size = values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        let is = |sign: f64| {
            let defect = |(tap, v): (usize, &f64)| (v - sign * values[self.image(tap)]).abs();
            values.iter().enumerate().map(defect).fold(0.0, f64::max) <= COMMUTES * size
        };
        is(1.0).then_some(false).or(is(-1.0).then_some(true))
    }
}

#[cfg(test)]
mod tests {
    use super::{Filters, Folded, Isa, Window, respond};
    use crate::cpu::runs_unsafe::OUTSIDE;

    /// What a filter is: a function of the place of a tap, from the middle.
    type Shape = fn([f64; 3]) -> f64;

    /// Even and odd ones, and one that is neither along rows.
    const EVEN_AND_ODD: &[Shape] = &[
        |_| 1.0,
        |[_, _, x]| x,
        |[_, y, _]| y * y * y,
        |[_, y, x]| x * y,
        |[z, _, _]| z,
        |[_, y, x]| x * x - y * y,
    ];
    const NEITHER: &[Shape] = &[|[_, y, x]| x + y * y, |[z, y, x]| x * x + y + z];

    /// Whole numbers, so that every order of summation gives the same bits.
    fn filters(kernel: [usize; 3], shapes: &[Shape]) -> Filters {
        let [depth, height, width] = kernel;
        let taps = depth * height * width;
        let values = shapes.iter().flat_map(|shape| {
            (0..taps).map(move |tap| {
                let place = [tap / width / height, tap / width % height, tap % width];
                let from_middle =
                    |axis: usize| 2.0 * place[axis] as f64 + 1.0 - kernel[axis] as f64;
                shape([0, 1, 2].map(from_middle))
            })
        });
        Filters {
            count: shapes.len(),
            taps,
            values: values.collect(),
        }
    }

    #[test]
    fn every_instruction_set_filters_as_one_tap_after_the_other() {
        for (kernel, shapes, axes, classes) in [
            ([1, 5, 5], EVEN_AND_ODD, [false, true, true], 4),
            ([1, 3, 4], EVEN_AND_ODD, [false, true, true], 4),
            ([3, 3, 3], EVEN_AND_ODD, [true, true, true], 5),
            ([2, 3, 7], NEITHER, [false, false, false], 1),
            ([1, 5, 3], &NEITHER[..1], [false, true, false], 1),
        ] {
            let filters = filters(kernel, shapes);
            let folded = Folded::<f64>::new(&filters, kernel);
            assert_eq!(
                (folded.axes, folded.classes.len()),
                (axes, classes),
                "{kernel:?}"
            );
            let (channels, step) = (45, 2);
            let places = 40 * kernel[2];
            let numbers: Vec<f64> = (0..places * channels)
                .map(|i| (i * 7 % 23) as f64)
                .collect();
            let kernel_rows = kernel[0] * kernel[1];
            let row = |r: usize| if r == 1 { OUTSIDE } else { (5 * r + 3) % 20 };
            let rows: Vec<usize> = (0..kernel_rows).map(row).collect();
            let isas = Isa::available().into_iter();
            for (isa, count) in isas.flat_map(|isa| [1, 7, 16, 41].map(|n| (isa, n))) {
                let first = channels - count;
                let window = Window {
                    numbers: &numbers,
                    channels,
                    rows: &rows,
                    step,
                    first,
                    count,
                };
                let mut room = vec![f64::NAN; folded.room(isa)];
                let mut got = vec![f64::NAN; filters.count * count];
                respond(isa, &folded, window, &mut room, &mut got);
                for (index, got) in got.iter().enumerate() {
                    let (filter, channel) = (index / count, index % count);
                    let tap = |t: usize| match rows[t / kernel[2]] {
                        OUTSIDE => 0.0,
                        row => numbers[(row + t % kernel[2] * step) * channels + first + channel],
                    };
                    let value = |t: usize| filters.values[filter * filters.taps + t];
                    let want: f64 = (0..filters.taps).map(|t| value(t) * tap(t)).sum();
                    assert_eq!(*got, want, "{isa:?} {kernel:?} {count} {filter}");
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "a tap leaves its slice")]
    fn a_tap_outside_is_refused() {
        let filters = filters([1, 1, 3], &EVEN_AND_ODD[..1]);
        let folded = Folded::<f64>::new(&filters, [1, 1, 3]);
        let numbers = vec![0.0; 11];
        let window = Window {
            numbers: &numbers,
            channels: 4,
            rows: &[0],
            step: 1,
            first: 0,
            count: 4,
        };
        let mut room = vec![0.0; folded.room(Isa::Portable)];
        respond(Isa::Portable, &folded, window, &mut room, &mut [0.0; 4]);
    }
}
