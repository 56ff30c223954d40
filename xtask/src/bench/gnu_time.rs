//! The resources that a process uses, from GNU time. Without GNU time, nothing is reported.

use std::path::Path;

use crate::bench::figure::Figure;

/// GNU time runs its arguments as a command.
pub(crate) const PROGRAM: &str = "/usr/bin/time";
/// The value of the environment variable `TIME`: wall, user and system seconds, kilobytes.
pub(crate) const FORMAT: &str = "used %e %U %S %M";

/// The resources of a process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Used {
    /// Seconds.
    pub(crate) wall: f64,
    /// Seconds of user and system.
    pub(crate) cpu: f64,
    /// The peak, in MiB.
    pub(crate) memory: f64,
}

impl Used {
    /// The longest of the processes that are reported on stderr.
    pub(crate) fn longest(stderr: &[u8]) -> Option<Self> {
        let stderr = String::from_utf8_lossy(stderr);
        stderr.lines().filter_map(Self::read).max_by(|one, other| one.wall.total_cmp(&other.wall))
    }

    fn read(line: &str) -> Option<Self> {
        let mut numbers = line.strip_prefix("used ")?.split(' ').map(|number| number.parse::<f64>().ok());
        let mut next = || numbers.next().flatten();
        let (wall, user, system, kilobytes) = (next()?, next()?, next()?, next()?);
        Some(Used { wall, cpu: user + system, memory: kilobytes / 1024.0 })
    }

    /// CPU time and peak memory.
    pub(crate) fn figures(self) -> [Figure; 2] {
        [Figure::new("CPU", self.cpu, "s"), Figure::new("peak memory", self.memory, "MiB")]
    }
}

/// Whether the program is installed.
pub(crate) fn is_installed() -> bool {
    Path::new(PROGRAM).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_longest_process_and_skips_other_lines() {
        let stderr =
            b"warning: something\nused 0.02 0.01 0.00 40000\nused 6.20 5.00 0.50 704512\n    Finished\n";
        assert_eq!(Used::longest(stderr), Some(Used { wall: 6.2, cpu: 5.5, memory: 688.0 }));
        assert_eq!(Used::longest(b"    Finished\nused one two\n"), None);
    }
}
