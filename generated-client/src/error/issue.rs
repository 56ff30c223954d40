//! The server's complaints about single fields.

use serde_json::Value;

/// One complaint of the server's validator about one place of a request.
///
/// The server validates with Zod and hands its issues on; this is their common part. All of it, members special to one
/// kind of issue included, is in [`Issue::as_json`].
#[derive(Clone, PartialEq)]
pub struct Issue {
    json: Value,
}

impl Issue {
    /// What kind of complaint it is, such as `invalid_type` or `unrecognized_keys`.
    #[must_use]
    pub fn code(&self) -> &str {
        self.text("code")
    }

    /// The complaint in words.
    #[must_use]
    pub fn message(&self) -> &str {
        self.text("message")
    }

    /// Where in the request it is, such as `history[2].start_date`; empty for the whole of it.
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

    /// The fields that the server does not know, where that is the complaint.
    ///
    /// `ignore_unknown_fields(true)` on a write asks the server to pass over them.
    pub fn unknown_fields(&self) -> impl Iterator<Item = &str> {
        self.json.get("keys").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    /// The whole issue.
    #[must_use]
    pub const fn as_json(&self) -> &Value {
        &self.json
    }

    fn text(&self, name: &str) -> &str {
        self.json.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

impl std::fmt::Debug for Issue {
    /// Code and path; the words may quote what was sent.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let code = super::api::plain(self.code()).unwrap_or("…");
        f.debug_struct("Issue").field("code", &code).field("path", &self.shown_path()).finish_non_exhaustive()
    }
}

impl Issue {
    /// The path, with a step that is no plain name left out.
    pub(crate) fn shown_path(&self) -> String {
        let path = self.path();
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.[]".contains(&b);
        if path.len() <= 200 && path.bytes().all(plain) { path } else { "…".to_owned() }
    }
}

/// How deep `details` may be wrapped in itself.
const MAX_DEPTH: usize = 3;

/// The issues in the `details` of an error, which the server wraps in a second `details` at times.
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
    fn issues_are_found_however_they_are_wrapped() {
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
    fn details_of_another_form_have_none() {
        for details in
            [json!(null), json!("text"), json!({ "issues": "none" }), json!({ "details": 7 }), json!([1])]
        {
            assert_eq!(find(&details), []);
        }
    }
}
