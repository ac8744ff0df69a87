//! `schur draw features`: the square of equivariance as a picture.

use std::path::Path;

use burn::tensor::{Device, Tensor};
use schur_nn::network::DomainKind;
use schur_nn::{Domain, Field, Layer, Network, central_disc, distance_inside, relative_distance};
use schur_train::RunDir;
use schur_train::images::{Config, Prepared, Trained};

use crate::error::{Result, fail};
use crate::report::pictures::stretched;
use crate::report::slices::slices;
use crate::say::emit;
use crate::waiting::Waiting;

use super::args::FeaturesArgs;
use super::colour::{diverging, ink};
use super::element::element;
use super::sheet::{Key, Sheet, Style, Tile};

/// Channels that are drawn, if nothing else is asked for.
const CHANNELS: usize = 8;
/// Most channels on a sheet.
const MAX_CHANNELS: usize = 256;

/// Between the slices of a volume.
const PAPER: [u8; 3] = [255; 3];

const SIDE: f64 = 84.0;
const STEP: f64 = SIDE + 6.0;
const MARGIN: f64 = 24.0;
/// Left edge of the features; arrows and names of rows stand before it.
const LEFT: f64 = MARGIN + SIDE + 150.0;

pub(super) fn run(args: &FeaturesArgs) -> Result<()> {
    let place = |path: &Path| std::fs::canonicalize(path).ok();
    let drawn = args.image.as_deref().and_then(place);
    if drawn.is_some() && drawn == place(&args.out) {
        return fail(format!(
            "--out {}: that is the image itself; choose another name",
            args.out.display()
        ));
    }
    super::format(&args.out)?;
    let run = RunDir::open(&args.run)?;
    let trained = run.best_network(&Device::flex())?;
    if trained.network.domain() == DomainKind::Sphere {
        return fail("features on a sphere are not drawn; `schur check` compares them in numbers");
    }
    let (seen, name) = image(args, &run, &trained)?;
    let square = Square::new(&trained.network, &trained.config, &seen, args)?;
    super::save(&args.out, &square.sheet(&name, args.fields)?)?;
    emit(&format!(
        "{name}: ‖L(g x) - g L(x)‖ / ‖L(x)‖ = {:.1e} for g = {} and L = {}; picture in {}",
        square.defect,
        square.element,
        square.layers,
        args.out.display()
    ))
}

/// The picture that the network sees, and what to call it.
fn image(args: &FeaturesArgs, run: &RunDir, trained: &Trained) -> Result<(Prepared, String)> {
    let (config, size) = (&trained.config, trained.image_size);
    if let Some(path) = &args.image {
        let seen = Prepared::of_file(path, config, trained.sizes())?;
        return Ok((seen, path.display().to_string()));
    }
    if args.digit.is_none() && args.index.is_none() {
        return fail(match config.data.is_own() {
            true => {
                "what is to be drawn? give a file, or the number of one of the test images (--index)"
            }
            false => {
                "what is to be drawn? give an image, or one of the digits that the program carries (--digit, \
                      --index)"
            }
        });
    }
    if config.data.is_own() {
        return own_image(args, run, trained);
    }
    let digits = schur_data::Pictures::embedded_test()?;
    let index = match (args.digit, args.index) {
        (Some(digit), _) => digits.labels().iter().position(|&label| label == digit),
        (None, index) => index.filter(|&index| index < digits.len()),
    };
    let Some(index) = index else {
        return fail(format!(
            "{} is none; there are the digits 0 to 9 (--digit), and of --index 0 to {}",
            match args.digit {
                Some(digit) => format!("--digit {digit}"),
                None => format!("--index {}", args.index.unwrap_or_default()),
            },
            digits.len() - 1
        ));
    };
    let (rows, cols) = (digits.rows(), digits.cols());
    if rows > size || cols > size {
        return fail(format!(
            "--digit: the network takes {size} x {size} pixels, the digits have {rows} x {cols}; \
             give an image file instead"
        ));
    }
    // Networks for larger images see digits in the middle of black ground.
    let (top, left) = ((size - rows) / 2, (size - cols) / 2);
    let mut pixels = vec![0.0; size * size];
    for (i, &value) in digits.image(index).iter().enumerate() {
        pixels[(top + i / cols) * size + left + i % cols] = f32::from(value) / 255.0;
    }
    let name = format!("test digit {index}, a {}", digits.labels()[index]);
    Ok((Prepared::of_grey(pixels, size)?, name))
}

