// Loaded into the mock before it starts: ends it as soon as whoever started it is gone, however that came about. The other
// end of its standard input is in the hand of `cargo xtask conformance`, and the system closes it with that program.
process.stdin.on("end", () => process.exit()).on("error", () => process.exit()).resume();
