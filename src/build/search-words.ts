import { filterHtml } from './filter-html.ts';

const dropped = new Set(['button', 'footer', 'nav', 'script', 'style']);
/** Classes of elements that are not prose: logs, values of a chart, file names. */
const droppedClasses = new Set([
  'log',
  'heat',
  'downloads',
  'strip',
  'verdicts-lead',
  'captured',
  'contents',
  'data',
  'versions',
  'way',
  'counts',
]);

/** The prose and code of a post or a page as HTML for the search index: a tenth of the whole, so Pagefind has a tenth to read. */
export function searchWords(html: string): string {
  return filterHtml(html, {
    drops: (name, classes, isIn) =>
      dropped.has(name) ||
      classes.some((name) => droppedClasses.has(name)) ||
      (name === 'figcaption' && isIn('listing')) ||
      (name === 'details' && isIn('verdict')),
    unwraps: (name) => name === 'span',
    // Pagefind's own attributes, and the language, by which it chooses the index.
    print: (attributes) =>
      Object.entries(attributes)
        .flatMap(([name, value]) => (name.startsWith('data-pagefind-') ? [` ${name}`] : name === 'lang' ? [` lang="${value}"`] : []))
        .join(''),
  });
}
