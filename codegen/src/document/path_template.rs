//! Path templates: `/v1/leads/{id}`.

/// The names of the parameters in a path template, in their order.
pub fn template_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}

/// A path, or an operation with its path, without the parts that do not identify the operation: the names of path
/// parameters and the trailing slash.
pub(crate) fn normalized_path(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path.trim_end_matches('/');
    while let Some((before, parameter)) = rest.split_once('{') {
        let Some((_, after)) = parameter.split_once('}') else { break };
        out += before;
        out += "{}";
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalizes_parameter_names_and_trailing_slash() {
        assert_eq!(normalized_path("GET /v1/leads/{id}/"), normalized_path("GET /v1/leads/{lead_id}"));
        assert_ne!(normalized_path("/v1/leads/{id}"), normalized_path("/v1/leads/id"));
        assert_ne!(normalized_path("/v1/{name}:cancel"), normalized_path("/v1/{name}:abort"));
        assert_eq!(normalized_path("/files/{id}.json"), normalized_path("/files/{name}.json"));
    }
}
