/** The least growth of a round that counts: blocks, bytes that tracemalloc counts, bytes of the process and of the C library, entries of gc.garbage. */
export const minGrowth = { 'allocated blocks': 30, 'traced bytes': 4096, rss: 65_536, inUse: 65_536, garbage: 5 } as const;

/** What an allocated block takes, roughly: garbage that waits for the collector may explain a growing process. */
export const blockBytes = 100;
/** A process that grows by less has grown by chance. */
export const muchRss = 1e6;
/** So few blocks are some containers, not what they hold. */
export const fewBlocks = 300;
