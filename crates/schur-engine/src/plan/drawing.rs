//! The paths of a plan in blocks.

use std::sync::Arc;

use super::Precision;
use super::cost::work;
use super::{Blocks, ConvPlan};
use crate::basis::SparseBasis;
use crate::cpu::blocks::Executor;
use crate::parallel::*;
use crate::program::bank::PatchBasis;
use crate::program::build::{Convolution, Draft};
use crate::symmetry::{Action, Symmetry};

/// What blocks are made of.
pub(super) struct Drawing<'a> {
    pub(super) plan: &'a ConvPlan,
    /// One per pair of blocks.
    pub(super) bases: Vec<Arc<SparseBasis>>,
}

/// An action on patches in a basis, or as they are.
type Way = (Action, Option<PatchBasis>);

impl Drawing<'_> {
    /// Blocks of the symmetries of the lattice: of the group or the subgroup with the least work.
    pub(super) fn lattice(&self, symmetry: &Symmetry) -> Result<Blocks, String> {
        let whole = (&symmetry.name, &symmetry.action);
        let parts = symmetry.subgroups.iter();
        let parts = parts.map(|part| (&part.name, &part.action));
        let ways = std::iter::once(whole).chain(parts).map(|(name, action)| {
            let way = |action: Action| match PatchBasis::of_signs(&action) {
                Some(basis) => (basis.act(action), Some(basis)),
                None => (action, None),
            };
            (name, [action.clone(), action.transposed()].map(way))
        });
        let ways: Vec<_> = ways.collect();
        let mut drafts = Vec::new();
        let mut refusal = None;
        for (name, ways) in &ways {
            match self.draft(ways) {
                Ok(draft) => drafts.push((name, draft)),
                Err(reason) => refusal = refusal.or(Some(reason)),
            }
        }
        drafts.sort_by_key(|(_, (forward, adjoint))| total_work(forward, adjoint.as_ref()));
        for (name, (forward, adjoint)) in drafts {
            match finish(name, forward, adjoint) {
                Ok(blocks) => return Ok(blocks),
                Err(reason) => refusal = refusal.or(Some(reason)),
            }
        }
        Err(refusal.unwrap_or_default().to_string())
    }

    /// Blocks of a group that acts on the filters of a band.
    pub(super) fn band(&self, symmetry: &Symmetry) -> Result<Blocks, String> {
        let band = symmetry.band.as_ref();
        let band = band.ok_or_else(|| "no band of filters is known".to_string())?;
        let taps = self.plan.geometry.taps();
        let way = |transposed: bool| {
            let basis = PatchBasis::of_band(band, taps, transposed)?;
            let action = match transposed {
                true => band.action.transposed(),
                false => band.action.clone(),
            };
            Some((basis.act(action), Some(basis)))
        };
        let ways = way(false).zip(way(true)).ok_or_else(|| {
            "there are no filters, or they depend on each other on the taps".to_string()
        })?;
        let ways = [ways.0, ways.1];
        let (forward, adjoint) = self.draft(&ways).map_err(str::to_string)?;
        finish(&band.name, forward, adjoint).map_err(str::to_string)
    }

    /// The convolution and, where it is a convolution too, its input gradient.
    fn draft<'a>(
        &'a self,
        [forward, adjoint]: &'a [Way; 2],
    ) -> Result<(Draft<'a>, Option<Draft<'a>>), &'static str> {
        let gathers = self.plan.geometry.stride() == [1; 3];
        let (forward, adjoint) = join(
            || self.one_way(false, forward),
            || gathers.then(|| self.one_way(true, adjoint)).transpose(),
        );
        Ok((forward?, adjoint?))
    }

    fn one_way<'a>(
        &'a self,
        transposed: bool,
        (action, basis): &'a Way,
    ) -> Result<Draft<'a>, &'static str> {
        let plan = self.plan;
        let (input, output) = match transposed {
            true => (&plan.output, &plan.input),
            false => (&plan.input, &plan.output),
        };
        let convolution = Convolution {
            input,
            output,
            geometry: &plan.geometry,
            bases: &self.bases,
            transposed,
        };
        Draft::new(convolution, action, basis.as_ref())
    }
}

fn total_work(forward: &Draft<'_>, adjoint: Option<&Draft<'_>>) -> u128 {
    let work = |draft: &Draft<'_>| work(&draft.program, Precision::F32);
    work(forward) + work(adjoint.unwrap_or(forward))
}

fn finish(
    group: &str,
    forward: Draft<'_>,
    adjoint: Option<Draft<'_>>,
) -> Result<Blocks, &'static str> {
    let executor = |draft: Draft<'_>| draft.finish().map(Executor::new);
    let (forward, adjoint) = join(|| executor(forward), || adjoint.map(executor).transpose());
    Ok(Blocks {
        group: group.to_string(),
        forward: forward?,
        adjoint: adjoint?,
    })
}
