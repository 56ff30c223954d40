//! Which requests go wrong, and how.

use std::collections::VecDeque;

use fastrand::Rng;

/// What goes wrong with one request. "Before" and "after" say whether the server acts on the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fault {
    /// No connection is established.
    Unreachable,
    /// The server responds with 500 before it acts.
    ServerError,
    /// A proxy responds with 502 before the server acts.
    BadGatewayBefore,
    /// A proxy responds with 502 after the server has acted.
    BadGatewayAfter,
    /// The connection is reset before the server acts.
    ResetBefore,
    /// The connection is reset after the server has acted.
    ResetAfter,
    /// The response is incomplete; the server has acted.
    Truncated,
    /// The response takes ten seconds; the server has acted.
    SlowBody,
}

impl Fault {
    /// All faults.
    pub const ALL: [Self; 8] = [
        Self::Unreachable,
        Self::ServerError,
        Self::BadGatewayBefore,
        Self::BadGatewayAfter,
        Self::ResetBefore,
        Self::ResetAfter,
        Self::Truncated,
        Self::SlowBody,
    ];

    /// Returns whether the server acts on the request.
    #[must_use]
    pub const fn acts(self) -> bool {
        matches!(self, Self::BadGatewayAfter | Self::ResetAfter | Self::Truncated | Self::SlowBody)
    }

    /// Returns whether the client receives nothing.
    pub(super) const fn ends_connection(self) -> bool {
        matches!(self, Self::Unreachable | Self::ResetBefore | Self::ResetAfter)
    }
}

/// When faults occur.
#[derive(Debug, Default)]
pub(super) struct FaultPlan {
    /// The share of requests that a fault affects.
    rates: Vec<(Fault, f64)>,
    /// Faults of an operation: `GET /v1/leads/`.
    always: Vec<(String, Fault)>,
    /// Faults that occur once, with their operation if it has to be a particular one.
    once: VecDeque<(Option<String>, Fault)>,
}

impl FaultPlan {
    /// Sets the share of requests that a fault affects.
    pub(super) fn rate(&mut self, fault: Fault, share: f64) {
        self.rates.retain(|(own, _)| *own != fault);
        self.rates.push((fault, share));
    }

    /// Returns the share of requests that a fault affects.
    pub(super) fn rate_of(&self, fault: Fault) -> f64 {
        self.rates.iter().find(|(own, _)| *own == fault).map_or(0.0, |(_, share)| *share)
    }

    pub(super) fn always(&mut self, operation: &str, fault: Fault) {
        self.always.push((operation.to_owned(), fault));
    }

    pub(super) fn once(&mut self, operation: Option<&str>, fault: Fault) {
        self.once.push_back((operation.map(str::to_owned), fault));
    }

    /// Returns the fault of the next request to an operation.
    pub(super) fn draw(&mut self, operation: &str, rng: &mut Rng) -> Option<Fault> {
        let is_next = |(own, _): &(Option<String>, Fault)| own.as_deref().is_none_or(|own| own == operation);
        if let Some(index) = self.once.iter().position(is_next) {
            return self.once.remove(index).map(|(_, fault)| fault);
        }
        if let Some((_, fault)) = self.always.iter().find(|(own, _)| own == operation) {
            return Some(*fault);
        }
        let mut rest = rng.f64();
        let found = self.rates.iter().find(|(_, share)| {
            rest -= share;
            rest < 0.0
        });
        found.map(|(fault, _)| *fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_each_fault_as_often_as_its_share_says() {
        let mut rng = Rng::with_seed(2);
        let mut plan = FaultPlan::default();
        assert!((0..1_000).all(|_| plan.draw("GET /", &mut rng).is_none()));
        for fault in Fault::ALL {
            plan.rate(fault, 0.5);
            plan.rate(fault, 0.1);
        }
        let drawn: Vec<_> = (0..10_000).map(|_| plan.draw("GET /", &mut rng)).collect();
        let count = |fault| drawn.iter().filter(|drawn| **drawn == fault).count();
        assert!((1_800..2_200).contains(&count(None)), "{}", count(None));
        for fault in Fault::ALL {
            assert!((850..1_150).contains(&count(Some(fault))), "{fault:?}: {}", count(Some(fault)));
        }
    }

    #[test]
    fn a_fault_of_an_operation_leaves_others_alone() {
        let mut rng = Rng::with_seed(1);
        let mut plan = FaultPlan::default();
        plan.once(Some("POST /v1/leads/"), Fault::ResetAfter);
        plan.always("GET /v1/units/", Fault::ServerError);
        let mut draw = |operation| plan.draw(operation, &mut rng);
        assert_eq!([draw("GET /v1/leads/"), draw("GET /v1/units/")], [None, Some(Fault::ServerError)]);
        assert_eq!([draw("POST /v1/leads/"), draw("POST /v1/leads/")], [Some(Fault::ResetAfter), None]);
        assert_eq!(draw("GET /v1/units/"), Some(Fault::ServerError));
    }
}