/// The test image with a number, of data of one's own.
fn own_image(args: &FeaturesArgs, run: &RunDir, trained: &Trained) -> Result<(Prepared, String)> {
    let classes = &trained.config.data.classes;
    let Some(index) = args.index else {
        let one = ["image", "volume"][usize::from(trained.config.data.volume.is_some())];
        let of = match classes.is_empty() {
            true => "your own".to_string(),
            false => classes.join(", "),
        };
        return fail(format!(
            "--digit: the network was trained on {one}s of {of}; give one of those as a file, or the number \
             of a test {one} (--index)"
        ));
    };
    let images = trained.test_images(run, None, None, None, &Waiting::new())?;
    let Some(seen) = Prepared::of_test(&images, index) else {
        return fail(format!(
            "--index {index} is none; the test images have the numbers 0 to {}",
            images.labels().len() - 1
        ));
    };
    let class = classes.get(usize::from(images.labels()[index]));
    let class = class.map_or(String::new(), |class| format!(", {class}"));
    Ok((seen, format!("test {} {index}{class}", images.one())))
}

/// Both ways around the square, from one image.
struct Square {
    element: String,
    layers: String,
    /// As it is drawn.
    image: Vec<[u8; 3]>,
    moved_image: Vec<[u8; 3]>,
    /// Pixels in a row of them.
    columns: usize,
    /// `[1, channels, depth, height, width]`, the channels of a field together: `L(x)`, `g L(x)`,
    /// `L(g x)`.
    features: Tensor<5>,
    moved_features: Tensor<5>,
    features_of_moved: Tensor<5>,
    /// Number of channels of each field.
    fields: Vec<usize>,
    defect: f64,
    /// Whether `g` moves pixels to pixels.
    exact: bool,
}

impl Square {
    fn new(
        network: &Network,
        config: &Config,
        seen: &Prepared,
        args: &FeaturesArgs,
    ) -> Result<Self> {
        let count = network.layers().len();
        if !(1..=count).contains(&args.layer) {
            return fail(format!(
                "--layer: {} is out of range; the network has the layers 1 to {count}",
                args.layer
            ));
        }
        let g = element(network, args.element.as_deref())?;
        let tensor = seen.tensor(&Device::flex());
        let [batch, channels, depth, height, width] = tensor.dims();
        let image = match depth {
            1 => network.fields(tensor.reshape([batch, channels, height, width]))?,
            _ => network.fields(tensor)?,
        };
        let exact = image.domain().is_exact(&g);
        // Other turns lose the corners: both ways begin with what they keep.
        let image = match exact {
            true => image,
            false => inside(&image)?,
        };
        let layers = &network.layers()[..args.layer];
        let features_of = |field: Field| {
            layers
                .iter()
                .try_fold(field, |field, layer| layer.forward(field))
        };
        let moved = |field: &Field| match exact {
            true => field.transform(g.clone()),
            false => field.transform_interpolated(g.clone()),
        };
        let features = features_of(image.clone())?;
        if !features.field_type().group().contains(&g) {
            return fail(format!(
                "--element: layer {} only commutes with {}; choose one of its elements",
                args.layer,
                features.field_type().group()
            ));
        }
        let moved_image = moved(&image)?;
        let (moved_features, features_of_moved) =
            (moved(&features)?, features_of(moved_image.clone())?);
        let defect = match exact {
            true => relative_distance(features_of_moved.memory(), moved_features.memory()),
            // Turned by other angles, corners leave the picture.
            false => distance_inside(&features_of_moved, &moved_features).unwrap_or(0.0),
        };
        let (pixels, columns) = colours(&image.to_volume(), config)?;
        let blocks = features.field_type().blocks().iter();
        let fields = blocks.flat_map(|b| vec![b.representation.dim(); b.multiplicity]);
        Ok(Self {
            element: g.to_string(),
            layers: match args.layer {
                1 => format!("layer 1 ({})", layers[0].name()),
                n => format!("layers 1 to {n}, the last: {}", layers[n - 1].name()),
            },
            image: pixels,
            moved_image: colours(&moved_image.to_volume(), config)?.0,
            columns,
            fields: fields.collect(),
            features: features.to_volume(),
            moved_features: moved_features.to_volume(),
            features_of_moved: features_of_moved.to_volume(),
            defect,
            exact,
        })
    }

