//! Finds circles of imports between the module files of a crate, and between the modules at its
//! root, and fails on one.
//!
//! `scripts/circles [ROOT]` compiles and runs this file; it needs nothing but `rustc`.
//!
//! File `a.rs` imports file `b.rs` if its code names an item of it: by `use`, or by a path that begins
//! with `crate`, `self`, `super`, a module or an imported name. An item is one of the module that the
//! path names and of the one that defines it: behind `crate::plan::Entry` are `plan.rs`, which
//! re-exports it, and `plan/basis.rs`. What counts, and what does not:
//!
//! - A re-export (`pub use`, `pub(crate) use`) of what a module below defines is no import: a
//!   parent shows what its children have. Any other `pub use` is one.
//! - `mod child;` and a `use` that names a module are no imports; the paths that begin with it are.
//! - Code under `#[cfg(test)]`, comments and strings do not count. Methods and fields cannot be seen.
//! - A circle through a file that else stays in the folder of that file does not count: `a.rs` has a
//!   type, `a/b.rs` what it can do. So a circle counts if its files lie in two or more branches of a
//!   folder and the file of that folder is not one of them.
//! - Between the modules at the root of a crate, a file counts as the module that it lies in. So two of
//!   them may not use each other even by different files, which is no circle of files.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Imports that close a circle today and are to go. The list may only become shorter: a circle
/// without one of these fails, and so does a line here that closes no circle any more. Crate without
/// `schur-`, importing file, imported file.
const KNOWN: &[(&str, &str, &str)] = &[];

/// Imports between modules at the roots that close a circle, likewise; docs/design/program.md, "Checks",
/// has the reason of each.
const KNOWN_MODULES: &[(&str, &str, &str)] = &[];

