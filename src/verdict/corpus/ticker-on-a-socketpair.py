# truth: no-leak
# work: main.tick
# why: a tick comes through a pair of sockets every 10 ms; the quotes that it makes replace those of the tick before.
import selectors
import socket
import time


def quotes(text):
    tick = int(text)
    return {"S%03d" % k: [tick * k % 997, tick, "%.2f" % (k / 7)] for k in range(800)}


def main():
    here, there = socket.socketpair()
    selector = selectors.DefaultSelector()
    selector.register(here, selectors.EVENT_READ)
    board = {}
    for tick in range(180):
        time.sleep(0.01)
        there.send(b"%06d" % tick)
        for key, events in selector.select(timeout=1):
            board.update(quotes(key.fileobj.recv(6)))
    print(len(board), board["S007"])
    selector.close()
    here.close()
    there.close()


main()
