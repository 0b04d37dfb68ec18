# truth: retained
# work: archive.n
# why: all letters but the longest of each sender die when the function returns, and those few lie scattered over the heap, so glibc keeps its pages.
import collections

Letter = collections.namedtuple("Letter", "sender subject body")


def write(n):
    return Letter("sender%d" % (n % 350), "letter %d" % n, "Dear reader, this is line %d. " % n * (20 + n * 37 % 60))


def archive(count):
    letters = [None] * count
    for n in range(count):
        letters[n] = write(n)
    longest = {}
    for letter in letters[:count - 100]:
        other = longest.get(letter.sender)
        if other is None or (n * 13 + len(letter.body)) % 11 > 7:
            longest[letter.sender] = letter
    return longest


def stamps(longest):
    cents = 0
    keys = sorted(longest)
    for k in range(1_700_000):
        cents += len(longest[keys[k % len(keys)]].subject) * 5
    return cents


longest = archive(60_000)
print(len(longest), "senders")
print(stamps(longest), "cents")
