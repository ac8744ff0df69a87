//! The text format for groups.

mod cycles;
mod expression;
mod lines;
mod write;

use super::{Element, Family, Group, MatrixGroup, PermutationGroup};
use crate::error::MathError;
use crate::matrix::Matrix;
use lines::{Line, Lines};

/// A group as a text describes it, with the permutations or matrices that define it.
///
/// # The format
///
/// Lines; `#` begins a comment, empty lines and indentation mean nothing, and a line that ends in
/// `\` goes on in the next, as GAP breaks long ones. A first line
/// `group NAME` names the group. Then comes one of three:
///
/// **Permutations.** One `permutation` per generator, in cycles of points counted from 1; `()`
/// is the identity. A name before `=` is optional. `points N` says that there are more points
/// than the largest that is mentioned.
///
/// ```text
/// group square
/// permutation r = (1 2 3 4)
/// permutation s = (1 2)(3 4)
/// ```
///
/// **Matrices.** `matrix`, with an optional name, and the rows below it, entries separated by
/// spaces. An entry is a number or an expression without spaces, made of `+ - * /`, brackets,
/// `sqrt( )`, `cos( )`, `sin( )` (radians) and `pi`.
///
/// ```text
/// group triangle
/// matrix r
///   -1/2       -sqrt(3)/2
///   sqrt(3)/2  -1/2
/// matrix s
///   -1 0
///    0 1
/// ```
///
/// **A multiplication table.** `table` and its rows: row `g`, column `h` has the product `g h`.
/// Entries are numbers of elements from 0. One line `element NAME` for each element, before the
/// table, names them; if none of the names has a space, the entries are those names.
///
/// ```text
/// group klein
/// element e
/// element a
/// element b
/// element c
/// table
///   e a b c
///   a e c b
///   b c e a
///   c b a e
/// ```
///
/// If all generators have names, elements are named by words in them (`r^2 s`); otherwise as
/// [`PermutationGroup`] and [`MatrixGroup`] do.
///
/// ```
/// use schur_math::GroupDefinition;
///
/// let hexagon = GroupDefinition::from_text("matrix r\n 1/2 -sqrt(3)/2\n sqrt(3)/2 1/2")?;
/// assert_eq!(hexagon.group().order(), 6);
/// assert_eq!(hexagon.defining()?.map(|rho| rho.dim()), Some(2));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug)]
pub struct GroupDefinition {
    group: Group,
    origin: Origin,
}

#[derive(Clone, Debug)]
pub(crate) enum Origin {
    Permutations(PermutationGroup),
    Matrices(MatrixGroup),
    Table,
}

impl GroupDefinition {
    /// Reads the [format](Self).
    ///
    /// # Errors
    ///
    /// If the text is not of the format or what it describes is no group of a supported order.
    /// The error names the line, the problem, with a witness where a law fails, and the remedy.
    pub fn from_text(text: &str) -> Result<Self, MathError> {
        let text = lines::joined(text);
        let mut lines = Lines::new(&text);
        let mut parts = Parts::default();
        while let Some(line) = lines.next() {
            parts.read(line, &mut lines)?;
        }
        parts.finish()
    }

    /// The group.
    pub fn group(&self) -> &Group {
        &self.group
    }

    /// What it was made of.
    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl Group {
    /// A group from a text that a person wrote: generating permutations or matrices, or a
    /// multiplication table. [`GroupDefinition`] describes the format, and keeps what
    /// permutations and matrices the text gave.
    ///
    /// ```
    /// use schur_math::Group;
    ///
    /// let square = Group::from_text(
    ///     "group square
    ///      permutation r = (1 2 3 4)   # a quarter turn of the corners
    ///      permutation s = (1 2)(3 4)",
    /// )?;
    /// assert_eq!(square.isomorphism_name().as_deref(), Some("D4"));
    /// let error = Group::from_text("permutation (1 2 1)").unwrap_err();
    /// assert!(error.to_string().contains("line 1"));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`GroupDefinition::from_text`].
    pub fn from_text(text: &str) -> Result<Self, MathError> {
        GroupDefinition::from_text(text).map(|definition| definition.group)
    }
}

/// What has been read, with numbers of lines.
#[derive(Default)]
struct Parts {
    name: Option<String>,
    points: Option<(usize, usize)>,
    permutations: Vec<Generator<Vec<Vec<usize>>>>,
    matrices: Vec<Generator<Matrix>>,
    elements: Vec<(usize, String)>,
    table: Option<(usize, Vec<Vec<usize>>)>,
}

struct Generator<T> {
    line: usize,
    name: Option<String>,
    value: T,
}

impl Parts {
    fn read<'a>(&mut self, line: Line<'a>, lines: &mut Lines<'a>) -> Result<(), MathError> {
        let (keyword, rest) = line.keyword();
        match keyword {
            "group" if self.name.is_some() => {
                Err(line.error("names the group again", "name it once"))
            }
            "group" => {
                self.name = Some(line.name(rest)?);
                Ok(())
            }
            "points" => match rest.parse() {
                Ok(points @ 1..=PermutationGroup::MAX_POINTS) => {
                    self.points = Some((line.number, points));
                    Ok(())
                }
                _ => Err(line.error(
                    format!("has {rest:?} points"),
                    format!("give a number from 1 to {}", PermutationGroup::MAX_POINTS),
                )),
            },
            "permutation" => {
                let (name, cycles) = match rest.split_once('=') {
                    Some((name, cycles)) => (Some(line.generator_name(name.trim())?), cycles),
                    None => (None, rest),
                };
                self.permutations.push(Generator {
                    line: line.number,
                    name,
                    value: cycles::parse(&line, cycles)?,
                });
                Ok(())
            }
            "matrix" => {
                let name = (!rest.is_empty()).then(|| line.generator_name(rest));
                let rows = lines.square(&line, "matrix")?;
                let size = rows.len();
                let mut value = Vec::new();
                for (row, entries) in rows {
                    for entry in entries {
                        value.push(expression::evaluate(&row, entry)?);
                    }
                }
                self.matrices.push(Generator {
                    line: line.number,
                    name: name.transpose()?,
                    value: Matrix::from_values(size, size, value),
                });
                Ok(())
            }
            "element" => {
                let name = line.name(rest)?;
                if self.elements.iter().any(|(_, known)| *known == name) {
                    return Err(line.error(format!("names {name:?} again"), "use each name once"));
                }
                self.elements.push((line.number, name));
                Ok(())
            }
            "table" if self.table.is_some() => {
                Err(line.error("begins a second table", "give one table"))
            }
            "table" => {
                let rows = lines.square(&line, "table")?;
                self.table = Some((line.number, self.entries(rows)?));
                Ok(())
            }
            _ => Err(line.error(
                format!("begins with {keyword:?}"),
                "begin lines with group, points, permutation, matrix, element or table",
            )),
        }
    }

