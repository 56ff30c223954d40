//! What is made from the stages for a reader: the changes between two documents, the origin of an item, names that moved.

pub mod diff;
pub mod explain;
pub mod migration;
pub mod stability;
