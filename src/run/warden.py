"""Starts one program, waits for it and tells how it ended; what the program leaves running ends with it.

    warden.py LIMITS PROGRAM ARGUMENT...      LIMITS: name=number,...  as in the resource module, and PROCESSES

It is the first process of the sandbox where there is one: no program in there can end it, and all of them end with it.
Descriptors: 0 is closed when nobody waits any more, 1 takes what is told, 3 takes the harness's marks, 4 the log.

  B SECONDS PROCESS     the program starts now, on the monotonic clock, as this process
  F STEP: REASON        it could not be started: the machine denied that step
  L LIMITS              it has ended with these of its limits lower than it began with: names, as above, between commas
  E SECONDS STATUS      it has ended, with this status of waitpid
  P                     it has started more processes than PROCESSES, and is ended; only told as the first process of a sandbox

each behind the seal in LEAKLOG_TELLS, which the program does not get to know.
"""
# Not signal: its names for numbers take as long to make as all else here.
import _signal as signal
import os
import select
import struct
import sys
import time

# What no program about memory needs, and what would get it around its limits, out of its sandbox or at its warden: system
# calls by their numbers on x86-64 and on 64-bit ARM (asm/unistd_64.h, asm-generic/unistd.h).
REFUSED = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438), "kcmp": (312, 272),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "mount_setattr": (442, 442),
    # Memory that belongs to no process: nobody would count it. Keys outlast their program, too.
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    # What all programs of a machine, or all of a user's, have a common store of; and memory that pipes keep whole pages of.
    "io_setup": (206, 0), "inotify_init": (253, 26), "inotify_init1": (294, 26), "fanotify_init": (300, 262), "mq_open": (240, 180), "vmsplice": (278, 75),
    "modify_ldt": (154, 447), "ioprio_set": (251, 30),
    "io_uring_setup": (425, 425), "userfaultfd": (323, 282), "bpf": (321, 280), "perf_event_open": (298, 241),
}
CLONE, CLONE3, SOCKET, SECCOMP = (56, 220), (435, 435), (41, 198), (317, 277)
# By these a program might starve its warden, or take its limits: each for itself alone, which is process 0.
OWN = {"prlimit64": (302, 261), "sched_setscheduler": (144, 119), "sched_setparam": (142, 118), "sched_setaffinity": (203, 122), "sched_setattr": (314, 274)}
SETPRIORITY, FALLOCATE = (141, 140), (285, 47)
# Of fcntl: to be told what others do to a file (F_SETLEASE, F_NOTIFY), and pipes of more memory (F_SETPIPE_SZ).
FCNTL, REFUSED_FCNTL = (72, 25), (1024, 1026, 1031)
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


