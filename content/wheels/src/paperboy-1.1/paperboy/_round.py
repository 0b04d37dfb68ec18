from inkwell import Note

from . import _leaving


class Round:
    """The papers of one street."""

    def __init__(self, street):
        self.street = street
        self.notes = []
        self.delivered = 0
        _leaving.finish_at_exit(self)

    def deliver(self, paper):
        self.notes.append(Note(self.street, paper))
        self.delivered += 1

    def finish(self):
        self.notes.clear()