    /// Entries of a table as indices.
    fn entries(&self, rows: Vec<(Line<'_>, Vec<&str>)>) -> Result<Vec<Vec<usize>>, MathError> {
        let one_word = |(_, name): &(usize, String)| !name.contains(char::is_whitespace);
        let by_name = !self.elements.is_empty() && self.elements.iter().all(one_word);
        let last = rows.len() - 1;
        let index = |row: &Line<'_>, entry: &str| {
            if by_name {
                let found = self.elements.iter().position(|(_, name)| name == entry);
                return found.ok_or_else(|| {
                    let problem = format!("has the entry {entry:?}, which is no element");
                    row.error(problem, "name it in an `element` line before the table")
                });
            }
            let number = entry.parse().ok().filter(|&number| number <= last);
            number.ok_or_else(|| {
                let problem = format!("has the entry {entry:?}, which is no element");
                row.error(problem, format!("use the numbers 0 to {last}"))
            })
        };
        let row = |(row, entries): (Line<'_>, Vec<&str>)| {
            entries.iter().map(|entry| index(&row, entry)).collect()
        };
        rows.into_iter().map(row).collect()
    }

    fn finish(self) -> Result<GroupDefinition, MathError> {
        let name = self.name.clone().unwrap_or_else(|| "unnamed".to_string());
        let first = |line: Option<usize>| line.unwrap_or(usize::MAX);
        let permutations = first(self.permutations.first().map(|p| p.line));
        let matrices = first(self.matrices.first().map(|m| m.line));
        let table = first(self.table.as_ref().map(|t| t.0));
        let mut starts = [permutations, matrices, table];
        starts.sort_unstable();
        if starts[0] == usize::MAX {
            return Err(error(
                1,
                "begins a text in which no group is given",
                "below its name, if it has one, come `permutation`s, `matrix`es or a `table`",
            ));
        }
        if starts[1] != usize::MAX {
            return Err(error(
                starts[1],
                "gives the group in a second way",
                "use permutations, matrices or a table, not two of them",
            ));
        }
        if let Some((line, _)) = self.points.filter(|_| self.permutations.is_empty()) {
            let remedy = "use `points` only with permutations";
            return Err(error(line, "gives points without permutations", remedy));
        }
        match (self.elements.first(), &self.table) {
            (Some((line, _)), None) => Err(error(
                *line,
                "names an element without a table",
                "name generators instead: `permutation r = (1 2 3)`, `matrix r`",
            )),
            (_, Some(_)) => self.table_group(name),
            _ if !self.matrices.is_empty() => self.matrix_group(name),
            _ => self.permutation_group(name),
        }
    }

    fn table_group(self, name: String) -> Result<GroupDefinition, MathError> {
        let (line, rows) = self.table.unwrap_or_default();
        let (named, order) = (self.elements.len(), rows.len());
        if named != 0 && named != order {
            return Err(error(
                line,
                format!("begins a table of {order} elements, of which {named} have names"),
                "name all elements or none",
            ));
        }
        let group = Group::from_cayley_table(name, &rows).map_err(|source| {
            let remedy = "correct the table; row g, column h has the product g h";
            error(
                line,
                format!("begins a table that is no group: {source}"),
                remedy,
            )
        })?;
        let names = self.elements.into_iter().map(|(_, name)| name).collect();
        Ok(GroupDefinition {
            group: if named == 0 {
                group
            } else {
                rename(&group, names)
            },
            origin: Origin::Table,
        })
    }

