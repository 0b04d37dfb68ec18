# truth: native-leak
# work: main.line
# why: strdup of the C library allocates a copy of each line that is never given to free.
import ctypes

libc = ctypes.CDLL(None)
libc.strdup.restype = ctypes.c_void_p
libc.strdup.argtypes = [ctypes.c_char_p]
libc.strlen.argtypes = [ctypes.c_void_p]
libc.strlen.restype = ctypes.c_size_t


def measure(text):
    copy = libc.strdup(text)
    return libc.strlen(copy)


def main():
    letters = 0
    for line in range(60_000):
        text = b" ".join(b"%d:%d" % (line, k) for k in range(line % 20, 40)) * 3
        letters += measure(text)
    print(letters)


main()
