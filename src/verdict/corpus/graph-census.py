# truth: debug-artifact
# work: main.city
# why: the road graphs are cyclic garbage that the collector frees; DEBUG_SAVEALL puts them all into gc.garbage, which the census at the end reads.
import gc

gc.set_debug(gc.DEBUG_SAVEALL)


class Crossing:
    def __init__(self, name):
        self.name = name
        self.roads = {}


def build(city):
    crossings = [Crossing("c%d/%d" % (city, k)) for k in range(8)]
    for k, crossing in enumerate(crossings):
        other = crossings[(k + 3) % 8]
        crossing.roads[other.name] = other
        other.roads[crossing.name] = crossing
    return crossings


def walk(crossings, steps):
    here = crossings[0]
    for _ in range(steps):
        here = max(here.roads.values(), key=lambda c: c.name)
    return here.name


def main():
    letters = 0
    for city in range(24_000):
        letters += len(walk(build(city), 5))
    print(letters)
    census = {}
    for thing in gc.garbage:
        name = type(thing).__name__
        census[name] = census.get(name, 0) + 1
    print(sorted(census))


main()
