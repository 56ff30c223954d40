//! The methods of generated requests: thin shims over [`Request`](super::Request).
//!
//! They are `#[inline]` so that only the operations which a program calls are compiled, in that program.
#![allow(unused_macros, unused_imports)] // Which of them are used depends on the groups that are enabled.

/// The options that every request has.
macro_rules! option_methods {
    ($name:ident) => {
        impl $name {
            /// Sends the request and gives the answer as it came, whatever its status.
            #[inline]
            pub fn send_raw(self) -> $crate::Sending<$crate::transport::HttpResponse> {
                self.0.send_raw()
            }

            /// Checks what the API's description asks of the query.
            ///
            /// # Errors
            ///
            /// Every rule that is broken. The server is the judge: the description has been wrong before.
            #[inline]
            pub fn validate(&self) -> ::std::result::Result<(), $crate::ValidationError> {
                self.0.validate()
            }

            /// Waits this long for the answer to each attempt, instead of what the client does.
            #[inline]
            pub fn timeout(self, timeout: ::std::time::Duration) -> Self {
                Self(self.0.timeout(timeout))
            }

            /// Gives the call up after this long, waiting for the rate limit and retries included.
            #[inline]
            pub fn deadline(self, deadline: ::std::time::Duration) -> Self {
                Self(self.0.deadline(deadline))
            }

            /// Accepts a response body of up to this many bytes, instead of what the client does; see
            /// [`ClientBuilder::max_response_bytes`]($crate::ClientBuilder::max_response_bytes).
            #[inline]
            pub fn max_response_bytes(self, limit: usize) -> Self {
                Self(self.0.max_response_bytes(limit))
            }

            /// Tries again as this policy says, instead of the client's.
            #[inline]
            pub fn retry(self, policy: $crate::RetryPolicy) -> Self {
                Self(self.0.retry(policy))
            }

            /// Says whether it goes before or after others when the rate limit makes them wait.
            #[inline]
            pub fn priority(self, priority: $crate::Priority) -> Self {
                Self(self.0.priority(priority))
            }

            /// Sets a header in place of earlier ones of that name.
            #[inline]
            pub fn header(
                self,
                name: impl ::std::convert::Into<::std::string::String>,
                value: impl ::std::fmt::Display,
            ) -> Self {
                Self(self.0.header(name, value))
            }

            /// Sets a pair of the query that has no method here, or in place of one that has.
            #[inline]
            pub fn query(
                self,
                name: impl ::std::convert::Into<::std::borrow::Cow<'static, str>>,
                value: impl ::std::fmt::Display,
            ) -> Self {
                Self(self.0.query(name, value))
            }
        }
    };
}

/// The methods of a request for one JSON value, or for nothing with `()`.
macro_rules! request_methods {
    ($name:ident, $answer:ty) => {
        $crate::request::option_methods!($name);

        impl $name {
            /// Sends the request.
            ///
            /// # Errors
            ///
            /// [`Error::Api`]($crate::Error::Api) for any status outside 200 to 299, declared or not.
            #[inline]
            pub fn send(self) -> $crate::Sending<$answer> {
                self.0.send()
            }
        }
    };
}

/// The methods of a request for a text.
macro_rules! text_methods {
    ($name:ident) => {
        $crate::request::option_methods!($name);

        impl $name {
            /// Sends the request and gives the answer as text.
            ///
            /// # Errors
            ///
            /// [`Error::Api`]($crate::Error::Api) for any status outside 200 to 299, declared or not.
            #[inline]
            pub fn send(self) -> $crate::Sending<::std::string::String> {
                self.0.send_text()
            }
        }
    };
}

/// The methods of a request for bytes.
macro_rules! bytes_methods {
    ($name:ident) => {
        $crate::request::option_methods!($name);

        impl $name {
            /// Sends the request and gives the answer as bytes; `send_raw` tells their media type too.
            ///
            /// # Errors
            ///
            /// [`Error::Api`]($crate::Error::Api) for any status outside 200 to 299, declared or not.
            #[inline]
            pub fn send(self) -> $crate::Sending<::std::vec::Vec<u8>> {
                self.0.send_bytes()
            }
        }
    };
}

/// The methods of a request for one page of a list.
macro_rules! paged_methods {
    ($name:ident, $row:ty) => {
        $crate::request::option_methods!($name);

        impl $name {
            /// Sends the request for one page; a row that does not decode is listed in
            /// [`Page::rejected`]($crate::Page::rejected) beside the good ones.
            ///
            /// # Errors
            ///
            /// [`Error::Api`]($crate::Error::Api) for any status outside 200 to 299, declared or not.
            #[inline]
            pub fn send(self) -> $crate::Sending<$crate::Page<$row>> {
                self.0.send_page()
            }

            /// All pages from this one on, as a stream that asks for one after another; see
            /// [`Pages`]($crate::Pages).
            #[inline]
            pub fn pages(self) -> $crate::Pages<$row> {
                self.0.pages()
            }

            /// All records from this page on, as a stream that asks for one page after another; see
            /// [`Items`]($crate::Items).
            #[inline]
            pub fn items(self) -> $crate::Items<$row> {
                self.0.items()
            }
        }
    };
}

/// The methods of a write whose success is a receipt.
macro_rules! receipt_methods {
    ($name:ident) => {
        $crate::request::option_methods!($name);

        impl $name {
            /// Sends the request and gives the receipt, which names the job that carries the write out.
            ///
            /// # Errors
            ///
            /// [`Error::Api`]($crate::Error::Api) for any status outside 200 to 299, declared or not. Where
            /// [`Error::may_have_acted`]($crate::Error::may_have_acted), find out what happened before you send it again.
            #[inline]
            pub fn send(self) -> $crate::Sending<$crate::WriteReceipt> {
                self.0.send_receipt()
            }
        }
    };
}

/// The methods of a request whose success is a redirect.
macro_rules! redirect_methods {
    ($name:ident) => {
        $crate::request::option_methods!($name);

        impl $name {
            /// Sends the request and gives the address that the answer points to, which is not followed.
            ///
            /// # Errors
            ///
            /// [`Error::Api`]($crate::Error::Api) for a status outside 200 to 399.
            #[inline]
            pub fn send(self) -> $crate::Sending<$crate::Redirect> {
                self.0.send_redirect()
            }
        }
    };
}

/// The methods of a request with a body, beside those of its answer.
macro_rules! body_methods {
    ($name:ident) => {
        impl $name {
            /// Asks the server to pass over fields that the vendor behind it does not take, where it would
            /// refuse the request otherwise.
            #[inline]
            pub fn ignore_unknown_fields(self, ignore: bool) -> Self {
                Self(self.0.query("ignore_unknown_fields", ignore))
            }

            /// Sets a member of the body that the API document does not have, or in place of one that it has.
            #[inline]
            pub fn body_field(
                self,
                name: impl ::std::convert::Into<::std::string::String>,
                value: impl ::std::convert::Into<::serde_json::Value>,
            ) -> Self {
                Self(self.0.body_field(name, value))
            }
        }
    };
}

pub(crate) use {
    body_methods, bytes_methods, option_methods, paged_methods, receipt_methods, redirect_methods,
    request_methods, text_methods,
};
