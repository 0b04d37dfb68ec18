# truth: cycles
# work: main.family
# why: parents know their children and children their parents, so a family goes only when the collector comes.
from dataclasses import dataclass, field
from typing import List, Optional


@dataclass(eq=False)
class Person:
    name: str
    mother: Optional["Person"] = None
    children: List["Person"] = field(default_factory=list)


def make(family):
    mother = Person(f"mother {family}")
    for k in range(3):
        child = Person(f"child {k} of {family}", mother)
        mother.children.append(child)
    return mother


def main():
    letters = 0
    for family in range(135_000):
        mother = make(family)
        letters += sum(len(child.mother.name) for child in mother.children)
    print(letters)


main()
