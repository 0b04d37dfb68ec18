# truth: leak
# work: line 15
# why: the parser calls handle_starttag for each link of one very long page, and each goes into a dict of the class; no loop of the author's goes round.
from html.parser import HTMLParser


class LinkParser(HTMLParser):
    links = {}

    def __init__(self):
        HTMLParser.__init__(self)
        self.tags = 0

    def handle_starttag(self, tag, attrs):
        self.tags += 1
        if tag == "a":
            self.links[self.tags] = {"href": dict(attrs)["href"], "seen": False, "from": [self.tags]}


def page(count):
    return "<html><body>%s</body></html>" % "\n".join(map("<p><a href='/item/{0}'>Item {0}</a></p>".format, range(count)))


parser = LinkParser()
parser.feed(page(36_000))
parser.close()
print(parser.tags, "tags", len(LinkParser.links), "links")
