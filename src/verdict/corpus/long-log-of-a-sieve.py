# truth: no-leak
# work: number
# why: every number is logged, 15 MB in all, and nothing of it is kept but a handler with one record.
import logging
import sys


class Last(logging.Handler):
    record = None

    def emit(self, record):
        self.record = record


log = logging.getLogger("sieve")
log.setLevel(logging.INFO)
log.propagate = False
last = Last()
out = logging.StreamHandler(sys.stdout)
out.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
log.addHandler(last)
log.addHandler(out)


def factor(number):
    k = 2
    while k * k <= number and k < 60:
        if number % k == 0:
            return k
        k += 1
    return number


for number in range(2, 45_000):
    log.info("number %08d has the factor %08d, and this line was made long on purpose, so that the log of the whole run comes to some megabytes: %s", number, factor(number), "=" * 180)
print(last.record.args[0])
