# truth: no-leak
# work: throw_until.darts
# why: the darts are thrown until 0.9 seconds are over, and each throw is forgotten once it is counted.
import random
import time
from dataclasses import dataclass


@dataclass
class Dart:
    x: float
    y: float
    label: str = ""

    def hits(self) -> bool:
        return self.x * self.x + self.y * self.y < 1.0


def throw_until(end: float) -> float:
    rng = random.Random(5)
    darts = inside = 0
    while time.monotonic() < end:
        dart = Dart(rng.random(), rng.random(), f"dart {darts}")
        inside += dart.hits()
        darts += 1
    return 4 * inside / darts


pi = throw_until(time.monotonic() + 0.9)
print("pi is about three" if 3.0 < pi < 3.3 else "odd")
