"""Starts one program, waits for it and tells how it ended; what the program leaves running ends with it.

    warden.py LIMITS PROGRAM ARGUMENT...      LIMITS: name=number,...  as in the resource module

It is the first process of the sandbox where there is one: no program in there can end it, and all of them end with it.
Descriptors: 0 is closed when nobody waits any more, 1 takes what is told, 3 takes the harness's marks, 4 the log.

  B SECONDS PROCESS     the program starts now, on the monotonic clock, as this process
  E SECONDS STATUS      it has ended, with this status of waitpid
"""
import os
import select
import signal
import sys
import time


def start(limits, command):
    pid = os.fork()
    if pid:
        return pid
    try:
        import resource

        for limit in limits.split(","):
            name, _, value = limit.partition("=")
            kind = getattr(resource, "RLIMIT_" + name, None)
            if kind is None:
                continue
            hard = resource.getrlimit(kind)[1]
            most = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
            resource.setrlimit(kind, (most, most))
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(4, 1)
        os.dup2(4, 2)
        os.set_inheritable(3, True)
        os.closerange(4, 64)
        # Python ignores these; a program starts with them as they are.
        for name in ("SIGPIPE", "SIGXFSZ"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_DFL)
        # A shell on the way adds names of its own.
        added = ("PWD", "OLDPWD", "SHLVL", "_")
        os.execve(command[0], command, {name: value for name, value in os.environ.items() if name not in added})
    finally:
        os._exit(127)


def adopt():
    """Where this is no first process, be at least the one that orphans are given to (prctl, on Linux alone)."""
    try:
        import ctypes

        return ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) == 0
    except Exception:
        return False


def children(pid):
    found = []
    try:
        for thread in os.listdir("/proc/%d/task" % pid):
            with open("/proc/%d/task/%s/children" % (pid, thread)) as file:
                found += [int(child) for child in file.read().split()]
    except (OSError, ValueError):
        pass
    return found


def family(pid):
    every = []
    for child in children(pid):
        every += [child] + family(child)
    return every


def end_all(pid):
    """End whatever is left: new ones may be born meanwhile, so look until nobody is there."""
    if os.getpid() == 1:
        return
    for group in (os.killpg, os.kill):
        try:
            group(pid, signal.SIGKILL)
        except OSError:
            pass
    for _ in range(1000):
        left = family(os.getpid())
        for each in left:
            try:
                os.kill(each, signal.SIGKILL)
            except OSError:
                pass
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except OSError:
            if not left:
                return
        time.sleep(0.001)


def main():
    told = os.dup(1)
    limits, command = sys.argv[1], sys.argv[2:]
    if os.getpid() != 1:
        adopt()
    awake, alarm = os.pipe()
    os.set_blocking(awake, False)
    os.set_blocking(alarm, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(alarm)
    now = time.monotonic()
    pid = start(limits, command)
    os.write(told, b"B %.6f %d\n" % (now, pid))
    while True:
        ready = select.select([awake, 0], [], [])[0]
        if 0 in ready:
            break
        os.read(awake, 512)
        status = None
        try:
            while True:
                ended, how = os.waitpid(-1, os.WNOHANG)
                if ended == 0:
                    break
                if ended == pid:
                    status = how
        except OSError:
            pass
        if status is not None:
            os.write(told, b"E %.6f %d\n" % (time.monotonic(), status))
            break
    end_all(pid)
    os._exit(0)


main()
