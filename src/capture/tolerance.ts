/** The least growth of a round that counts: blocks, bytes that tracemalloc counts, bytes of the process and of the C library, entries of gc.garbage. */
export const leastGrowth = { 'allocated blocks': 30, 'traced bytes': 4096, rss: 65_536, inUse: 65_536, garbage: 5 } as const;
