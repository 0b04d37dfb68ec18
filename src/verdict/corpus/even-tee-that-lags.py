# truth: leak
# work: main.reading
# why: of the two iterators of itertools.tee only one is read, so all that it has read waits in the tee for the other.
from itertools import tee


def readings(count):
    for number in range(count):
        yield number, number * 0.25, "reading %d" % number


def main():
    mine, for_later = tee(readings(420_000))
    total = 0.0
    smooth = 0.0
    for reading in mine:
        smooth += (reading[1] - smooth) * 0.1
        total += max(smooth, len(reading[2].split()))
    print(total, next(for_later))


main()
