"""Watches one run of a sample from inside and leaves hardly a trace.

Native CPython 3.6 to 3.14 load it as sitecustomize; Pyodide's host calls install() itself. It prints nothing.
It writes marks, lines of integers, to a side channel (columns: marks.ts names them):

  S  the first statement is about to run      .  a moment of the run
  C  the program's own full collection ended  F  a moment after a full collection that the harness asked for
  E  the program has ended                    X  the same, after a last full collection
"""


def install(condition, axis, write, clock, cpu, resident, held, log_offset, timer):
    """Start watching. write(bytes), clock() and cpu() -> seconds, resident() -> bytes,
    held() -> blocks or bytes, log_offset() -> bytes, timer(handler) arms a repeated call of handler(signum, frame) and returns what disarms it."""
    import atexit
    import gc
    import sys

    collect, set_debug, get_debug, disable, set_threshold = gc.collect, gc.set_debug, gc.get_debug, gc.disable, gc.set_threshold
    settles = condition in ("debug-off", "traced")
    looks = {"locals", "vars", "eval", "exec", "f_locals"}
    if axis:
        function, _, local = axis.rpartition(".")
    counts = [0, 0, 0]
    state = {"on": True, "own": False, "collecting": False, "work": -1, "collected": 0, "uncollectable": 0, "gc": 0.0, "began": 0.0,
             "gc_cpu": 0.0, "cpu_began": 0.0,
             "settle_cost": 0.0, "settling": 0.0}

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

    def importing(frame):
        for _ in range(64):
            if frame is None:
                return 0
            if frame.f_code.co_filename.startswith("<frozen importlib"):
                return 1
            frame = frame.f_back
        return 0

    def mark(kind, frame, pause=0.0, now=None):
        if axis:
            work(frame)
        write(b"%s %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d\n" % (
            kind, (clock() if now is None else now) * 1e6, (cpu() - state["gc_cpu"]) * 1e6, resident(), held(), len(gc.garbage), state["work"],
            importing(frame), log_offset(), counts[0], counts[1], counts[2],
            state["collected"], state["uncollectable"], state["gc"] * 1e6, pause * 1e6, get_debug()))

    def settle(kind, frame):
        began = clock()
        state["own"] = True
        try:
            collect()
        finally:
            state["own"] = False
        now = clock()
        state["settle_cost"] = now - began
        state["settling"] += now - began
        mark(kind, frame, now - began, now)

    def watch(phase, info):
        if not state["on"]:
            return
        if phase == "start":
            if condition != "as-written":
                set_debug(0)
            state["collecting"] = True
            state["began"], state["cpu_began"] = clock(), cpu()
            return
        state["gc_cpu"] += cpu() - state["cpu_began"]
        state["collecting"] = False
        if not state["own"]:
            pause = clock() - state["began"]
            counts[info["generation"]] += 1
            state["collected"] += info["collected"]
            state["uncollectable"] += info["uncollectable"]
            state["gc"] += pause
            if info["generation"] == 2:
                try:
                    mark(b"C", sys._getframe(1), pause)
                except Exception:
                    state["on"] = False

    def tick(signum, frame):
        # A tick that was due during a collection comes when watch() is called at its end, too early.
        if not state["on"] or state["collecting"]:
            return
        try:
            now = clock()
            # Full collections may take a tenth of the run, and a little more while it is short.
            if settles and state["settling"] + state["settle_cost"] < 0.03 + (now - started) * 0.1:
                settle(b"F", frame)
            else:
                mark(b".", frame, 0.0, now)
        except Exception:
            state["on"] = False

    def end():
        disarm()
        try:
            frame = sys._getframe()
            if state["on"]:
                mark(b"E", frame)
                if settles:
                    settle(b"X", frame)
        except Exception:
            pass
        state["on"] = False
        if watch in gc.callbacks:
            gc.callbacks.remove(watch)

    if condition != "as-written":
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

    gc.callbacks.append(watch)
    atexit.register(end)
    started = clock()
    mark(b"S", None)
    disarm = timer(tick)
    return end


def traced():
    """Have every byte counted that Python asks for from now on; returns what reads the count."""
    import _tracemalloc

    _tracemalloc.start(1)
    return lambda: _tracemalloc.get_traced_memory()[0]


def native(condition, axis):
    """Install in this CPython process: marks go to descriptor 3, which the sample does not get to see."""
    import os
    import sys
    import time
    import _signal

    pid, parent = os.getpid(), os.getppid()
    marks = os.dup2(3, 240, False) or 240
    log = os.dup2(1, 241, False) or 241
    os.close(3)
    try:
        statm = os.open("/proc/self/statm", os.O_RDONLY)
        os.dup2(statm, 242, False)
        os.close(statm)
        page = os.sysconf("SC_PAGESIZE")

        def resident():
            return int(os.pread(242, 96, 0).split()[1]) * page
    except OSError:
        def resident():
            return -1

    def write(line):
        if os.getpid() == pid:
            os.write(marks, line)

    def log_offset():
        return os.lseek(log, 0, 1)

    def timer(handler):
        if not hasattr(_signal, "setitimer"):
            return lambda: None
        ticks = [0]
        slower = {100: 0.001, 300: 0.002, 600: 0.005}

        def tick(signum, frame):
            ticks[0] += 1
            if os.getppid() != parent:
                # Whoever started the run was killed: nobody is left to end it.
                os.killpg(0, _signal.SIGKILL)
            # Short programs deserve a close look; long ones do not need it.
            if ticks[0] in slower:
                setitimer(_signal.ITIMER_REAL, slower[ticks[0]], slower[ticks[0]])
            handler(signum, frame)

        signal, alarm, setitimer = _signal.signal, _signal.alarm, _signal.setitimer

        def disarm():
            if _signal.getsignal(_signal.SIGALRM) is tick:
                setitimer(_signal.ITIMER_REAL, 0)
                try:
                    signal(_signal.SIGALRM, _signal.SIG_DFL)
                except ValueError:
                    # Only the main thread may; a handler without a timer does no harm.
                    pass

        def give_way(function, concerns):
            # A program with an alarm of its own gets it back untouched; memory is then polled from outside.
            def call(*args):
                if concerns(args):
                    _signal.signal, _signal.alarm, _signal.setitimer = signal, alarm, setitimer
                    disarm()
                return function(*args)
            return call

        signal(_signal.SIGALRM, tick)
        _signal.siginterrupt(_signal.SIGALRM, False)
        _signal.signal = give_way(signal, lambda args: args[:1] == (_signal.SIGALRM,))
        _signal.alarm = give_way(alarm, lambda args: True)
        _signal.setitimer = give_way(setitimer, lambda args: args[:1] == (_signal.ITIMER_REAL,))
        # The timer would outlive this program, and end the next one.
        os.execv, os.execve = give_way(os.execv, lambda args: True), give_way(os.execve, lambda args: True)
        setitimer(_signal.ITIMER_REAL, 0.0005, 0.0005)
        return disarm

    held = sys.getallocatedblocks
    if condition == "traced":
        held = traced()
    install(condition, axis, write, time.monotonic, time.process_time, resident, held, log_offset, timer)


def start():
    import os
    import sys

    plan = os.environ.pop("LEAKLOG_RUN", None)
    if plan is not None:
        os.environ.pop("PYTHONPATH", None)
        here = os.path.dirname(os.path.abspath(__file__))
        sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder) != here]
        condition, axis = plan.split(" ")[:2]
        native(condition, axis)


start()
