# truth: no-leak
# work: main.event
# stop: 5s
# why: an endless stream of events through a generator; the series keep the last 50 values of 40 meters.
import itertools
import statistics
import time
from collections import defaultdict, deque

series = defaultdict(lambda: deque(maxlen=50))


def events():
    for n in itertools.count():
        if n % 300 == 0:
            time.sleep(0.005)
        yield {"meter": "meter%02d" % (n % 40), "value": n * 17 % 211, "tags": ("a%d" % n, n)}


def main():
    for event in events():
        values = series[event["meter"]]
        values.append((event["value"], event["tags"]))
        if event["value"] == 210:
            statistics.mean(value for value, tags in values)


if __name__ == "__main__":
    main()
