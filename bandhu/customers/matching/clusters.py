"""From pairs to groups of records that are all the same one, without chains of strangers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

DOUBT = 0.02  # below this probability two records are taken for different ones
LARGEST_GROUP = 200
SAMPLE = 8  # members of a group that are compared when two groups meet
# From so many links on groups stay small: time and memory then grow with the links, not with their square.
MANY_LINKS = 100_000
LARGEST_OF_MANY, SAMPLE_OF_MANY = 20, 2


def pairs_of(
    links: Iterable[tuple[int, int, float]], compare: Callable[[int, int], float]
) -> dict[tuple[int, int], float]:
    """Every pair of every group, smaller index first, with the probability of the link that brought the two together.

    Groups grow out of `(one, other, probability)` links, the surest first: so a pair's figure is the weakest link
    on the strongest path between the two.

    A link joins two groups unless most of their members, compared directly, are plainly different: that keeps
    A ~ B ~ C from becoming one when A and C share nothing. `compare(one, other)` gives that probability; it is not
    asked about pairs that are linked. Among very many links groups are smaller and fewer members are compared.
    """
    surest = sorted(links, key=lambda link: (-link[2], link[0], link[1]))
    many = len(surest) >= MANY_LINKS
    largest, sample = (LARGEST_OF_MANY, SAMPLE_OF_MANY) if many else (LARGEST_GROUP, SAMPLE)
    linked = {(one, other) for one, other, _probability in surest}
    pairs: dict[tuple[int, int], float] = {}
    parent: dict[int, int] = {}
    members: dict[int, list[int]] = {}

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for one, other, probability in surest:
        for each in (one, other):
            if each not in parent:
                parent[each], members[each] = each, [each]
        mine, theirs = root(one), root(other)
        if mine == theirs:
            continue
        if len(members[mine]) < len(members[theirs]):
            mine, theirs = theirs, mine
        if len(members[mine]) + len(members[theirs]) > largest:
            pairs.setdefault((one, other) if one < other else (other, one), probability)
            continue
        if _strangers(members[mine][:sample], members[theirs][:sample], (one, other), linked, compare):
            continue
        for a in members[mine]:
            for b in members[theirs]:
                pairs[(a, b) if a < b else (b, a)] = probability
        parent[theirs] = mine
        members[mine] += members.pop(theirs)
    return pairs


def _strangers(
    mine: list[int],
    theirs: list[int],
    link: tuple[int, int],
    linked: set[tuple[int, int]],
    compare: Callable[[int, int], float],
) -> bool:
    """Whether, the link itself aside, most pairs across the two groups are plainly different."""
    across = [(a, b) if a < b else (b, a) for a in mine for b in theirs if {a, b} != set(link)]
    if not across:
        return False
    return sum(pair not in linked and compare(*pair) < DOUBT for pair in across) * 2 > len(across)
