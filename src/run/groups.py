"""What a group of garbage looks like. It joins harness.py in the run that asks."""


class Groups:
    """Groups of garbage: objects that refer to one another, the collector's list of them cut where nothing refers across."""

    most_objects = 20000
    most_shown = 40
    # So many groups show what the usual one is.
    enough = 300

    def __init__(self, write):
        self.write = write
        self.seen = {}
        self.count = 0
        self.told = False

    def look(self):
        """Count the groups in gc.garbage by the types of their objects, and empty it."""
        import gc

        found = gc.garbage[-self.most_objects:]
        del gc.garbage[:]
        if self.told or not found:
            return
        places = {id(item): place for place, item in enumerate(found)}
        refers = [[places[id(other)] for other in gc.get_referents(item) if id(other) in places] for item in found]
        root = list(range(len(found)))

        def find(place):
            while root[place] != place:
                root[place] = place = root[root[place]]
            return place

        for place, others in enumerate(refers):
            for other in others:
                root[find(other)] = find(place)
        members = {}
        for place in range(len(found)):
            members.setdefault(find(place), []).append(place)
        for group in members.values():
            kind = tuple(sorted(type(found[place]).__name__ for place in group))
            if kind in self.seen:
                self.seen[kind][0] += 1
            else:
                self.seen[kind] = [1, self.describe(found, refers, group)]
            self.count += 1
        if self.count >= self.enough:
            self.tell()
            self.leave()

    def leave(self):
        """Nothing more is asked of this run."""
        import os
        import sys

        if sys.platform != "emscripten":
            os._exit(0)

    def tell(self):
        """Write the group that makes up the most of the garbage."""
        import json

        self.told = True
        if self.seen:
            kind = max(self.seen, key=lambda kind: (self.seen[kind][0] * len(kind), kind))
            times, group = self.seen[kind]
            group["objects"] = len(kind)
            group["share"] = round(times * len(kind) / sum(count * len(each) for each, (count, _) in self.seen.items()), 3)
            self.write(b"G " + json.dumps(group).encode("ascii") + b"\n")

    def describe(self, found, refers, group):
        """A group's objects, from the one that an author knows best outwards, and the references among them."""
        near = {place: set() for place in group}
        for place in group:
            for other in refers[place]:
                near[place].add(other)
                near[other].add(place)

        def rank(place):
            item = found[place]
            if type(item).__module__ not in ("builtins", "functools"):
                return 0
            return 1 if isinstance(item, (type, BaseException)) else 2

        order = [min(group, key=lambda place: (rank(place), place))]
        taken = set(order)
        for place in order:
            fresh = sorted(near[place] - taken)[:self.most_shown]
            taken.update(fresh)
            order += fresh
            if len(order) >= self.most_shown:
                break
        order = order[:self.most_shown]
        shown = {place: at for at, place in enumerate(order)}
        return {
            "types": [type(found[place]).__name__ for place in order],
            "names": [self.name(found[place]) for place in order],
            "edges": [[shown[place], shown[other], self.edge(found[place], found[other])]
                      for place in order for other in sorted(set(refers[place]), key=refers[place].index) if other in shown],
        }

    def name(self, item):
        """What a program calls an object, where the object itself knows."""
        kind = type(item).__name__
        if isinstance(item, type):
            return type.__dict__["__name__"].__get__(item)
        if kind in ("function", "method", "builtin_function_or_method", "module", "generator", "coroutine"):
            return str(item.__name__)
        if kind == "frame":
            return item.f_code.co_name
        if kind in ("getset_descriptor", "member_descriptor"):
            return item.__name__
        return ""

    def edge(self, item, other):
        """By what name one object refers to another, read without running any code of the sample."""
        if isinstance(item, dict):
            for key, value in dict.items(item):
                if value is other:
                    return "[%s]" % (repr(key)[:32] if type(key) in (str, int) else type(key).__name__)
                if key is other:
                    return "a key"
        elif isinstance(item, (list, tuple)):
            for place, value in enumerate(tuple.__iter__(item) if isinstance(item, tuple) else list.__iter__(item)):
                if value is other:
                    return "[%d]" % place
        elif isinstance(item, (set, frozenset)):
            return "a member"
        elif type(item).__name__ == "frame":
            for key, value in item.f_locals.items():
                if value is other:
                    return key
        elif isinstance(item, type) and type(other) is dict:
            return "__dict__"
        if type(item) is other:
            return "__class__"
        for base in type.__dict__["__mro__"].__get__(type(item)):
            for key, slot in list(base.__dict__.items()):
                if type(slot).__name__ in ("member_descriptor", "getset_descriptor"):
                    try:
                        if slot.__get__(item, type(item)) is other:
                            return key
                    except Exception:
                        pass
        try:
            for key, value in object.__getattribute__(item, "__dict__").items():
                if value is other:
                    return "." + key
        except Exception:
            pass
        return ""
