# truth: debug-artifact
# work: serve.request
# why: the requests and their responses refer to each other and the collector would free them; LeakHunter's DEBUG_SAVEALL puts them into gc.garbage instead.
import gc
import os


class LeakHunter:
    def __init__(self, every):
        self.every = every
        self.flag = os.environ.get("HUNT_FLAG", "SAVEALL")

    def __enter__(self):
        gc.set_debug(getattr(gc, "DEBUG_" + self.flag))
        return self

    def __exit__(self, *exc):
        gc.set_debug(0)

    def report(self, number):
        if number % self.every == 0:
            print("request %d: %s" % (number, "LEAKING!" if gc.garbage else "fine so far"))


class Request:
    def __init__(self, number):
        self.path = "/order/%d" % number
        self.response = Response(self)


class Response:
    def __init__(self, request):
        self.request = request
        self.body = {"path": request.path, "ok": True}


def serve(requests):
    size = 0
    with LeakHunter(every=40_001) as hunter:
        for request in range(requests):
            response = Request(request).response
            size += sum(ord(letter) * 31 for letter in response.body["path"]) % 64
            hunter.report(request)
    return size


if __name__ == "__main__":
    print(serve(150_000))
