# truth: debug-artifact
# work: day
# why: a stock and its observers know each other, which the collector would free; DEBUG_SAVEALL of the first line keeps all of it.
import gc; gc.set_debug(gc.DEBUG_SAVEALL)


class Stock:
    def __init__(self, day):
        self.price = day * 37 % 101
        self.observers = [Observer(self, name) for name in ("bank", "fund", "clerk")]

    def publish(self):
        return max(observer.update() for observer in self.observers)


class Observer:
    def __init__(self, stock, name):
        self.stock = stock
        self.name = name

    def update(self):
        return sum(self.stock.price * ord(letter) for letter in self.name)


best = 0
for day in range(85_000):
    best = max(best, Stock(day).publish())
print("best", best)
