/** The smallest growth of a round that counts, by quantity: in blocks, bytes, or entries of gc.garbage. */
export const minGrowth = { 'allocated blocks': 30, 'traced bytes': 4096, rss: 65_536, inUse: 65_536, garbage: 5 } as const;

/** The rough size of an allocated block: garbage that waits for the collector may explain a growing process. */
export const blockBytes = 100;
/** Growth of a process by less than this, in bytes, may be chance. */
export const muchRss = 1e6;
/** Fewer blocks than this may be just some containers, not what they hold. */
export const fewBlocks = 300;
