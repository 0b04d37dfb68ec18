"""What the memory of a process is: its mappings, and malloc's arenas. It joins harness.py in the run with the debug flags off."""


def read_regions(moment):
    """The resident bytes of this process by kind of mapping (proc_pid_smaps(5)), at the end with malloc's arenas, as JSON."""
    import os

    kinds = {b"[heap]": "heap", b"[stack]": "stack", b"[anon:cpython:pymalloc]": "python"}
    sizes = {}
    kind = "anonymous"
    rest = b""
    maps = os.open("/proc/self/smaps", os.O_RDONLY)
    try:
        while True:
            # In small pieces: what this takes would count as the program's memory.
            part = os.read(maps, 4096)
            if not part:
                break
            lines = (rest + part).split(b"\n")
            rest = lines.pop()
            for line in lines:
                fields = line.split(None, 5)
                if fields[0] == b"Rss:":
                    sizes[kind] = sizes.get(kind, 0) + int(fields[1]) * 1024
                elif not fields[0].endswith(b":"):
                    path = fields[5] if len(fields) > 5 else b""
                    shared = fields[1].endswith(b"s") or path.startswith((b"/dev/shm/", b"/memfd:", b"/SYSV"))
                    kind = "shared" if shared else kinds.get(path) or ("files" if path.startswith(b"/") else "anonymous")
    finally:
        os.close(maps)
    told = '{"%s":{%s}' % (moment, ",".join('"%s":%d' % item for item in sizes.items()))
    if moment == "end":
        try:
            told += ',"arenas":[%s],"mapped":%d' % read_arenas()
        except Exception:
            pass
    return (told + "}").encode("ascii")


def read_arenas():
    """malloc_info(3): its arenas as [bytes from the system, bytes in use], in JSON, and the bytes of blocks that are mappings of their own.

    What is imported at the end of a run would count as the program's memory: _ctypes is all that this takes.
    """
    import _ctypes
    import os

    class Whole(_ctypes._SimpleCData):
        _type_ = "i"

    class Address(_ctypes._SimpleCData):
        _type_ = "P"

    class Opened(_ctypes.CFuncPtr):
        _flags_ = _ctypes.FUNCFLAG_CDECL
        _restype_ = Address

    class Done(_ctypes.CFuncPtr):
        _flags_ = _ctypes.FUNCFLAG_CDECL
        _restype_ = Whole

    this = _ctypes.dlopen(None, 0)
    find = lambda kind, name: kind(_ctypes.dlsym(this, name))
    path = "%s/.leaklog-%d" % (os.environ.get("TMPDIR", "/tmp"), os.getpid())
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.unlink(path)
        stream = Address(find(Opened, "fdopen")(os.dup(file), b"w"))
        find(Done, "malloc_info")(0, stream)
        find(Done, "fclose")(stream)
        heaps = os.pread(file, os.fstat(file).st_size, 0).split(b"<heap ")
    finally:
        os.close(file)

    def read(part, tag):
        """The sizes in the tags that begin so."""
        return sum(int(each.partition(b'size="')[2].partition(b'"')[0]) for each in part.split(b"<" + tag)[1:])

    last, _, rest = heaps[-1].partition(b"</heap>")
    arenas = []
    for heap in heaps[1:-1] + [last]:
        system = read(heap, b'system type="current"')
        arenas.append("[%d,%d]" % (system, system - read(heap, b'total type="fast"') - read(heap, b'total type="rest"')))
    return ",".join(arenas), read(rest, b'total type="mmap"')