fn main() -> ExitCode {
    let root = std::env::args().nth(1).unwrap_or_else(|| ".".into());
    let imports = match imports_below(Path::new(&root)) {
        Ok(imports) => imports,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let (files, files_ok) = verdict("files", &imports, &known(KNOWN));
    let modules = between_modules(&imports);
    let (modules, modules_ok) = verdict("modules at the roots", &modules, &known(KNOWN_MODULES));
    print!("{files}{modules}");
    if files_ok && modules_ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn known(list: &[(&str, &str, &str)]) -> Vec<(String, String)> {
    let file = |room, name| format!("crates/schur-{room}/src/{name}.rs");
    let arrows = list
        .iter()
        .map(|(room, from, to)| (file(room, from), file(room, to)));
    arrows.collect()
}

/// From file to imported file, with the place of the first such import, `file:line`.
type Imports = BTreeMap<String, BTreeMap<String, String>>;

/// Imports between the modules at the root of each crate, each as its file: that of `a/b.rs` is `a.rs`.
fn between_modules(imports: &Imports) -> Imports {
    let module = |file: &str| {
        let (source, inside) = file.split_once("/src/")?;
        let name = stem(inside).split('/').next()?;
        (!matches!(name, "lib" | "main")).then(|| format!("{source}/src/{name}.rs"))
    };
    let mut modules = Imports::new();
    for (file, next) in imports {
        let Some(from) = module(file) else { continue };
        let found = modules.entry(from.clone()).or_default();
        for (to, place) in next {
            if let Some(to) = module(to).filter(|to| *to != from) {
                found.entry(to).or_insert_with(|| place.clone());
            }
        }
    }
    modules
}

/// What is printed, and whether every circle has a known import and every known import a circle.
fn verdict(what: &str, imports: &Imports, known: &[(String, String)]) -> (String, bool) {
    let mut text = String::new();
    let all = circles(imports);
    let closing: BTreeSet<_> = all.iter().flat_map(|circle| arrows(circle)).collect();
    let gone: Vec<_> = known
        .iter()
        .filter(|(from, to)| !closing.contains(&(from.as_str(), to.as_str())))
        .collect();
    for (from, to) in &gone {
        let _ = writeln!(
            text,
            "{from} -> {to} closes no circle any more: take it from KNOWN"
        );
    }
    let mut rest = imports.clone();
    for (from, to) in known {
        if let Some(next) = rest.get_mut(from) {
            next.remove(to);
        }
    }
    let circles = circles(&rest);
    let mut shown = BTreeSet::new();
    for circle in &circles {
        let arrows = arrows(circle);
        // One that shares an import with a shorter one may be gone with that.
        if arrows.iter().any(|arrow| shown.contains(arrow)) {
            continue;
        }
        let _ = writeln!(text, "circle of {} {what}:", circle.len());
        for (from, to) in arrows {
            let _ = writeln!(text, "  {} -> {to}", rest[from][to]);
            shown.insert((from, to));
        }
    }
    let files = imports.len();
    let count: usize = imports.values().map(BTreeMap::len).sum();
    if count == 0 {
        text.push_str("no import was found at all: is this the root of the repository?\n");
    }
    let known = known.len();
    let found = circles.len();
    let _ = writeln!(
        text,
        "   {files} {what}, {count} imports, {found} circles, {known} imports known to close more"
    );
    (text, circles.is_empty() && gone.is_empty() && count > 0)
}

/// The imports of a circle.
fn arrows(circle: &[String]) -> Vec<(&str, &str)> {
    let next = circle.iter().cycle().skip(1);
    circle
        .iter()
        .zip(next)
        .map(|(from, to)| (from.as_str(), to.as_str()))
        .collect()
}

/// For every import from one branch of a folder to another that closes circles in that folder one
/// of the shortest, without doubles, short ones first.
fn circles(imports: &Imports) -> Vec<Vec<String>> {
    let mut found = BTreeSet::new();
    for (from, next) in imports {
        for to in next.keys() {
            let folder = common_folder(from, to);
            let above = |file: &str| {
                file == folder
                    || file == format!("{folder}/lib")
                    || file == format!("{folder}/main")
            };
            let inside = |file: &str| file.starts_with(&format!("{folder}/")) && !above(stem(file));
            if !inside(from) || !inside(to) {
                continue;
            }
            if let Some(mut circle) = path(imports, to, from, &inside) {
                let first = (0..circle.len()).min_by_key(|&i| &circle[i]).unwrap_or(0);
                circle.rotate_left(first);
                found.insert((circle.len(), circle));
            }
        }
    }
    found.into_iter().map(|(_, circle)| circle).collect()
}

/// `a/b.rs` is the file of the folder `a/b`.
fn stem(file: &str) -> &str {
    file.strip_suffix(".rs").unwrap_or(file)
}

/// The innermost folder that has both files, or one of which is its file.
fn common_folder<'a>(file: &'a str, other: &str) -> &'a str {
    let (file, other) = (stem(file), stem(other));
    let mut end = 0;
    for (i, _) in file.match_indices('/').chain([(file.len(), "")]) {
        let folder = &file[..i];
        if other == folder || other.starts_with(&format!("{folder}/")) {
            end = i;
        }
    }
    &file[..end]
}

/// The files of a shortest way from one file to another, both included, by files that are `inside`.
fn path(
    imports: &Imports,
    from: &str,
    to: &str,
    inside: &dyn Fn(&str) -> bool,
) -> Option<Vec<String>> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = VecDeque::from([from]);
    while let Some(file) = queue.pop_front() {
        if file == to {
            let mut way = vec![file.to_string()];
            let mut here = file;
            while here != from {
                here = before[here];
                way.push(here.to_string());
            }
            way.reverse();
            return Some(way);
        }
        for next in imports.get(file).into_iter().flat_map(BTreeMap::keys) {
            if next != from && inside(next) && !before.contains_key(next.as_str()) {
                before.insert(next, file);
                queue.push_back(next);
            }
        }
    }
    None
}

