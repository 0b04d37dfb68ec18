"""Writes notes. Made up for a post of this blog."""


class Note:
    def __init__(self, head, text):
        self.lines = [head, text, "-" * (len(head) + len(text))]
