# truth: leak
# work: main.tick
# why: from the 470,000th tick on the tracing is on, and each span that closes hangs at the end of a chain that begins in the tracer.
class Span:
    def __init__(self, name, tick):
        self.name = name
        self.tick = tick
        self.next = None


class Tracer:
    on = False

    def __init__(self):
        self.first = self.last = Span("start", 0)

    def trace(self, name, tick):
        if not self.on:
            return
        span = Span("%s-%d" % (name, tick), tick)
        self.last.next = span
        self.last = span


def main():
    tracer = Tracer()
    tick = 0
    value = 1
    while tick < 740_000:
        if tick == 470_000:
            tracer.on = True
        value = value * 48271 % 2147483647
        tracer.trace("beacon", tick)
        tick += 1
    length, span = 0, tracer.first
    while span is not None:
        length, span = length + 1, span.next
    print(value, length)


main()
