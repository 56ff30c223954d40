//! Guides: one task each, with a program that runs against the fake of this crate.
//!
//! This module is in the documentation only.

#[doc = include_str!("../guides/concurrency.md")]
pub mod concurrency {}
#[doc = include_str!("../guides/deadlines.md")]
pub mod deadlines {}
#[doc = include_str!("../guides/features.md")]
pub mod features {}
#[doc = include_str!("../guides/imports.md")]
pub mod imports {}
#[doc = include_str!("../guides/nulling.md")]
pub mod nulling {}
#[doc = include_str!("../guides/processes.md")]
pub mod processes {}
#[doc = include_str!("../guides/raw_json.md")]
pub mod raw_json {}
#[doc = include_str!("../guides/resuming.md")]
pub mod resuming {}
#[doc = include_str!("../guides/testing.md")]
pub mod testing {}
#[doc = include_str!("../guides/uploads.md")]
pub mod uploads {}
#[doc = include_str!("../guides/webhooks.md")]
pub mod webhooks {}
