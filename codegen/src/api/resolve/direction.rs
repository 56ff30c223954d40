//! `readOnly` and `writeOnly`: a property is required only in the direction that has it.

use std::collections::BTreeSet;

use crate::api::model::{Api, ResponseContent, TypeId, TypeKind};

/// Returns the types of responses, errors and payloads of webhooks, with all their parts.
pub(super) fn received(api: &Api) -> BTreeSet<TypeId> {
    let responses = api.operations.iter().filter_map(|operation| match operation.response {
        ResponseContent::Json(of) | ResponseContent::Page(of) | ResponseContent::Single(of) => Some(of),
        _ => None,
    });
    let errors = api.operations.iter().flat_map(|operation| &operation.errors).map(|error| error.of);
    let payloads = api.webhooks.iter().filter_map(|webhook| webhook.payload);
    api.closure(responses.chain(errors).chain(payloads).map(|of| of.ty)).into_iter().collect()
}

/// Makes read-only properties of types of the request direction optional, and write-only properties of types of the
/// response direction.
pub(super) fn relax(api: &mut Api) {
    let sent = api.sent();
    let received = received(api);
    let all: Vec<TypeId> = api.ids().collect();
    for id in all {
        let Some(TypeKind::Struct(it)) = api.types.get_mut(id.0 as usize).map(|ty| &mut ty.kind) else {
            continue;
        };
        for field in &mut it.fields {
            let is_absent = (field.info.read_only && sent.contains(&id))
                || (field.info.write_only && received.contains(&id));
            field.required &= !is_absent;
        }
    }
}
