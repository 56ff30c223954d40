//! Webhooks: deliveries that wait to be sent, and those that a receiver has not accepted yet.

use std::fmt;
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};

use super::store::Row;
use crate::webhook::{self, Trigger};

/// The time between two attempts of a delivery.
const RETRY_INTERVAL: Duration = Duration::from_secs(15 * 60);

/// The first attempt and ten more.
const MAX_ATTEMPTS: u32 = 11;

/// A delivery to a webhook.
///
/// `Debug` shows neither the body nor the signature.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct WebhookDelivery {
    id: u64,
    due: Duration,
    /// The URL of the webhook.
    pub url: String,
    /// The headers, with `propexo-signature` and those of the registration.
    pub headers: Vec<(String, String)>,
    /// The body, whose bytes are signed.
    pub body: Vec<u8>,
    /// The number of this attempt; the first is 1.
    pub attempt: u32,
}

impl WebhookDelivery {
    /// Returns the header `propexo-signature`; empty if the webhook has no secret.
    #[must_use]
    pub fn signature(&self) -> &str {
        let signature = self.headers.iter().find(|(name, _)| name == webhook::SIGNATURE_HEADER);
        signature.map_or("", |(_, value)| value.as_str())
    }
}

impl fmt::Debug for WebhookDelivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookDelivery")
            .field("body", &format_args!("<{} bytes>", self.body.len()))
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

/// The deliveries that are not accepted yet.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: Vec<WebhookDelivery>,
    count: u64,
    /// The share of events that are delivered twice.
    pub(super) repeat_rate: f64,
    /// Each delivery waits up to so long, so that their order changes.
    pub(super) delay: Duration,
}

impl Outbox {
    /// Queues an event for each webhook that receives it.
    pub(super) fn send(
        &mut self,
        now: Duration,
        webhooks: &[Row],
        trigger: &Trigger,
        data: &Value,
        rng: &mut Rng,
    ) {
        for webhook in webhooks.iter().filter(|webhook| receives(webhook, trigger, data)) {
            let body = json!({ "trigger": trigger.as_str(), "data": data }).to_string().into_bytes();
            let repeats = self.repeat_rate > 0.0 && rng.f64() < self.repeat_rate;
            for _ in 0..1 + u32::from(repeats) {
                let delay = self.delay.mul_f64(rng.f64());
                self.count += 1;
                self.waiting.push(WebhookDelivery {
                    id: self.count,
                    due: now.saturating_add(delay),
                    url: text(webhook, "url").to_owned(),
                    headers: headers(webhook, &body),
                    body: body.clone(),
                    attempt: 1,
                });
            }
        }
    }

    /// Returns the deliveries that are due. Each is due again later unless it is accepted.
    pub(super) fn take(&mut self, now: Duration) -> Vec<WebhookDelivery> {
        let mut due: Vec<WebhookDelivery> =
            self.waiting.iter().filter(|delivery| delivery.due <= now).cloned().collect();
        due.sort_by_key(|delivery| (delivery.due, delivery.id));
        for delivery in self.waiting.iter_mut().filter(|delivery| delivery.due <= now) {
            delivery.due = now.saturating_add(RETRY_INTERVAL);
            delivery.attempt += 1;
        }
        self.waiting.retain(|delivery| delivery.attempt <= MAX_ATTEMPTS);
        due
    }

    /// Returns the number of deliveries that are not accepted yet.
    #[cfg(feature = "fake-server")]
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Ends a delivery that the receiver accepted.
    pub(super) fn accept(&mut self, delivery: &WebhookDelivery) {
        self.waiting.retain(|waiting| waiting.id != delivery.id);
    }
}

/// Returns whether a webhook is active and registered for an event.
fn receives(webhook: &Row, trigger: &Trigger, data: &Value) -> bool {
    let triggers = webhook.get("triggers").and_then(Value::as_array).into_iter().flatten();
    let is_registered = |own: &Value| {
        let model = own.get("model").and_then(Value::as_str);
        own.get("trigger").unwrap_or(own) == trigger.as_str()
            && model.is_none_or(|model| data.get("object").is_none_or(|object| object == model))
    };
    webhook.get("active") == Some(&Value::Bool(true)) && triggers.into_iter().any(is_registered)
}