fn imports_below(root: &Path) -> Result<Imports, String> {
    let crates = root.join("crates");
    let entries = std::fs::read_dir(&crates).map_err(|e| format!("{}: {e}", crates.display()))?;
    let mut all = Imports::new();
    for entry in entries {
        let source = entry.map_err(|e| e.to_string())?.path().join("src");
        for name in ["lib.rs", "main.rs"] {
            let file = source.join(name);
            if file.is_file() {
                let mut tree = Tree {
                    root: root.to_path_buf(),
                    modules: Vec::new(),
                };
                let children = source.clone();
                tree.read_file(&file, &children, None)?;
                all.extend(tree.imports());
            }
        }
    }
    Ok(all)
}

/// A path in the code of a module.
#[derive(Clone, Debug)]
struct Named {
    segments: Vec<String>,
    line: usize,
    /// By which name a `use` makes it known here; `*` for all of a module's names.
    binding: Option<String>,
    public: bool,
}

#[derive(Debug)]
struct Module {
    file: String,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    items: BTreeSet<String>,
    paths: Vec<Named>,
}

/// The modules of a crate; the first one is the root.
struct Tree {
    root: PathBuf,
    modules: Vec<Module>,
}

/// Where a path leads: the module that defines the item, or a module itself.
#[derive(Clone, Copy)]
enum Target {
    Item(usize),
    Module(usize),
}

impl Tree {
    /// `folder` is where the files of the children lie.
    fn read_file(
        &mut self,
        file: &Path,
        folder: &Path,
        parent: Option<usize>,
    ) -> Result<usize, String> {
        let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
        let shown = file
            .strip_prefix(&self.root)
            .unwrap_or(file)
            .display()
            .to_string();
        let tokens = tokens(&text);
        let module = self.add(shown, parent);
        self.read_module(&tokens, module, folder)?;
        Ok(module)
    }

    fn add(&mut self, file: String, parent: Option<usize>) -> usize {
        let (children, items, paths) = Default::default();
        self.modules.push(Module {
            file,
            parent,
            children,
            items,
            paths,
        });
        self.modules.len() - 1
    }

    fn read_module(
        &mut self,
        tokens: &[Token],
        module: usize,
        folder: &Path,
    ) -> Result<(), String> {
        let mut at = 0;
        let mut depth = 0;
        let mut public = false;
        while at < tokens.len() {
            let token = &tokens[at];
            let word = token.text.as_str();
            let next = tokens.get(at + 1).map_or("", |t| t.text.as_str());
            let after_path = at > 0 && matches!(tokens[at - 1].text.as_str(), "::" | ".");
            match word {
                "#" if next == "[" => {
                    let end = closing(tokens, at + 1);
                    let attribute: String =
                        tokens[at..end].iter().map(|t| t.text.as_str()).collect();
                    at = if attribute == "#[cfg(test)" {
                        past_item(tokens, end + 1)
                    } else {
                        end + 1
                    };
                    continue;
                }
                "mod" if depth == 0 && is_name(next) => {
                    let name = next.to_string();
                    let below = folder.join(&name);
                    let child = if tokens.get(at + 2).is_some_and(|t| t.text == "{") {
                        let end = closing(tokens, at + 2);
                        let child = self.add(self.modules[module].file.clone(), Some(module));
                        self.read_module(&tokens[at + 3..end], child, &below)?;
                        at = end;
                        child
                    } else {
                        at += 2;
                        self.read_file(&folder.join(format!("{name}.rs")), &below, Some(module))?
                    };
                    self.modules[module].children.insert(name, child);
                }
                "use" => {
                    let end = (at..tokens.len())
                        .find(|&i| tokens[i].text == ";")
                        .unwrap_or(tokens.len());
                    let mut cursor = at + 1;
                    let paths = &mut self.modules[module].paths;
                    use_tree(tokens, &mut cursor, &[], public, paths);
                    at = end;
                }
                "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" | "union"
                    if depth == 0 && is_name(next) && next != "fn" =>
                {
                    self.modules[module].items.insert(next.to_string());
                    at += 1;
                }
                "macro_rules" if next == "!" => {
                    self.modules[module]
                        .items
                        .insert(tokens[at + 2].text.clone());
                    at += 2;
                }
                "{" => depth += 1,
                "}" => depth -= 1,
                _ if is_name(word) && next == "::" && !after_path => {
                    let mut segments = vec![word.to_string()];
                    while tokens.get(at + 1).is_some_and(|t| t.text == "::")
                        && tokens.get(at + 2).is_some_and(|t| is_name(&t.text))
                    {
                        segments.push(tokens[at + 2].text.clone());
                        at += 2;
                    }
                    let named = Named {
                        segments,
                        line: token.line,
                        binding: None,
                        public: false,
                    };
                    self.modules[module].paths.push(named);
                }
                _ => {}
            }
            // `pub`, `pub(crate)`, `pub(super)` stand right before `use`.
            public =
                word == "pub" || (public && matches!(word, "(" | "crate" | "super" | "in" | ")"));
            at += 1;
        }
        Ok(())
    }

