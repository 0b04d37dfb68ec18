# truth: no-leak
# work: main.car
# why: the trie of the plates grows until every plate of the town has passed the gate once, at two thirds of the cars, and no further.
class Gate:
    def __init__(self):
        self.root = {}
        self.nodes = 0

    def passes(self, plate):
        node = self.root
        for letter in plate:
            if letter not in node:
                node[letter] = {}
                self.nodes += 1
            node = node[letter]
        check = sum(k * ord(letter) for k, letter in enumerate(plate + plate[::-1], 1)) % 11
        node["check"] = check
        node["count"] = node.get("count", 0) % 9 + 1
        return node["count"]


def plates():
    """Cars 0 to 99,999 in turn, then again from the start, for ever."""
    while True:
        for n in range(100_000):
            yield "%05d" % (n * 7919 % 100_000)


def main():
    gate = Gate()
    often = 0
    source = plates()
    for car in range(150_000):
        often += gate.passes(next(source)) > 1
    print(often, gate.nodes)
    return gate


the_gate = main()
