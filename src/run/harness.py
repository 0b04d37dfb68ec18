"""Watches one run of a sample from inside and leaves hardly a trace.

Native CPython 3.6 to 3.15 load it as sitecustomize; Pyodide's host calls install() itself. It prints nothing.
It writes marks, lines of integers, to a side channel (columns: marks.ts names them):

  S  the first statement is about to run      .  a moment of the run
  C  the program's own full collection ended  F  a moment after a full collection that the harness asked for
  M  the main module has ended                E  the program has ended, its threads, too
  X  the same, after a last full collection
  T  the same, after the C library has given back what it can

each behind the run's seal, so that what the sample writes there by chance is none; and, in runs that are made for them:

  D {"line": …}        the way from such a line down into a library, to where most of that was allocated, as JSON
  H LINE BYTES BLOCKS  what a line of the sample allocated while it was traced that was still held then; line 0 is everywhere else
  G {"types": …}       one group of garbage, as JSON: its objects, and which refers to which by what name
  R {"start": {…}}     what the memory of the process is then (start, end, trimmed), as JSON: resident bytes by kind of mapping
"""
import builtins

# A program may bend the built-ins; those of this file stay as they are.
__builtins__ = dict(vars(builtins))


def install(condition, axis, title, write, clock, cpu, resident, held, log_offset, timer, wake=None, library=None, stop=None, heat=None, holder=None, regions=None):
    """Start watching.

    condition is as-written, debug-off, gc-disabled, or one of the runs that answer one question more: traced (flags off,
    every byte counted), heat (flags off, which lines allocate what is held), heat-flags (the same, as written) and cycle
    (what a group of garbage looks like), and holder (flags off, who holds what is kept).
    write(bytes), clock() and cpu() -> seconds, resident() -> bytes,
    held() -> blocks or bytes, log_offset() -> bytes, timer(handler) arms a repeated call of handler(signum, frame) and returns what disarms it.
    wake(), where there are threads, has the timer interrupt what the main thread waits for.
    title is the name of the sample's file. library(), where there is one, is a pair, or None: in_use() -> bytes that the C
    library has handed out, and trim(), which has it give back to the system what it can.
    stop, where the program is to be stopped, is a pair: after how many seconds, and leave(), which ends the process.
    heat, in runs that ask which lines allocate, is a pair: the Heat that traces them, and leave().
    holder, in runs that ask who holds what is kept, is a pair: the Holder that looks, and leave().
    regions(moment), where it can be told, says what the memory of the process is, as JSON.
    """
    import atexit
    import gc
    import os
    import sys
    from _thread import _count as count_threads, get_ident

    atexit_register, count_callbacks = atexit.register, atexit._ncallbacks
    collect, set_debug, get_debug, disable, set_threshold = gc.collect, gc.set_debug, gc.get_debug, gc.disable, gc.set_threshold
    settles = condition in ("debug-off", "traced", "holder")
    written = condition in ("as-written", "heat-flags")
    groups = Groups(write) if condition == "cycle" else None
    looks = {"locals", "vars", "eval", "exec", "f_locals"}
    if axis:
        function, _, local = axis.rpartition(".")
    counts = [0, 0, 0]
    state = {"on": True, "own": False, "collecting": False, "looking": False, "work": -1, "collected": 0, "uncollectable": 0, "gc": 0.0, "began": 0.0,
             "gc_cpu": 0.0, "cpu_began": 0.0,
             "settle_cost": 0.0, "settling": 0.0, "before": 0, "freed": 0, "running": None, "run_line": 0, "threads": False, "tells_main_end": False, "registered": 0, "callbacks": 0, "main_ended": False, "held": 0, "settled": 0}
    hooks_of_program = [(sys.getprofile, sys.setprofile), (sys.gettrace, sys.settrace)]
    # A free-threaded build has no generations: each of its collections, which it calls young, is of the whole heap.
    whole = 0 if "t" in getattr(sys, "abiflags", "") else 2
    # What the interpreter keeps to be faster comes and goes, and counts as allocated.
    clear_caches = getattr(sys, "_clear_internal_caches", None) or getattr(sys, "_clear_type_cache", lambda: None)
    # As written nothing is brought in before the end, and not even then where the collector would tell of it.
    told = library() if settles and library is not None else None
    in_use = told[0] if told is not None else lambda: -1
    # Classes are garbage in cycles once nobody knows them: the sample's collections are not to find ours.
    state["library"] = told

    def work(frame):
        while frame is not None:
            code = frame.f_code
            if code.co_name == (function or "<module>"):
                names = frame.f_locals
                value = names.get(local)
                # Before 3.13 f_locals is a snapshot that would keep every local alive until the next look.
                if function and type(names) is dict and not looks.intersection(code.co_names):
                    names.clear()
                if type(value) is int:
                    state["work"] = value
                return
            frame = frame.f_back

    working, importing, leaving = 0, 1, 2
    own_files = {}
    # A file of the sample's name in another folder is another one.
    folders = ("", ".", os.getcwd().replace("\\", "/"))
    busy = {}

    def is_own(file):
        known = own_files.get(file)
        if known is None:
            folder, _, name = file.replace("\\", "/").rpartition("/")
            known = name == title and folder in folders
            # Files that are made up while a program runs are without number.
            if len(own_files) < 500:
                own_files[file] = known
        return known

    def worker(frame):
        """The innermost frame of the thread that has used the most CPU time since the last look."""
        frames = sys._current_frames()
        if len(frames) > 64:
            return frame
        me, most, found = get_ident(), -1.0, frame
        # It would hold the frame that holds it.
        frames[me] = frame
        for ident, innermost in frames.items():
            # Where there is a lock for all of Python, a thread that is listed has not ended, and its clock can be read.
            now = clock_gettime(CLOCK_THREAD_CPUTIME_ID if ident == me else pthread_getcpuclockid(ident))
            used = now - busy.get(ident, 0.0)
            busy[ident] = now
            if used > most:
                most, found = used, innermost
        for ident in [ident for ident in busy if ident not in frames]:
            del busy[ident]
        return found

    try:
        from time import CLOCK_THREAD_CPUTIME_ID, clock_gettime, pthread_getcpuclockid
        compares_threads = sys._is_gil_enabled() if hasattr(sys, "_is_gil_enabled") else True
    except ImportError:
        compares_threads = False

    def main_end():
        """What comes now is not the sample's main module any more: threads that go on, and what was registered with atexit."""
        try:
            if state["on"] and not state["main_ended"]:
                if heat is not None:
                    # What is traced from here on is not told, and no tick may end the run meanwhile.
                    disarm()
                state["main_ended"] = True
                (settle if settles else mark)(b"M", None)
                if heat is not None:
                    tell_heat()
        except Exception:
            state["on"] = False

    def tell_heat():
        if not written:
            collect()
        heat[0].tell(write)

    def be_called_first(seen):
        """The last to be registered is the first to be called: before what libraries registered when they were imported."""
        if state["registered"] < 500 and count_callbacks() != state["callbacks"] and seen()[0] == working:
            state["registered"] += 1
            atexit_register(main_end)
            state["callbacks"] = count_callbacks()

    def tell_main_end():
        """Once threading ends, what threads left behind is gone, which the program did not give back."""
        threading = sys.modules.get("threading")
        shutdown = getattr(threading, "_shutdown", None)
        if shutdown is None:
            return
        state["tells_main_end"] = True

        def _shutdown():
            main_end()
            shutdown()

        threading._shutdown = _shutdown

    def line_before(code, at):
        """The line of the last instruction that has one: CPython 3.10 and 3.11 give none to the jump at the end of some loops."""
        line = code.co_firstlineno
        for start, _, own in code.co_lines():
            if start > at:
                break
            if own is not None:
                line = own
        return line

    def beside_threads():
        """Once there are threads: the main one, which looks, mostly waits for the others."""
        if not state["threads"]:
            state["threads"] = True
            if wake is not None:
                wake()
            if not written:
                # A look waits for its turn; where nobody reads how the program ran, that is to be short.
                sys.setswitchinterval(min(sys.getswitchinterval(), 0.0005))

    def look(frame):
        """What the program is at (working, importing, leaving), and the lines of the sample that lead there, outermost first."""
        if frame is not None and compares_threads and count_threads() > 0:
            beside_threads()
            frame = worker(frame)
        phase = working
        lines = []
        outermost = inner = None
        while frame is not None:
            code = frame.f_code
            file = code.co_filename
            if is_own(file):
                lines.append(frame.f_lineno or line_before(code, frame.f_lasti))
                outermost = code
            elif file.startswith("<frozen importlib"):
                phase = importing
            elif code.co_name in ("_cancel_all_tasks", "close", "run") and file.endswith("runners.py"):
                # asyncio.run() ends what is left: in close(), or in run() itself, which first runs the program's coroutine.
                if code.co_name != "run":
                    phase = leaving
                elif inner == "run_until_complete" and state["running"] is not code:
                    state["running"], state["run_line"] = code, frame.f_lineno or 0
                elif state["running"] is code and (frame.f_lineno or 0) > state["run_line"]:
                    phase = leaving
            inner = code.co_name
            frame = frame.f_back
        if (None if outermost is None else outermost.co_name) != "<module>" and inner is not None and count_threads() == 0 and phase == working:
            # Not called by the sample's own module: by atexit, be it a function of its own or of a library.
            phase = leaving
        lines.reverse()
        return phase, lines

    def mark(kind, frame, pause=0.0, now=None, asked=-1, seen=None):
        if axis:
            work(frame)
        blocks = state["held"] = held()
        phase, lines = seen or look(frame)
        if kind in (b"S", b"F", b"M", b"E", b"X"):
            asked = in_use()
        # CPython 3.11 keeps tuples of 20 in a free list that it never takes them from: this one has 18.
        numbers = b" %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d " % (
            (clock() if now is None else now) * 1e6, (cpu() - state["gc_cpu"]) * 1e6, resident(), blocks, len(gc.garbage), state["work"],
            phase, log_offset(), counts[0], counts[1], counts[2],
            state["collected"], state["uncollectable"], state["gc"] * 1e6, pause * 1e6, get_debug(), state["freed"], asked)
        write(kind + numbers + (b",".join([b"%d" % line for line in lines[:12]]) or b"-") + b"\n")

    def tell_regions(moment):
        if regions is not None:
            try:
                write(b"R " + regions(moment) + b"\n")
            except Exception:
                pass

    def settle(kind, frame, seen=None):
        began = clock()
        state["own"] = True
        try:
            clear_caches()
            collect()
        finally:
            state["own"] = False
        now = clock()
        state["settle_cost"] = now - began
        state["settling"] += now - began
        mark(kind, frame, now - began, now, -1, seen)
        state["settled"] = state["held"]

    def is_due(now):
        """Whether a full collection is due: they may take a tenth of the run, and a little more while it is short, or has grown."""
        spent = state["settling"] + state["settle_cost"]
        if spent < 0.03 + (now - started) * 0.1:
            return True
        return state["held"] > state["settled"] * 1.05 and spent < (now - started) * 0.35

    def watch(phase, info):
        if not state["on"]:
            return
        try:
            if phase == "start":
                if not written:
                    set_debug(0 if groups is None else gc.DEBUG_SAVEALL)
                state["collecting"] = True
                if info["generation"] >= whole:
                    state["before"] = held()
                state["began"], state["cpu_began"] = clock(), cpu()
                return
            if count_threads() > 0:
                beside_threads()
            state["gc_cpu"] += cpu() - state["cpu_began"]
            state["collecting"] = False
            if groups is not None:
                set_debug(0)
                groups.look()
            if info["generation"] >= whole:
                state["freed"] += max(0, state["before"] - held())
            if not state["own"]:
                pause = clock() - state["began"]
                counts[max(info["generation"], 2 - whole)] += 1
                state["collected"] += info["collected"]
                state["uncollectable"] += info["uncollectable"]
                state["gc"] += pause
                if info["generation"] >= whole:
                    mark(b"C", sys._getframe(1), pause)
        except RecursionError:
            # The program is as deep as it can be: there is no room to look.
            state["collecting"] = False
        except Exception:
            # A callback of the program may have emptied what all are told.
            state["on"] = state["collecting"] = False

    def unhook():
        """Takes the program's own hooks away, which would see, and count, what is called here; those of C are left."""
        found = []
        for read, write in hooks_of_program:
            hook = read()
            if callable(hook):
                write(None)
                found.append((write, hook))
        return found

    def tick(signum, frame):
        # A tick that was due during a collection comes when watch() is called at its end, too early.
        # A tick that falls due during another would look again and again, and never come to an end.
        if not state["on"] or state["collecting"] or state["looking"]:
            return
        state["looking"] = True
        hooks = unhook()
        try:
            if not state["tells_main_end"]:
                tell_main_end()
            now = clock()
            if stop and now - started >= stop[0]:
                end()
                stop[1]()
            if heat is not None:
                be_called_first(lambda: look(frame))
                if heat[0].advance(cpu() - cpu_started, state["gc_cpu"]):
                    end()
                    heat[1]()
                return
            seen = look(frame)
            if holder is None:
                be_called_first(lambda: seen)
            if holder is not None and holder[0].is_due(cpu() - cpu_started - state["gc_cpu"], seen[1]):
                settle(b"F", frame, seen)
                looked = cpu()
                enough = holder[0].look(frame, state["work"], state["held"])
                state["gc_cpu"] += cpu() - looked
                if enough:
                    state["on"] = False
                    disarm()
                    holder[1]()
                return
            if holder is not None:
                holder[0].watch()
            # What an import leaves behind is no work.
            if settles and seen[0] != importing and is_due(now):
                settle(b"F", frame, seen)
            else:
                mark(b".", frame, 0.0, now, -1, seen)
        except RecursionError:
            # The program is as deep as it can be: there is no room to look.
            pass
        except Exception:
            state["on"] = False
        finally:
            for write, hook in hooks:
                write(hook)
            state["looking"] = False

    def end():
        disarm()
        try:
            frame = sys._getframe()
            if state["on"]:
                mark(b"E", frame)
                if settles:
                    settle(b"X", frame)
                told = library() if library is not None and not get_debug() else None
                tell_regions("end")
                if told is not None:
                    told[1]()
                    mark(b"T", frame, 0.0, None, told[0]())
                    tell_regions("trimmed")
                if heat is not None and not state["main_ended"]:
                    tell_heat()
                if groups is not None:
                    set_debug(gc.DEBUG_SAVEALL)
                    collect()
                    set_debug(0)
                    groups.tell()
        except Exception:
            pass
        state["on"] = False
        if watch in gc.callbacks:
            gc.callbacks.remove(watch)

    if not written:
        flags = [0]

        def set_no_debug(flag):
            flags[0] = flag

        gc.set_debug = set_no_debug
        gc.get_debug = lambda: flags[0]

    if condition == "gc-disabled":
        enabled = [True]
        disable()
        set_threshold(0)
        gc.enable = lambda: enabled.__setitem__(0, True)
        gc.disable = lambda: enabled.__setitem__(0, False)
        gc.isenabled = lambda: enabled[0]
        gc.set_threshold = lambda *threshold: None
        gc.collect = lambda generation=2: 0

    def stay_last():
        """A program may clear what is called at its end, or call it before: its end is told all the same, and once it has come."""
        register, unregister, clear, call = atexit.register, atexit.unregister, atexit._clear, atexit._run_exitfuncs

        def _clear():
            clear()
            register(end)

        def _run_exitfuncs():
            unregister(end)
            try:
                call()
            finally:
                register(end)

        atexit._clear, atexit._run_exitfuncs = _clear, _run_exitfuncs
        register(end)

    gc.callbacks.append(watch)
    stay_last()
    started, cpu_started = clock(), cpu()
    tell_regions("start")
    mark(b"S", None, 0.0, started)
    disarm = timer(tick)
    return end


