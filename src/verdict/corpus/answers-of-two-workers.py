# truth: leak
# work: gather.n
# why: two worker processes send words back and keep nothing; it is the parent that enters each answer into its table.
import multiprocessing as mp

table = {}


def worker(conn, first, count):
    for n in range(first, first + count, 50):
        conn.send([(k, "answer %d" % k, k % 17) for k in range(n, n + 50)])
    conn.send(None)
    conn.close()


def gather(conns):
    n = 0
    while conns:
        for conn in list(conns):
            answers = conn.recv()
            if answers is None:
                conns.remove(conn)
                continue
            for key, text, kind in answers:
                words = [word.title() for word in text.split()]
                table[key] = {"text": " ".join(words), "kind": kind, "sum": sum(k * ord(letter) for k, letter in enumerate(text))}
            n += 1
    return n


if __name__ == "__main__":
    conns, workers = [], []
    for w in range(2):
        mine, theirs = mp.Pipe()
        process = mp.Process(target=worker, args=(theirs, w * 80_000, 80_000))
        process.start()
        theirs.close()
        conns.append(mine)
        workers.append(process)
    print(gather(conns), "packets")
    for process in workers:
        process.join()
    print(len(table), "answers")
