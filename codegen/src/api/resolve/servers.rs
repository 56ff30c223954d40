//! Base URLs: the templates of the servers with the values of their variables.

use openapiv3::{OpenAPI, Server};

/// A template with more values than this has one URL, with the defaults.
const MAX_URLS: usize = 32;

/// Returns the absolute URLs of all servers, each once; none if the document says so by `x-rust-servers: false`.
pub(super) fn urls(document: &OpenAPI) -> Vec<String> {
    if document.extensions.get("x-rust-servers").is_some_and(|flag| *flag == false) {
        return Vec::new();
    }
    let mut out: Vec<String> = Vec::new();
    for url in document.servers.iter().flat_map(urls_of) {
        let is_absolute = url.starts_with("https://") || url.starts_with("http://");
        if is_absolute && !url.contains(['{', '}']) && !out.contains(&url) {
            out.push(url);
        }
    }
    out
}

fn urls_of(server: &Server) -> Vec<String> {
    let mut urls = vec![server.url.clone()];
    for (name, variable) in server.variables.iter().flatten() {
        let default = vec![variable.default.clone()];
        let fits = variable.enumeration.len().saturating_mul(urls.len()) <= MAX_URLS;
        let values = if fits && !variable.enumeration.is_empty() { &variable.enumeration } else { &default };
        let place = format!("{{{name}}}");
        urls = urls.iter().flat_map(|url| values.iter().map(|value| url.replace(&place, value))).collect();
    }
    urls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_values_of_variables_and_otherwise_defaults() {
        let server = |value: serde_json::Value| urls_of(&serde_json::from_value(value).unwrap());
        let variables = serde_json::json!({
            "region": {"default": "eu", "enum": ["eu", "us"]},
            "port": {"default": "443"},
        });
        let url = "https://{region}.example.com:{port}/v1";
        let expected = ["https://eu.example.com:443/v1", "https://us.example.com:443/v1"];
        assert_eq!(server(serde_json::json!({"url": url, "variables": variables})), expected);
        let many: Vec<String> = (0..33).map(|number| number.to_string()).collect();
        let variables = serde_json::json!({"n": {"default": "7", "enum": many}});
        assert_eq!(server(serde_json::json!({"url": "https://{n}", "variables": variables})), ["https://7"]);
    }
}