fn headers(webhook: &Row, body: &[u8]) -> Vec<(String, String)> {
    let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    if let Ok(signature) = webhook::sign(text(webhook, "secret"), body) {
        headers.push((webhook::SIGNATURE_HEADER.to_owned(), signature));
    }
    for header in webhook.get("headers").and_then(Value::as_array).into_iter().flatten() {
        let part = |name: &str| header.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        headers.push((part("header"), part("value")));
    }
    headers
}

fn text<'r>(row: &'r Row, name: &str) -> &'r str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn webhook(triggers: Value) -> Row {
        let webhook = json!({
            "active": true, "url": "https://example.com", "secret": "0123456789", "triggers": triggers,
            "headers": [{ "header": "x-own", "value": "1" }],
        });
        webhook.as_object().unwrap().clone()
    }

    fn sent(outbox: &mut Outbox, webhooks: &[Row], data: &Value) {
        outbox.send(Duration::ZERO, webhooks, &Trigger::DataNew, data, &mut Rng::with_seed(1));
    }

    #[test]
    fn signs_what_a_receiver_can_check() {
        let mut outbox = Outbox::default();
        let data = json!({ "event": "DATA_NEW", "object": "leads", "record_id": "lead_1" });
        sent(&mut outbox, &[webhook(json!(["DATA_NEW"]))], &data);
        let [delivery] = &outbox.take(Duration::ZERO)[..] else { panic!("one delivery") };
        let event = webhook::receive("0123456789", delivery.signature(), &delivery.body).unwrap();
        assert_eq!(event.trigger(), Some(&Trigger::DataNew));
        assert!(delivery.headers.contains(&("x-own".to_owned(), "1".to_owned())));
        assert!(!format!("{delivery:?}").contains("lead_1"));
    }

    #[test]
    fn delivers_to_registered_and_active_webhooks_only() {
        let trigger = |model: Value| json!([{ "id": "t", "model": model, "trigger": "DATA_NEW" }]);
        let mut inactive = webhook(json!(["DATA_NEW"]));
        inactive.insert("active".to_owned(), json!(false));
        let webhooks = [
            webhook(trigger(Value::Null)),
            webhook(trigger(json!("leads"))),
            webhook(trigger(json!("units"))),
            webhook(json!(["DATA_UPDATE"])),
            inactive,
        ];
        let mut outbox = Outbox::default();
        sent(&mut outbox, &webhooks, &json!({ "object": "leads" }));
        assert_eq!(outbox.take(Duration::ZERO).len(), 2);
    }

    #[test]
    fn repeats_a_delivery_every_15_minutes_until_it_is_accepted() {
        let mut outbox = Outbox::default();
        sent(&mut outbox, &[webhook(json!(["DATA_NEW"]))], &json!({}));
        let attempts =
            |outbox: &mut Outbox, now| outbox.take(now).iter().map(|it| it.attempt).collect::<Vec<_>>();
        assert_eq!(attempts(&mut outbox, Duration::ZERO), [1]);
        assert_eq!(attempts(&mut outbox, 14 * MINUTE), Vec::<u32>::new());
        let all: Vec<u32> =
            (1..20).flat_map(|quarter| attempts(&mut outbox, quarter * 15 * MINUTE)).collect();
        assert_eq!(all, (2..=11).collect::<Vec<_>>());
        sent(&mut outbox, &[webhook(json!(["DATA_NEW"]))], &json!({}));
        let delivery = outbox.take(Duration::ZERO).remove(0);
        outbox.accept(&delivery);
        assert_eq!(outbox.take(60 * MINUTE), []);
    }

    #[test]
    fn duplicates_and_reorders_on_request() {
        let mut outbox = Outbox { repeat_rate: 1.0, delay: MINUTE, ..Outbox::default() };
        for number in 0..20 {
            sent(&mut outbox, &[webhook(json!(["DATA_NEW"]))], &json!({ "number": number }));
        }
        let ids: Vec<u64> = outbox.take(MINUTE).iter().map(|delivery| delivery.id).collect();
        assert_eq!(ids.len(), 40);
        assert!(!ids.is_sorted());
    }
}