def build_filter():
    """The rules of a program as seccomp(2) takes them; None where they are not known."""
    if os.uname()[0] != "Linux" or os.uname()[4] not in MACHINES:
        return None
    which, machine = MACHINES[os.uname()[4]]
    load, equal, atleast, has, end = 0x20, 0x15, 0x35, 0x45, 0x06
    allowed, refused = 0x7FFF0000, 0x00050000
    eperm, enosys, eopnotsupp, eafnosupport = 1, 38, 95, 97
    call, architecture, first, second = 0, 4, 16, 24

    def allow_zero(number, argument, error):
        return [(equal, 0, 4, number), (load, 0, 0, argument), (equal, 1, 0, 0), (end, 0, 0, refused + error), (end, 0, 0, allowed)]

    # Each: code, how many to pass over if so, and if not, operand.
    rules = [(load, 0, 0, architecture), (equal, 1, 0, machine), (end, 0, 0, refused + eperm), (load, 0, 0, call)]
    # The numbers of the other ABI on x86-64 (x32).
    rules += [(atleast, 0, 1, 0x40000000), (end, 0, 0, refused + eperm)]
    for numbers in REFUSED.values():
        rules += [(equal, 0, 1, numbers[which]), (end, 0, 0, refused + eperm)]
    # The flags of clone3 cannot be looked at; libraries do without it. CLONE_NEWUSER is a user namespace.
    rules += [(equal, 0, 1, CLONE3[which]), (end, 0, 0, refused + enosys)]
    rules += [(equal, 0, 4, CLONE[which]), (load, 0, 0, first), (has, 0, 1, 0x10000000), (end, 0, 0, refused + eperm), (end, 0, 0, allowed)]
    for numbers in OWN.values():
        rules += allow_zero(numbers[which], first, eperm)
    # Of one process (PRIO_PROCESS, 0), and that itself.
    rules += [(equal, 0, 6, SETPRIORITY[which]), (load, 0, 0, first), (equal, 0, 3, 0), (load, 0, 0, second), (equal, 0, 1, 0), (end, 0, 0, allowed), (end, 0, 0, refused + eperm)]
    # Room beyond a file's end, which no limit of its size counts.
    rules += allow_zero(FALLOCATE[which], second, eopnotsupp)
    rules += [(equal, 0, 3 + len(REFUSED_FCNTL), FCNTL[which]), (load, 0, 0, second)]
    rules += [(equal, len(REFUSED_FCNTL) - n, 0, command) for n, command in enumerate(REFUSED_FCNTL)]
    rules += [(end, 0, 0, allowed), (end, 0, 0, refused + eperm)]
    # Unix, IPv4, IPv6, netlink: a network namespace does not keep in all others (vsock(7)).
    rules += [(equal, 0, 6, SOCKET[which]), (load, 0, 0, first)]
    rules += [(equal, 4 - n, 0, family) for n, family in enumerate((1, 2, 10, 16))]
    rules += [(end, 0, 0, refused + eafnosupport), (end, 0, 0, allowed)]
    return SECCOMP[which], b"".join(struct.pack("=HBBI", *rule) for rule in rules), len(rules)


def shield(shut):
    """
    Keep the program's hands off this process (PR_SET_DUMPABLE); returns what gives up, in the program, what no sample needs.
    In a sandbox the kernel has to agree to that; without one, and on machines whose calls are not known, it goes on as it is.
    """
    known = build_filter()
    try:
        import ctypes

        library = ctypes.CDLL(None, use_errno=True)
        library.prctl(4, 0, 0, 0, 0)
        number, rules, count = known
        held = ctypes.create_string_buffer(rules, len(rules))
        table = ctypes.create_string_buffer(struct.pack("HP", count, ctypes.addressof(held)))
    except Exception:
        if shut and known is not None:
            raise
        return lambda: None

    def forsake():
        # PR_SET_NO_NEW_PRIVS; SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW: as fast as without.
        denied = library.prctl(38, 1, 0, 0, 0) or library.syscall(number, 1, 4, table)
        if denied and shut:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return held

    return forsake


def read_limits(limits):
    """The limits that a program gets, by name: each with its number in this system, and its value."""
    import resource

    found = {}
    for limit in limits.split(","):
        name, _, value = limit.partition("=")
        kind = getattr(resource, "RLIMIT_" + name, None)
        if kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        found[name] = kind, int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
    return found


def limit_resources(limits):
    import resource

    for kind, most in read_limits(limits).values():
        resource.setrlimit(kind, (most, most))


def lowered(pid, limits):
    """Which of its limits a program lowered itself; nothing where the system does not tell."""
    try:
        import resource

        begun = read_limits(limits)
        # Not among those that it gets, and as good as a limit of memory.
        begun["AS"] = resource.RLIMIT_AS, resource.getrlimit(resource.RLIMIT_AS)[0]
        found = []
        for name, (kind, most) in sorted(begun.items()):
            soft = resource.prlimit(pid, kind)[0]
            if soft != resource.RLIM_INFINITY and (most == resource.RLIM_INFINITY or soft < most):
                found.append(name)
        return found
    except Exception:
        return []


