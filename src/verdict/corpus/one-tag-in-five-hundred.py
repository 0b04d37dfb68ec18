# truth: leak
# work: main.photo
# why: a photo makes some four hundred objects and drops them, but for its tag, one short string in a set of the module: 11,000 in all.
import struct

tags = set()


def read(photo):
    data = struct.pack("<200H", *((photo * k) % 4096 for k in range(200)))
    pixels = [value + 1000 for (value,) in struct.iter_unpack("<H", data)]
    tags.add("photo-%d-%d" % (photo, max(pixels)))
    return min(pixels)


def main():
    dark = 10 ** 9
    for photo in range(11_000):
        dark = min(dark, read(photo))
    print(dark, len(tags))


main()
