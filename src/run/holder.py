"""Finds who holds what a program keeps: which container grew between two looks, and the way that leads to it from a named root.

It runs no code of the sample: it reads types and attributes as C has them, asks the collector for references
(get_referents) and compares by identity. Between the looks it keeps numbers only, so that nothing lives longer for it.
"""
import builtins
from _collections import deque
from _thread import get_ident
from _weakref import ReferenceType
from atexit import _ncallbacks as count_callbacks
from gc import disable, enable, get_objects, get_referents, get_referrers, is_tracked, isenabled
from itertools import islice
from sys import _current_frames, getrefcount, getswitchinterval, modules as loaded, setswitchinterval

try:
    from _contextvars import copy_context
except ImportError:
    copy_context = None
try:
    import _signal
except ImportError:
    _signal = None
else:
    get_handler = _signal.getsignal

# A program may bend the built-ins, and modules; what this file takes from them stays as it is.
__builtins__ = dict(vars(builtins))

function_type, module_type, code_type = type(lambda: 0), type(builtins), type((lambda: 0).__code__)
cell_type = type((lambda value: lambda: value)(0).__closure__[0])
# What refers to nothing, or to nothing but constants.
atoms = frozenset((str, bytes, int, float, complex, bool, type(None), type(Ellipsis), bytearray, range, code_type))
get_mro, dict_of, qualname_of, module_attribute = [
    type.__dict__[name].__get__ for name in ("__mro__", "__dict__", "__qualname__", "__module__")]
method_descriptor = type(object.__dict__["__sizeof__"])
descriptors = (type(type.__dict__["__dict__"]), type(function_type.__dict__["__globals__"]))
# Modules whose types compute their attributes in C, without calling Python.
trusted = ("builtins", "functools", "_functools", "_asyncio", "_thread", "collections", "itertools", "_contextvars", "types")


def mro_of(kind):
    # A type that C uses without having made it ready, as the links of an lru_cache before Python 3.10, has none.
    return get_mro(kind) or (kind,)


def module_of(kind):
    name = module_attribute(kind)
    return name if type(name) is str else ""


def type_name(kind):
    """A type as Python prints it; the sample's and the built-in ones without their module."""
    module, name = module_of(kind), qualname_of(kind).replace("<locals>.", "")
    return (name if module in ("__main__", "builtins", "") else module + "." + name)[:200]


def is_a(item, kind):
    # isinstance() may ask an object for its __class__, which a program can write itself.
    return issubclass(type(item), kind)


class Lengths:
    """Lengths of containers, without calling a __len__ of the sample's own."""

    def __init__(self):

        self.known = {}
        self.kinds = [list, dict, set, deque]

    def base(self, kind):
        """The built-in container that a type is, if it is one."""
        if kind not in self.known:
            self.known[kind] = next((base for base in self.kinds if issubclass(kind, base)), None)
        return self.known[kind]

    def of(self, item):
        base = self.base(type(item))
        return -1 if base is None else base.__len__(item)


class Look:
    """What the collector tracks at one moment. Between looks, only `forget`s remains."""

    def __init__(self, frames):

        self.objects = get_objects()
        kinds = {}
        for kind in map(type, self.objects):
            kinds[kind] = kinds.get(kind, 0) + 1
        self.kinds = kinds
        self.types = {}
        for kind, count in kinds.items():
            name = type_name(kind)
            self.types[name] = self.types.get(name, 0) + count
        self.lengths = Lengths()
        containing = {kind for kind in kinds if self.lengths.base(kind) is not None}
        self.containers = [item for item in self.objects if type(item) in containing]
        # Before Python 3.14 a dict of nothing but strings and numbers is not tracked: what refers to it is.
        places = [value for frame in frames for _, value in locals_of(frame)]
        loose = {id(item): item for item in places if type(item) is dict and not is_tracked(item)}
        for at in range(0, len(self.objects), 2000):
            for item in get_referents(*self.objects[at:at + 2000]):
                if type(item) is dict and not is_tracked(item):
                    loose[id(item)] = item
        self.loose = list(loose.values())
        self.containers.extend(self.loose)

    def forget(self):
        """The look as numbers: the addresses of all objects, and of containers with their lengths."""
        numbers = {
            "count": len(self.objects),
            "loose": len(self.loose),
            "types": self.types,
            "callbacks": callbacks(),
            "addresses": packed(map(id, self.objects), len(self.objects)),
            "containers": packed(map(id, self.containers), len(self.containers)),
            "lengths": packed(map(self.lengths.of, self.containers), len(self.containers)),
        }
        # The look is among its own objects, and would keep them all.
        self.objects = self.containers = self.loose = None
        return numbers


def is_held_by_c(targets):
    """Whether nothing that the collector knows of refers to them, and something does: not even what is about to be called with them."""

    # What a loop or a `with` works on is referred to by nothing, either.
    if any(map(may_be_nameless, targets)):
        return False
    harness = Holder.look.__code__.co_filename
    # The arguments of the call are a tuple that refers to them, from Python 3.13 on.
    found = [item for item in get_referrers(*targets) if item is not targets and not is_own_frame(item, harness) and not is_same(item, targets)]
    return not found and all(more > counts_of([[]])[0] for more in counts_of(targets))


