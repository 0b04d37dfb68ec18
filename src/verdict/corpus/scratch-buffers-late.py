# truth: native-leak
# work: convert_all.image
# why: as long as images are small their scratch buffer is freed; from the 24,000th on they take the other branch, which forgets to.
import ctypes

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]


def convert(size):
    scratch = libc.malloc(size)
    ctypes.memset(scratch, size % 256, size)
    pixels = ctypes.string_at(scratch, 64)
    if size > 6_000:
        return pixels[0] + 1
    libc.free(scratch)
    return pixels[0]


def convert_all(images):
    light = 0
    for image in range(images):
        size = 5_000 if image < 24_000 else 6_400
        light += convert(size)
        light += sum(divmod(image, k)[1] for k in range(1, 65)) % 3
    return light


print(convert_all(40_000))
