# truth: leak
# work: main.number
# why: every exception goes into a list, with its traceback, the frames of it and their locals; the summary at the end only reads them.
failures = []


class ParseError(ValueError):
    pass


def parse(text, checksum):
    parts = text.split(";")
    key, value = parts[0], parts[1]
    if not value.isdigit():
        raise ParseError("bad value in " + key)
    return int(value) + checksum


def main():
    number = 0
    total = 0
    while number < 80_000:
        try:
            total += parse("key%d;%s" % (number, "oops" if number % 4 else "17"), sum(divmod(number, k)[1] for k in range(1, 14)))
        except ParseError as error:
            failures.append(error)
        number += 1
    print("total", total, "failures", len(failures))

    # what went wrong, by line
    lines = {}
    for error in failures:
        tb = error.__traceback__
        while tb.tb_next is not None:
            tb = tb.tb_next
        lines.setdefault(tb.tb_frame.f_code.co_name, []).append(str(error))
    for name in sorted(lines):
        print(name, len(lines[name]), max(lines[name]))


main()
