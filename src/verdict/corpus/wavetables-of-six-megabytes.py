# truth: leak
# work: synth.note
# why: each note leaves its table of 6 MB in a dict of the instrument; that is eighteen blocks or so, but 108 MB.
from array import array


class Instrument:
    def __init__(self, name):
        self.name = name
        self.tables = {}

    def table(self, note):
        if note not in self.tables:
            wave = array("d", (((note * k) % 255) / 255.0 for k in range(75_000)))
            self.tables[note] = wave * 10
        return self.tables[note]


def synth(notes):
    organ = Instrument("organ")
    loudest = 0.0
    for note in range(notes):
        wave = organ.table(note)
        loudest = max(loudest, max(wave[:75_000]), sum(abs(x - 0.5) for x in wave[:120_000]) / 75_000)
    print(organ.name, "%.3f" % loudest, len(organ.tables))


synth(18)
