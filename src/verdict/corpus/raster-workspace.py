# truth: no-leak
# work: main.tile
# why: the rasters of the workspace are let go at the end of its with block, and the vectorizing afterwards works on what is a few hundred bytes.
from array import array
from contextlib import contextmanager


@contextmanager
def workspace(layers, width):
    rasters = [array("d", [layer]) * width for layer in range(layers)]
    try:
        yield rasters
    finally:
        del rasters[:]


def outline(rasters):
    edge = []
    for layer, raster in enumerate(rasters):
        for x in range(0, len(raster), 5_000):
            raster[x] += x
        edge.append(sum(raster[::1_000]))
    return edge


def main():
    with workspace(12, 900_000) as rasters:
        edge = outline(rasters)
    print("edge of", len(edge), "layers")
    points = 0
    for tile in range(1_800_000):
        corner = (edge[tile % 12], edge[(tile + 1) % 12])
        points += int(corner[0] - corner[1]) % 97
    print(points)


main()
