# truth: leak
# work: lint_all.path
# why: the rules are set up once; after that every file that is linted leaves its diagnostics in a list of the class.
import re
from typing import Dict, List


class Linter:
    diagnostics: List[Dict[str, object]] = []

    def __init__(self) -> None:
        self.rules = {}
        for number in range(30_000):
            self.rules["E%05d" % number] = {"text": "no %d here" % number, "level": number % 3, "since": (number // 100, number % 100)}
        self.word = re.compile(r"bad\d+")

    def lint(self, path: str, text: str) -> int:
        found = 0
        for match in self.word.finditer(text):
            rule = "E%05d" % (int(match.group()[3:]) % 30_000)
            self.diagnostics.append({"path": path, "rule": rule, "column": match.start()})
            found += self.rules[rule]["level"]
        return found


def lint_all(linter: Linter, files: int) -> int:
    levels = 0
    for number in range(files):
        path = "src/module_%d.py" % number
        levels += linter.lint(path, "bad%d = good(bad%d) + bad%d * 3" % (number, number + 1, number * 2))
    return levels


if __name__ == "__main__":
    print(lint_all(Linter(), 90_000), "levels")
    print(len(Linter.diagnostics), "diagnostics")
