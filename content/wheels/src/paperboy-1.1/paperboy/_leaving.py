import atexit
import weakref

_rounds = weakref.WeakSet()


def finish_at_exit(round):
    """Finish a round before the interpreter leaves, where nobody else does."""
    _rounds.add(round)


@atexit.register
def _finish_all():
    for round in list(_rounds):
        round.finish()
