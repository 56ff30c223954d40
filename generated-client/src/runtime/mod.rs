//! The hand-written part of the client. The root of the crate re-exports its public API.
//!
//! Everything else here serves the generated code, which names only the items of this file; it may change in any
//! release. That it is public, and hidden from the documentation, tells the compiler that an item is in use although no
//! operation of the document needs it. Modules of the runtime are not at the root of the crate, so that a group of
//! operations can have the name of any of them.

#[cfg(feature = "blocking")]
pub mod blocking;
pub(crate) mod builder;
pub(crate) mod call;
pub(crate) mod client;
pub(crate) mod clock;
#[cfg(test)]
mod composition;
mod credential;
pub(crate) mod environment;
pub(crate) mod error;
#[cfg(feature = "fake")]
pub mod fake;
pub(crate) mod headers;
mod json;
pub(crate) mod limit;
pub(crate) mod operation;
pub(crate) mod page;
pub(crate) mod receipt;
#[allow(unused_macros, unused_imports)] // Which macros are used depends on the enabled groups.
pub mod record;
pub(crate) mod redirect;
#[allow(unused_macros, unused_imports)] // Which macros are used depends on the enabled groups.
pub mod request;
pub(crate) mod response_future;
pub(crate) mod retry;
mod shown;
mod sync;
pub mod transport;
pub(crate) mod validation;
pub mod value;
#[cfg(feature = "webhook")]
pub mod webhook;
pub(crate) mod write_jobs;

pub use call::ReceivedResponse;
pub use credential::Credential;
pub use json::{Unread, read_owned};
pub use record::{Node, QueryRules, validate};
pub use request::{ParameterIn, Style, joined};
pub use value::{Upload, violation};

#[allow(unused_imports)] // Which of these macros are used depends on the enabled groups.
pub(crate) use {
    record::{record, text_enum, union},
    request::{
        body_methods, bytes_methods, paged_methods, query_rules, receipt_methods, redirect_methods,
        request_methods, status_methods, text_methods,
    },
};
