import { options } from 'virtual:leaklog/options';
import type { PublishedPost } from '../build/compiled-post.ts';
import { wholeAddress } from './address.ts';
import { authorsOf } from './authors.ts';

/** A post and its measurements in the terms of schema.org, as text for a JSON-LD script. */
export function linkedData({ id, data }: PublishedPost): string {
  const url = wholeAddress(`/posts/${id}/`);
  const dates = { datePublished: data.date, dateModified: data.updated ?? data.date };
  const licence = options.license === undefined ? {} : { license: options.license };
  const author = authorsOf(data).map((name) => ({
    '@type': 'Person',
    name,
    ...(name === options.author?.name && { url: options.author.url }),
  }));
  const measured =
    'Peak and end memory, wall time, exit status and the counted lines and objects of the garbage collector’s log, ' +
    'for each sample of the post in three conditions.';
  const sentences = data.verdicts.map(({ sample, sentence }) => `${sample}: ${sentence}`).join(' ');
  const dataset = {
    '@type': 'Dataset',
    '@id': `${url}data.json`,
    name: `The measurements of “${data.title}”`,
    description: `${measured} ${sentences}`.trim(),
    url,
    ...dates,
    ...licence,
    creator: author.length > 0 ? author : [{ '@type': 'Organization', name: options.title }],
    variableMeasured: [
      { '@type': 'PropertyValue', name: 'peakRssBytes', description: 'Peak resident set size', unitText: 'bytes' },
      { '@type': 'PropertyValue', name: 'endRssBytes', description: 'Resident set size at the end of the program', unitText: 'bytes' },
      { '@type': 'PropertyValue', name: 'wallMs', description: 'Wall time of the run', unitText: 'milliseconds' },
      { '@type': 'PropertyValue', name: 'log.lines', description: 'Lines that the run wrote', unitText: 'lines' },
      { '@type': 'PropertyValue', name: 'log.types', description: 'Objects in the collector’s log, by type', unitText: 'objects' },
    ],
    distribution: { '@type': 'DataDownload', encodingFormat: 'application/json', contentUrl: `${url}data.json` },
  };
  const posting = {
    '@type': 'BlogPosting',
    '@id': url,
    headline: data.title,
    ...(data.description !== undefined && { description: data.description }),
    ...dates,
    ...(author.length > 0 && { author }),
    ...licence,
    ...(data.tags.length > 0 && { keywords: data.tags }),
    image: data.image === undefined ? `${url}card.png` : wholeAddress(data.image),
    url,
    mainEntityOfPage: url,
    inLanguage: data.lang ?? options.lang,
    ...(data.series !== undefined && { isPartOf: { '@type': 'CreativeWorkSeries', name: data.series } }),
    about: { '@id': dataset['@id'] },
  };
  // A `<` in a title would end the script.
  return JSON.stringify({ '@context': 'https://schema.org', '@graph': [posting, dataset] }).replaceAll('<', '\\u003c');
}
