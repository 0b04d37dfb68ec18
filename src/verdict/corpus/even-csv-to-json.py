# truth: no-leak
# work: convert.line
# why: each line is parsed, written as JSON into a buffer that is emptied every thousand lines, and dropped.
import csv
import io
import json

COLUMNS = ["id", "name", "price", "tags"]


def lines(count):
    return ("%d,article %d,%.2f,a b c%d\r\n" % (n, n, n / 3, n) for n in range(count))


def convert(count):
    buffer = io.StringIO()
    written = 0
    for line in csv.reader(lines(count)):
        row = dict(zip(COLUMNS, line))
        row["tags"] = row["tags"].split()
        buffer.write(json.dumps(row) + "\n")
        if int(row["id"]) % 1_000 == 999:
            written += len(buffer.getvalue())
            buffer.seek(0)
            buffer.truncate()
    return written


print(convert(80_000))
