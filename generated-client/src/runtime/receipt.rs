//! The receipt of a write, and handles of its job.

use std::fmt;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::Object;
use crate::runtime::call::ReceivedResponse;
use crate::runtime::error::{DecodeError, Result};
use crate::runtime::json::{self, job_id};

/// A value that identifies a write job: a receipt, a stored job, or a bare id.
pub trait JobReference {
    /// Returns the id of the job.
    fn job_id(&self) -> &str;

    /// Returns a handle of the job, to store.
    fn job(&self) -> WriteJob {
        WriteJob::new(self.job_id())
    }
}

impl<R: JobReference + ?Sized> JobReference for &R {
    fn job_id(&self) -> &str {
        (**self).job_id()
    }
}

impl JobReference for str {
    fn job_id(&self) -> &str {
        self
    }
}

impl JobReference for String {
    fn job_id(&self) -> &str {
        self
    }
}

/// The response to a write: the id of the job that carries the write out, and the rest of the body.
///
/// Only the job id is required: `job_id` at the top level, else `meta.job_id`, else the least nested one. The rest
/// remains JSON text, in which invalid UTF-8 is replaced by U+FFFD. The server usually repeats the request in `data` or
/// `result`; [`echo`](Self::echo) decodes that.
///
/// A receipt serializes as the body of the response, in JSON only; [`job`](Self::job) is the handle to store.
///
/// ```
/// use propexo::WriteReceipt;
///
/// let body = r#"{"meta":{"job_id":"4711"},"result":{"notes":"cut \ud83d","rent":1250}}"#;
/// let receipt: WriteReceipt = serde_json::from_str(body)?;
/// assert_eq!(receipt.job_id(), "4711");
/// assert_eq!(receipt.raw(), body);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct WriteReceipt {
    job_id: String,
    body: Box<RawValue>,
}

impl WriteReceipt {
    /// Creates a receipt without an echo, for tests.
    ///
    /// ```
    /// let receipt = propexo::WriteReceipt::new("4711");
    /// assert_eq!(receipt.raw(), r#"{"job_id":"4711"}"#);
    /// ```
    #[must_use]
    pub fn new(job_id: impl Into<String>) -> Self {
        let job = WriteJob::new(job_id);
        // An object of one string can always be serialized.
        let body = to_raw_value(&job).unwrap_or_default();
        Self { job_id: job.job_id, body }
    }

    /// Returns the id of the job.
    #[must_use]
    pub fn job_id(&self) -> &str {
        &self.job_id
    }

    /// Returns a handle of the job, to store.
    #[must_use]
    pub fn job(&self) -> WriteJob {
        WriteJob::new(self.job_id.as_str())
    }

    /// Returns the JSON text of the whole response.
    #[must_use]
    pub fn raw(&self) -> &str {
        self.body.get()
    }

    /// Decodes the server's echo of the request: `data`, else `result`; `None` where both are absent or null.
    ///
    /// ```
    /// use propexo::WriteReceipt;
    /// use serde_json::Value;
    ///
    /// let receipt: WriteReceipt = serde_json::from_str(r#"{"job_id":"4711","data":{"rent":1250}}"#)?;
    /// let echo: Option<Value> = receipt.echo()?;
    /// assert_eq!(echo.unwrap()["rent"], 1250);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Decode`](crate::Error::Decode), with its path and the job id, if the echo does not decode as `T`. The
    /// write was accepted in any case.
    pub fn echo<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let echo =
            ["data", "result"].into_iter().find_map(|name| Some((name, json::property(&self.body, name)?)));
        let Some((name, echo)) = echo.map(|(name, echo)| (name, echo.get())) else { return Ok(None) };
        json::read_owned(echo.as_bytes()).map(Some).map_err(|error| {
            let fault = json::locate(echo.as_bytes(), &error).below(name);
            DecodeError::of_echo(&self.job_id, echo, fault).into()
        })
    }
}

/// Decodes the response to a write.
pub(crate) fn decode(received: ReceivedResponse) -> Result<WriteReceipt> {
    let body = received.response.body();
    json::read_owned(body)
        // Invalid UTF-8 in the echo does not lose the receipt.
        .or_else(|error| serde_json::from_str(&String::from_utf8_lossy(body)).map_err(|_| error))
        .map_err(|error| received.undecodable(&error).into())
}

impl JobReference for WriteReceipt {
    fn job_id(&self) -> &str {
        &self.job_id
    }
}

impl fmt::Debug for WriteReceipt {
    /// Shows the id and a size: the echo holds personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteReceipt")
            .field("job_id", &self.job_id)
            .field("body", &format_args!("<{} bytes>", self.raw().len()))
            .finish()
    }
}

impl PartialEq for WriteReceipt {
    fn eq(&self, other: &Self) -> bool {
        self.job_id == other.job_id && self.raw() == other.raw()
    }
}

impl Serialize for WriteReceipt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.body.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for WriteReceipt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = Box::<RawValue>::deserialize(deserializer)?;
        let job_id = job_id::in_json(&body).ok_or_else(|| D::Error::missing_field("job_id"))?;
        Ok(Self { job_id, body })
    }
}

/// A handle of a write job. It can be stored as JSON (`{"job_id":"…"}`), so that another process can wait for the job
/// after a restart.
///
/// ```
/// use propexo::{JobReference, WriteJob};
///
/// let job: WriteJob = serde_json::from_str(r#"{"job_id":"4711"}"#)?;
/// assert_eq!(job, "4711".job());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct WriteJob {
    /// The id of the job.
    pub job_id: String,
}

impl<'de> Deserialize<'de> for WriteJob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Object::deserialize(deserializer)?.remove("job_id") {
            Some(Value::String(job_id)) => Ok(Self { job_id }),
            _ => Err(D::Error::custom("`job_id` is not a string")),
        }
    }
}

impl Serialize for WriteJob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("job_id", &self.job_id)])
    }
}

impl WriteJob {
    /// Creates the handle of a job id.
    pub fn new(job_id: impl Into<String>) -> Self {
        Self { job_id: job_id.into() }
    }
}

impl JobReference for WriteJob {
    fn job_id(&self) -> &str {
        &self.job_id
    }
}

impl fmt::Display for WriteJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.job_id)
    }
}

/// The response to the request to retry a failed write.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryResponse {
    /// Whether the server accepted the retry.
    pub accepted: bool,
    /// The new job; the failed one is unchanged.
    pub job: WriteJob,
}

impl<'de> Deserialize<'de> for RetryResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let WriteReceipt { job_id, body } = WriteReceipt::deserialize(deserializer)?;
        let accepted = json::property(&body, "success").is_none_or(|success| success.get() != "false");
        Ok(Self { accepted, job: WriteJob { job_id } })
    }
}

impl JobReference for RetryResponse {
    fn job_id(&self) -> &str {
        &self.job.job_id
    }
}
