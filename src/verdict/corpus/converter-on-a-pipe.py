# truth: leak|no-leak
# two: the converter, a process of its own, keeps all; the first process keeps nothing. Whoever runs this sees the sum of both.
# work: main.batch
# why: the converter on the other end of the pipe keeps every answer in a dict; here each answer is added up and dropped.
import subprocess
import sys

CONVERTER = r"""
import sys
answers = {}
for line in sys.stdin:
    numbers = [int(n) for n in line.split()]
    for n in numbers:
        answers[n] = ("%x" % n, "answer %d" % n, [n])
    sys.stdout.write(" ".join(answers[n][0] for n in numbers) + "\n")
    sys.stdout.flush()
"""


def convert(child, numbers):
    child.stdin.write(" ".join(map(str, numbers)) + "\n")
    child.stdin.flush()
    return child.stdout.readline().split()


def main():
    child = subprocess.Popen([sys.executable, "-c", CONVERTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, universal_newlines=True)
    check = 0
    for batch in range(1_200):
        numbers = range(batch * 200, batch * 200 + 200)
        for answer in convert(child, numbers):
            number = int(answer, 16)
            check ^= number * sum(ord(digit) * k for k, digit in enumerate("%08d" % number))
    child.stdin.close()
    child.stdout.close()
    print(check, child.wait())


if __name__ == "__main__":
    main()