def counts_of(items):
    return [getrefcount(item) for item in items]


def is_same(item, layer):
    return type(item) is tuple and len(item) == len(layer) and all(one is other for one, other in zip(item, layer))


def may_be_nameless(item):
    return any(name in dict_of(base) for base in mro_of(type(item)) for name in ("__next__", "__anext__", "__exit__", "__aexit__"))


def is_own_frame(item, harness):
    return type(item).__name__ == "frame" and item.f_code.co_filename == harness


def to_json(value):
    """A value as JSON in ASCII; the library's own may have been replaced, or not be there."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if type(value) is int:
        return "%d" % value
    if type(value) is dict:
        return "{%s}" % ", ".join(to_json(key) + ": " + to_json(value[key]) for key in value)
    if type(value) is list:
        return "[%s]" % ", ".join(map(to_json, value))
    units = memoryview(value.encode("utf-16-le", "surrogatepass")).cast("H")
    return '"%s"' % "".join(chr(unit) if 32 <= unit < 127 and unit not in (34, 92) else "\\u%04x" % unit for unit in units)


def callbacks():
    """How many functions the program has registered for its end."""
    return count_callbacks()


def spread(items, most):
    """So many items from all over a list; not at equal distances, as programs often do things in turn."""
    if len(items) <= most:
        return items
    # Multiples of the golden ratio are spread evenly, and repeat nothing.
    return [items[(place * 2654435769 & 0xFFFFFFFF) * len(items) >> 32] for place in range(most)]


def packed(values, count):
    memory = memoryview(bytearray(8 * count)).cast("Q")
    for place, value in enumerate(values):
        memory[place] = value
    return memory


class Holder:
    # The walk stops when it has met so many objects.
    most_objects = 2000000
    chunk = 2000
    # The longest way that is told, and how many types.
    most_nodes, most_types = 12, 12
    # Of how many containers, the longest, the growth is compared; how many of those that grew, and of their new entries, are looked into.
    most_containers, most_grown, most_entries = 50000, 30, 8
    # What an entry holds is followed through so many objects.
    most_within = 2000
    # How many containers are known at the second look to be the same, and not others at their addresses: the longest, and of
    # those that few steps lead to from the sample's own names as many more, however short.
    most_kept, most_near, steps_near = 256, 768, 6
    # How many new objects are asked for whether a holder leads to them, how many of them it has to, and from how many on that tells.
    most_samples, mostly, least_samples = 40, 0.7, 8

    def __init__(self, write, first, second, loop=(0, 0), counts_blocks=True):
        """The looks are due after so many seconds of CPU time, collections left out, and while a line of the loop is on the stack.

        `counts_blocks` where memory is told in blocks; the loop is (0, 0) where the work is none.
        """
        self.write = write
        self.counts_blocks = counts_blocks
        self.due = [first, second]
        self.loop = loop
        self.before = None
        self.kept = []
        # The most that they have had since the first look, and whether they fell far below that.
        self.most_long, self.fell = [], []
        self.lengths = None
        self.samples = []
        self.new_classes = frozenset()

    def is_due(self, spent, lines):
        """Whether it is time for a look, at these lines of the sample."""
        first, last = self.loop
        if not self.due or spent < self.due[0] or not (last == 0 or any(first <= line <= last for line in lines)):
            return False
        if len(self.due) == 2:
            # A first look that was late puts off the second.
            self.due[1] += spent - self.due[0]
        return True

    def look(self, frame, work, held):
        """Look, after a full collection, at so much work done, with so much memory held; returns whether there is nothing more to see."""

        self.due.pop(0)
        enabled, interval = isenabled(), getswitchinterval()
        disable()
        # Other threads wait: what they did meanwhile would be seen in part.
        setswitchinterval(100)
        try:
            frames = frames_of(frame)
            if self.before is None:
                now = Look(frames)
                longest = sorted(now.containers, key=now.lengths.of)[-self.most_kept:]
                near = self.near_containers(now.lengths, frames, set(map(id, longest)))
                self.kept = longest + near
                longest = near = None
                self.lengths = now.lengths
                self.most_long = list(map(now.lengths.of, self.kept))
                self.fell = [False] * len(self.kept)
                self.before = dict(now.forget(), work=work, held=held, frames=set(map(id, frames)), gone=set())
                return False
            self.watch()
            self.fell.append(False)
            self.kept.append([])
            alone = None
            while self.kept:
                item = self.kept.pop()
                # As many references as the first one has, which nobody else knows: the program has put another one in its place.
                alone = alone or getrefcount(item)
                if getrefcount(item) <= alone:
                    self.before["gone"].add(id(item))
                # What is emptied meanwhile only passes on what is kept.
                elif self.fell[len(self.kept)]:
                    self.before["gone"].add(id(item))
            item = None
            now = Look(frames)
            # A function that was not running then has only borrowed what was kept.
            frames = [each for each in frames if id(each) in self.before["frames"]]
            self.tell(now, frames, work, held - self.before["held"] if self.counts_blocks else 0)
            return True
        finally:
            setswitchinterval(interval)
            if enabled:
                enable()

    def watch(self):
        """Note, between the looks, which containers are emptied, or nearly."""
        for place, item in enumerate(self.kept):
            length = self.lengths.of(item)
            if length > self.most_long[place]:
                self.most_long[place] = length
            elif length < self.most_long[place] * 0.5 - 1:
                self.fell[place] = True

    def near_containers(self, lengths, frames, known):
        """Containers that few steps lead to from the sample's globals and from the locals of what runs, but for those known."""
        main = loaded.get("__main__")
        layer = list(main.__dict__.values()) if is_a(main, module_type) else []
        layer.extend(value for frame in frames for _, value in locals_of(frame))
        seen = {id(self), id(self.__dict__), id(lengths)}
        found = []
        for _ in range(self.steps_near):
            following = []
            for item in layer:
                if id(item) in seen or type(item) in atoms or is_a(item, module_type) or len(seen) > self.most_near * 20:
                    continue
                seen.add(id(item))
                if lengths.of(item) >= 0 and id(item) not in known:
                    found.append(item)
                    if len(found) >= self.most_near:
                        return found
                # Of a function what is its own, and not the globals; of a long container the first entries.
                if type(item) is function_type:
                    following.extend((item.__closure__, item.__defaults__, item.__kwdefaults__))
                elif not is_a(item, type) or module_of(item) == "__main__":
                    following.extend(get_referents(item)[:64])
            layer = following
        return found

    def tell(self, now, frames, work, blocks):
        """Write what was found, as one line of JSON."""

        told = {"types": self.grown_types(now)}
        if work > self.before["work"] >= 0:
            told["looks"] = [self.before["work"], work]
        self.samples = self.choose_samples(now)
        holder = self.find_container(now, frames, blocks) or self.find_chain(now, frames)
        if holder is not None:
            told["holder"] = holder
        self.write(b"K " + to_json(told).encode("ascii") + b"\n")

    def grown_types(self, now):
        """[name, number at the first look, at the second], those that grew most first."""
        before = self.before["types"]
        grown = sorted(((now.types[name] - before.get(name, 0), name) for name in now.types), key=lambda each: (-each[0], each[1]))
        # What grows by much less is not what leaks: a cell, or a view of this file's own.
        least = max(2, grown[0][0] * 0.02) if grown else 0
        return [[name, before.get(name, 0), now.types[name]] for more, name in grown[:self.most_types] if more >= least]

    def choose_samples(self, now):
        """The addresses of some new objects, of the types that grew most; weak references hold nothing."""
        grown = {name: count - self.before["types"].get(name, 0) for name, count in now.types.items()}
        loose = len(now.loose) - self.before["loose"]
        least = max(2, 0.3 * max(loose, *grown.values()))
        kinds = {kind for kind in now.kinds if grown[type_name(kind)] >= least and not issubclass(kind, ReferenceType)}
        found = [id(item) for item in now.objects if type(item) in kinds]
        # Dicts that are not tracked are no objects of the look, and many a program keeps nothing else.
        found.extend(id(item) for item in now.loose if loose >= least)
        new = dict.fromkeys(spread(found, 8000))
        classes = {id(item) for item in now.objects if is_a(item, type)}
        for addresses in (self.before["addresses"], self.before["containers"]):
            for address in addresses:
                new.pop(address, None)
                classes.discard(address)
        self.new_classes = classes
        return spread(list(new), self.most_samples)

    def leads_to_most(self, item, above):
        """Whether an object leads to most of the new ones: not by way of what leads to it, nor of what belongs to everybody, as classes do."""
        if len(self.samples) < self.least_samples:
            return True
        wanted = set(self.samples)
        left = len(wanted) * (1 - self.mostly)
        seen = {id(self), id(self.__dict__), id(self.before)}
        seen.update(map(id, above))
        seen.update(id(module.__dict__) for module in list(loaded.values()) if is_a(module, module_type))
        layer = [item]
        wanted.discard(id(item))
        while layer and len(wanted) > left and len(seen) <= self.most_objects:
            following = []
            for at in range(0, len(layer), self.chunk):
                part = layer[at:at + self.chunk]
                functions = [each for each in part if type(each) is function_type]
                found = get_referents(*[each for each in part if type(each) is not function_type])
                # Of a function what is its own, and not the globals.
                found.extend(each for one in functions for each in (one.__closure__, one.__defaults__, one.__kwdefaults__, one.__dict__))
                for other in found:
                    address = id(other)
                    if type(other) in atoms or address in seen or is_a(other, module_type):
                        continue
                    if is_a(other, type) and address not in self.new_classes:
                        continue
                    seen.add(address)
                    wanted.discard(address)
                    following.append(other)
            layer = following
        return len(wanted) <= left

    def grown_containers(self, now):
        """(growth, container, length at the first look), of containers that were there then, those that grew most first."""
        length = now.lengths.of
        longest = sorted(map(length, now.containers))
        least = max(2, longest[-self.most_containers] if len(longest) > self.most_containers else 0)
        known = {id(item): item for item in now.containers if length(item) >= least}
        grown = []
        for address, before in zip(self.before["containers"], self.before["lengths"]):
            item = known.get(address) if address not in self.before["gone"] else None
            if item is None or length(item) <= before + 1:
                continue
            # Between looks at a third and at two thirds nothing that keeps all grows as much: it was empty, as what passes things on is.
            if length(item) > before * 10 + 1000:
                self.before["gone"].add(address)
            else:
                grown.append((length(item) - before, item, before))
        grown.sort(key=lambda each: -each[0])
        return grown[:self.most_grown]

    def find_container(self, now, frames, blocks):
        """The holder, where it is a container that has more entries than it had: the one whose new entries hold most."""
        weighed = []
        grown, total = self.grown_containers(now), len(now.objects)
        new = total - self.before["count"] + len(now.loose) - self.before["loose"]
        sample = now.objects[::total // 1000 + 1]
        mean_of_tracked = sum(map(size_of, sample)) / len(sample)
        # What refers to an object is counted below: these lists are not to be part of that.
        now.objects = now.containers = now.loose = sample = None
        for more, item, before in grown:
            step = max(1, more // self.most_entries)
            places = list(range(before + step // 2, before + more, step))[:self.most_entries]
            found = entries(now.lengths, item, places)
            if is_bounded_cache(item):
                results = results_of(item, [entry[1] for entry in found])
                found = [[results[id(key)], key, link] for link, key in found if id(key) in results]
            # Entries that go with what others hold are held by those.
            weak = any(issubclass(type(each), ReferenceType) for entry in found for each in entry)
            parts = [Part(entry, self.most_within) for entry in found]
            del found
            if not parts:
                continue
            mean = sum(part.bytes for part in parts) / len(parts)
            tracked, count = [sum(each(part) for part in parts) / len(parts) for each in (lambda part: part.tracked, lambda part: len(part.items))]
            weighed.append((more * (mean + 8), more * tracked, more * count, item, before, parts[len(parts) // 2], mean, weak))
        weighed.sort(key=lambda each: -each[0])
        more = total - self.before["count"]
        for held, tracked, count, item, before, part, mean, weak in weighed:
            # What the collector tracks has grown by much more than this container accounts for, and strings in it do not outweigh that.
            if more > 1000 and tracked < more * 0.2 and held < 3 * more * mean_of_tracked:
                continue
            # So has memory.
            if count < blocks * 0.2 or (blocks <= 0 and now.lengths.of(item) < before + 8):
                continue
            growth = {"from": before, "to": now.lengths.of(item)}
            typical = {"type": type_name(type(part.typical)), "bytes": int(mean)}
            # Where it has strings that outweigh all new objects, those do not tell.
            tells = new > 0.2 * (growth["to"] - growth["from"]) and (weak or held < 3 * new * mean_of_tracked)
            told = self.describe([item], part.way, frames, growth, typical, tells=tells)
            # What is out of reach may be C's, or not the sample's at all.
            if told is not None and (told["path"] or "stopped" in told):
                return told
        return None

    def find_chain(self, now, frames):
        """The holder, where no container grows: what leads to a typical new object, as in a list of links."""

        before = self.before["types"]
        grown = {name: count - before.get(name, 0) for name, count in now.types.items() if count - before.get(name, 0) > 1}
        if not grown:
            return None
        most = max(grown.values())
        kinds = sorted((kind for kind in now.kinds if grown.get(type_name(kind), 0) >= most * 0.3), key=lambda kind: (
            module_of(kind) != "__main__", -grown[type_name(kind)], type_name(kind)))
        addresses = set(self.before["addresses"])
        new = [item for item in get_objects() if type(item) is kinds[0] and id(item) not in addresses]
        if not new:
            return None
        name = type_name(kinds[0])
        # Several, the middle one first: what holds one alone is not the holder.
        targets = [new[len(new) * place // 10] for place in (5, 1, 3, 7, 9)]
        del new
        growth = {"from": before.get(name, 0), "to": now.types[name]}
        told = self.describe(targets, [], frames, growth, {"type": name, "bytes": Part(targets[:1], self.most_within, True).bytes}, addresses)
        if told is not None and told.get("c"):
            # C code keeps lists of its own in objects that Python holds: then those grow as well.
            others = [item for item in get_objects() if type(item) in kinds[1:] and id(item) not in addresses]
            others = spread(others, self.most_samples)
            if others and self.find_ways(others, frames)[0]:
                return None
        return told

    def describe(self, targets, below, frames, growth, typical, addresses=None, tells=True):
        """What is told of a holder of most of the targets: the way to it from its root, and below it to a typical new object.

        None where it leads to too few of the new objects, if there are enough for that to tell.
        """
        told = {"path": [], "suspect": None, "growth": growth, "typical": typical, "counted": "entries" if addresses is None else "objects"}
        ways, stopped = self.find_ways(targets, frames)
        least = 0.6 * len(set(map(id, targets)))
        if len(ways) < (1 if stopped else least):
            if stopped:
                told["stopped"] = self.most_objects
            elif not self.tell_callbacks(told):
                # Nothing else here refers to the one that is asked for.
                targets[:] = [item for item in targets if id(item) not in ways][:1]
                # Outside a loop C code may be at work that has them for a moment; and Python 3.13 does not tell which dict is an object's.
                if self.loop[1] == 0 or any(type(item) is dict for item in targets) or not is_held_by_c(targets):
                    return None
                told["c"] = True
            return told
        label, way = next(ways[id(item)] for item in targets if id(item) in ways)
        nodes = Path(label, way).nodes
        if addresses is None:
            # The dict of an lru_cache is the cache.
            if nodes[-1]["how"] == "cache" and len(nodes) > 1:
                nodes.pop()
                # Its results are in links, which only the cache itself refers to.
                if is_bounded_cache(way[-1]):
                    way.pop()
            suspect = len(nodes) - 1
            if tells and not self.leads_to_most(way[-1], way[:-1]):
                return None
            nodes += Path(None, way[-1:] + below).nodes
        else:
            # The last reference that was there before: to what is there for the first time, or for the last.
            suspect = next((place for place, node in enumerate(nodes) if place > 0 and node["address"] not in addresses), len(nodes) - 1)
            if suspect > 0 and (nodes[suspect - 1]["contains"] or nodes[suspect]["how"] == "cache"):
                suspect -= 1
            # In a list of links, what holds the first one.
            while suspect > 0 and nodes[suspect - 1]["type"] == nodes[suspect]["type"]:
                suspect -= 1
            # One of several containers that grow alike: what holds them all.
            within = [set(map(id, way)) for _, way in ways.values()]
            places = {id(item): place for place, item in enumerate(way)}
            while (nodes[suspect]["address"] in self.before["gone"]
                   or sum(nodes[suspect]["address"] in items for items in within) < (0.6 * len(ways) if stopped else least)
                   or not self.leads_to_most(way[places[nodes[suspect]["address"]]], way[:places[nodes[suspect]["address"]]])):
                suspect -= 1
                if suspect < 0 or nodes[suspect]["how"] == "module":
                    return told if self.tell_callbacks(told) else None
        nodes, suspect = shortened(nodes, suspect, self.most_nodes)
        told["path"], told["suspect"] = nodes, suspect
        return told

    def tell_callbacks(self, told):
        """Whether what is registered with atexit accounts for the growth: C keeps it, and tells how much that is."""
        growth = told["growth"]
        if callbacks() - self.before["callbacks"] < max(8, 0.5 * (growth["to"] - growth["from"])):
            return False
        told["path"], told["suspect"] = [{"name": "atexit", "type": "module", "how": "module", "called": "atexit"}], 0
        told["growth"], told["counted"] = {"from": self.before["callbacks"], "to": callbacks()}, "entries"
        return True

    def find_ways(self, targets, frames):
        """({address: (name of the root, objects from there to the target)}, one of the shortest ways each, whether the walk was stopped)."""
        # Not through what belongs to this file.
        seen = {id(self), id(self.__dict__), id(self.before)}
        wanted = set(map(id, targets)) - seen
        ways = {}
        for roots in root_groups(frames):
            if self.walk(roots, wanted, seen, ways) or not wanted:
                break
        return ways, len(seen) > self.most_objects

    def walk(self, roots, wanted, seen, ways):
        """Breadth first from (name, object) to what is wanted, whose ways are added; returns whether it was stopped."""

        labels = {}
        for label, item in roots:
            if id(item) not in seen and type(item) not in atoms:
                labels[id(item)] = label
                seen.add(id(item))
                if id(item) in wanted:
                    wanted.discard(id(item))
                    ways[id(item)] = label, [item]
        layers = [[item for _, item in roots if id(item) in labels]]
        while layers[-1] and wanted:
            following = []
            for at in range(0, len(layers[-1]), self.chunk):
                found = [item for item in get_referents(*layers[-1][at:at + self.chunk]) if type(item) not in atoms]
                fresh = dict(zip(map(id, found), found))
                for address in fresh.keys() & seen:
                    del fresh[address]
                seen.update(fresh)
                for address in fresh.keys() & wanted:
                    way = trace(layers, fresh[address], self.chunk)
                    ways[address] = labels[id(way[0])], way
                    wanted.discard(address)
                if not wanted:
                    return False
                if len(seen) > self.most_objects:
                    return True
                following.extend(fresh.values())
            layers.append(following)
        return False


def is_bounded_cache(item):
    """Whether a dict is that of an lru_cache with a maximum, whose values are links to the results."""
    return type(item) is dict and len(item) > 0 and type(next(iter(dict.values(item)))).__name__ == "_lru_list_elem"


def results_of(cache, keys):
    """{address of a key: result} of the dict of an lru_cache whose values are links: the wrapper lists each key with its result."""
    wanted = set(map(id, keys))
    results = {}
    for wrapper in get_referrers(cache):
        if type(wrapper).__name__ == "_lru_cache_wrapper":
            listed = get_referents(wrapper)
            results.update((id(key), result) for key, result in zip(listed, listed[1:]) if id(key) in wanted)
    return results


def trace(layers, target, chunk):
    """The way to the target, one object of each layer."""

    way = [target]
    for layer in reversed(layers):
        address = id(way[-1])
        for at in range(0, len(layer), chunk):
            part = layer[at:at + chunk]
            if address in map(id, get_referents(*part)):
                way.append(next(item for item in part if address in map(id, get_referents(item))))
                break
    way.reverse()
    return way


def frames_of(frame):
    """The frames of all threads that are not ours, outermost first; `frame` is the one that was interrupted."""

    innermost = dict(_current_frames())
    innermost[get_ident()] = frame
    harness = Holder.look.__code__.co_filename
    found = []
    for each in innermost.values():
        stack = []
        while each is not None:
            # Pyodide's host is no part of the sample.
            if each.f_code.co_filename not in (harness, "<exec>"):
                stack.append(each)
            each = each.f_back
        found.extend(reversed(stack))
    return found


def locals_of(frame):
    """(name, value) of the local variables of a running function; none of a module, whose are global."""
    if frame.f_code.co_name == "<module>":
        return []
    return list(frame.f_locals.items())


def root_groups(frames):
    """Groups of roots, (name, object), from those that last longest: modules, the context, handlers of signals, running functions."""

    modules = [("module " + name, module) for name, module in list(loaded.items()) if type(name) is str and is_a(module, module_type)]
    modules = [(name, module) for name, module in modules if name != "module sitecustomize"]
    yield sorted(modules, key=lambda each: each[0] != "module __main__")
    if copy_context is not None:
        yield [("context %s" % variable.name, value) for variable, value in copy_context().items()]
    yield [("signal %s" % name, handler) for name, handler in signal_handlers()]
    for frame in frames:
        name = getattr(frame.f_code, "co_qualname", frame.f_code.co_name).replace("<locals>.", "")
        yield [("%s() %s" % (name, key), value) for key, value in locals_of(frame)]


def signal_handlers():
    """(name, handler) of the signals for which the sample has a function, to which only C refers."""
    numbers = {} if _signal is None else vars(_signal)
    for name in sorted(name for name, number in numbers.items() if name.startswith("SIG") and type(number) is int):
        try:
            handler = get_handler(numbers[name])
        except (OSError, ValueError):
            continue
        own = handler.__globals__ if type(handler) is function_type else None
        if is_tracked(handler) and (own is None or own.get("__name__") != "sitecustomize"):
            yield name, handler


def entries(lengths, item, places):
    """The entries of a container at some places, in the order in which it lists them: [value], or [value, key] of a dict."""
    base = lengths.base(type(item))
    if base is list:
        return [[list.__getitem__(item, place)] for place in places]
    if base is dict:
        wanted = set(places)
        return [[value, key] for place, (key, value) in enumerate(islice(dict.items(item), max(places) + 1)) if place in wanted]
    if base is set:
        wanted = set(places)
        return [[value] for place, value in enumerate(islice(set.__iter__(item), max(places) + 1)) if place in wanted]
    return [[base.__getitem__(item, place)] for place in places]


class Part:
    """What an entry holds and nothing else does: all that is referred to only from within."""

    def __init__(self, roots, most, alone=False):
        """`alone` leaves out others of the same type: the rest of a list of links is no part of one."""

        count = getrefcount
        self.items = {}
        references = {}
        parents = {}
        waiting = []
        for item in roots:
            # Constants and small numbers are everybody's.
            if type(item) not in atoms or count(item) < 50:
                self.items.setdefault(id(item), item)
                waiting.append(item)
        found = {}
        for item in waiting:
            if len(found) > most:
                break
            for other in get_referents(item):
                address = id(other)
                references[address] = references.get(address, 0) + 1
                if address in self.items or is_shared(other) or (alone and type(other) is type(roots[0])):
                    continue
                if address not in found:
                    found[address] = other
                    parents[address] = item
                # This loop, `found`, the argument and the list of referents refer to it, too.
                if count(other) - 4 <= references[address]:
                    self.items[address] = other
                    waiting.append(other)
        self.bytes = sum(size_of(item) for item in self.items.values())
        self.tracked = sum(1 for item in self.items.values() if is_tracked(item))
        self.typical, self.way = self.choose(roots, parents)

    def choose(self, roots, parents):
        """The object that stands for the entry, an instance of one of the sample's classes if there is one, and the way to it."""
        # The links of a bounded lru_cache are only Python's own.
        found = [item for item in roots + list(self.items.values()) if type(item).__name__ != "_lru_list_elem"] or roots
        own = next((item for item in found if module_of(type(item)) == "__main__"), None)
        if own is None:
            own = next((item for item in found if module_of(type(item)) not in ("builtins", "")), None)
        if own is None:
            own = next((item for item in found if type(item) not in atoms), found[0])
        way = [own]
        while id(way[-1]) in parents and len(way) < 100 and not any(way[-1] is root for root in roots):
            way.append(parents[id(way[-1])])
        way.reverse()
        return own, way


def is_shared(item):
    """Modules, classes and functions are nobody's alone."""
    return is_a(item, type) or is_a(item, module_type) or type(item) in (function_type, code_type)


def size_of(item):
    """Its own size in bytes, as C computes it."""
    for base in mro_of(type(item)):
        size = dict_of(base).get("__sizeof__")
        # Written in C, and no function of the sample's.
        if type(size) is method_descriptor:
            try:
                return size(item)
            except Exception:
                return 0
    return 0


class Path:
    """A way from one object to another in the words of a programmer: without the dicts and tuples that only Python needs."""

    def __init__(self, label, way):
        self.nodes = []
        self.lengths = Lengths()
        if label is not None:
            how, _, name = label.partition(" ")
            kind = {"module": "module", "context": "context variable", "signal": "signal handler"}.get(how, "local")
            self.add(way[0], name if kind != "local" else label.replace("() ", "."), kind)
        at = 0
        while at + 1 < len(way):
            at, name, how = self.step(way, at)
            self.add(way[at], name, how)

    def add(self, item, name, how):
        node = {"name": name[:200], "type": type_name(type(item)), "how": how, "address": id(item), "contains": self.lengths.of(item) >= 0}
        if is_a(item, type):
            node["called"] = type_name(item)
        elif type(item) in (function_type, module_type):
            node["called"] = str(item.__name__)[:200]
        elif type(item).__name__ in ("generator", "coroutine", "async_generator"):
            node["called"] = str(item.__qualname__).replace("<locals>.", "")[:200]
        self.nodes.append(node)

    def step(self, way, at):
        """The place of the next object worth telling, and how the one at a place refers to it."""
        item, other = way[at], way[at + 1]
        after = way[at + 2] if at + 2 < len(way) else None
        beyond = way[at + 3] if at + 3 < len(way) else None
        kind = type(item)
        # What C keeps for a module is none of its globals.
        if is_a(item, module_type) and other is item.__dict__:
            return (at + 1, "globals()", "attribute") if after is None else (at + 2, key_of(other, after, True), "global")
        if is_a(item, type) and type(other) is dict and after is not None:
            return at + 2, key_of(other, after, True), "class attribute"
        if kind is function_type:
            step = self.step_of_function(item, other, after, beyond, at)
            if step is not None:
                return step
        if kind is cell_type:
            return at + 1, "", "closure"
        if kind.__name__ == "partial" and module_of(kind) == "functools":
            if other is item.func:
                return at + 1, "func", "partial"
            if after is not None and type(other) in (tuple, dict):
                return at + 2, key_of(other, after), "partial"
        if kind.__name__ == "_lru_cache_wrapper":
            if type(other) is dict and other is not vars_of(item):
                return (at + 2, key_of(other, after), "cache") if after is not None else (at + 1, "", "cache")
            return at + 1, "", "cache"
        if kind.__name__ in ("method", "builtin_function_or_method", "method-wrapper"):
            return at + 1, "__self__", "bound method"
        if kind.__name__ in ("generator", "coroutine", "async_generator", "frame"):
            return self.step_of_frame(item, other, after, at)
        if kind.__name__ in ("Context", "hamt", "hamt_bitmap_node", "hamt_array_node", "hamt_collision_node") or is_thread_local(kind):
            step = self.step_of_hidden(way, at)
            if step is not None:
                return step
        if is_a(item, dict):
            name = key_of(item, other)
            if name:
                return at + 1, name, "key" if name == "a key" else "entry"
        for base in (list, tuple):
            if is_a(item, base):
                place = next((place for place, value in enumerate(base.__iter__(item)) if value is other), None)
                if place is not None:
                    return at + 1, "[%d]" % place, "entry"
        if is_a(item, set) or is_a(item, frozenset):
            return at + 1, "", "member"
        if kind.__name__ == "deque":
            return at + 1, "", "entry"
        name, how = attribute_of(item, other)
        if name == "__dict__" and type(other) is dict and after is not None:
            return at + 2, "." + key_of(other, after, True), "attribute"
        return at + 1, name and "." + name, how

    def step_of_function(self, item, other, after, beyond, at):
        code = item.__code__
        if other is item.__closure__ and after is not None:
            place = next(place for place, cell in enumerate(other) if cell is after)
            if beyond is not None:
                return at + 3, code.co_freevars[place], "closure"
            return at + 2, code.co_freevars[place], "closure"
        if other is item.__defaults__ and after is not None:
            place = next(place for place, value in enumerate(other) if value is after)
            return at + 2, code.co_varnames[code.co_argcount - len(other) + place], "default argument"
        if other is item.__kwdefaults__ and after is not None:
            return at + 2, key_of(other, after, True), "default argument"
        if other is item.__globals__ and after is not None:
            return at + 2, key_of(other, after, True), "global"
        if type(other) is dict and after is not None:
            return at + 2, "." + key_of(other, after, True), "attribute"
        return None

    def step_of_frame(self, item, other, after, at):
        for name in ("gi_frame", "cr_frame", "ag_frame"):
            if name in dict_of(type(item)):
                frame = dict_of(type(item))[name].__get__(item)
                break
        else:
            frame = item
        # Before Python 3.11 it refers to its frame, which refers to the values.
        if other is frame and after is not None:
            at, other, after = at + 1, after, None
        if frame is not None:
            for key, value in frame.f_locals.items():
                if value is other:
                    return at + 1, key, "local"
        # A copy of its variables that Python keeps for whoever asked for them.
        if type(other) is dict and after is not None:
            return at + 2, key_of(other, after, True), "local"
        return at + 1, "", "local"

    def step_of_hidden(self, way, at):
        """Through what C keeps of a thread's variables, or of a context's."""
        if is_thread_local(type(way[at])):
            for place in range(at + 1, len(way) - 1):
                if type(way[place]) is dict and type(way[place + 1]) is not dict:
                    return place + 1, "." + key_of(way[place], way[place + 1], True), "thread local"
            return len(way) - 1, "", "thread local"
        for place in range(at + 1, len(way)):
            if not type(way[place]).__name__.startswith("hamt") and type(way[place]).__name__ != "Context":
                name = ""
                if type(way[at]).__name__ == "Context":
                    name = next((variable.name for variable, value in way[at].items() if value is way[place]), "")
                return place, name, "context variable"
        return None


def is_thread_local(kind):
    return any(base.__name__ == "_local" and module_of(base) == "_thread" for base in mro_of(kind))


def vars_of(item):
    """The __dict__ of an object, where it has one that C keeps."""
    for base in mro_of(type(item)):
        slot = dict_of(base).get("__dict__")
        if type(slot) in descriptors:
            try:
                return slot.__get__(item)
            except Exception:
                return None
    return None


def key_of(container, other, bare=False):
    """The key of a value, in brackets; bare where it is to be a name, and is one."""
    if type(container) is tuple:
        return "[%d]" % next((place for place, value in enumerate(container) if value is other), 0)
    for key, value in dict.items(container):
        if value is other:
            if bare and type(key) is str:
                return key
            return key_text(key)
        if key is other:
            return "a key"
    return ""


def key_text(key):
    return "[%s]" % (repr(key)[:40] if type(key) in (str, int, bytes, float, bool, type(None)) else "a " + type_name(type(key)))


def attribute_of(item, other):
    """(name, how) of the attribute by which an object refers to another; only what C reads from memory, or computes in a type that is trusted."""
    for base in mro_of(type(item)):
        for name, slot in list(dict_of(base).items()):
            if type(slot) not in descriptors or type(name) is not str:
                continue
            if type(slot) is descriptors[0] and name != "__dict__" and module_of(base) not in trusted:
                continue
            try:
                if slot.__get__(item) is other:
                    return name, "slot" if type(slot) is descriptors[1] and module_of(base) not in trusted else "attribute"
            except Exception:
                pass
    own = vars_of(item)
    if type(own) is dict:
        for name, value in own.items():
            if value is other:
                return name if type(name) is str else key_text(name), "attribute"
    if type(item) is other:
        return "__class__", "attribute"
    return "", "inside"


def shortened(nodes, suspect, most):
    """A way of at most so many nodes: where one repeats itself, as in a list of links, the repetition is counted."""
    kept = []
    places = []
    for node in nodes:
        last = kept[-1] if kept else None
        places.append(len(kept))
        if last is not None and (last["name"], last["type"], last["how"]) == (node["name"], node["type"], node["how"]) and node["how"] != "entry":
            last["times"] = last.get("times", 1) + 1
            places[-1] -= 1
        else:
            kept.append(dict(node))
    suspect = places[suspect]
    if len(kept) > most:
        # What is nearest to the suspect tells most.
        first = min(max(suspect - most // 2, 2), len(kept) - (most - 3))
        left_out = first - 2
        # Where the end alone is cut, nothing is left out before it.
        kept = kept[:most] if left_out == 0 else kept[:2] + [{"name": "", "type": "", "how": "more", "times": left_out}] + kept[first:first + most - 3]
        suspect = suspect - left_out + 1 if suspect >= first and left_out > 0 else suspect
    for node in kept:
        for name in ("address", "contains"):
            node.pop(name, None)
    return kept, suspect
