# truth: leak
# work: dive_all.k
# why: each dive is entered into the logbook of the module with its samples, and the printing at the end reads the book.
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter


@dataclass
class Dive:
    site: str
    depth: float
    samples: list = field(default_factory=list)


LOGBOOK = []


def dive(k):
    d = Dive(f"site {k % 40}", k * 7 % 400 / 10)
    d.samples = [(minute, d.depth * minute / 5) for minute in range(5)]
    LOGBOOK.append(d)
    return max(depth * (1 + d.depth / 10) - minute for minute, depth in d.samples)


def dive_all(n):
    deepest = 0.0
    for k in range(n):
        deepest = max(deepest, dive(k))
    return deepest


print("deepest:", dive_all(65_000))
for site, dives in groupby(sorted(LOGBOOK, key=attrgetter("site")), key=attrgetter("site")):
    dives = list(dives)
    print(f"{site:10} {len(dives):5} dives, {sum(s[1] for d in dives for s in d.samples):10.1f}")
