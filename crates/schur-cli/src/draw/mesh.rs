//! A mesh in parallel projection, with frames, a kernel and transported vectors.

use std::fmt::Write;
use std::path::Path;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schur_data::{Triangles, counted};
use schur_lab::figure::escape;
use schur_math::MathError;
use schur_math::surface::{Reach, Repaired, Seen, Surface, TriangleMesh};

use super::args::MeshArgs;
use super::colour::diverging;
use crate::error::{CliError, Result, fail};
use crate::say::emit;
use crate::say::ending;
use crate::tolerance::TOWARDS;

/// Length of the longest arrows, in mean edges.
const LONG: f64 = 0.55;
/// Side of the picture, of its margin, and what words need above.
const SIDE: f64 = 640.0;
const MARGIN: f64 = 28.0;
const HEAD: f64 = 64.0;
/// Most triangles of a picture.
const MAX_FACES: usize = 50_000;
/// Most rings and frequencies that can be told apart.
const MOST: usize = 24;
/// Meshes above this have frames around the kernel only.
const FRAMES: usize = 1500;

type Vector = [f64; 3];

pub(crate) fn run(args: &MeshArgs) -> Result<()> {
    ending(&args.out, "--out", &["svg"])?;
    for (option, value) in [("rings", args.rings), ("frequency", args.frequency)] {
        if value > MOST {
            return fail(format!(
                "--{option} {value}: at most {MOST} can be told apart; give less"
            ));
        }
    }
    if args.rings == 0 {
        return fail("--rings 0: a kernel reaches its neighbours; give at least 1");
    }
    let Given {
        mesh,
        numbers,
        mended,
    } = given(&args.mesh)?;
    let faces = mesh.faces().len();
    if faces > MAX_FACES {
        return fail(format!(
            "{}: {faces} triangles are too many for a picture; simplify it to {MAX_FACES}",
            args.mesh
        ));
    }
    let mut surface = Surface::new(mesh);
    if let Some(seed) = args.random {
        surface = surface.with_random_frames(&mut ChaCha8Rng::seed_from_u64(seed), false);
    }
    let view = View::of(surface.mesh());
    let vertices = surface.mesh().vertices();
    let depth = |v: &Vector| view.turned(*v)[2];
    let normals = surface.mesh().vertex_normals();
    let towards = |normal: &Vector| view.direction(*normal)[2] > TOWARDS;
    // Where no vertex is seen from the front, all are seen from behind.
    let both = !surface.mesh().is_orientable() || !normals.iter().any(towards);
    let vertex = match args.vertex {
        Some(number) => numbers.iter().position(|&of| of == number).ok_or_else(|| {
            let text = match mended.is_empty() {
                true => format!("the mesh has {} vertices, numbered from 0", vertices.len()),
                false => format!("{}: no triangle that is left has it", args.mesh),
            };
            CliError::Message(format!("--vertex {number}: {text}"))
        })?,
        None => {
            let visible = (0..vertices.len()).filter(|&v| both || towards(&normals[v]));
            let nearer =
                |a: &usize, b: &usize| depth(&vertices[*a]).total_cmp(&depth(&vertices[*b]));
            visible.max_by(nearer).unwrap_or(0)
        }
    };
    let seen = surface.neighbourhood(vertex, Reach::Rings(args.rings));
    let seen = seen.map_err(|error| {
        let of = match mended.is_empty() {
            true => &args.mesh,
            false => &format!("{}, mended, whose vertices have other numbers", args.mesh),
        };
        CliError::Message(format!("{of}: {error}; --rings 1 sees less far"))
    })?;
    let title = format!("{} with {} vertices", args.mesh, vertices.len());
    let words = format!(
        "frames, a kernel of frequency {} around vertex {}, and the first axis there carried along",
        args.frequency, numbers[vertex]
    );
    let drawing = Drawing {
        surface: &surface,
        view: &view,
        both,
        normals,
        unit: surface.mesh().mean_edge(),
    };
    let svg = drawing.svg([&title, &words], &seen, args.frequency)?;
    schur_nn::write_atomically(&args.out, svg.as_bytes())?;
    if !mended.is_empty() {
        emit(&format!(
            "{} was no surface and was mended: {mended}",
            args.mesh
        ))?;
    }
    emit(&format!(
        "{title}: {words}; drawn in {}",
        args.out.display()
    ))
}

/// A mesh, the numbers of its vertices where it comes from, and what was mended.
struct Given {
    mesh: TriangleMesh,
    numbers: Vec<usize>,
    mended: String,
}