    fn imports(&self) -> Imports {
        let mut lines: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for (number, module) in self.modules.iter().enumerate() {
            let next = lines.entry(&module.file).or_default();
            for named in &module.paths {
                let Some(target) = self.resolve(number, &named.segments, &mut Vec::new()) else {
                    continue;
                };
                let target = match target {
                    Target::Item(target) => target,
                    Target::Module(target) if named.binding.as_deref() == Some("*") => target,
                    Target::Module(_) => continue,
                };
                let shown = named.public && self.is_below(target, number);
                let path = &named.segments[..named.segments.len() - 1];
                let door = match self.resolve(number, path, &mut Vec::new()) {
                    Some(Target::Module(door)) => door,
                    _ => target,
                };
                for file in [door, target].map(|module| &self.modules[module].file) {
                    if *file != module.file && !shown {
                        let line = next.entry(file).or_insert(named.line);
                        *line = named.line.min(*line);
                    }
                }
            }
        }
        let places = |(file, next): (&str, BTreeMap<&str, usize>)| {
            let place = |(to, line): (&str, usize)| (to.to_string(), format!("{file}:{line}"));
            (file.to_string(), next.into_iter().map(place).collect())
        };
        lines.into_iter().map(places).collect()
    }

    fn is_below(&self, mut module: usize, above: usize) -> bool {
        while let Some(parent) = self.modules[module].parent {
            if parent == above {
                return true;
            }
            module = parent;
        }
        false
    }

    /// `seen` has the names that are being looked up, since names can lead in a circle.
    fn resolve(
        &self,
        from: usize,
        segments: &[String],
        seen: &mut Vec<(usize, String)>,
    ) -> Option<Target> {
        let mut here = from;
        for (i, segment) in segments.iter().enumerate() {
            let last = i + 1 == segments.len();
            here = match segment.as_str() {
                "crate" => 0,
                "self" | "*" => here,
                "super" => self.modules[here].parent?,
                name => match self.lookup(here, name, last, seen) {
                    Some(Target::Module(module)) => module,
                    // What follows are variants and functions of the item.
                    Some(item) => return Some(item),
                    None if i == 0 => return None,
                    // Such as an item that a macro defines.
                    None => return Some(Target::Item(here)),
                },
            };
        }
        Some(Target::Module(here))
    }

