//! Finds the types that operations use, in requests (sent) and in responses (received).

use std::collections::BTreeSet;

use super::{Api, Body, Operation, Repr, ResponseContent, TypeId, TypeRef};

impl ResponseContent {
    /// Returns the type of its JSON value, of a row or of a record.
    pub(crate) fn content(self) -> Option<TypeRef> {
        match self {
            Self::Json(of) | Self::Page(of) | Self::Single(of) => Some(of),
            Self::Empty | Self::Text | Self::Bytes | Self::Receipt => None,
        }
    }
}

impl Api {
    /// Returns the request body of an operation. An optional body without properties is omitted.
    pub fn sent_body<'o>(&self, operation: &'o Operation) -> Option<&'o Body> {
        let body = operation.body.as_ref()?;
        let has_no_content = matches!(self.repr(body.of.ty), Repr::Object) && !body.required;
        (!has_no_content).then_some(body)
    }

    /// Returns the types that users construct: those of request bodies, and of parameters that are objects.
    pub fn sent(&self) -> BTreeSet<TypeId> {
        let bodies =
            self.operations.iter().filter_map(|operation| operation.body.as_ref()).map(|body| body.of);
        let params = self.operations.iter().flat_map(|operation| &operation.params).map(|param| param.of);
        let params = params.filter(|of| !self.is_flat(of.ty));
        self.closure(bodies.chain(params).map(|of| of.ty)).into_iter().collect()
    }

    /// Returns the types of responses, errors and payloads of webhooks, with all their parts.
    pub fn received(&self) -> BTreeSet<TypeId> {
        let responses = self.operations.iter().filter_map(|operation| operation.response.content());
        let errors = self.operations.iter().flat_map(|operation| &operation.errors).map(|error| error.of);
        let payloads = self.webhooks.iter().filter_map(|webhook| webhook.payload);
        self.closure(responses.chain(errors).chain(payloads).map(|of| of.ty)).into_iter().collect()
    }

    /// Returns the types that an operation uses directly: parameters, request body, response, errors.
    pub fn roots(operation: &Operation) -> Vec<TypeId> {
        let params = operation.params.iter().map(|param| param.of);
        let response = operation.response.content();
        let errors = operation.errors.iter().map(|error| error.of);
        let body = operation.body.as_ref().map(|body| body.of);
        params.chain(body).chain(response).chain(errors).map(|of| of.ty).collect()
    }

    /// Returns all types that operations and webhooks use, each once, in order of first use.
    pub fn reachable(&self) -> Vec<TypeId> {
        let payloads = self.webhooks.iter().filter_map(|webhook| webhook.payload).map(|of| of.ty);
        self.closure(self.operations.iter().flat_map(Self::roots).chain(payloads))
    }

    /// Returns these types and all types that they contain, each once, in order of first use.
    pub fn closure(&self, roots: impl IntoIterator<Item = TypeId>) -> Vec<TypeId> {
        let mut seen = vec![false; self.types.len()];
        let mut closure = Vec::new();
        let mut stack: Vec<TypeId> = Vec::new();
        for root in roots {
            stack.push(root);
            while let Some(id) = stack.pop() {
                if let Some(seen @ false) = seen.get_mut(id.0 as usize) {
                    *seen = true;
                    closure.push(id);
                    stack.extend(self.parts(id).into_iter().rev());
                }
            }
        }
        closure
    }
}
