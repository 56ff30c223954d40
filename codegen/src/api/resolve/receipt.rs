//! Receipts: responses to writes that contain only the id of a job and an echo of the request body.

use std::collections::BTreeSet;

use crate::api::model::{Api, Operation, Repr, ResponseContent, TypeId, TypeRef};

/// Makes the response of every write that is a receipt an [`ResponseContent::Receipt`].
///
/// A receipt names a job, in `job_id` or `meta.job_id`, whether the document promises that or not. Everything else in it is
/// an echo of the request body, in `data` or `result`. A response with more than that keeps its type, so that a receipt
/// hides no data.
pub(super) fn recognize(api: &mut Api) {
    let receipts: Vec<bool> = api.operations.iter().map(|operation| is_receipt(api, operation)).collect();
    for (operation, _) in api.operations.iter_mut().zip(receipts).filter(|(_, is_receipt)| *is_receipt) {
        operation.response = ResponseContent::Receipt;
    }
}

fn is_receipt(api: &Api, operation: &Operation) -> bool {
    let ResponseContent::Json(TypeRef { ty, nullable: false }) = operation.response else { return false };
    let fields = api.fields(ty);
    let sent = operation.body.as_ref().map(|body| body.of.ty);
    let is_known = |name: &str, id| match name {
        "job_id" => is_id(api, id),
        "meta" => matches!(api.fields(id), [job] if job.wire_name == "job_id" && is_id(api, job.of.ty)),
        "data" | "result" => is_echo(api, id, sent, &mut BTreeSet::new()),
        _ => false,
    };
    operation.is_write()
        && fields.iter().any(|field| matches!(field.wire_name.as_str(), "job_id" | "meta"))
        && fields.iter().all(|field| is_known(&field.wire_name, field.of.ty))
}

fn is_id(api: &Api, id: TypeId) -> bool {
    matches!(api.repr(id), Repr::String | Repr::Integer | Repr::Unsigned | Repr::Number)
}

/// Returns whether a value contains only what was sent: it is any JSON, or has only properties of the sent value.
/// `seen` ends cycles.
fn is_echo(
    api: &Api,
    id: TypeId,
    sent: Option<TypeId>,
    seen: &mut BTreeSet<(TypeId, Option<TypeId>)>,
) -> bool {
    if !seen.insert((id, sent)) {
        return true;
    }
    match (api.repr(id), sent.map(|sent| api.repr(sent))) {
        (Repr::Any | Repr::Object, _) => true,
        (Repr::Map(of), _) if matches!(api.repr(of.ty), Repr::Any) => true,
        (Repr::Struct(own), sent) => own.fields.iter().all(|field| {
            let Some(Repr::Struct(sent)) = &sent else { return false };
            let sent = sent.fields.iter().find(|sent| sent.wire_name == field.wire_name);
            sent.is_some_and(|sent| is_echo(api, field.of.ty, Some(sent.of.ty), seen))
        }),
        (Repr::List(own), Some(Repr::List(sent))) | (Repr::Map(own), Some(Repr::Map(sent))) => {
            is_echo(api, own.ty, Some(sent.ty), seen)
        }
        (Repr::List(_) | Repr::Map(_), _) => false,
        (Repr::Union(_), Some(sent)) => matches!(sent, Repr::Union(_)),
        (_, sent) => sent.is_some_and(|sent| {
            !matches!(sent, Repr::Struct(_) | Repr::List(_) | Repr::Map(_) | Repr::Object)
        }),
    }
}