    fn permutation_group(self, name: String) -> Result<GroupDefinition, MathError> {
        let largest = |g: &Generator<Vec<Vec<usize>>>| g.value.iter().flatten().max().copied();
        let mentioned = self.permutations.iter().filter_map(largest).max();
        let points = self.points.map_or(mentioned.unwrap_or(0) + 1, |p| p.1);
        let mut generators = Vec::new();
        for generator in &self.permutations {
            if let Some(point) = largest(generator).filter(|&point| point >= points) {
                return Err(error(
                    generator.line,
                    format!(
                        "moves the point {}, but there are {points} points",
                        point + 1
                    ),
                    "correct `points`, or leave it out",
                ));
            }
            generators.push(cycles::images(&generator.value, points));
        }
        let made = PermutationGroup::generate(name, &generators);
        let made = made.map_err(|source| blame(&self.permutations, source))?;
        Ok(GroupDefinition {
            group: name_by_words(made.group(), &self.permutations)?,
            origin: Origin::Permutations(made),
        })
    }

    fn matrix_group(self, name: String) -> Result<GroupDefinition, MathError> {
        let size = |generator: &Generator<Matrix>| generator.value.rows();
        for generator in &self.matrices[1..] {
            let (found, expected) = (size(generator), size(&self.matrices[0]));
            if found != expected {
                return Err(error(
                    generator.line,
                    format!("begins a matrix with {found} rows, the first has {expected}"),
                    "give matrices of one size",
                ));
            }
        }
        let generators: Vec<Matrix> = self.matrices.iter().map(|m| m.value.clone()).collect();
        let made = MatrixGroup::generate(name, &generators);
        let made = made.map_err(|source| blame(&self.matrices, source))?;
        Ok(GroupDefinition {
            group: name_by_words(made.group(), &self.matrices)?,
            origin: Origin::Matrices(made),
        })
    }
}

/// The line of the generator that an error is about, or of the first.
fn blame<T>(generators: &[Generator<T>], source: MathError) -> MathError {
    let index = match &source {
        MathError::Generator { generator, .. } => *generator,
        _ => 0,
    };
    let line = generators.get(index).map_or(1, |generator| generator.line);
    let remedy = "correct the generators";
    error(
        line,
        format!("gives generators of no group: {source}"),
        remedy,
    )
}

/// Names elements by shortest words in the generators, if all of these have names.
fn name_by_words<T>(group: &Group, generators: &[Generator<T>]) -> Result<Group, MathError> {
    let names: Option<Vec<&str>> = generators.iter().map(|g| g.name.as_deref()).collect();
    let Some(names) = names else {
        return Ok(group.clone());
    };
    for (i, name) in names.iter().enumerate() {
        if names[..i].contains(name) || *name == "e" {
            let problem = format!("names a generator {name:?}, which is taken");
            return Err(error(generators[i].line, problem, "use another name"));
        }
    }
    if names.len() != group.generators().len() {
        let line = generators.last().map_or(1, |generator| generator.line);
        return Err(error(
            line,
            "ends named generators of which one is the identity or equals another",
            "leave it out, or leave out the names",
        ));
    }
    // The last generator of a shortest word, its power, and the word before it.
    let mut words: Vec<Option<Vec<(usize, usize)>>> = vec![None; group.order()];
    words[group.identity().index()] = Some(Vec::new());
    let mut queue = std::collections::VecDeque::from([group.identity()]);
    while let Some(g) = queue.pop_front() {
        for (a, &generator) in group.generators().iter().enumerate() {
            let product = group.compose(g, generator).index();
            if words[product].is_none() {
                let mut word = words[g.index()].clone().unwrap_or_default();
                match word.last_mut() {
                    Some((last, power)) if *last == a => *power += 1,
                    _ => word.push((a, 1)),
                }
                words[product] = Some(word);
                queue.push_back(Element::new(product));
            }
        }
    }
    let spell = |word: Option<Vec<(usize, usize)>>| {
        let letters = word.unwrap_or_default().into_iter();
        let letters: Vec<String> = letters
            .map(|(a, power)| match power {
                1 => names[a].to_string(),
                _ => format!("{}^{power}", names[a]),
            })
            .collect();
        match letters.is_empty() {
            true => "e".to_string(),
            false => letters.join(" "),
        }
    };
    Ok(rename(group, words.into_iter().map(spell).collect()))
}

/// The group with other names of its elements.
fn rename(group: &Group, element_names: Vec<String>) -> Group {
    let family: Family = group.family();
    Group::from_checked(
        group.name().to_string(),
        family,
        group.table().clone(),
        group.generators().to_vec(),
        element_names,
    )
}

/// What is wrong in a line, and what to do.
fn error(line: usize, problem: impl Into<String>, remedy: impl Into<String>) -> MathError {
    MathError::Text {
        line,
        problem: problem.into(),
        remedy: remedy.into(),
    }
}
