//! The reason why a value does not decode, without the value.
//!
//! The messages of `serde` quote what they found (`invalid type: string "jane@example.org", expected f64`), which must
//! not appear in logs.

/// Returns the message of an error without everything that may come from the text.
pub(crate) fn without_values(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason);
    match error.classify() {
        serde_json::error::Category::Eof => "the text breaks off".to_owned(),
        // The tokenizer's messages are fixed strings.
        serde_json::error::Category::Syntax => format!("not JSON: {message}"),
        serde_json::error::Category::Data | serde_json::error::Category::Io => data(message),
    }
}

fn data(message: &str) -> String {
    if message.starts_with("missing field `") || message.starts_with("duplicate field `") {
        // The name of a field of ours.
        return message.to_owned();
    }
    // The expected type comes last and is known at compile time; the value found comes before it.
    let Some((found, expected)) = message.rsplit_once(", expected ") else {
        return "the value is not of the form that is expected there".to_owned();
    };
    let kind = ["invalid type: ", "invalid value: ", "invalid length "]
        .iter()
        .find_map(|prefix| found.strip_prefix(prefix).map(|rest| (*prefix, rest)));
    match kind {
        Some(("invalid length ", length)) if length.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{length} elements, expected {expected}")
        }
        Some((_, rest)) => {
            let word = rest.split(['"', '`', '(']).next().unwrap_or_default().trim();
            format!("{word}, expected {expected}")
        }
        None => format!("an unknown value, expected {expected}"),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    fn reason<T: for<'de> Deserialize<'de> + std::fmt::Debug>(json: &str) -> String {
        without_values(&serde_json::from_str::<T>(json).unwrap_err())
    }

    #[derive(Debug, Deserialize)]
    struct Row {
        #[serde(rename = "id")]
        _id: String,
    }

    #[derive(Debug, Deserialize)]
    enum Choice {
        #[serde(rename = "yes")]
        Yes,
    }

    #[test]
    fn reports_type_without_value() {
        assert_eq!(reason::<f64>(r#""jane@example.org""#), "string, expected f64");
        assert_eq!(reason::<f64>(r#""a, expected b""#), "string, expected f64");
        assert_eq!(reason::<String>("471199"), "integer, expected a string");
        assert_eq!(reason::<String>("47.5"), "floating point, expected a string");
        assert_eq!(reason::<String>("true"), "boolean, expected a string");
        assert_eq!(reason::<String>("null"), "null, expected a string");
        assert_eq!(reason::<String>("{}"), "map, expected a string");
        assert_eq!(reason::<u8>("4711"), "integer, expected u8");
        assert_eq!(reason::<(u8, u8)>("[1]"), "1 elements, expected a tuple of size 2");
        assert_eq!(reason::<Row>("{}"), "missing field `id`");
        assert_eq!(reason::<Choice>(r#""secret""#), "an unknown value, expected `yes`");
        let _ = Choice::Yes;
    }

    #[test]
    fn omits_message_of_unknown_form() {
        #[derive(Debug)]
        struct Picky;
        impl<'de> Deserialize<'de> for Picky {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                Err(serde::de::Error::custom(String::deserialize(d)?))
            }
        }
        assert!(!reason::<Picky>(r#""hunter2""#).contains("hunter2"));
    }

    #[test]
    fn reports_malformed_json() {
        assert_eq!(reason::<f64>("<html>"), "not JSON: expected value");
        assert_eq!(reason::<Vec<f64>>("[1,"), "the text breaks off");
    }
}
