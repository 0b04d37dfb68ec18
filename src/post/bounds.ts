/**
 * What a post may hold. Parsers search for the partner of every sign, keep some kilobytes for every node, and go one call
 * deeper for every level: each bound is checked before the expensive step, and is far above what posts hold.
 */
export const bounds = {
  /** Bytes of a file. 480 kB of prose, tables and samples take 2.3 s to read; 1.9 MB of nested lists more than 20 s. */
  bytes: 500_000,
  /**
   * Lines, list items and table cells; a line counts once more for each list, quotation and block that it is in. 19,000 cells
   * take a build 7 s of CPU time and 0.8 GB, 200,000 take 14 s and 1.8 GB.
   */
  parts: 20_000,
  /** Figures (`::log`). 2,000 charts of memory take a build 12 s of CPU time and 1.3 GB. */
  figures: 200,
  /** References to footnotes. 9,000 take a build 9 s of CPU time and 1.1 GB. */
  footnotes: 1_000,
  /** Signs in text that may be markup. 15,000 links, with 45,000 signs, take a build 6 s of CPU time and 0.8 GB. */
  signs: 50_000,
  /** The squares of each paragraph's words and signs, added up. 20 kB of `a**b` take 0.5 s, 50 kB 2.3 s, 800 kB more than 20 s. */
  pairs: 1e8,
  /** Signs of nesting or emphasis in a row. 20,000 quotations in one line overflow the stack. */
  run: 300,
  /** Levels of quotations, lists and emphasis. The stack is enough to walk trees of some thousand levels. */
  levels: 200,
  /** HTML elements open at once. A browser reopens inline ones in every paragraph; 20,000 overflow the stack. */
  elements: 30,
  /** Characters of front matter. Every key is compared with all before it: 480 kB of keys take more than 20 s. */
  frontMatter: 10_000,
  /** Brackets and dashes that open a list or a map in front matter. From about 800 on, the YAML parser overflows the stack. */
  frontMatterLevels: 50,
  /** Characters of a fence's attributes. A version range of 900 kB takes 2 s. */
  attributes: 1_000,
  /** Brackets of a sample open at once. Python accepts 200; 100,000 take 9 s to read. */
  brackets: 500,
  /** Characters of a measured value. 3,000 brackets overflow the stack. */
  value: 1_000,
} as const;
