//! Natural numbers of any size, and floating-point numbers with a wide exponent.
//!
//! Coupling coefficients are square roots of rationals times alternating sums of whole
//! numbers. In `f64` these sums cancel catastrophically from spin 20 on; here they are exact.

/// A natural number; limbs from low to high, the highest not zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Natural {
    limbs: Vec<u64>,
}

impl Natural {
    pub(super) fn zero() -> Self {
        Self { limbs: Vec::new() }
    }

    pub(super) fn one() -> Self {
        Self { limbs: vec![1] }
    }

    /// The binomial `n! / (k! (n-k)!)`, zero for `k > n`.
    pub(super) fn binomial(n: u64, k: u64) -> Self {
        if k > n {
            return Self::zero();
        }
        let mut value = Self::one();
        for i in 0..k.min(n - k) {
            value.multiply(n - i);
            value.divide_exactly(i + 1);
        }
        value
    }

    /// `n!`
    pub(super) fn factorial(n: u64) -> Self {
        let mut value = Self::one();
        (2..=n).for_each(|i| value.multiply(i));
        value
    }

    pub(super) fn multiply(&mut self, factor: u64) {
        let mut carry = 0u128;
        for limb in &mut self.limbs {
            let product = u128::from(*limb) * u128::from(factor) + carry;
            *limb = product as u64;
            carry = product >> 64;
        }
        if carry > 0 {
            self.limbs.push(carry as u64);
        }
        self.trim();
    }

    /// Divides by a divisor that is known to leave no remainder.
    pub(super) fn divide_exactly(&mut self, divisor: u64) {
        let mut remainder = 0u128;
        for limb in self.limbs.iter_mut().rev() {
            let value = (remainder << 64) | u128::from(*limb);
            *limb = (value / u128::from(divisor)) as u64;
            remainder = value % u128::from(divisor);
        }
        debug_assert_eq!(remainder, 0, "the division leaves a remainder");
        self.trim();
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        let mut limbs = vec![0u64; self.limbs.len() + other.limbs.len()];
        for (i, &a) in self.limbs.iter().enumerate() {
            let mut carry = 0u128;
            for (slot, &b) in limbs[i..].iter_mut().zip(other.limbs.iter().chain([&0])) {
                let value = u128::from(a) * u128::from(b) + u128::from(*slot) + carry;
                *slot = value as u64;
                carry = value >> 64;
            }
        }
        let mut product = Self { limbs };
        product.trim();
        product
    }

    pub(super) fn add(&mut self, other: &Self) {
        if self.limbs.len() < other.limbs.len() {
            self.limbs.resize(other.limbs.len(), 0);
        }
        let mut carry = false;
        let others = other.limbs.iter().copied().chain(std::iter::repeat(0));
        for (limb, more) in self.limbs.iter_mut().zip(others) {
            let (sum, first) = limb.overflowing_add(more);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            *limb = sum;
            carry = first || second;
        }
        if carry {
            self.limbs.push(1);
        }
    }

    /// `self - other` as a floating-point number, rounded once.
    pub(super) fn minus(&self, other: &Self) -> Scaled {
        if self.is_less(other) {
            let difference = other.minus(self);
            return Scaled {
                mantissa: 0.0 - difference.mantissa,
                ..difference
            };
        }
        let mut limbs = Vec::with_capacity(self.limbs.len());
        let mut borrow = false;
        let others = other.limbs.iter().copied().chain(std::iter::repeat(0));
        for (&limb, less) in self.limbs.iter().zip(others) {
            let (value, first) = limb.overflowing_sub(less);
            let (value, second) = value.overflowing_sub(u64::from(borrow));
            limbs.push(value);
            borrow = first || second;
        }
        let mut difference = Self { limbs };
        difference.trim();
        difference.to_scaled()
    }

    pub(super) fn to_scaled(&self) -> Scaled {
        let count = self.limbs.len();
        let (high, low) = match self.limbs.as_slice() {
            [] => return Scaled::new(0.0, 0),
            [only] => (0, *only),
            [.., low, high] => (*high, *low),
        };
        let top = (u128::from(high) << 64) | u128::from(low);
        // At most spin 512 keeps numbers below 2^6000.
        let exponent = 64 * count.saturating_sub(2) as i32;
        Scaled::new(top as f64, exponent)
    }