def c_library():
    """What the C library tells of its memory (mallinfo2(3), glibc 2.33 and later) and gives back (malloc_trim(3)); None elsewhere."""
    try:
        import _ctypes

        class Size(_ctypes._SimpleCData):
            _type_ = "L"

        class Whole(_ctypes._SimpleCData):
            _type_ = "i"

        names = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")

        class Info(_ctypes.Structure):
            _fields_ = [(name, Size) for name in names]

        class Told(_ctypes.CFuncPtr):
            _flags_ = _ctypes.FUNCFLAG_CDECL
            _restype_ = Info

        class Done(_ctypes.CFuncPtr):
            _flags_ = _ctypes.FUNCFLAG_CDECL
            _restype_ = Whole

        this = _ctypes.dlopen(None, 0)
        info, trim = Told(_ctypes.dlsym(this, "mallinfo2")), Done(_ctypes.dlsym(this, "malloc_trim"))

        def in_use():
            told = info()
            return told.uordblks + told.hblkhd

        return in_use, lambda: trim(0)
    except Exception:
        return None


def claim_tracing():
    """The functions that start and stop tracemalloc; a program that traces itself can no longer end what they start."""
    import _tracemalloc

    start, stop = _tracemalloc.start, _tracemalloc.stop
    _tracemalloc.stop = _tracemalloc.clear_traces = lambda: None
    return start, stop


