//! Training to the end, in a directory.

use burn::module::Module;

use crate::error::Result;
use crate::examples::Examples;
use crate::objective::Objective;
use crate::observer::Observer;
use crate::run_dir::RunDir;
use crate::trainer::Trainer;

impl RunDir {
    /// The training as it was when its last epoch was [kept](Self::keep), or as it is given if
    /// there was none.
    ///
    /// # Errors
    ///
    /// As [`last`](Self::last) and [`Trainer::resume`].
    pub fn resume<M: Module, O: Objective<M>>(
        &self,
        trainer: Trainer<M, O>,
    ) -> Result<Trainer<M, O>> {
        let Some(last) = self.last()? else {
            return Ok(trainer);
        };
        let trainer = trainer.resume(&last)?;
        // A kill between the files leaves metrics one epoch behind the checkpoint.
        self.write_history(trainer.history(), trainer.objective().score_name())?;
        Ok(trainer)
    }

    /// Writes the checkpoints and metrics of the epoch that has just ended.
    ///
    /// `last` is written after `best`: a kill in between repeats the epoch, which by determinism
    /// writes the same `best` again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::File`](crate::ErrorKind::File) if a file can't be written.
    pub fn keep<M: Module, O: Objective<M>>(&self, trainer: &Trainer<M, O>) -> Result<()> {
        if trainer.has_improved() {
            trainer.weights().write(&self.best_path())?;
        }
        trainer.state()?.write(&self.last_path())?;
        self.write_history(trainer.history(), trainer.objective().score_name())
    }
}

impl<M: Module, O: Objective<M>> Trainer<M, O> {
    /// Trains to the end, and keeps every epoch in the directory of a run if there is one.
    ///
    /// This is the whole loop of `schur train`:
    /// `while !trainer.is_finished() { trainer.epoch(…)?; run.keep(&trainer)?; }`.
    ///
    /// # Errors
    ///
    /// As [`epoch`](Self::epoch), and if files can't be written. What was kept stays.
    pub fn fit(
        &mut self,
        train: &mut dyn Examples<Batch = O::Batch>,
        validation: &dyn Examples<Batch = O::Batch>,
        run: Option<&RunDir>,
        observer: &dyn Observer,
    ) -> Result<()> {
        while !self.is_finished() {
            self.epoch(train, validation, observer)?;
            if let Some(run) = run {
                run.keep(self)?;
            }
        }
        if self.history().epochs.len() < self.settings().epochs {
            observer.out_of_patience(self.settings().patience);
        }
        Ok(())
    }
}
