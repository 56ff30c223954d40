//! Names as sites compare them: exports differ in case, separators and numbers only.

/// Returns the letters of a name in lower case: `Leads_getAllLeads_Response_200` is `leadsgetallleadsresponse`.
pub(super) fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}
