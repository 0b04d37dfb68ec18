import atexit

_rounds = []


def finish_at_exit(round):
    """Finish a round before the interpreter leaves, where nobody else does."""
    _rounds.append(round)


@atexit.register
def _finish_all():
    for round in _rounds:
        round.finish()
