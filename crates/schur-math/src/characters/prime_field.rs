//! Arithmetic modulo a prime.

/// How many products of field elements can be added to one without overflow: the prime is
/// below `2^30`, so eight products are below `2^63`.
pub(super) const PRODUCTS: usize = 8;

/// The field of integers modulo a prime below `2^30`; elements are below the prime.
#[derive(Clone, Copy, Debug)]
pub(super) struct PrimeField {
    pub(super) p: u64,
}

impl PrimeField {
    /// The smallest prime above `2^29` that is 1 modulo `exponent`, at most 2048: all roots of
    /// unity of that order exist, and collisions of random elements are rare. Such primes are
    /// dense enough that it is far below `2^30`.
    pub(super) fn with_roots(exponent: usize) -> Self {
        let step = exponent as u64;
        let mut p = ((1u64 << 29) / step + 1) * step + 1;
        while !is_prime(p) {
            p += step;
        }
        Self { p }
    }

    pub(super) fn add(self, a: u64, b: u64) -> u64 {
        (a + b) % self.p
    }

    pub(super) fn sub(self, a: u64, b: u64) -> u64 {
        (a + self.p - b) % self.p
    }

    pub(super) fn mul(self, a: u64, b: u64) -> u64 {
        a * b % self.p
    }

    pub(super) fn pow(self, base: u64, mut exponent: u64) -> u64 {
        let (mut power, mut square) = (1, base);
        while exponent > 0 {
            if exponent & 1 == 1 {
                power = self.mul(power, square);
            }
            square = self.mul(square, square);
            exponent >>= 1;
        }
        power
    }

    /// The inverse of a number other than 0, by Fermat's little theorem.
    pub(super) fn inverse(self, a: u64) -> u64 {
        self.pow(a, self.p - 2)
    }

    /// `Σ a b`.
    pub(super) fn dot(self, a: &[u64], b: &[u64]) -> u64 {
        let chunks = a.chunks(PRODUCTS).zip(b.chunks(PRODUCTS));
        chunks.fold(0, |sum, (a, b)| {
            let part: u64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
            (sum + part % self.p) % self.p
        })
    }

    /// An element of multiplicative order exactly `order`, a divisor of `p - 1`.
    pub(super) fn root_of_unity(self, order: usize) -> u64 {
        let order = order as u64;
        let divisors: Vec<u64> = (2..=order)
            .filter(|&q| order.is_multiple_of(q) && is_prime(q))
            .collect();
        let candidates = (2..self.p).map(|a| self.pow(a, (self.p - 1) / order));
        let is_primitive = |&z: &u64| divisors.iter().all(|&q| self.pow(z, order / q) != 1);
        let mut primitive = candidates.filter(is_primitive);
        primitive
            .next()
            .expect("the multiplicative group of a field is cyclic")
    }
}

fn is_prime(n: u64) -> bool {
    n >= 2
        && (2..)
            .take_while(|d| d * d <= n)
            .all(|d| !n.is_multiple_of(d))
}
