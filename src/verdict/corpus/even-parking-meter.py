# truth: no-leak
# work: minutes
# why: a machine of states; each step makes a new state and drops the old one.
class State:
    def __init__(self, name, coins, log):
        self.name = name
        self.coins = coins
        self.log = log

    def step(self, minute):
        coins = (self.coins + minute * 7) % 60
        name = "free" if coins < 20 else "paid" if coins < 50 else "full"
        return State(name, coins, self.log[-4:] + ["%s at %d" % (name, minute)])


state = State("free", 0, [])
free = 0
minutes = 0
while minutes < 500_000:
    state = state.step(minutes)
    free += state.name == "free"
    minutes += 1
print(free, state.log[-1])
