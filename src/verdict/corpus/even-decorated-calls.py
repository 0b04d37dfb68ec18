# truth: leak
# work: number
# why: the decorator writes down every call with its arguments and its result, and the list is read by nobody.
import functools


def recorded(function):
    calls = []

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        result = function(*args, **kwargs)
        calls.append({"args": args, "kwargs": kwargs, "result": result})
        return result

    wrapper.calls = calls
    return wrapper


@recorded
def tax(cents, rate=19):
    """The tax in cents, rounded as the office wants it."""
    whole, rest = divmod(cents * rate, 100)
    return round(whole + (1 if rest >= 50 else 0), 2)


total = 0.0
for number in range(180_000):
    total += tax(number + 0.5, rate=number % 20)
print("%.2f" % total, len(tax.calls))
