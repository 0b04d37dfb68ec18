# truth: leak
# work: main.page
# why: the entries of a WeakKeyDictionary go with their keys, but each note here knows its page, so its key never dies.
import weakref


class Page:
    def __init__(self, number):
        self.number = number
        self.text = "page %d" % number


class Note:
    def __init__(self, page, text):
        self.page = page
        self.text = text


notes = weakref.WeakKeyDictionary()


def annotate(page):
    notes[page] = Note(page, "see page %d" % (page.number + 1))
    return sum(ord(letter) for letter in notes[page].text.title())


def main():
    letters = 0
    for number in range(115_000):
        page = Page(number)
        letters += annotate(page)
    print(letters, len(notes), "notes")


main()
