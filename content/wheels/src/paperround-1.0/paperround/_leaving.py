import atexit

_streets = []


def finish_at_exit(street):
    """Finish a street before the interpreter exits, where nobody else does."""
    _streets.append(street)


@atexit.register
def _finish_all():
    for street in _streets:
        street.finish()
