# truth: cycles
# work: main.order
# why: the last error is a local of the coroutine whose frame is in the error's own traceback, a cycle that only the collector breaks.
import asyncio


class Unavailable(Exception):
    def __init__(self, order, attempt):
        super().__init__("order %d, attempt %d" % (order, attempt))
        self.details = {"order": order, "attempt": attempt}


async def call(order, attempt):
    await asyncio.sleep(0)
    if attempt < 2:
        raise Unavailable(order, attempt)
    return [order, attempt]


async def with_retries(order):
    last_error = None
    for attempt in range(3):
        try:
            return await call(order, attempt), last_error is None
        except Unavailable as error:
            last_error = error
    raise last_error


async def main():
    done = 0
    for order in range(28_000):
        answer, at_once = await with_retries(order)
        done += answer[1]
        if order % 8_000 == 0:
            print(order, done, at_once)
    print(done)


asyncio.run(main())
