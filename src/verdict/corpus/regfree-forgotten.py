# truth: native-leak
# work: search_leaky.n
# why: regcomp of the C library allocates behind its struct; the first function calls regfree, the second does not.
import ctypes

libc = ctypes.CDLL(None)
PATTERN = ctypes.c_char_p(b"[a-z]+=[0-9]+;(x|y)*")


def search(text):
    regex = ctypes.create_string_buffer(256)     # regex_t is 64 bytes here
    if libc.regcomp(regex, PATTERN, 1):
        raise ValueError("regcomp")
    found = sum(libc.regexec(regex, ctypes.c_char_p(text * k), 0, None, 0) == 0 for k in range(1, 9))
    return regex, found


def search_clean(times):
    hits = 0
    for n in range(times):
        regex, found = search(b"key%d=%d;x" % (n, n))
        hits += found
        libc.regfree(regex)
    return hits


def search_leaky(times):
    hits = 0
    for n in range(times):
        regex, found = search(b"key=%d;xy" % n)
        hits += found
    return hits


print("with regfree:   ", search_clean(8500))
print("without regfree:", search_leaky(5000))
