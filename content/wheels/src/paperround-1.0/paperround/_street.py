from inknote import Note

from . import _leaving


class Street:
    """A street, and the papers that went there."""

    def __init__(self, name):
        self.name = name
        self.notes = []
        self.delivered = 0
        _leaving.finish_at_exit(self)

    def deliver(self, paper):
        self.notes.append(Note(self.name, paper))
        self.delivered += 1

    def finish(self):
        self.notes.clear()
