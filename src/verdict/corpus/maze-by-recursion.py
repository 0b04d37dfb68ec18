# truth: leak
# work: line 14
# why: the function calls itself for the left and the right way, there is no loop at all, and every place that was visited stays in the trail of the explorer.
class Explorer:
    def __init__(self):
        self.trail = []
        self.exits = 0

    def done(self):
        print(self.exits, "exits,", len(self.trail), "places")


def explore(who, depth, path):
    who.trail.append({"path": path, "depth": depth, "at": sum(2 ** k for k, step in enumerate(path + "L") if step == "L")})
    if depth == 0:
        who.exits += sum(1 if step == "L" else -1 for step in path * 2) > 0
        return
    explore(who, depth - 1, path + "L")
    explore(who, depth - 1, path + "R")


explorer = Explorer()
explore(explorer, 16, "")
explorer.done()
