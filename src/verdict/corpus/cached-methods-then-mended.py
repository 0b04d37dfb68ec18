# truth: leak
# work: measure_cached.n
# why: lru_cache on a method has the instance in its keys, and with maxsize=None it keeps every polygon; the mended class has a property of its own.
from functools import lru_cache


class Polygon:
    def __init__(self, points):
        self.points = points

    @lru_cache(maxsize=None)
    def area(self):
        p = self.points
        return sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(p, p[1:] + p[:1])) / 2


class MendedPolygon:
    def __init__(self, points):
        self.points = points
        self._area = None

    def area(self):
        if self._area is None:
            p = self.points
            self._area = sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(p, p[1:] + p[:1])) / 2
        return self._area


def square(n):
    return [(n, n), (n + 2, n), (n + 2, n + 2), (n, n + 2)]


def measure_cached(count):
    total = 0
    for n in range(count):
        shape = Polygon(square(n))
        total += shape.area() + shape.area()
    return total


def measure_mended(count):
    total = 0
    for n in range(count):
        shape = MendedPolygon(square(n))
        total += shape.area() + shape.area()
    return total


print(measure_cached(60_000), Polygon.area.cache_info().hits)
print(measure_mended(90_000))
