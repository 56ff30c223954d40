//! Validation issues of single fields.

use serde_json::Value;

/// An issue that the server's validator reports for one path of a request.
///
/// The server validates with Zod and returns its issues; this type reads their common properties. [`Issue::as_json`] is
/// the whole issue, with the properties of its kind.
#[derive(Clone, PartialEq)]
pub struct Issue {
    json: Value,
}

impl Issue {
    /// Returns the kind of the issue, such as `invalid_type` or `unrecognized_keys`.
    #[must_use]
    pub fn code(&self) -> &str {
        self.text("code")
    }

    /// Returns the message.
    #[must_use]
    pub fn message(&self) -> &str {
        self.text("message")
    }

    /// Returns the path in the request, such as `history[2].start_date`; empty for the whole request.
    #[must_use]
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in self.json.get("path").and_then(Value::as_array).into_iter().flatten() {
            match step {
                Value::String(name) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                }
                step => path.push_str(&format!("[{step}]")),
            }
        }
        path
    }

    /// Returns the fields that the server does not know, for an issue of that kind.
    ///
    /// `ignore_unknown_fields(true)` on a write asks the server to ignore them.
    pub fn unknown_fields(&self) -> impl Iterator<Item = &str> {
        self.json.get("keys").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    /// Returns the whole issue as JSON.
    #[must_use]
    pub const fn as_json(&self) -> &Value {
        &self.json
    }

    fn text(&self, name: &str) -> &str {
        self.json.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

impl std::fmt::Debug for Issue {
    /// Shows code and path; the message may quote the request.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let code = crate::runtime::shown::plain(self.code()).unwrap_or("…");
        f.debug_struct("Issue").field("code", &code).field("path", &self.shown_path()).finish_non_exhaustive()
    }
}

impl Issue {
    /// Returns the path, or `…` if it contains anything but plain names and indices.
    pub(crate) fn shown_path(&self) -> String {
        let path = self.path();
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.[]".contains(&b);
        if path.len() <= 200 && path.bytes().all(plain) { path } else { "…".to_owned() }
    }
}

/// How many times `details` may be nested in itself.
const MAX_DEPTH: usize = 3;

/// Finds the issues in the `details` of an error, which the server sometimes nests in a second `details`.
pub(super) fn find(details: &Value) -> Vec<Issue> {
    let mut level = Some(details);
    for _ in 0..MAX_DEPTH {
        let Some(details) = level else { break };
        let list = details.get("issues").or(Some(details)).and_then(Value::as_array);
        if let Some(issues) = list {
            let objects = issues.iter().filter(|issue| issue.is_object());
            return objects.map(|json| Issue { json: json.clone() }).collect();
        }
        level = details.get("details");
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_issues_in_nested_details() {
        let issue = json!({ "code": "invalid_type", "path": ["a", 2, "b"], "message": "no" });
        for details in [
            json!({ "issues": [issue], "name": "ZodError" }),
            json!({ "details": { "issues": [issue] } }),
            json!({ "details": { "details": { "issues": [issue] } } }),
            json!([issue]),
        ] {
            let issues = find(&details);
            assert_eq!(issues.len(), 1, "{details}");
            assert_eq!(issues[0].path(), "a[2].b");
            assert_eq!(issues[0].code(), "invalid_type");
            assert_eq!(issues[0].message(), "no");
        }
    }

    #[test]
    fn finds_no_issues_in_other_details() {
        for details in
            [json!(null), json!("text"), json!({ "issues": "none" }), json!({ "details": 7 }), json!([1])]
        {
            assert_eq!(find(&details), []);
        }
    }
}
