# truth: no-leak
# work: none
# why: the counts of pairs are a large dict that is cleared once the ten best are known; the ranking after it keeps nothing.
import random

rng = random.Random(99)
pairs = {}
for basket in range(60_000):
    items = sorted({rng.randrange(2_500) for _ in range(5)})
    for i, a in enumerate(items):
        for b in items[i + 1:]:
            pairs[a, b] = pairs.get((a, b), 0) + 1

best = sorted(((count, a, b) for (a, b), count in pairs.items() if count > 2), reverse=True)[:10]
top = ["%d+%d" % (a, b) for count, a, b in best]
print(len(pairs), "pairs")
pairs.clear()
del items, best, basket, a, b, i

score = 0
for step in range(1_500_000):
    score = (score * 31 + len(top[step % 10])) % 1_000_003
print(top[0] > "", score)
