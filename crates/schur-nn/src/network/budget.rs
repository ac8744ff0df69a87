//! Counting parameters, and widths for a given number of them.

use burn::tensor::Device;

use super::Site;
use super::config::NetworkConfig;
use super::ranges::MAX_FIELDS;
use crate::NnError;

impl NetworkConfig {
    /// This network with all widths scaled by one factor, the largest that keeps the
    /// number of parameters within the budget, and then single fields added from the first
    /// block on while they fit: so that groups compare fairly. The dense layers of the head
    /// keep their widths.
    ///
    /// # Errors
    ///
    /// If even one field per block is more than the budget.
    pub fn with_parameter_budget(&self, budget: usize) -> Result<Self, NnError> {
        let mut site = Site::new(0, &Device::flex());
        let mut count = |config: &Self| Ok::<_, NnError>(config.outline(&mut site)?.parameters);
        count(self)?;
        if !self.layers.is_empty() {
            return Err(NnError::Config {
                at: "params".to_string(),
                problem: "a budget scales the widths of blocks; a network of `layers` has its own"
                    .to_string(),
            });
        }
        let scaled = |factor: f64| {
            let mut config = self.clone();
            for block in &mut config.blocks {
                block.fields = block.fields.scaled(factor, MAX_FIELDS);
            }
            config
        };
        let smallest = count(&scaled(0.0))?;
        if smallest > budget {
            return Err(NnError::Config {
                at: "params".to_string(),
                problem: format!(
                    "{budget} is too few: this network with {} needs at least {smallest}",
                    self.group
                ),
            });
        }
        // Widths are monotone in the factor, so bisection finds the largest that fits; 60
        // halvings exhaust an f64.
        let (mut low, mut high) = (0.0, MAX_FIELDS as f64);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if count(&scaled(middle))? <= budget {
                low = middle;
            } else {
                high = middle;
            }
        }
        let mut config = scaled(low);
        let mut grown = true;
        while std::mem::take(&mut grown) {
            for i in 0..config.blocks.len() {
                let parts = config.blocks[i].fields.parts().len();
                for part in 0..parts {
                    let mut wider = config.clone();
                    wider.blocks[i].fields = wider.blocks[i].fields.widened(part);
                    let fits = wider.blocks[i].fields.widest() <= MAX_FIELDS;
                    if fits && count(&wider)? <= budget {
                        config = wider;
                        grown = true;
                    }
                }
            }
        }
        Ok(config)
    }
}