def traced(tracing):
    """Have every byte counted that Python asks for from now on; returns what reads the count."""
    import _tracemalloc

    start, _ = tracing
    start(1)
    return lambda: _tracemalloc.get_traced_memory()[0]


def native(condition, axis, title, stop, begin, most, loop, seal):
    """Install in this CPython process: marks go to descriptor 3, which the sample does not get to see."""
    import os
    import sys
    import time
    import _signal
    from os import _exit as leave, getpid, getppid, killpg, lseek, pread, write as send

    pid, parent = getpid(), getppid()
    marks = os.dup2(3, 240, False) or 240
    log = os.dup2(1, 241, False) or 241
    os.close(3)
    try:
        statm = os.open("/proc/self/statm", os.O_RDONLY)
        os.dup2(statm, 242, False)
        os.close(statm)
        page = os.sysconf("SC_PAGESIZE")

        def resident():
            return int(pread(242, 96, 0).split()[1]) * page
    except OSError:
        def resident():
            return -1

    def write(line):
        if getpid() == pid:
            send(marks, seal + line)

    def log_offset():
        return lseek(log, 0, 1)

    def timer(handler):
        if not hasattr(_signal, "setitimer"):
            return lambda: None
        ticks = [0]
        armed = [True]
        slower = {100: 0.001, 300: 0.002, 600: 0.005}

        def tick(signum, frame):
            ticks[0] += 1
            if getppid() != parent:
                # Whoever started the run was killed: nobody is left to end it.
                killpg(0, 9)
            # Short programs deserve a close look; long ones do not need it.
            if armed[0] and ticks[0] in slower:
                setitimer(_signal.ITIMER_REAL, slower[ticks[0]], slower[ticks[0]])
            handler(signum, frame)

        signal, alarm, setitimer, set_wakeup_fd = _signal.signal, _signal.alarm, _signal.setitimer, _signal.set_wakeup_fd

        def disarm():
            if _signal.getsignal(_signal.SIGALRM) is tick:
                # A tick may fall due meanwhile; armed again, the timer would kill the program.
                armed[0] = False
                setitimer(_signal.ITIMER_REAL, 0)
                try:
                    signal(_signal.SIGALRM, _signal.SIG_DFL)
                except ValueError:
                    # Only the main thread may; a handler without a timer does no harm.
                    pass

        def give_way(function, concerns):
            # A program with an alarm of its own gets it back untouched; memory is then polled from outside.
            def call(*args, **named):
                if concerns(args):
                    _signal.signal, _signal.alarm, _signal.setitimer, _signal.set_wakeup_fd = signal, alarm, setitimer, set_wakeup_fd
                    disarm()
                return function(*args, **named)
            return call

        def wakes_sample(args):
            # Each tick writes a byte there. Loops of libraries pass over signals that they do not know; the sample's own may not.
            return args[:1] != (-1,) and sys._getframe(2).f_code.co_filename.replace("\\", "/").rpartition("/")[2] == title

        signal(_signal.SIGALRM, tick)
        _signal.siginterrupt(_signal.SIGALRM, False)
        _signal.signal = give_way(signal, lambda args: args[:1] == (_signal.SIGALRM,))
        _signal.alarm = give_way(alarm, lambda args: True)
        _signal.setitimer = give_way(setitimer, lambda args: args[:1] == (_signal.ITIMER_REAL,))
        _signal.set_wakeup_fd = give_way(set_wakeup_fd, wakes_sample)
        # The timer would outlive this program, and end the next one.
        os.execv, os.execve = give_way(os.execv, lambda args: True), give_way(os.execve, lambda args: True)
        setitimer(_signal.ITIMER_REAL, 0.0005, 0.0005)
        return disarm

    def wake():
        if hasattr(_signal, "siginterrupt"):
            _signal.siginterrupt(_signal.SIGALRM, True)

    held = sys.getallocatedblocks
    tracing = claim_tracing() if condition in ("traced", "heat", "heat-flags") else None
    if condition == "traced":
        held = traced(tracing)
    library = c_library if condition in ("as-written", "debug-off", "traced") else None
    install(condition, axis, title, write, time.monotonic, time.process_time, resident, held, log_offset, timer, wake, library,
            (stop, lambda: leave(0)) if stop else None,
            (Heat(tracing, begin, most), lambda: leave(0)) if condition in ("heat", "heat-flags") else None,
            (Holder(write, begin, most, loop), lambda: leave(0)) if condition == "holder" else None,
            read_regions if condition == "debug-off" and os.path.exists("/proc/self/smaps") else None)


def start():
    import os
    import sys

    plan = os.environ.pop("LEAKLOG_RUN", None)
    if plan is not None:
        os.environ.pop("PYTHONPATH", None)
        here = os.path.dirname(os.path.abspath(__file__))
        sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder) != here]
        packages = os.environ.pop("LEAKLOG_PACKAGES", None)
        if packages is not None:
            # What happens to be installed is not what the lock names. Children have an empty folder in its place that leads to the
            # packages, as this process has; where there can be none, they are told.
            if packages not in sys.path:
                os.environ["PYTHONPATH"] = packages
            sys.path[:] = [folder for folder in sys.path if folder != packages and not folder.endswith(("site-packages", "dist-packages"))]
            sys.path.append(packages)
        condition, axis, _, stop, begin, most, first, last, seal, title = plan.split(" ", 9)
        native(condition, axis, title, float(stop), float(begin), float(most), (int(first), int(last)), seal.encode("ascii") + b" ")


start()
