//! Means over seeds.

/// A mean with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Estimate {
    pub(crate) mean: f64,
    pub(crate) error: f64,
}

impl Estimate {
    /// A number without uncertainty.
    pub(crate) fn exact(mean: f64) -> Self {
        Self { mean, error: 0.0 }
    }

    /// The mean of independent values and `s / √n`, where `s²` is the unbiased variance. From
    /// a single value no error can be told: it is infinite, and decides nothing.
    pub(crate) fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        if values.len() < 2 {
            return Self {
                mean,
                error: f64::INFINITY,
            };
        }
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
        Self {
            mean,
            error: (variance / n).sqrt(),
        }
    }

    /// Mean and error of the differences `a - b`, pair by pair: what both share drops out.
    pub(crate) fn of_differences(a: &[f64], b: &[f64]) -> Self {
        let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
        Self::of(&differences)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_standard_error() {
        // Variance 4, so the error is 2/√4 = 1.
        let estimate = Estimate::of(&[8.0, 12.0, 10.0, 10.0 + 6f64.sqrt(), 10.0 - 6f64.sqrt()]);
        assert_eq!(estimate.mean, 10.0);
        assert!((estimate.error - 1.0).abs() < crate::tolerance::EXACT_F64);
        assert!(Estimate::of(&[1.0]).error.is_infinite());
    }
}
