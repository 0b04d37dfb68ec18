# truth: no-leak
# work: main.value
# why: a sorted window of 201 values, full within the first thousandth of the loop, and nothing else.
import bisect
from collections import deque


def source(count):
    value = 12345
    while count:
        value = value * 1103515245 % 2147483648
        yield value / 65536.0, "sample %d" % count
        count -= 1


def main():
    window, in_order = deque(), []
    top = 0.0
    for value, label in source(400_000):
        window.append((value, label))
        bisect.insort(in_order, value)
        if len(window) > 201:
            old, _ = window.popleft()
            del in_order[bisect.bisect_left(in_order, old)]
        top = max(top, in_order[len(in_order) // 2])
    print("%.3f" % top, len(window))


if __name__ == "__main__":
    main()