/// A mesh by name or from a file, repaired if it is no surface.
fn given(name: &str) -> Result<Given> {
    let made = match name {
        "icosphere" => TriangleMesh::icosphere(2),
        "torus" => TriangleMesh::torus(24, 12, 2.0, 0.8),
        "cube" => TriangleMesh::cube(4),
        "plane" => TriangleMesh::plane(9, 9, 1.0),
        "moebius" => TriangleMesh::mobius_strip(36, 6, 0.8),
        _ => {
            if !Path::new(name).exists() && !name.contains('.') {
                return fail(format!(
                    "no mesh `{name}`; give a file (.off, .obj, .ply, .stl), or icosphere, torus, cube, \
                     plane, moebius"
                ));
            }
            let Triangles {
                vertices, faces, ..
            } = Triangles::read(name)?;
            match TriangleMesh::new(vertices.clone(), faces.clone()) {
                Ok(mesh) => Ok(mesh),
                Err(problem) => {
                    let named = |error| CliError::Message(format!("{name}: {error}"));
                    let repaired = TriangleMesh::repaired(&vertices, &faces).map_err(named)?;
                    return Ok(Given {
                        mended: mended(&problem, &repaired, vertices.len()),
                        numbers: repaired.origin,
                        mesh: repaired.mesh,
                    });
                }
            }
        }
    };
    let mesh = made?;
    Ok(Given {
        numbers: (0..mesh.vertices().len()).collect(),
        mesh,
        mended: String::new(),
    })
}

/// What was wrong with a mesh of so many vertices, and what was done about it.
fn mended(problem: &MathError, repaired: &Repaired, vertices: usize) -> String {
    let mut used = repaired.origin.clone();
    used.sort_unstable();
    used.dedup();
    let unused = vertices - used.len() - repaired.merged;
    let changes = [
        (
            repaired.merged,
            "point",
            "at the place of another became one with it",
        ),
        (
            repaired.dropped,
            "triangle",
            "without area or against another left out",
        ),
        (
            repaired.separated,
            "point",
            "added where sheets were separated",
        ),
        (unused, "point", "without triangles left out"),
    ];
    let done = changes.iter().filter(|(count, ..)| *count > 0);
    let done: Vec<String> = done
        .map(|(count, what, how)| format!("{} {how}", counted(*count, what)))
        .collect();
    match done.is_empty() {
        true => format!("{problem}"),
        false => format!("{problem}; {}", done.join(", ")),
    }
}

/// From above the front: where points lie in the picture, and how near.
struct View {
    middle: Vector,
    scale: f64,
}

impl View {
    fn of(mesh: &TriangleMesh) -> Self {
        let end = |axis: usize, sign: f64| {
            let along = mesh.vertices().iter().map(|v| sign * v[axis]);
            sign * along.fold(f64::NEG_INFINITY, f64::max)
        };
        let middle = [0, 1, 2].map(|axis| f64::midpoint(end(axis, 1.0), end(axis, -1.0)));
        let far = |v: &Vector| {
            (0..3)
                .map(|k| (v[k] - middle[k]).powi(2))
                .sum::<f64>()
                .sqrt()
        };
        // As far as the arrows reach.
        let radius = mesh.vertices().iter().map(far).fold(0.0, f64::max) + LONG * mesh.mean_edge();
        let scale = (SIDE / 2.0 - MARGIN) / radius;
        Self { middle, scale }
    }

    /// To the right, up, and towards the eye.
    fn turned(&self, v: Vector) -> Vector {
        let [x, y, z] = [0, 1, 2].map(|k| v[k] - self.middle[k]);
        self.direction([x, y, z])
    }

    /// The eye looks from the azimuth -60 and the elevation 30 degrees.
    fn direction(&self, [x, y, z]: Vector) -> Vector {
        let (sin, cos) = (-60f64).to_radians().sin_cos();
        let (up, over) = 30f64.to_radians().sin_cos();
        let right = cos * y - sin * x;
        let near = cos * x + sin * y;
        [right, over * z - up * near, over * near + up * z]
    }

    fn place(&self, v: Vector) -> (f64, f64) {
        let [x, y, _] = self.turned(v);
        (
            SIDE / 2.0 + self.scale * x,
            HEAD + SIDE / 2.0 - self.scale * y,
        )
    }
}

struct Drawing<'a> {
    surface: &'a Surface,
    view: &'a View,
    /// Whether a side of the surface is as good as the other.
    both: bool,
    normals: Vec<Vector>,
    unit: f64,
}

/// How a tangent vector is drawn: its colour, its width in pixels, and whether it has a head.
struct Pen {
    colour: &'static str,
    width: f64,
    head: bool,
}

const fn pen(colour: &'static str, width: f64, head: bool) -> Pen {
    Pen {
        colour,
        width,
        head,
    }
}

/// The axes of the frames, and the first one carried along.
const FIRST: Pen = pen("#1f5fbf", 1.3, true);
const SECOND: Pen = pen("#8a93a5", 1.1, false);
const CARRIED: Pen = pen("#c2410c", 2.0, true);

