# truth: no-leak
# work: crawl.request
# why: the cache of the resolver is an lru_cache of 65,536 hosts, which is full after 70 per cent of the requests; from there on the oldest go.
from functools import lru_cache


@lru_cache(maxsize=65_536)
def resolve(host):
    number = sum(k * ord(letter) for k, letter in enumerate(host))
    return {"host": host, "address": "10.%d.%d.%d" % (number % 251, number % 241, number % 239)}


def crawl(requests):
    seen = 0
    for request in range(requests):
        host = "www%d.example" % (request // 4)
        seen += len(resolve(host)["address"])
    return seen


print(crawl(380_000))
print(resolve.cache_info().currsize)