    fn is_less(&self, other: &Self) -> bool {
        let by_length = self.limbs.len().cmp(&other.limbs.len());
        let by_limbs = || self.limbs.iter().rev().cmp(other.limbs.iter().rev());
        by_length.then_with(by_limbs).is_lt()
    }

    fn trim(&mut self) {
        while self.limbs.last() == Some(&0) {
            self.limbs.pop();
        }
    }
}

/// The number `mantissa · 2^exponent`, with `1 <= |mantissa| < 2` or 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scaled {
    mantissa: f64,
    exponent: i32,
}

impl Scaled {
    pub(super) fn new(value: f64, exponent: i32) -> Self {
        if value == 0.0 {
            return Self {
                mantissa: 0.0,
                exponent: 0,
            };
        }
        // All values here are products of a few numbers in [1, 2) or 128-bit integers, so
        // they are normal and the exponent field can be read off.
        const BIAS: i32 = 1023;
        let bits = value.to_bits();
        let own = ((bits >> 52) & 0x7ff) as i32 - BIAS;
        let mantissa = f64::from_bits((bits & !(0x7ff << 52)) | ((BIAS as u64) << 52));
        Self {
            mantissa,
            exponent: exponent + own,
        }
    }

    pub(super) fn times(self, other: Self) -> Self {
        Self::new(
            self.mantissa * other.mantissa,
            self.exponent + other.exponent,
        )
    }

    /// The quotient by a number that is not zero.
    pub(super) fn over(self, other: Self) -> Self {
        Self::new(
            self.mantissa / other.mantissa,
            self.exponent - other.exponent,
        )
    }

    /// The square root of a number that is not negative.
    pub(super) fn sqrt(self) -> Self {
        let odd = self.exponent.rem_euclid(2);
        let mantissa = self.mantissa * f64::from(1 + odd);
        Self::new(mantissa.sqrt(), (self.exponent - odd) / 2)
    }

    /// The number as `f64`; zero if it is too small.
    pub(super) fn value(self) -> f64 {
        self.mantissa * 2f64.powi(self.exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binomials_and_factorials() {
        assert_eq!(Natural::binomial(5, 2).to_scaled().value(), 10.0);
        assert_eq!(Natural::binomial(2, 3), Natural::zero());
        assert_eq!(Natural::factorial(10).to_scaled().value(), 3_628_800.0);
        // 130! = 130!/(65!)² · (65!)².
        let half = Natural::factorial(65);
        let product = Natural::binomial(130, 65).times(&half).times(&half);
        assert_eq!(product, Natural::factorial(130));
    }

    #[test]
    fn sums_and_differences_carry() {
        // C(n, k) = C(n-1, k-1) + C(n-1, k) across many limbs.
        let mut sum = Natural::binomial(499, 199);
        sum.add(&Natural::binomial(499, 200));
        assert_eq!(sum, Natural::binomial(500, 200));
        let mut max = Natural {
            limbs: vec![u64::MAX; 3],
        };
        max.add(&Natural::one());
        assert_eq!(max.limbs, [0, 0, 0, 1]);
        assert_eq!(
            max.minus(&Natural {
                limbs: vec![u64::MAX; 3]
            })
            .value(),
            1.0
        );
        assert_eq!(Natural::one().minus(&Natural::binomial(4, 2)).value(), -5.0);
        assert_eq!(Natural::one().minus(&Natural::one()).value(), 0.0);
    }

    #[test]
    fn roots_of_huge_numbers() {
        let huge = Natural::factorial(300).to_scaled();
        let one = huge.times(huge).sqrt().over(huge).value();
        assert_eq!(one, 1.0);
        assert_eq!(Scaled::new(2.0, 0).sqrt().value(), 2f64.sqrt());
        assert_eq!(Scaled::new(-3.0, -2).value(), -0.75);
    }
}