    /// First channel and number of channels of the fields with the largest features, in their
    /// order.
    fn largest(&self, count: Option<usize>) -> Vec<(usize, usize)> {
        let values = numbers(&self.features);
        let channels: usize = self.fields.iter().sum();
        let pixels = values.len() / channels.max(1);
        let mut first = 0;
        let mut all: Vec<(f64, usize, usize)> = Vec::new();
        for &dim in &self.fields {
            let of_field = &values[first * pixels..(first + dim) * pixels];
            all.push((of_field.iter().map(|v| v * v).sum(), first, dim));
            first += dim;
        }
        let mut order = all.clone();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut chosen: Vec<(usize, usize)> = Vec::new();
        let mut used = 0;
        for (_, first, dim) in order {
            let enough = match count {
                Some(count) => chosen.len() >= count,
                None => !chosen.is_empty() && used + dim > CHANNELS,
            };
            if enough || used + dim > MAX_CHANNELS {
                break;
            }
            used += dim;
            chosen.push((first, dim));
        }
        chosen.sort_unstable();
        chosen
    }

    /// The largest absolute value in these channels of `L(x)`.
    fn largest_value(&self, chosen: &[(usize, usize)]) -> f64 {
        let values = numbers(&self.features);
        let pixels = self.features.dims()[2..].iter().product::<usize>();
        let maps = chosen
            .iter()
            .flat_map(|&(first, dim)| &values[first * pixels..(first + dim) * pixels]);
        maps.fold(0.0, |largest, value| value.abs().max(largest))
    }

    fn sheet(&self, name: &str, fields: Option<usize>) -> Result<Sheet> {
        let chosen = self.largest(fields);
        if chosen.is_empty() {
            return fail(format!(
                "--fields: no field is left to draw; use at least 1 (a field may have up to \
                 {MAX_CHANNELS} channels)"
            ));
        }
        let title = format!("L(g x) = g L(x): g = {}, L = {}", self.element, self.layers);
        let mut sheet = Sheet {
            title: title.clone(),
            ..Sheet::default()
        };
        let top = 78.0;
        let row = |i: usize| top + i as f64 * (SIDE + 34.0);
        sheet.word((MARGIN, 36.0), Style::Title, &title);
        let mut subtitle = format!(
            "{name}; {} of {} fields; one colour scale for all features",
            chosen.len(),
            self.fields.len()
        );
        if self.features.dims()[2] > 1 {
            subtitle += "; middle slices across z (above), y and x (below)";
        }
        sheet.word((MARGIN, 56.0), Style::Small, subtitle);

        // The left side: x goes to g x.
        let middle = MARGIN + 0.5 * SIDE;
        for (at, image, word) in [(0, &self.image, "x"), (2, &self.moved_image, "g x")] {
            let at_row = (MARGIN, row(at));
            sheet.tiles.push(tile(at_row, self.columns, image.clone()));
            sheet.centred((middle, row(at) + SIDE + 18.0), Style::Formula, word);
            // From the image to its features.
            let y = row(at) + 0.5 * SIDE;
            let right = LEFT - 62.0;
            sheet.arrows.push([(MARGIN + SIDE + 10.0, y), (right, y)]);
            let centre = 0.5 * (MARGIN + SIDE + 10.0 + right);
            sheet.centred((centre, y - 8.0), Style::Formula, "L");
        }
        let down = [(middle, row(0) + SIDE + 28.0), (middle, row(2) - 8.0)];
        sheet.arrows.push(down);
        let turn = (middle + 14.0, 0.5 * (down[0].1 + down[1].1) + 5.0);
        sheet.word(turn, Style::Formula, format!("g = {}", self.element));

        // The right side: four rows of features.
        let difference = self.features_of_moved.clone() - self.moved_features.clone();
        let rows = [
            ("L(x)", &self.features),
            ("g L(x)", &self.moved_features),
            ("L(g x)", &self.features_of_moved),
            ("difference", &difference),
        ];
        let scale = self.largest_value(&chosen);
        let mut right = LEFT;
        for (i, (word, maps)) in rows.into_iter().enumerate() {
            let style = if i < 3 { Style::Formula } else { Style::Plain };
            let x = if i < 3 { LEFT - 54.0 } else { LEFT - 84.0 };
            sheet.word((x, row(i) + 0.5 * SIDE + 5.0), style, word);
            right = self.maps(&mut sheet, maps, &chosen, row(i), scale);
        }
        let column = LEFT + 0.5 * SIDE;
        sheet
            .arrows
            .push([(column, row(0) + SIDE + 5.0), (column, row(1) - 5.0)]);
        sheet.word((column + 10.0, row(1) - 12.0), Style::Formula, "g");
        let equal = match self.exact {
            true => "equal, up to round-off",
            false => "nearly equal: g moves pixels between pixels",
        };
        sheet.word((LEFT, row(2) - 12.0), Style::Small, equal);
        let number = format!("‖L(g x) − g L(x)‖ / ‖L(x)‖ = {:.1e}", self.defect);
        sheet.word((LEFT, row(3) + SIDE + 20.0), Style::Formula, number);
        sheet.key = Some(Key {
            at: (MARGIN, row(3) + SIDE + 12.0),
            end: format!("{scale:.2}"),
        });
        // About how wide the title is.
        sheet.width = (right + MARGIN).max(9.2 * title.chars().count() as f64 + 2.0 * MARGIN);
        sheet.height = row(3) + SIDE + 12.0 + Key::ROOM;
        Ok(sheet)
    }