    fn lookup(
        &self,
        here: usize,
        name: &str,
        last: bool,
        seen: &mut Vec<(usize, String)>,
    ) -> Option<Target> {
        let module = &self.modules[here];
        let child = module.children.get(name).copied().map(Target::Module);
        if !last && child.is_some() {
            return child;
        }
        if module.items.contains(name) {
            return Some(Target::Item(here));
        }
        if seen.iter().any(|(m, n)| *m == here && n == name) {
            return child;
        }
        seen.push((here, name.to_string()));
        let bound = module
            .paths
            .iter()
            .filter(|p| p.binding.as_deref() == Some(name));
        let target = bound
            .filter_map(|p| self.resolve(here, &p.segments, seen))
            .next();
        let target = target.or(child).or_else(|| {
            let globs = module
                .paths
                .iter()
                .filter(|p| p.binding.as_deref() == Some("*"));
            globs
                .filter_map(|p| match self.resolve(here, &p.segments, seen)? {
                    Target::Module(from) => self.lookup(from, name, last, seen),
                    Target::Item(_) => None,
                })
                .next()
        });
        seen.pop();
        target
    }
}

/// Reads `a::b::{self, c as d}` from `at` on, as paths with the names that they bind.
fn use_tree(
    tokens: &[Token],
    at: &mut usize,
    prefix: &[String],
    public: bool,
    paths: &mut Vec<Named>,
) {
    let mut segments = prefix.to_vec();
    let text = |i: usize| tokens.get(i).map_or(";", |t| t.text.as_str());
    loop {
        match text(*at) {
            "{" => {
                *at += 1;
                while !matches!(text(*at), "}" | ";") {
                    use_tree(tokens, at, &segments, public, paths);
                }
                *at += 1;
                break;
            }
            "::" => *at += 1,
            word if is_name(word) && word != "as" || word == "*" => {
                segments.push(word.to_string());
                *at += 1;
                if text(*at) == "::" {
                    continue;
                }
                let line = tokens[*at - 1].line;
                let mut binding = word.to_string();
                if word == "self" {
                    segments.pop();
                    binding = segments.last().cloned().unwrap_or_default();
                }
                if text(*at) == "as" {
                    binding = text(*at + 1).to_string();
                    *at += 2;
                }
                paths.push(Named {
                    segments: segments.clone(),
                    line,
                    binding: Some(binding),
                    public,
                });
                break;
            }
            _ => break,
        }
    }
    if text(*at) == "," {
        *at += 1;
    }
}

#[derive(Debug)]
struct Token {
    text: String,
    line: usize,
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c == '_' || c.is_alphabetic())
}

/// The bracket that closes the one at `open`.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return i;
        }
    }
    tokens.len()
}

/// Behind the item that begins at `at`, with its attributes: at a `;` or a block outside brackets.
fn past_item(tokens: &[Token], mut at: usize) -> usize {
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            ";" => return at + 1,
            "{" => return closing(tokens, at) + 1,
            "(" | "[" => at = closing(tokens, at) + 1,
            _ => at += 1,
        }
    }
    at
}

