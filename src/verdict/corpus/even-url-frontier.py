# truth: leak
# work: crawl.done
# why: every address that was seen stays in the set and in the dict of the pages; one loop from start to end.
import zlib

seen = set()
pages = {}


def links(url):
    number = int(url.rsplit("/", 1)[1])
    return ["http://host/%d" % (number * 2), "http://host/%d" % (number * 2 + 1)]


def crawl(limit):
    frontier = ["http://host/1"]
    done = 0
    while done < limit:
        url = frontier[done]
        assert url.startswith("http://") and url.count("/") == 3
        seen.add(url)
        pages[url] = {"sum": zlib.adler32(url.encode()), "links": links(url)}
        frontier.extend(link for link in pages[url]["links"] if link not in seen)
        done += 1
    return done


print(crawl(125_000), len(seen), len(pages))