    /// One row of feature maps; returns its right end.
    fn maps(
        &self,
        sheet: &mut Sheet,
        maps: &Tensor<5>,
        chosen: &[(usize, usize)],
        top: f64,
        scale: f64,
    ) -> f64 {
        let [_, _, depth, height, width] = maps.dims();
        let sizes = [depth, height, width];
        let values = numbers(maps);
        let mut left = LEFT;
        for &(first, dim) in chosen {
            for channel in first..first + dim {
                let of_map = &values[channel * depth * height * width..];
                let (pixels, columns) = view(sizes, |place| diverging(of_map[place], scale));
                sheet.tiles.push(tile((left, top), columns, pixels));
                left += STEP;
            }
            left += 14.0;
        }
        left - 20.0
    }
}

fn tile(at: (f64, f64), columns: usize, pixels: Vec<[u8; 3]>) -> Tile {
    Tile {
        at,
        size: (SIDE, SIDE),
        columns,
        pixels,
        smooth: false,
    }
}

/// An image as it is drawn, and its columns: digits as ink on paper, images of one's own as they were
/// before they were normalised, volumes from black to white.
fn colours(image: &Tensor<5>, config: &Config) -> Result<(Vec<[u8; 3]>, usize)> {
    let [_, _, depth, height, width] = image.dims();
    let sizes = [depth, height, width];
    let values = numbers(image);
    if config.data.volume.is_some() {
        let first = &values[..depth * height * width];
        let grey = stretched(&first.iter().map(|&v| v as f32).collect::<Vec<f32>>());
        return Ok(view(sizes, |place| [grey[place]; 3]));
    }
    let normalisation = match config.data.normalisation() {
        Some(normalisation) if config.data.is_own() => normalisation?,
        _ => return Ok(view(sizes, |place| ink(values[place]))),
    };
    let channels = normalisation.mean().len();
    let size = values.len() / channels;
    // Grey is three times the same.
    Ok(view(sizes, |pixel| {
        [0, 1, 2].map(|c: usize| {
            let channel = c.min(channels - 1);
            normalisation.byte(channel, values[channel * size + pixel])
        })
    }))
}

/// An image, or the middle slices of a volume, with a line between them: that across z above that
/// across y, and that across x to the right of it. Row by row, and the columns.
fn view(sizes: [usize; 3], at: impl Fn(usize) -> [u8; 3]) -> (Vec<[u8; 3]>, usize) {
    let [depth, height, width] = sizes;
    if depth == 1 {
        return ((0..height * width).map(at).collect(), width);
    }
    let columns = width + 1 + height;
    let mut pixels = vec![PAPER; (height + 1 + depth) * columns];
    let corners = [(0, 0), (height + 1, 0), (height + 1, width + 1)];
    for ((slice, (_, cols)), (top, left)) in slices(sizes, at).into_iter().zip(corners) {
        for (row, line) in slice.chunks(cols).enumerate() {
            pixels[(top + row) * columns + left..][..cols].copy_from_slice(line);
        }
    }
    (pixels, columns)
}

/// The field inside the disc or the ball that no turn moves out of the image.
fn inside(field: &Field) -> Result<Field> {
    let Domain::Grid(sizes) = *field.domain() else {
        return Ok(field.clone());
    };
    let memory = field.memory().clone();
    let disc = central_disc(field.field_type(), sizes, &memory.device(), memory.dtype());
    let (domain, fields) = (field.domain().clone(), field.field_type());
    Ok(Field::from_memory(memory * disc, domain, fields)?)
}

fn numbers(tensor: &Tensor<5>) -> Vec<f64> {
    tensor.to_data().iter::<f64>().collect()
}
