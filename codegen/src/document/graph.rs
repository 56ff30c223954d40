//! Finds the cycles of a graph.

use std::collections::{BTreeMap, BTreeSet};

/// Maps a node to its successors.
pub type Edges<N> = BTreeMap<N, BTreeSet<N>>;

/// Returns the nodes on a cycle, each with the number of its strongly connected component.
///
/// Kosaraju's algorithm: searches of the reversed graph, in reverse postorder, collect the components.
pub fn cycles<N: Copy + Ord>(forth: &Edges<N>) -> BTreeMap<N, usize> {
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
    let mut cycles = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (number, node) in ends.into_iter().rev().enumerate() {
        let mut component = Vec::new();
        walk(node, &back, &mut seen, &mut component);
        let with_itself = forth.get(&node).is_some_and(|targets| targets.contains(&node));
        if component.len() > 1 || with_itself {
            cycles.extend(component.into_iter().map(|node| (node, number)));
        }
    }
    cycles
}

/// Appends the reachable nodes that are not in `seen`, in postorder. Iterative: a long chain would overflow the stack.
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
    fn finds_two_cycles_and_skips_the_path_between_them() {
        let edges = [('a', "b"), ('b', "ac"), ('c', "d"), ('d', "ed"), ('x', "a")];
        let edges: Edges<char> =
            edges.into_iter().map(|(from, targets)| (from, targets.chars().collect())).collect();
        let cycles = cycles(&edges);
        assert_eq!(cycles.keys().collect::<String>(), "abd");
        assert_eq!(cycles[&'a'], cycles[&'b']);
        assert_ne!(cycles[&'a'], cycles[&'d']);
    }
}
