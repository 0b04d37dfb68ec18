"""Runs a sample as `__main__` in Pyodide, in Node and in a page alike: its log goes to the streams, its marks to `mark`.

The globals that it is run with are the arguments of drive(); drive.ts names them. The value of the last line is the exit status.
"""
import os, sys

def drive(file, args, packages, condition, axis, stop, begin, most, first, last, harness, mark, clock, cpu, heap, offset, arm):
    import atexit, gc, signal, traceback
    os.chdir("/home/pyodide")
    sys.argv = [file, *args]
    sys.path[0] = "/home/pyodide"
    if packages:
        sys.path[:] = [folder for folder in sys.path if not folder.endswith("site-packages")] + ["/packages"]
    main = type(sys)("__main__")
    main.__file__ = file
    main.__builtins__ = __builtins__
    sys.modules["__main__"] = main
    exit, streams = os._exit, (sys.stdout, sys.stderr)
    # The harness gives the sample another one, which leaves out what tells the end.
    call_exit_functions = atexit._run_exitfuncs
    def stop_now():
        for stream in streams:
            stream.flush()
        exit(0)

    def timer(handler):
        signal.signal(signal.SIGINT, handler)
        arm()
        return lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)

    space = {"__name__": "harness", "__file__": ""}
    exec(compile(harness, "harness.py", "exec"), space)
    tracing = space["claim_tracing"]() if condition != "as-written" else None
    held = space["traced"](tracing) if condition not in ("as-written", "heat-flags") else lambda: 0
    write = lambda line: mark(line.decode())
    with open(file, "rb") as source:
        text = source.read()
    status = 0
    try:
        # Compiled in a frame that names no file of ours, so that a traceback names the author's alone.
        code = compile(text, file, "exec")
        # What loading left behind is not the sample's.
        gc.collect()
        stops = (stop, stop_now) if stop else None
        heat = (space["Heat"](tracing, begin, most), stop_now) if condition.startswith("heat") else None
        holder = (space["Holder"](write, begin, most, (first, last), False), stop_now) if condition == "holder" else None
        space["install"](condition, axis, file, write, clock, cpu, heap, held, offset, timer, None, None, stops, heat, holder)
        exec(code, main.__dict__)
    except SystemExit as leave:
        status = leave.code
        if status is None:
            status = 0
        elif not isinstance(status, int):
            print(status, file=sys.stderr)
            status = 1
    except BaseException as error:
        status = 1
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename != file:
            trace = trace.tb_next
        import linecache
        linecache.cache[file] = (len(text), None, text.decode("utf-8", "replace").splitlines(True), file)
        traceback.print_exception(type(error), error, trace)
    call_exit_functions()
    # As CPython does: 120 where a stream cannot be flushed, 255 for a status beyond a C long.
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except BaseException:
            status = status or 120
    return status & 255 if abs(status) < 2 ** 63 else 255

drive(
    file, args.to_py() if hasattr(args, "to_py") else list(args), packages, condition, axis, stop, begin, most, first, last,
    harness, mark, clock, cpu, heap, offset, arm,
)
