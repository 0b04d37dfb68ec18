# truth: no-leak
# work: produce.number
# why: the producer waits when a hundred frames are in the queue, and the consumers drop each frame once it is encoded.
import asyncio
import zlib


async def produce(queue, frames, consumers):
    for number in range(frames):
        await queue.put({"number": number, "rows": [bytes([number % 256, k]) * 50 for k in range(24)]})
    for _ in range(consumers):
        await queue.put(None)


async def consume(queue):
    checksum = 0
    while True:
        frame = await queue.get()
        if frame is None:
            return checksum
        checksum ^= zlib.crc32(b"".join(frame["rows"]))
        await asyncio.sleep(0)


async def main():
    queue = asyncio.Queue(maxsize=100)
    consumers = [asyncio.create_task(consume(queue)) for _ in range(3)]
    await produce(queue, 32_000, len(consumers))
    sums = await asyncio.gather(*consumers)
    result = 0
    for each in sums:
        result ^= each
    print("%08x" % result)


asyncio.run(main())
