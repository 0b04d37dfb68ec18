"""Which lines of a sample allocate what is held. It joins harness.py in the runs that ask."""


class Heat:
    """Which lines of the sample allocate what is held.

    Tracing an allocation takes many times as long as making it, so only a part of the run is traced: from a moment that
    the caller names until the program ends, or has taken as long as it may.
    """

    # Deep enough to find the sample's line behind a library's, and what is enough where the sample itself allocates.
    deep, shallow = 12, 1
    # A first part of the time that is left, traced for itself, tells which of them is needed: how much, and of what it
    # holds, how much the sample has to have allocated itself.
    trial, mostly = 0.1, 0.98
    # Of how many lines the way into a library is told, and what part of a line's memory has to come by one of them.
    most_ways, mostly_one = 3, 0.2

    def __init__(self, tracing, begin, most):
        """Trace after so many seconds of CPU time, collections left out, until the run has taken so many, collections included."""
        self.start, self.stop = tracing
        self.begin, self.most = begin, most
        self.tried = None

    def advance(self, spent, collecting):
        """Begin to trace when it is time; returns whether the run has taken as long as it may."""
        if spent >= self.most:
            return True
        if self.tried is None:
            if spent - collecting >= self.begin:
                # The sample may have begun to trace itself.
                self.stop()
                self.start(self.deep)
                self.tried = spent + (self.most - spent) * self.trial
        elif spent >= self.tried:
            self.tried = self.most
            _, own, total = self.read()
            self.start(self.shallow if own >= total * self.mostly else self.deep)
        return False

    def read(self):
        """What is held of what was traced, [bytes, blocks] by line, what the sample allocated itself, and all; tracing ends."""
        from _tracemalloc import _get_traces
        import gc
        import os
        import sys

        enabled = gc.isenabled()
        gc.disable()
        traces = _get_traces()
        self.stop()
        # One and the same tuple stands for the frames of all that was allocated at one place.
        places = {id(trace[2]): [trace[2], 0, 0] for trace in traces}
        for trace in traces:
            place = places[id(trace[2])]
            place[1] += trace[1]
            place[2] += 1
        del traces
        if enabled:
            gc.enable()
        sample = os.path.abspath(sys.argv[0])
        harness = Heat.read.__code__.co_filename
        lines = {}
        # For each line the bytes and the frames below it, of the place in a library that holds most.
        self.deepest = {}
        own = total = 0
        for frames, size, count in places.values():
            if frames[0][0] == harness:
                continue
            depth = next((depth for depth, (file, _) in enumerate(frames) if os.path.abspath(file) == sample), None)
            held = lines.setdefault(0 if depth is None else frames[depth][1], [0, 0])
            held[0] += size
            held[1] += count
            total += size
            if depth == 0:
                own += size
            elif depth is not None and size > self.deepest.get(frames[depth][1], (0,))[0]:
                self.deepest[frames[depth][1]] = size, frames[depth - 1::-1]
        return lines, own, total

    def tell(self, write):
        """Write which lines allocated what is held now."""
        lines, _, _ = self.read()
        for line in sorted(lines):
            write(b"H %d %d %d\n" % (line, lines[line][0], lines[line][1]))
        for line in sorted(self.deepest, key=lambda line: -self.deepest[line][0])[:self.most_ways]:
            size, frames = self.deepest[line]
            if size >= lines[line][0] * self.mostly_one:
                write(b"D " + self.describe(line, size, frames) + b"\n")

    def describe(self, line, size, frames):
        """The way down from a line, outermost first: the file, as one imports it, its line, and what stands there."""
        import json
        import linecache
        import os
        import sys

        folders = [os.path.dirname(os.__file__), "/packages"] + sys.path
        way = []
        for file, number in frames:
            text = linecache.getline(file, number).strip()
            inside = max((folder for folder in folders if type(folder) is str and folder and file.startswith(folder + "/")), key=len, default="")
            way.append([file[len(inside):].lstrip("/")[:200], number, text[:200]])
        return json.dumps({"line": line, "bytes": size, "frames": way}).encode("ascii")
