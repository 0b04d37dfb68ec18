# truth: no-leak
# work: typeset.line
# why: the WeakValueDictionary gives the same font while a line uses it, and loses it with the line.
import weakref

loaded = weakref.WeakValueDictionary()


class Font:
    def __init__(self, family, size):
        self.family = family
        self.size = size
        self.widths = [size * k % 13 + 1 for k in range(30)]

    def width(self, text):
        return sum(self.widths[ord(letter) % 30] for letter in text)


def font(family, size):
    key = "%s-%d" % (family, size)
    found = loaded.get(key)
    if found is None:
        found = loaded[key] = Font(family, size)
    return found


def typeset(lines):
    longest = 0
    for line in range(lines):
        body = font("serif", line)
        same = font("serif", line)
        assert same is body
        longest = max(longest, body.width("line %d" % line))
    return longest


print(typeset(90_000), len(loaded))
