# truth: no-leak
# work: main.number
# why: the author suspects a leak and lets tracemalloc run, but each order is dropped when it is shipped, and only fifty wait at a time.
import tracemalloc
from collections import deque

tracemalloc.start(3)


def order(number):
    return {"number": number, "items": ["item %d" % (number * k) for k in range(6)], "paid": False}


def ship(parcel):
    parcel["paid"] = True
    return len(",".join(parcel["items"]))


def main():
    waiting = deque()
    size = 0
    for number in range(36_000):
        waiting.append(order(number))
        if len(waiting) > 50:
            size += ship(waiting.popleft())
        if number % 12_000 == 11_999:
            current, peak = tracemalloc.get_traced_memory()
            print(number, "traced less than a megabyte:", current < 1_000_000)
    print(size)


main()
