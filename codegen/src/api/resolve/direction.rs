//! `readOnly` and `writeOnly`: a property is required only in the direction that has it.

use crate::api::model::{Api, TypeId, TypeKind};

/// Makes read-only properties of types of the request direction optional, and write-only properties of types of the
/// response direction.
pub(super) fn relax(api: &mut Api) {
    let sent = api.sent();
    let received = api.received();
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
