# truth: leak
# work: serve.client
# why: each client gets a queue of its own that stays subscribed to the room after the client has gone, and nobody takes from it any more.
import asyncio


class Room:
    def __init__(self):
        self.queues = set()

    def join(self):
        queue = asyncio.Queue()
        self.queues.add(queue)
        return queue

    def say(self, text, queues):
        for queue in queues:
            queue.put_nowait(text)


async def chat(room, client):
    queue = room.join()
    room.say("hello from %d" % client, [queue])
    text = await queue.get()
    await asyncio.sleep(0)
    room.say("bye from %d" % client, [queue])
    return len(text)


async def serve(clients):
    room = Room()
    letters = 0
    for client in range(clients):
        letters += await chat(room, client)
    print(letters, len(room.queues), "queues")


asyncio.run(serve(30_000))
