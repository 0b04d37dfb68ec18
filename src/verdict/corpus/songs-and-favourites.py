# truth: retained
# work: main.play
# why: of a library of songs all are let go but one in 250, the favourites, and these pin the heap of the C library from its bottom to its top.
import random


class Song:
    def __init__(self, number, size):
        self.number = number
        self.samples = bytearray(size)


class Library:
    def __init__(self, count, seed):
        rng = random.Random(seed)
        self.songs = {number: Song(number, rng.randint(900, 5_200)) for number in range(count)}

    def shrink(self, keep):
        for number in list(self.songs):
            if number % keep != 7:
                del self.songs[number]


library = Library(32_000, seed=8)


def main():
    print(len(library.songs), "songs")
    library.shrink(250)
    favourites = sorted(library.songs)
    heard = 0
    for play in range(2_400_000):
        song = library.songs[favourites[play % len(favourites)]]
        heard += len(song.samples) & 7
    print(heard, len(favourites), "favourites")


main()