/// Names, `::` and single signs of Rust code, without comments, strings, characters and lifetimes.
fn tokens(text: &str) -> Vec<Token> {
    let c: Vec<char> = text.chars().collect();
    let at = |i: usize| c.get(i).copied().unwrap_or('\0');
    let mut tokens = Vec::new();
    let (mut i, mut line) = (0, 1);
    // Behind a string that begins with the quote at `i` and ends with a quote and `hashes`.
    let past_string = |mut i: usize, raw: bool, hashes: usize, line: &mut usize| {
        i += 1;
        while i < c.len() {
            if at(i) == '\n' {
                *line += 1;
            }
            if at(i) == '\\' && !raw {
                // An escaped end of line is one, too.
                *line += usize::from(at(i + 1) == '\n');
                i += 2;
            } else if at(i) == '"' && (1..=hashes).all(|k| at(i + k) == '#') {
                return i + 1 + hashes;
            } else {
                i += 1;
            }
        }
        i
    };
    while i < c.len() {
        let start = i;
        match c[i] {
            '\n' => line += 1,
            '/' if at(i + 1) == '/' => {
                while i < c.len() && c[i] != '\n' {
                    i += 1;
                }
                continue;
            }
            '/' if at(i + 1) == '*' => {
                while i < c.len() && !(c[i] == '*' && at(i + 1) == '/') {
                    line += usize::from(c[i] == '\n');
                    i += 1;
                }
                i += 1;
            }
            '"' => {
                i = past_string(i, false, 0, &mut line);
                continue;
            }
            // A character ends two or, escaped, more signs later; else this is a lifetime.
            '\'' if at(i + 1) == '\\' => {
                i += 3;
                while i < c.len() && c[i] != '\'' {
                    i += 1;
                }
            }
            '\'' if at(i + 2) == '\'' => i += 2,
            '\'' => {
                i += 1;
                while at(i).is_alphanumeric() || at(i) == '_' {
                    i += 1;
                }
                continue;
            }
            ':' if at(i + 1) == ':' => {
                i += 1;
                tokens.push(Token {
                    text: "::".into(),
                    line,
                });
            }
            first if first == '_' || first.is_alphanumeric() => {
                while at(i).is_alphanumeric() || at(i) == '_' {
                    i += 1;
                }
                let word: String = c[start..i].iter().collect();
                let hashes = (0..).take_while(|k| at(i + k) == '#').count();
                if matches!(word.as_str(), "r" | "br" | "b" | "c") && at(i + hashes) == '"' {
                    let raw = word.contains('r');
                    i = past_string(i + hashes, raw, hashes, &mut line);
                    continue;
                }
                tokens.push(Token { text: word, line });
                continue;
            }
            sign if !sign.is_whitespace() => tokens.push(Token {
                text: sign.to_string(),
                line,
            }),
            _ => {}
        }
        i += 1;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A crate with these files, read from disk.
    fn imports(files: &[(&str, &str)]) -> Imports {
        static NUMBER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("circles-{}-{number}", std::process::id()));
        for (name, text) in files {
            let file = root.join("crates/schur-c/src").join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        let imports = imports_below(&root).unwrap();
        std::fs::remove_dir_all(&root).unwrap();
        imports
    }

    fn found(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let name = |file: &String| file.replace("crates/schur-c/src/", "");
        let circles = circles(&imports(files));
        circles
            .iter()
            .map(|circle| circle.iter().map(name).collect())
            .collect()
    }

    #[test]
    fn a_circle_is_found_by_use_and_by_path_and_through_re_exports() {
        let root = ("lib.rs", "mod a; mod b; pub use a::A;");
        let uses = ("b.rs", "use crate::{A, a};\npub struct B(A);");
        for a in [
            "use super::b::{self, B as C};\npub struct A(C);",
            "pub struct A(Vec<crate::b::B>);",
        ] {
            assert_eq!(found(&[root, ("a.rs", a), uses]), [["a.rs", "b.rs"]]);
        }
        assert_eq!(
            found(&[root, ("a.rs", "pub struct A;"), uses]),
            Vec::<Vec<String>>::new()
        );
        // By the door of a folder, though no file imports its importer.
        let folder = [
            ("lib.rs", "mod a; mod b;"),
            (
                "a.rs",
                "mod inner; pub use inner::A; use crate::b::B; fn f(_: B) {}",
            ),
            ("a/inner.rs", "pub struct A;"),
            ("b.rs", "pub struct B; fn g(_: crate::a::A) {}"),
        ];
        assert_eq!(found(&folder), [["a.rs", "b.rs"]]);
    }

    #[test]
    fn tests_comments_and_strings_do_not_count() {
        let b = ("b.rs", "pub struct B; pub fn f(_: crate::a::A) {}");
        let root = ("lib.rs", "mod a; mod b;");
        for text in [
            "pub struct A;\n#[cfg(test)]\nmod tests { use crate::b::B; fn f() -> B { B } }",
            "pub struct A; // crate::b::B\n/* crate::b::B */",
            "pub struct A; fn f<'a>() -> (&'a str, char) { (\"\\\" crate::b::B\", '\"') }",
            "pub struct A; fn f() -> &'static str { r#\"\" crate::b::B\"# }",
        ] {
            assert_eq!(
                found(&[root, ("a.rs", text), b]),
                Vec::<Vec<String>>::new(),
                "{text}"
            );
        }
        let after = "pub struct A; #[cfg(test)] use crate::b::f;\nfn f() -> char { '\\'' } fn g(_: crate::b::B) {}";
        assert_eq!(found(&[root, ("a.rs", after), b]).len(), 1);
    }

    #[test]
    fn a_file_and_its_folder_may_use_each_other_but_two_in_the_folder_may_not() {
        let root = ("lib.rs", "mod a;");
        let parent = (
            "a.rs",
            "mod b; mod c; use b::f; pub struct A; fn g() { f() }",
        );
        let b = ("a/b.rs", "use super::A; pub fn f() { super::c::h() }");
        let c = ("a/c.rs", "use super::A; pub fn h() {}");
        assert_eq!(found(&[root, parent, b, c]), Vec::<Vec<String>>::new());
        let c = ("a/c.rs", "use super::b; pub fn h() { b::f() }");
        assert_eq!(found(&[root, parent, b, c]), [["a/b.rs", "a/c.rs"]]);
        // Out of the folder and back is a circle, even by the file of the folder.
        let root = ("lib.rs", "mod a; mod d;");
        let b = ("a/b.rs", "pub fn f() { crate::d::k() }");
        let d = ("d.rs", "pub fn k() -> crate::a::A { crate::a::A }");
        let c = ("a/c.rs", "");
        assert_eq!(
            found(&[root, parent, b, c, d]),
            [["a.rs", "a/b.rs", "d.rs"]]
        );
    }

    #[test]
    fn modules_at_the_root_may_not_use_each_other_by_different_files() {
        let files = [
            ("lib.rs", "mod a; mod b; pub use a::A;"),
            ("a.rs", "mod inner; pub struct A;"),
            ("a/inner.rs", "pub fn f(_: crate::b::B) {}"),
            ("b.rs", "mod inner; pub struct B;"),
            ("b/inner.rs", "\npub fn g(_: crate::A) {}"),
        ];
        assert!(found(&files).is_empty());
        let modules = between_modules(&imports(&files));
        let (text, ok) = verdict("modules", &modules, &[]);
        assert!(!ok && text.contains("circle of 2 modules"), "{text}");
        for arrow in [
            "a/inner.rs:1 -> crates/schur-c/src/b.rs",
            "b/inner.rs:2 -> crates/schur-c/src/a.rs",
        ] {
            assert!(text.contains(arrow), "{text}");
        }
        // What one file of a module shows or uses of another of it is no import of modules.
        let mut files = files;
        files[4].1 = "";
        let (text, ok) = verdict("modules", &between_modules(&imports(&files)), &[]);
        assert!(
            ok && text.contains("2 modules, 1 imports, 0 circles"),
            "{text}"
        );
    }

    #[test]
    fn known_imports_are_forgiven_while_they_close_a_circle() {
        let (a, b) = (
            ("a.rs", "pub struct A(crate::b::B);"),
            ("b.rs", "pub struct B; use crate::a::A;"),
        );
        let circle = imports(&[("lib.rs", "mod a; mod b;"), a, b]);
        let known = known(&[("c", "b", "a")]);
        let (text, ok) = verdict("files", &circle, &[]);
        assert!(
            !ok && text.contains("  crates/schur-c/src/a.rs:1 -> crates/schur-c/src/b.rs"),
            "{text}"
        );
        assert!(verdict("files", &circle, &known).1);
        let straight = imports(&[("lib.rs", "mod a; mod b;"), a, ("b.rs", "pub struct B;")]);
        assert!(verdict("files", &straight, &[]).1);
        let (text, ok) = verdict("files", &straight, &known);
        assert!(!ok && text.contains("closes no circle any more"), "{text}");
        // Nothing looked at is no success.
        assert!(!verdict("files", &Imports::new(), &[]).1);
    }
}