impl Drawing<'_> {
    fn svg(&self, [title, words]: [&str; 2], seen: &[Seen], frequency: usize) -> Result<String> {
        let height = HEAD + SIDE;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{SIDE}\" height=\"{height}\" viewBox=\"0 0 \
             {SIDE} {height}\" role=\"img\" aria-label=\"{0}\">\n<style>text{{font:13px \
             system-ui,sans-serif;fill:#5b6475}}.title{{font-size:17px;font-weight:600;fill:#1d2433}}</style>\n\
             <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#fff\"/>\n<text x=\"{MARGIN}\" y=\"30\" \
             class=\"title\">{0}</text>\n<text x=\"{MARGIN}\" y=\"51\">{1}</text>\n",
            escape(title),
            escape(words)
        );
        self.faces(&mut out);
        let vertices = self.surface.mesh().vertices();
        // The kernel: a ring of Gaussian profile times a wave, at the places of the logarithmic map.
        let reach = seen
            .iter()
            .map(|s| s.offset[0].hypot(s.offset[1]))
            .fold(self.unit, f64::max);
        for s in seen {
            let [x, y] = s.offset;
            let profile = (-(x.hypot(y) / reach - 0.6).powi(2) / 0.18).exp();
            let value = match (frequency, s.offset) {
                (0, _) => profile,
                (_, [0.0, 0.0]) => 0.0,
                _ => profile * (frequency as f64 * y.atan2(x)).cos(),
            };
            if self.faces_eye(s.vertex) {
                let [r, g, b] = diverging(value, 1.0);
                let (x, y) = self.view.place(vertices[s.vertex]);
                let radius = (0.34 * self.unit * self.view.scale).clamp(2.5, 16.0);
                let _ = writeln!(
                    out,
                    "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"#{r:02x}{g:02x}{b:02x}\" \
                     stroke=\"#5b6475\" stroke-width=\"0.6\"/>"
                );
            }
        }
        for vertex in 0..vertices.len() {
            let near = vertices.len() <= FRAMES || seen.iter().any(|s| s.vertex == vertex);
            if near && self.faces_eye(vertex) {
                let [first, second] = self.surface.frame(vertex)?;
                self.arrow(&mut out, vertex, first, 0.32, FIRST);
                self.arrow(&mut out, vertex, second, 0.32, SECOND);
            }
        }
        // The first axis of the frame in the middle, as the others see it.
        for s in seen {
            if self.faces_eye(s.vertex) {
                let [a, b] = s.transport.inverse().apply([1.0, 0.0]);
                let [first, second] = self.surface.frame(s.vertex)?;
                let carried = [0, 1, 2].map(|k| a * first[k] + b * second[k]);
                self.arrow(&mut out, s.vertex, carried, LONG, CARRIED);
            }
        }
        out.push_str("</svg>\n");
        Ok(out)
    }

    fn faces_eye(&self, vertex: usize) -> bool {
        self.both || self.view.direction(self.normals[vertex])[2] > TOWARDS
    }

    /// The triangles, the far ones first.
    fn faces(&self, out: &mut String) {
        let mesh = self.surface.mesh();
        let normals = mesh.face_normals();
        let depth = |face: &[usize; 3]| -> f64 {
            face.iter()
                .map(|&v| self.view.turned(mesh.vertices()[v])[2])
                .sum()
        };
        let mut order: Vec<usize> = (0..mesh.faces().len()).collect();
        order.sort_by(|&a, &b| depth(&mesh.faces()[a]).total_cmp(&depth(&mesh.faces()[b])));
        for face in order {
            let towards = self.view.direction(normals[face])[2];
            // What turns away on a closed surface is hidden.
            if mesh.border_edges() == 0 && towards <= 0.0 {
                continue;
            }
            let grey = (225.0 + 28.0 * towards.abs()) as u8;
            let places = mesh.faces()[face].map(|v| self.view.place(mesh.vertices()[v]));
            let points: Vec<String> = places
                .iter()
                .map(|(x, y)| format!("{x:.1},{y:.1}"))
                .collect();
            let _ = writeln!(
                out,
                "<polygon points=\"{}\" fill=\"#{grey:02x}{grey:02x}{grey:02x}\" stroke=\"#c4cad6\" \
                 stroke-width=\"0.7\"/>",
                points.join(" ")
            );
        }
    }

    /// A tangent vector at a vertex, some part of an edge long.
    fn arrow(&self, out: &mut String, vertex: usize, along: Vector, share: f64, pen: Pen) {
        let Pen {
            colour,
            width,
            head,
        } = pen;
        let from = self.surface.mesh().vertices()[vertex];
        let tip = [0, 1, 2].map(|k| from[k] + share * self.unit * along[k]);
        let ((x, y), (u, v)) = (self.view.place(from), self.view.place(tip));
        let _ = write!(
            out,
            "<path d=\"M{x:.1} {y:.1}L{u:.1} {v:.1}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>"
        );
        let (dx, dy) = (u - x, v - y);
        let length = dx.hypot(dy);
        if head && length > 2.0 {
            let size = (2.6 * width).min(length);
            let (a, b) = (dx / length * size, dy / length * size);
            let _ = write!(
                out,
                "<path d=\"M{u:.1} {v:.1}L{:.1} {:.1}L{:.1} {:.1}Z\" fill=\"{colour}\"/>",
                u - a - b / 2.0,
                v - b + a / 2.0,
                u - a + b / 2.0,
                v - b - a / 2.0
            );
        }
        out.push('\n');
    }
}
