//! Shows progress after the first second: a bar on a terminal, a line per step elsewhere.

use std::io::{IsTerminal, Write};

use super::{Format, Messages};

/// The width of the bar in characters.
const WIDTH: usize = 24;

/// The progress of a known number of steps; it goes to stderr, so that stdout contains only the result.
pub(crate) struct Progress {
    total: usize,
    done: usize,
    shown: Shown,
}

#[derive(Clone, Copy, PartialEq)]
enum Shown {
    Bar,
    Lines,
    /// Tools parse stderr.
    Nothing,
}

impl Messages {
    /// Starts the progress of so many steps.
    pub(crate) fn progress(self, total: usize) -> Progress {
        let shown = match self.0 {
            Format::Json => Shown::Nothing,
            Format::Human { .. } if std::io::stderr().is_terminal() => Shown::Bar,
            Format::Human { .. } => Shown::Lines,
        };
        Progress { total, done: 0, shown }
    }
}

impl Progress {
    /// Begins the next step.
    pub(crate) fn step(&mut self, what: &str) {
        let line = line(self.done, self.total, what);
        self.done += 1;
        let mut stderr = std::io::stderr();
        // A failure to print progress does not affect the result.
        let _ = match self.shown {
            Shown::Bar => write!(stderr, "\r\x1b[K{} {line}", bar(self.done - 1, self.total))
                .and_then(|()| stderr.flush()),
            Shown::Lines => writeln!(stderr, "{line}"),
            Shown::Nothing => Ok(()),
        };
    }

    /// Clears the bar for a line of the result.
    pub(crate) fn clear(&self) {
        if self.shown == Shown::Bar {
            eprint!("\r\x1b[K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

fn line(done: usize, total: usize, what: &str) -> String {
    format!("{}/{total} {what}", done + 1)
}

fn bar(done: usize, total: usize) -> String {
    let full = (done * WIDTH).checked_div(total).unwrap_or(WIDTH).min(WIDTH);
    format!("[{}{}]", "#".repeat(full), "-".repeat(WIDTH - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_grows_with_what_is_done() {
        assert_eq!(bar(0, 4), "[------------------------]");
        assert_eq!(bar(1, 4), "[######------------------]");
        assert_eq!(bar(4, 4), "[########################]");
        assert_eq!(bar(0, 0), "[########################]");
        assert_eq!(line(2, 25, "now"), "3/25 now");
    }
}
