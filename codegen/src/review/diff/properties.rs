//! Compares the properties of two objects.

use std::collections::BTreeSet;

use serde_json::Value;

use super::comparer::{Comparer, Edge, Keyword};
use super::difference::{Anchor, Details, Pair, ValueStep};
use super::kind::{ChangeKind, Direction};
use super::view::{Alternative, Node, permits_nothing};
use crate::api::location::Segment;

impl<'d> Comparer<'_, 'd> {
    pub(super) fn properties(&mut self, old: &Alternative<'d>, new: &Alternative<'d>) {
        let (before, after) = (old.properties(), new.properties());
        let (was_required, is_required) = (old.required(), new.required());
        let direction = self.kind.direction();
        let names: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
        for name in names.iter().chain(was_required.union(&is_required).filter(|name| !names.contains(*name)))
        {
            let (was, is) = (was_required.contains(name), is_required.contains(name));
            let absent = |node: &Node<'d>, root| direction.is_hidden(node, root);
            let hidden = |nodes: Pair<Option<&Node<'d>>>| Pair {
                old: nodes.old.is_some_and(|node| absent(node, self.documents.old)),
                new: nodes.new.is_some_and(|node| absent(node, self.documents.new)),
            };
            let nodes = Pair { old: before.get(name), new: after.get(name) };
            let hidden = hidden(nodes);
            let presence = Presence { was, is, hidden };
            self.at.push(Segment::Property((*name).into()));
            match (nodes.old, nodes.new) {
                (Some(node), None) => self.property_removed(new, node, &presence),
                (None, Some(node)) => self.property_added(old, node, &presence),
                (Some(one), Some(other)) => {
                    let anchor = Anchor::new(other.pointer());
                    self.presence_differs(&presence, anchor.clone());
                    if was && is && hidden.new && !hidden.old {
                        self.property_hidden(anchor);
                    }
                    let hidden = hidden.old && hidden.new;
                    let nodes = Pair { old: one.clone(), new: other.clone() };
                    // The location has the property already.
                    let segments = self.at.clone();
                    let steps = vec![ValueStep::Property((*name).to_owned())];
                    let alternative = self.alternative;
                    self.out.edges.push(Edge { segments, steps, alternative, nodes, hidden });
                }
                (None, None) => {
                    let required = if is { new } else { old }.get("required");
                    let pointer = required.map_or_else(|| new.pointer(), |(pointer, _)| pointer);
                    self.presence_differs(&presence, Anchor { removed: !is, pointer });
                }
            }
            self.at.pop();
        }
        self.additional_properties(old, new);
        let mut after = new.patterns();
        for (pattern, before) in old.patterns() {
            if let Some(after) = after.remove(pattern) {
                let step = ValueStep::Pattern(pattern.to_owned());
                self.edge(Segment::AdditionalProperties, step, Pair { old: before, new: after }, false);
            }
        }
    }

    fn property_removed(&mut self, new: &Alternative<'d>, node: &Node<'d>, presence: &Presence) {
        let is_closed = new.additional().is_some_and(|(_, schema)| permits_nothing(schema));
        let exceptional = match self.kind.direction() {
            Direction::Request => is_closed && !presence.hidden.old,
            Direction::Response => !presence.was || presence.hidden.old,
        };
        self.differs(
            ChangeKind::Removed,
            Details::default().except_if(exceptional),
            Anchor::old(node.pointer()),
        );
    }

    fn property_added(&mut self, old: &Alternative<'d>, node: &Node<'d>, presence: &Presence) {
        let was_closed = old.additional().is_some_and(|(_, schema)| permits_nothing(schema));
        let (kind, exceptional) = match (self.kind.direction(), presence.is) {
            (Direction::Response, _) => (ChangeKind::Added, was_closed && !presence.hidden.new),
            (Direction::Request, true) => (ChangeKind::AddedRequired, presence.hidden.new),
            (Direction::Request, false) => (ChangeKind::AddedOptional, false),
        };
        self.differs(kind, Details::default().except_if(exceptional), Anchor::new(node.pointer()));
    }

    fn presence_differs(&mut self, presence: &Presence, anchor: Anchor) {
        let Presence { was, is, hidden } = *presence;
        if was != is {
            let kind = if is { ChangeKind::BecameRequired } else { ChangeKind::BecameOptional };
            let hidden = if is { hidden.new } else { hidden.old || hidden.new };
            self.differs(kind, Details::new(was, is).except_if(hidden), anchor);
        }
    }

    /// A required property that messages do not have any more.
    fn property_hidden(&mut self, anchor: Anchor) {
        let kind = match self.kind.direction() {
            Direction::Request => ChangeKind::Forbidden,
            Direction::Response => ChangeKind::BecameOptional,
        };
        self.differs(kind, Details { by_annotation: true, ..Details::default() }, anchor);
    }

    fn additional_properties(&mut self, old: &Alternative<'d>, new: &Alternative<'d>) {
        let schema =
            |it: &Keyword<'d>| it.as_ref().map_or(Value::Bool(true), |(_, schema)| (*schema).clone());
        match (old.additional(), new.additional()) {
            (Some((old_pointer, was)), Some((new_pointer, is))) if was.is_object() && is.is_object() => {
                let nodes = Pair { old: Node::new(old_pointer, was), new: Node::new(new_pointer, is) };
                self.edge(Segment::AdditionalProperties, ValueStep::AdditionalProperty, nodes, false);
            }
            (before, after) => {
                let (was, is) = (schema(&before), schema(&after));
                if was != is {
                    let is_looser = after.is_none() || permits_nothing(&was);
                    let exceptional = match self.kind.direction() {
                        Direction::Request => is_looser,
                        Direction::Response => permits_nothing(&was),
                    };
                    let pointer = after.or(before).map_or_else(|| new.pointer(), |(pointer, _)| pointer);
                    let details = Details::new(was, is).except_if(exceptional);
                    self.differs(ChangeKind::AdditionalPropertiesChanged, details, Anchor::new(pointer));
                }
            }
        }
    }
}

/// Whether a property is required in both documents, and whether messages have it.
struct Presence {
    was: bool,
    is: bool,
    hidden: Pair<bool>,
}

impl Direction {
    /// Whether no message in this direction has a property: `readOnly` in requests, `writeOnly` in responses.
    fn is_hidden<'d>(self, node: &Node<'d>, root: &'d Value) -> bool {
        node.has_flag(root, if self == Direction::Request { "readOnly" } else { "writeOnly" })
    }
}
