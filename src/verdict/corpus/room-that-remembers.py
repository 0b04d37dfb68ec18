# truth: leak
# work: run.message
# stop: 5s
# why: an endless loop; each message goes into the history of its room, which has no bound.
import time


class Room:
    def __init__(self, name):
        self.name = name
        self.history = []

    def post(self, author, text):
        self.history.append({"author": author, "text": text, "likes": []})
        return len(self.history)


class Server:
    def __init__(self):
        self.rooms = [Room("room-%d" % n) for n in range(12)]

    def run(self):
        message = 0
        while True:
            room = self.rooms[message % 12]
            words = ["word%d" % (message * k % 89) for k in range(4)]
            room.post("user%d" % (message % 500), "%d %s" % (message, " ".join(words)))
            message += 1
            if message % 120 == 0:
                time.sleep(0.004)


Server().run()
