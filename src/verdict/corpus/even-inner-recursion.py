# truth: cycles
# work: main.number
# why: the inner function calls itself by its name, so its own cell holds it, and with it the memo of each number until a collection.
def ways(number):
    memo = {}

    def count(n, coin):
        if n == 0:
            return 1
        if n < 0 or coin == 0:
            return 0
        if (n, coin) not in memo:
            memo[n, coin] = count(n - coin, coin) + count(n, coin - 1)
        return memo[n, coin]

    return count(number % 9, 3)


def main():
    total = 0
    for number in range(80_000):
        total += ways(number)
    print(total)


main()
