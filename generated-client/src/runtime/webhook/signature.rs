//! The signature: HMAC-SHA256 over the body, in hexadecimal.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::WebhookError;

/// Checks a signature in constant time.
///
/// # Errors
///
/// [`WebhookError::Signature`] if the signature does not match the body and the secret; [`WebhookError::NoSecret`] if
/// the secret is empty.
pub fn verify(secret: &str, signature: &str, body: &[u8]) -> Result<(), WebhookError> {
    let given = from_hex(signature.trim()).ok_or(WebhookError::Signature)?;
    mac(secret, body)?.verify_slice(&given).map_err(|_| WebhookError::Signature)
}

/// Signs a body as Propexo does, for tests of a receiver.
///
/// # Errors
///
/// [`WebhookError::NoSecret`] for an empty secret.
pub fn sign(secret: &str, body: &[u8]) -> Result<String, WebhookError> {
    let digest = mac(secret, body)?.finalize().into_bytes();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn mac(secret: &str, body: &[u8]) -> Result<Hmac<Sha256>, WebhookError> {
    if secret.is_empty() {
        return Err(WebhookError::NoSecret);
    }
    // HMAC accepts a key of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| WebhookError::NoSecret)?;
    mac.update(body);
    Ok(mac)
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let pairs = digits?;
    if pairs.len() % 2 != 0 {
        return None;
    }
    pairs
        .chunks_exact(2)
        .map(|pair| u8::try_from(pair.iter().fold(0, |sum, digit| sum * 16 + digit)).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_test_vector_of_rfc_4231() {
        // RFC 4231, test case 2.
        let signature = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let body = b"what do ya want for nothing?";
        assert_eq!(sign("Jefe", body).unwrap(), signature);
        assert_eq!(verify("Jefe", signature, body), Ok(()));
        assert_eq!(verify("Jefe", &format!(" {}\n", signature.to_uppercase()), body), Ok(()));
    }

    #[test]
    fn rejects_any_other_signature() {
        let good = sign("secret", b"body").unwrap();
        for bad in [
            "",
            "00",
            "zz",
            "é",
            &good[1..],
            &good[2..],
            &format!("{good}00"),
            &sign("other", b"body").unwrap(),
        ] {
            assert_eq!(verify("secret", bad, b"body"), Err(WebhookError::Signature), "{bad}");
        }
        assert_eq!(verify("secret", &good, b"Body"), Err(WebhookError::Signature));
        assert_eq!(verify("", &good, b"body"), Err(WebhookError::NoSecret));
    }
}
