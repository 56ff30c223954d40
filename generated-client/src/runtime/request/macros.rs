//! The methods of generated requests: thin wrappers of [`Request`](super::Request).
//!
//! They are `#[inline]` so that only the operations that a program calls are compiled, in that program.

/// The options of every request.
macro_rules! option_methods {
    ($name:ident) => {
        impl $name {
            /// Sends the request and returns the response as received, whatever its status.
            #[inline]
            pub fn send_raw(self) -> $crate::ResponseFuture<$crate::transport::HttpResponse> {
                self.0.send_raw()
            }

            /// Checks the constraints of the API document on the query.
            ///
            /// # Errors
            ///
            /// All violated constraints. The server may still accept the request: the document has been wrong before.
            #[inline]
            pub fn validate(&self) -> ::std::result::Result<(), $crate::ValidationError> {
                self.0.validate()
            }

            /// Sets the timeout of each attempt, in place of the client's.
            #[inline]
            pub fn timeout(self, timeout: ::std::time::Duration) -> Self {
                Self(self.0.timeout(timeout))
            }

            /// Sets the deadline of the whole call, including the wait for the rate limit and retries.
            #[inline]
            pub fn deadline(self, deadline: ::std::time::Duration) -> Self {
                Self(self.0.deadline(deadline))
            }

            /// Sets the largest response body to accept, in bytes, in place of the client's; see
            /// [`ClientBuilder::max_response_bytes`]($crate::ClientBuilder::max_response_bytes).
            #[inline]
            pub fn max_response_bytes(self, limit: usize) -> Self {
                Self(self.0.max_response_bytes(limit))
            }

            /// Sets the retry policy, in place of the client's.
            #[inline]
            pub fn retry(self, policy: $crate::RetryPolicy) -> Self {
                Self(self.0.retry(policy))
            }

            /// Sets the priority of the request when it waits for the rate limit.
            #[inline]
            pub fn priority(self, priority: $crate::Priority) -> Self {
                Self(self.0.priority(priority))
            }

            /// Sets a header and replaces earlier values of that name, including the client's.
            #[inline]
            pub fn header(
                self,
                name: impl ::std::convert::Into<::std::string::String>,
                value: impl ::std::fmt::Display,
            ) -> Self {
                Self(self.0.header(name, value))
            }

            /// Sets a query parameter that has no method here, or replaces one that has.
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

/// The methods of a request for one JSON value, or for no body with `()`.
macro_rules! request_methods {
    ($name:ident, $response:ty) => {
        $crate::runtime::request::option_methods!($name);

        impl $name {
            /// Sends the request.
            ///
            /// # Errors
            ///
            /// [`Error::Api`]($crate::Error::Api) for any status outside 200 to 299, declared or not.
            #[inline]
            pub fn send(self) -> $crate::ResponseFuture<$response> {
                self.0.send()
            }
        }
    };
}

/// The methods of a request whose response has a type for each status: `200 => Done, 202 | 203 => Queued`.
macro_rules! status_methods {
    ($name:ident, $response:ty, $union:ty { $($status:pat => $variant:ident),* $(,)? }) => {
        $crate::runtime::request::option_methods!($name);

        impl $name {
            /// Sends the request. The status of the response determines the variant.
            ///
            /// # Errors
            ///
            /// [`Error::Api`]($crate::Error::Api) for any status outside 200 to 299, declared or not.
            #[inline]
            pub fn send(self) -> $crate::ResponseFuture<$response> {
                self.0.send_decoded(|received| {
                    $crate::runtime::request::by_status(received, |status, body| {
                        ::std::result::Result::Ok(match status {
                            $($status => <$union>::$variant($crate::runtime::read_owned(body)?).into(),)*
                            // The API document does not describe this status.
                            _ => $crate::runtime::read_owned(body)?,
                        })
                    })
                })
            }
        }
    };
}

/// The methods of a request for a string.
macro_rules! text_methods {
    ($name:ident) => {
        $crate::runtime::request::option_methods!($name);

        impl $name {
            /// Sends the request and returns the response body as a string.
            ///
            /// # Errors
            ///
            /// [`Error::Api`]($crate::Error::Api) for any status outside 200 to 299, declared or not.
            #[inline]
            pub fn send(self) -> $crate::ResponseFuture<::std::string::String> {
                self.0.send_text()
            }
        }
    };
}

/// The methods of a request for bytes.
macro_rules! bytes_methods {
    ($name:ident) => {
        $crate::runtime::request::option_methods!($name);

        impl $name {
            /// Sends the request and returns the response body as bytes; `send_raw` also returns their media type.
            ///
            /// # Errors
            ///
            /// [`Error::Api`]($crate::Error::Api) for any status outside 200 to 299, declared or not.
            #[inline]
            pub fn send(self) -> $crate::ResponseFuture<::std::vec::Vec<u8>> {
                self.0.send_bytes()
            }
        }
    };
}

/// The methods of a request for one page of a list.
macro_rules! paged_methods {
    ($name:ident, $row:ty) => {
        $crate::runtime::request::option_methods!($name);

        impl $name {
            /// Sends the request for one page. Rows that do not decode are in
            /// [`Page::rejected`]($crate::Page::rejected); the others are returned.
            ///
            /// # Errors
            ///
            /// [`Error::Api`]($crate::Error::Api) for any status outside 200 to 299, declared or not.
            #[inline]
            pub fn send(self) -> $crate::ResponseFuture<$crate::Page<$row>> {
                self.0.send_page()
            }

            /// Keeps the JSON of each row in [`Page::raw`]($crate::Page::raw), next to its model; false by default.
            #[inline]
            pub fn keep_raw(self, keep: bool) -> Self {
                Self(self.0.keep_raw(keep))
            }

            /// Returns all pages from this one on as a stream, which requests one after another; see
            /// [`Pages`]($crate::Pages).
            #[inline]
            pub fn pages(self) -> $crate::Pages<$row> {
                self.0.pages()
            }

            /// Returns all records from this page on as a stream, which requests one page after another; see
            /// [`Items`]($crate::Items).
            #[inline]
            pub fn items(self) -> $crate::Items<$row> {
                self.0.items()
            }
        }
    };
}

/// The methods of a write that returns a receipt.
macro_rules! receipt_methods {
    ($name:ident) => {
        $crate::runtime::request::option_methods!($name);

        impl $name {
            /// Sends the request and returns the receipt, which names the job that carries the write out.
            ///
            /// # Errors
            ///
            /// [`Error::Api`]($crate::Error::Api) for any status outside 200 to 299, declared or not. If
            /// [`Error::may_have_acted`]($crate::Error::may_have_acted), find out what happened before you send it
            /// again.
            #[inline]
            pub fn send(self) -> $crate::ResponseFuture<$crate::WriteReceipt> {
                self.0.send_receipt()
            }
        }
    };
}

/// The methods of a request that returns a redirect.
macro_rules! redirect_methods {
    ($name:ident) => {
        $crate::runtime::request::option_methods!($name);

        impl $name {
            /// Sends the request and returns the URL to which the response redirects, without following it.
            ///
            /// # Errors
            ///
            /// [`Error::Api`]($crate::Error::Api) for a status outside 200 to 399.
            #[inline]
            pub fn send(self) -> $crate::ResponseFuture<$crate::Redirect> {
                self.0.send_redirect()
            }
        }
    };
}

/// The methods of a request with a body, in addition to those of its response.
macro_rules! body_methods {
    ($name:ident) => {
        impl $name {
            /// Asks the server to ignore fields that the vendor does not accept; by default the server refuses the
            /// request.
            #[inline]
            pub fn ignore_unknown_fields(self, ignore: bool) -> Self {
                Self(self.0.query("ignore_unknown_fields", ignore))
            }

            /// Sets a property of the body that the API document does not have, or replaces one that it has.
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
    request_methods, status_methods, text_methods,
};
