//! What reaches itself in a graph.

use std::collections::{BTreeMap, BTreeSet};

/// From a node to those that it leads to.
pub(crate) type Edges<N> = BTreeMap<N, BTreeSet<N>>;

/// The nodes that reach themselves, each with the number of its circle: two of one number reach one another.
///
/// Kosaraju: in the reverse order of their ends, walks against the edges gather what reaches one another.
pub(crate) fn circles<N: Copy + Ord>(forth: &Edges<N>) -> BTreeMap<N, usize> {
    let mut back: Edges<N> = BTreeMap::new();
    for (from, targets) in forth {
        for to in targets {
            back.entry(*to).or_default().insert(*from);
        }
    }
    let mut ends = Vec::new();
    let mut seen = BTreeSet::new();
    for node in forth.keys() {
        walk(*node, forth, &mut seen, &mut ends);
    }
    let mut circles = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (number, node) in ends.into_iter().rev().enumerate() {
        let mut circle = Vec::new();
        walk(node, &back, &mut seen, &mut circle);
        let with_itself = forth.get(&node).is_some_and(|targets| targets.contains(&node));
        if circle.len() > 1 || with_itself {
            circles.extend(circle.into_iter().map(|node| (node, number)));
        }
    }
    circles
}

/// Everything that is not seen yet and can be reached, in the order in which the walk leaves it. Not by recursion: a
/// chain may be longer than the stack.
fn walk<N: Copy + Ord>(start: N, edges: &Edges<N>, seen: &mut BTreeSet<N>, ends: &mut Vec<N>) {
    let mut open = vec![(start, false)];
    while let Some((node, left)) = open.pop() {
        if left {
            ends.push(node);
        } else if seen.insert(node) {
            open.push((node, true));
            open.extend(edges.get(&node).into_iter().flatten().map(|next| (*next, false)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_circles_and_what_leads_from_one_to_the_other() {
        let edges = [('a', "b"), ('b', "ac"), ('c', "d"), ('d', "ed"), ('x', "a")];
        let edges: Edges<char> =
            edges.into_iter().map(|(from, targets)| (from, targets.chars().collect())).collect();
        let circles = circles(&edges);
        assert_eq!(circles.keys().collect::<String>(), "abd");
        assert_eq!(circles[&'a'], circles[&'b']);
        assert_ne!(circles[&'a'], circles[&'d']);
    }
}
