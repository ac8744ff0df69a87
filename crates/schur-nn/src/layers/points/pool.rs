//! Means over what points see.

use std::sync::Arc;

use burn::module::Module;

use crate::{Aggregation, Domain, Field, FieldType, Layer, NnError, PointGraph};

/// The name in messages.
const NAME: &str = "point pool";

/// The mean over the points that a point sees, on a [surface](PointGraph::on_surface) carried to it first:
/// `y(p) = mean_q ρ(g_{q→p}) x(q)`.
///
/// Over the edges of a [bipartite](PointGraph::bipartite) graph it pools a field to a coarser level, or
/// brings one back to a finer one; the targets' graph has no edges, so put the result
/// [on](Field::on) another one to go on. A point that sees none gets zeros.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_math::surface::{Reach, Surface, TriangleMesh};
/// use schur_nn::{Field, FieldType, Layer, PointGraph, PointPool};
///
/// let surface = Surface::new(TriangleMesh::icosphere(2)?);
/// let all: Vec<usize> = (0..162).collect();
/// let down = PointGraph::between_vertices(&surface, &all, &all[..42], Reach::Rings(1))?;
/// let up = PointGraph::between_vertices(&surface, &all[..42], &all, Reach::Rings(2))?;
/// let vectors = FieldType::parse("SO(2): 3 E1")?;
/// let pool = PointPool::new(&vectors);
/// let x = Field::from_points(Tensor::<2>::ones([162, 6], &Device::flex()), down, &vectors)?;
/// let coarse = pool.forward(x)?;
/// assert_eq!(coarse.domain().places(), 42);
/// assert_eq!(pool.forward(coarse.on(up)?)?.domain().places(), 162);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Module, Debug)]
pub struct PointPool {
    #[module(skip)]
    field_type: FieldType,
}

impl PointPool {
    /// A pool for fields of this type.
    pub fn new(field_type: &FieldType) -> Self {
        Self {
            field_type: field_type.clone(),
        }
    }
}

impl Layer for PointPool {
    fn name(&self) -> String {
        NAME.to_string()
    }

    fn input_type(&self) -> &FieldType {
        &self.field_type
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        let domain = self.output_domain(field.domain())?;
        let graph: &PointGraph = field.domain().graph(NAME)?;
        let shares = Arc::new(Aggregation::Mean.factors(graph));
        let means = field.sums_at_targets(graph, (shares, 1), NAME)?;
        Field::from_memory(means, domain, &self.field_type)
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        Ok(Domain::that_see(domain.graph(NAME)?))
    }
}
