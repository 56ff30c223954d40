//! Shows the progress of a command: a bar on a terminal, a line per step elsewhere.

use std::io::{IsTerminal, Write};

use super::{Format, Messages};

/// The width of the bar in characters.
const WIDTH: usize = 24;

/// The progress of a known number of steps; it goes to stderr, so that stdout contains only the result.
pub(crate) struct Progress {
    total: usize,
    done: usize,
    display: Display,
}

#[derive(Clone, Copy, PartialEq)]
enum Display {
    Bar,
    Lines,
    /// With JSON messages, because tools parse stderr.
    Hidden,
}

impl Messages {
    /// Starts the progress of `total` steps.
    pub(crate) fn progress(self, total: usize) -> Progress {
        let display = match self.0 {
            Format::Json => Display::Hidden,
            Format::Human { .. } if std::io::stderr().is_terminal() => Display::Bar,
            Format::Human { .. } => Display::Lines,
        };
        Progress { total, done: 0, display }
    }
}

impl Progress {
    /// Begins the next step, and shows its name.
    pub(crate) fn step(&mut self, name: &str) {
        let line = line(self.done, self.total, name);
        self.done += 1;
        let mut stderr = std::io::stderr();
        // A failure to print progress does not affect the result.
        let _ = match self.display {
            Display::Bar => write!(stderr, "\r\x1b[K{} {line}", bar(self.done - 1, self.total))
                .and_then(|()| stderr.flush()),
            Display::Lines => writeln!(stderr, "{line}"),
            Display::Hidden => Ok(()),
        };
    }

    /// Clears the bar, so that a line of the result can be printed.
    pub(crate) fn clear(&self) {
        if self.display == Display::Bar {
            eprint!("\r\x1b[K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

fn line(done: usize, total: usize, name: &str) -> String {
    format!("{}/{total} {name}", done + 1)
}

fn bar(done: usize, total: usize) -> String {
    let full = (done * WIDTH).checked_div(total).unwrap_or(WIDTH).min(WIDTH);
    format!("[{}{}]", "#".repeat(full), "-".repeat(WIDTH - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bar_grows_with_finished_steps() {
        assert_eq!(bar(0, 4), "[------------------------]");
        assert_eq!(bar(1, 4), "[######------------------]");
        assert_eq!(bar(4, 4), "[########################]");
        assert_eq!(bar(0, 0), "[########################]");
        assert_eq!(line(2, 25, "now"), "3/25 now");
    }
}
