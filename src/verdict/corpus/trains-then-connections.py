# truth: no-leak
# work: question
# why: the timetable is built first and stays; a question for the next train keeps nothing.
import bisect

STATIONS = ["Station %02d" % n for n in range(60)]
timetable = {name: [] for name in STATIONS}

for train in range(14_000):
    at = train % 1440
    for stop in range(12):
        timetable[STATIONS[(train * 7 + stop) % 60]].append((at + stop * 9, "IC %d to %s" % (train, STATIONS[stop])))
for departures in timetable.values():
    departures.sort()
print("timetable:", sum(len(d) for d in timetable.values()), "departures")

waited = 0
for question in range(600_000):
    departures = timetable[STATIONS[question % 60]]
    when = question * 31 % 1440
    place = bisect.bisect_left(departures, (when, ""))
    if place < len(departures):
        minutes, train = departures[place]
        waited += minutes - when
        label = "%s leaves in %d minutes" % (train, minutes - when)
print("waited", waited, "minutes; last:", label)
