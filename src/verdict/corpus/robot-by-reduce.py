# truth: no-leak
# work: line 12
# why: reduce calls the step for each move, and each state, a small dict, takes the place of the one before.
from functools import reduce
from math import hypot

TURNS = {"L": (0, 1), "R": (0, -1), "F": (1, 0), "B": (-1, 0)}


def step(state, number):
    dx, dy = TURNS["LRFB"[number * number % 7 % 4]]
    x, y = state["x"] + dx, state["y"] + dy
    return {"x": x, "y": y, "far": max(state["far"], hypot(x, y)), "trail": (state["trail"] + ((x, y),))[-6:]}


end = reduce(step, range(480_000), {"x": 0, "y": 0, "far": 0.0, "trail": ()})
print(end["x"], end["y"], "%.2f" % end["far"])
