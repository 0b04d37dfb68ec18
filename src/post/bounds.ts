/**
 * What a post may hold. Parsers look for the partner of every sign, keep some kilobytes for every piece, and go one call
 * deeper for every level: each bound is known before the step that would be dear, and is far above what posts hold.
 */
export const bounds = {
  /** Bytes of a file. 480 kB of prose, tables and samples take 2.3 s to be read; 1.9 MB of nested lists more than 20 s. */
  bytes: 500_000,
  /** Lines, list items and cells of tables. 19,000 cells take a build 7 s of CPU time and 0.8 GB, 200,000 take 14 s and 1.8 GB. */
  parts: 20_000,
  /** Signs that may be markup, in text. 15,000 links, of 45,000 signs, take a build 6 s of CPU time and 0.8 GB. */
  signs: 50_000,
  /** The square of the words and signs of each paragraph, together. 20 kB of `a**b` take 0.5 s, 50 kB 2.3 s, 800 kB more than 20 s. */
  pairs: 1e8,
  /** Signs of nesting or emphasis in a row. 20,000 quotations in one line end in a stack overflow. */
  run: 300,
  /** Levels of quotations, lists and emphasis. What walks a tree has room for some thousand. */
  levels: 200,
  /** HTML elements open at once. A browser opens those of text anew in every paragraph; 20,000 end in a stack overflow. */
  elements: 30,
  /** Letters of front matter. Every key is compared with all before it: 480 kB of keys take more than 20 s. */
  frontMatter: 10_000,
  /** Brackets and dashes that open a list or a map in front matter. From some 800 on the parser of YAML has no stack left. */
  frontMatterLevels: 50,
  /** Letters of a fence's attributes. 900 kB of a range of versions take 2 s. */
  attributes: 1_000,
  /** Brackets of a sample open at once. Python has room for 200; 100,000 take 9 s to be read. */
  brackets: 500,
  /** Letters of a measured value. 3,000 brackets end in a stack overflow. */
  value: 1_000,
} as const;
