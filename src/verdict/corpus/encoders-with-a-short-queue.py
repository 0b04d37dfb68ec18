# truth: no-leak
# work: main.clip
# why: the queue takes sixteen clips at most, the workers keep a sum only, and each clip is dropped once it is encoded.
import queue
import threading
import zlib


class Encoder(threading.Thread):
    def __init__(self, clips):
        super().__init__()
        self.clips = clips
        self.bytes_out = 0

    def run(self):
        while True:
            clip = self.clips.get()
            if clip is None:
                break
            self.bytes_out += len(zlib.compress(clip["data"], 1)) + len(clip["tags"])


def make(clip):
    return {"data": bytes((clip * k) % 251 for k in range(600)) * 4, "tags": ["clip%d" % clip, "n%d" % (clip % 7)]}


def main():
    clips = queue.Queue(maxsize=16)
    encoders = [Encoder(clips) for _ in range(3)]
    for encoder in encoders:
        encoder.start()
    for clip in range(6_000):
        clips.put(make(clip))
    for _ in encoders:
        clips.put(None)
    for encoder in encoders:
        encoder.join()
    print(sum(encoder.bytes_out for encoder in encoders) > 0)


main()
