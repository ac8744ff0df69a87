//! The progress bar of what is neither training nor an experiment.

use indicatif::{ProgressBar, ProgressStyle};
use schur_train::Observer;

/// A bar that appears while image files are read, or a network is measured on moved copies of its
/// test images, and is gone when all is done.
pub(crate) struct Waiting(ProgressBar);

impl Waiting {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{msg} [{bar:30}] {pos} of {len}")
            .expect("the template is a constant that the tests run")
            .progress_chars("=> ");
        bar.set_style(style);
        Self(bar)
    }

    /// Shows how much of something is done.
    pub(crate) fn show(&self, what: &'static str, done: usize, of: usize) {
        if done == of {
            return self.0.finish_and_clear();
        }
        if self.0.is_finished() {
            self.0.reset();
        }
        // The length first: a bar of nothing is full.
        self.0.set_length(of as u64);
        self.0.set_message(what);
        self.0.inc(1);
    }
}

impl Observer for Waiting {
    fn reading(&self, done: usize, of: usize) {
        self.show("reading images", done, of);
    }

    fn measuring(&self, done: usize, of: usize) {
        self.show("measuring on moved images", done, of);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Result;
    use std::sync::{Arc, Mutex};

    use indicatif::{ProgressDrawTarget, TermLike};

    use super::Waiting;

    /// Keeps what is drawn.
    #[derive(Clone, Debug, Default)]
    struct Screen(Arc<Mutex<String>>);

    impl TermLike for Screen {
        fn width(&self) -> u16 {
            80
        }

        fn write_line(&self, text: &str) -> Result<()> {
            self.write_str(text)
        }

        fn write_str(&self, text: &str) -> Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }

        fn move_cursor_up(&self, _: usize) -> Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _: usize) -> Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _: usize) -> Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _: usize) -> Result<()> {
            Ok(())
        }

        fn clear_line(&self) -> Result<()> {
            Ok(())
        }

        fn flush(&self) -> Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_bar_does_not_begin_full() {
        let (screen, waiting) = (Screen::default(), Waiting::new());
        let target = ProgressDrawTarget::term_like(Box::new(screen.clone()));
        waiting.0.set_draw_target(target);
        waiting.show("reading images", 1, 8);
        let drawn = screen.0.lock().unwrap().clone();
        assert!(drawn.contains("of 8"), "{drawn}");
        assert!(
            !drawn.contains("of 0") && !drawn.contains(&"=".repeat(30)),
            "{drawn}"
        );
    }
}
