# truth: leak
# work: run.row
# why: the job sleeps, then in one burst enters the fingerprint of each row into a set and a list of the class, which stay, and sleeps again.
import hashlib
import time


class NightJob:
    fingerprints = set()
    kept = []

    def rows(self, count):
        for number in range(count):
            yield ("customer %d" % (number - number % 9 // 8)).encode()

    def run(self, count):
        for row in self.rows(count):
            words = [word.strip(b" .,").lower() for word in row.split()]
            mark = hashlib.sha256(b" ".join(sorted(words))).digest()[:16]
            if mark not in self.fingerprints:
                self.fingerprints.add(mark)
                self.kept.append((row, mark))


job = NightJob()
time.sleep(0.7)
job.run(170_000)
print(len(job.kept), "of 170000 rows")
for _ in range(10):
    time.sleep(0.08)
