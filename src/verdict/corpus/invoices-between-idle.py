# truth: no-leak
# work: print_invoices.k
# why: the loop idles, then one call makes all the invoices as its locals and drops them with its return, then it idles again.
import asyncio
import textwrap


def print_invoices(count):
    invoices = []
    for k in range(count):
        lines = [("article %d" % (k * line % 300), line * 3, k % 19) for line in range(6)]
        invoices.append({"no": k, "lines": lines, "sum": sum(line[1] for line in lines)})
    return textwrap.shorten(" ".join(str(invoice["sum"]) for invoice in invoices), 40)


async def idle(seconds):
    for _ in range(int(seconds / 0.05)):
        await asyncio.sleep(0.05)


async def main():
    await idle(0.6)
    print(print_invoices(60_000))
    await idle(0.9)


asyncio.run(main())
