import { sift } from './filter-html.ts';

const dropped = new Set(['footer', 'nav', 'script', 'style']);
/** What is no prose: logs, figures of a chart, names of files. */
const droppedClasses = new Set(['log', 'heat', 'downloads', 'strip', 'captured', 'contents', 'data']);

/** What is said in a post or a page, for the search index: a tenth of its HTML, so that Pagefind has a tenth to read. */
export function searchWords(html: string): string {
  return sift(html, {
    drops: (name, classes, isIn) =>
      dropped.has(name) ||
      classes.some((name) => droppedClasses.has(name)) ||
      (name === 'figcaption' && isIn('listing')) ||
      (name === 'details' && isIn('verdict')),
    unwraps: (name) => name === 'span',
    // Pagefind's own, and the language, which the index is made for.
    print: (attributes) =>
      Object.entries(attributes)
        .flatMap(([name, value]) => (name.startsWith('data-pagefind-') ? [` ${name}`] : name === 'lang' ? [` lang="${value}"`] : []))
        .join(''),
  });
}
