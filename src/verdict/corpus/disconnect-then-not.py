# truth: leak
# work: run_without.window
# why: windows that disconnect from the signal go away; those that do not stay in its list of slots, each by its bound method.
class Signal:
    def __init__(self):
        self.slots = {}
        self.next_id = 0

    def connect(self, slot):
        self.next_id += 1
        self.slots[self.next_id] = slot
        return self.next_id

    def disconnect(self, slot_id):
        del self.slots[slot_id]


theme_changed = Signal()


class Window:
    def __init__(self, number):
        self.title = "Window {}".format(number)
        self.size = [640 + number, 480]
        self.slot_id = theme_changed.connect(self.repaint)

    def repaint(self):
        return "repaint " + self.title

    def close(self):
        theme_changed.disconnect(self.slot_id)


def run_with(windows):
    painted = 0
    for number in range(windows):
        window = Window(number)
        painted += len(window.repaint())
        window.close()
    return painted


def run_without(windows):
    painted = 0
    for number in range(windows):
        window = Window(number)
        painted += len(window.repaint())
    return painted


print("disconnected:", run_with(200_000), len(theme_changed.slots))
print("forgotten:   ", run_without(130_000), len(theme_changed.slots))
