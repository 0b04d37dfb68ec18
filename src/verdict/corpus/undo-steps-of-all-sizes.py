# truth: retained
# work: shown
# why: each undo step has a picture and a caption; when the drawing is flattened the pictures go, but the captions, which lie between them on the heap, are still shown.
from collections import OrderedDict

history = OrderedDict()
LIMIT = 2_000


class Step:
    def __init__(self, edit):
        self.picture = b"#" * (9_000 + edit * 41 % 55_000)
        self.caption = b"edit %06d " % edit * 55


def remember(edit):
    history[edit] = Step(edit)
    while len(history) > LIMIT:
        history.popitem(last=False)


for edit in range(2_300):
    remember(edit)
print("before flattening:", sum(len(step.picture) for step in history.values()), "bytes")
for step in history.values():
    step.picture = None

letters = 0
shown = 0
first = edit - LIMIT + 1
while shown < 1_100_000:
    caption = history[first + shown % LIMIT].caption
    letters += caption[shown % 500] == 101
    shown += 1
print(letters, len(history))
