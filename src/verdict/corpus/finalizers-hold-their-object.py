# truth: leak
# work: main.request
# why: weakref.finalize gets a bound method of the very object, so it holds the object until the program ends, and closes none before.
import weakref


class TempFile:
    closed = 0

    def __init__(self, number):
        self.name = "/tmp/upload-%d" % number
        self.chunks = [number, number + 1]
        self._finalizer = weakref.finalize(self, self.close)
        self._finalizer.atexit = False

    def write(self, text):
        self.chunks.append(text)
        return sum(len(str(chunk)) for chunk in self.chunks)

    def close(self):
        TempFile.closed += 1


def upload(request):
    f = TempFile(request)
    return f.write("data %d" % request)


def main():
    chunks = 0
    for request in range(90_000):
        chunks += upload(request)
    print(chunks, TempFile.closed, "closed")


if __name__ == "__main__":
    main()
