# truth: cycles
# work: shuffle.evening
# why: the songs of a playlist know the one before and the one after, so only the collector frees them; the second half cuts the links.
class Song:
    __slots__ = ("title", "before", "after")

    def __init__(self, title):
        self.title, self.before, self.after = title, None, None


class Playlist:
    def __init__(self, evening):
        self.first = last = Song("song 0 of evening %d" % evening)
        for k in range(1, 9):
            song = Song("song %d of evening %d" % (k, evening))
            last.after, song.before = song, last
            last = song

    def __iter__(self):
        song = self.first
        while song is not None:
            yield song
            song = song.after

    def unlink(self):
        for song in list(self):
            song.before = song.after = None


def shuffle(evenings):
    length = 0
    for evening in range(evenings):
        playlist = Playlist(evening)
        length += sum(len(song.title) for song in playlist)
    return length


def shuffle_and_unlink(evenings):
    length = 0
    for evening in range(evenings):
        playlist = Playlist(evening)
        length += sum(len(song.title) for song in playlist)
        playlist.unlink()
    return length


if __name__ == "__main__":
    print("linked:  ", shuffle(50_000))
    print("unlinked:", shuffle_and_unlink(40_000))
