//! The types of fields and parameters that are not generated: ids, dates, amounts, secrets, enums, patches and uploads.

pub(crate) mod cents;
#[cfg(feature = "chrono")]
mod chrono;
pub(crate) mod date;
mod id;
#[cfg(feature = "jiff")]
mod jiff;
pub(crate) mod open_enum;
mod patch;
mod secret;
mod set_if;
mod upload;

use std::collections::BTreeMap;

pub use cents::Cents;
pub use date::{Date, DateOrDateTime, DateTime, TimeOfDay};
pub use id::Id;
pub use open_enum::{OpenEnum, violation};
pub use patch::Patch;
pub use secret::Secret;
pub use set_if::SetIf;
pub use upload::Upload;

/// A JSON object whose properties the API document does not name.
pub type Object = BTreeMap<String, serde_json::Value>;
