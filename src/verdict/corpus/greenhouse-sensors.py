# truth: leak
# work: watch.reading
# why: a reading every 12 ms, and each leaves its 900 values in the chart, which is never cut; most of the time the program waits.
import threading
from collections import OrderedDict


class Greenhouse:
    def __init__(self):
        self.stop = threading.Event()
        self.chart = OrderedDict()

    def measure(self, reading):
        return [round(20 + (reading * k % 83) / 10.0, 2) for k in range(900)]

    def watch(self, readings):
        reading = 0
        while reading < readings and not self.stop.wait(0.012):
            self.chart["reading %d" % reading] = self.measure(reading)
            reading += 1


house = Greenhouse()
house.watch(220)
print(len(house.chart), "readings, last", max(house.chart["reading 219"]))
