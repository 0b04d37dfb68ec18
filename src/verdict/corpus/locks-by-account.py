# truth: leak
# work: teller.number
# why: four tellers take a lock for each account that they touch, and the table of the locks never loses one.
import threading
from collections import defaultdict


class Bank:
    def __init__(self):
        self.guard = threading.Lock()
        self.locks = defaultdict(threading.RLock)
        self.moved = []

    def lock_of(self, account):
        with self.guard:
            return self.locks[account]


def teller(bank, first, count):
    moved = 0
    for number in range(first, first + count):
        account = "DE%010d" % number
        with bank.lock_of(account):
            moved += sum(int(digit) for digit in account[2:])
    bank.moved.append(moved)


bank = Bank()
tellers = [threading.Thread(target=teller, args=(bank, k * 1_000_000, 38_000)) for k in range(4)]
for t in tellers:
    t.start()
for t in tellers:
    t.join()
print(sum(bank.moved), len(bank.locks))
