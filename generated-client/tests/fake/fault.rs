//! Which requests go wrong, and how.

/// What goes wrong with one request. "Before" and "after" say whether the server acts on the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// A proxy responds with 502; the request does not reach the server.
    BadGatewayBefore,
    /// A proxy responds with 502; the response of the server is lost.
    BadGatewayAfter,
    /// The connection is reset; the request does not reach the server.
    ResetBefore,
    /// The connection is reset; the response of the server is lost.
    ResetAfter,
    /// The connection ends after half of the body.
    Truncated,
    /// The body arrives in small pieces.
    SlowBody,
}

impl Fault {
    /// Whether the server acts on the request.
    pub(crate) const fn acts(self) -> bool {
        !matches!(self, Self::BadGatewayBefore | Self::ResetBefore)
    }
}

/// How likely each fault is, from 0 to 1. Half of the 502s and of the resets happen before the server acts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FaultRates {
    pub(crate) bad_gateway: f64,
    pub(crate) reset: f64,
    pub(crate) truncated: f64,
    pub(crate) slow_body: f64,
}

impl FaultRates {
    pub(super) fn draw(&self, rng: &mut fastrand::Rng) -> Option<Fault> {
        let mut rest = rng.f64();
        let rates = [
            (Fault::BadGatewayBefore, self.bad_gateway / 2.0),
            (Fault::BadGatewayAfter, self.bad_gateway / 2.0),
            (Fault::ResetBefore, self.reset / 2.0),
            (Fault::ResetAfter, self.reset / 2.0),
            (Fault::Truncated, self.truncated),
            (Fault::SlowBody, self.slow_body),
        ];
        rates.into_iter().find_map(|(fault, rate)| {
            rest -= rate;
            (rest < 0.0).then_some(fault)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_no_fault_at_rate_zero_and_always_one_at_rate_one() {
        let mut rng = fastrand::Rng::with_seed(1);
        for _ in 0..1_000 {
            assert_eq!(FaultRates::default().draw(&mut rng), None);
            let certain = FaultRates { truncated: 1.0, ..FaultRates::default() };
            assert_eq!(certain.draw(&mut rng), Some(Fault::Truncated));
        }
    }

    #[test]
    fn draws_each_fault_as_often_as_its_rate_says() {
        let rates = FaultRates { bad_gateway: 0.2, reset: 0.2, truncated: 0.1, slow_body: 0.1 };
        let mut rng = fastrand::Rng::with_seed(2);
        let drawn: Vec<_> = (0..10_000).map(|_| rates.draw(&mut rng)).collect();
        let count = |fault| drawn.iter().filter(|drawn| **drawn == fault).count();
        assert!((3_800..4_200).contains(&count(None)), "{}", count(None));
        for fault in [
            Fault::BadGatewayBefore,
            Fault::BadGatewayAfter,
            Fault::ResetBefore,
            Fault::ResetAfter,
            Fault::Truncated,
            Fault::SlowBody,
        ] {
            assert!((850..1_150).contains(&count(Some(fault))), "{fault:?}: {}", count(Some(fault)));
        }
    }
}