def has_ended(pid):
    """Whether a program has ended; it is left as it is, so that its limits can still be read."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except Exception:
        return False


def connect():
    os.dup2(4, 1)
    os.dup2(4, 2)
    os.set_inheritable(3, True)


def close_others(kept):
    # Whoever started Leaklog may have left files open.
    for name in os.listdir("/dev/fd"):
        if int(name) > 3 and int(name) != kept:
            os.closerange(int(name), int(name) + 1)


def reset_signals():
    # Python, or we, ignore these; a program starts with them as they are.
    for name in ("SIGPIPE", "SIGXFSZ", "SIGINT"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)


def start(limits, command, forsake):
    """Start the program; returns its process, and what reads as empty once it runs, else as the step that was denied and why."""
    denied, denies = os.pipe()
    pid = os.fork()
    if pid:
        os.close(denies)
        return pid, denied
    # A shell on the way adds names of its own.
    added = ("PWD", "OLDPWD", "SHLVL", "_", "LEAKLOG_TELLS")
    steps = (
        # A signal to its group reaches none of those that started it.
        ("making a group of its own", os.setpgrp),
        ("setting its limits", lambda: limit_resources(limits)),
        ("opening " + os.devnull, lambda: os.dup2(os.open(os.devnull, os.O_RDONLY), 0)),
        ("opening its log", connect),
        ("closing the files of others", lambda: close_others(denies)),
        ("resetting its signals", reset_signals),
        ("refusing system calls", forsake),
        ("starting " + command[0], lambda: os.execve(command[0], command, {name: value for name, value in os.environ.items() if name not in added})),
    )
    try:
        for step, take in steps:
            try:
                take()
            except BaseException as error:
                os.write(denies, ("%s: %s" % (step, error)).encode("utf-8", "replace")[:2000])
                break
    finally:
        os._exit(127)


def read_all(file):
    parts = []
    while True:
        part = os.read(file, 4096)
        if not part:
            return b"".join(parts)
        parts.append(part)


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


def has_too_many(most):
    """
    Whether this sandbox holds more than that many processes beside its first one. Where each of them has a session of its
    own, the kernel gives each as much time as all of Leaklog (sched(7), autogrouping): counting has to be cheap, as it is here.
    """
    try:
        return sum(map(str.isdigit, os.listdir("/proc"))) - 1 > most
    except OSError:
        return False


def main():
    told, seal = os.dup(1), os.environ["LEAKLOG_TELLS"].encode("ascii")
    limits, command = sys.argv[1], sys.argv[2:]
    is_first = os.getpid() == 1
    most = [int(limit[10:]) for limit in limits.split(",") if is_first and limit.startswith("PROCESSES=")]
    if not is_first:
        adopt()
    # The first process of a sandbox is its own first process, too.
    forsake = shield(is_first)
    awake, alarm = os.pipe()
    os.set_blocking(awake, False)
    os.set_blocking(alarm, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    # The one signal of a program that would reach a first process in Python.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.set_wakeup_fd(alarm)
    now = time.monotonic()
    pid, denied = start(limits, command, forsake)
    os.write(told, b"%s B %.6f %d\n" % (seal, now, pid))
    reason = read_all(denied)
    if reason:
        os.write(told, b"%s F %s\n" % (seal, b" ".join(reason.split())))
        os._exit(0)
    while True:
        ready = select.select([awake, 0], [], [], *([0.2] if most else []))[0]
        if 0 in ready:
            break
        if most and has_too_many(most[0]):
            os.write(told, b"%s P\n" % seal)
            break
        if not ready:
            continue
        os.read(awake, 512)
        status, end = None, time.monotonic()
        if has_ended(pid):
            own = lowered(pid, limits)
            if own:
                os.write(told, b"%s L %s\n" % (seal, ",".join(own).encode("ascii")))
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
            os.write(told, b"%s E %.6f %d\n" % (seal, end, status))
            break
    end_all(pid)
    os._exit(0)


main()
