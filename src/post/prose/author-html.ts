import type { Root } from 'mdast';
import { visit } from 'unist-util-visit';
import type { VFile } from 'vfile';
import { didYouMean } from '../../experiment/did-you-mean.ts';
import { report, type Place } from '../../experiment/finding.ts';
import { blankComments } from '../links/html-tags.ts';
import { pointsWithin } from '../place.ts';

/**
 * The HTML elements, each with its attributes, that an author may use in Markdown: text, tables, details, audio and video.
 * None of it runs code, loads from another site, sends data, or changes the page around it.
 */
export const authorHtml: Readonly<Record<string, readonly string[]>> = {
  a: ['href', 'rel'],
  abbr: [],
  audio: ['src', 'controls', 'loop', 'muted', 'preload'],
  b: [],
  bdi: [],
  bdo: [],
  blockquote: ['cite'],
  br: [],
  caption: [],
  cite: [],
  code: [],
  col: ['span'],
  colgroup: ['span'],
  dd: [],
  del: [],
  details: ['open'],
  dfn: [],
  div: [],
  dl: [],
  dt: [],
  em: [],
  figcaption: [],
  figure: [],
  h2: [],
  h3: [],
  h4: [],
  h5: [],
  h6: [],
  hr: [],
  i: [],
  img: ['src', 'alt', 'width', 'height', 'loading'],
  ins: [],
  kbd: [],
  li: ['value'],
  mark: [],
  ol: ['start', 'reversed', 'type'],
  p: [],
  pre: [],
  q: ['cite'],
  rp: [],
  rt: [],
  ruby: [],
  s: [],
  samp: [],
  section: [],
  small: [],
  source: ['src', 'type'],
  span: [],
  strong: [],
  sub: [],
  summary: [],
  sup: [],
  table: [],
  tbody: [],
  td: ['colspan', 'rowspan', 'align'],
  tfoot: [],
  th: ['colspan', 'rowspan', 'align', 'scope'],
  thead: [],
  time: ['datetime'],
  tr: [],
  track: ['src', 'kind', 'srclang', 'label', 'default'],
  u: [],
  ul: [],
  var: [],
  video: ['src', 'poster', 'controls', 'width', 'height', 'loop', 'muted', 'playsinline', 'preload'],
  wbr: [],
};

/** Attributes that all of these elements may have. */
export const authorAttributes = ['id', 'title', 'lang', 'dir'] as const;

/** The schemes that a link may have. */
export const linkSchemes = ['http', 'https', 'mailto', 'tel'] as const;

/** Attributes with an address, and whether the page loads it by itself. */
const addresses: Readonly<Record<string, boolean>> = { href: false, cite: false, src: true, poster: true };

/** Whether an address has a scheme that no link may have. The scheme is read as browsers read it. */
export function hasForeignScheme(url: string): boolean {
  const scheme = /^([^/?#]*?):/.exec(url.replace(/[\u0000-\u0020\u007f-\u00a0]/g, ''))?.[1];
  return scheme !== undefined && !linkSchemes.some((name) => name === scheme.toLowerCase());
}

const writeVideo = 'a video below public/ and write <video src="/name.mp4" controls></video>.';

/** What to write instead of elements that a post may not have. */
const alternatives: Readonly<Record<string, string>> = {
  script: 'A page runs no code from a post. Show code in a fence.',
  style: 'A post uses the style of the site.',
  iframe: `A page shows nothing from another site: link to it, or put ${writeVideo}`,
  embed: `Put ${writeVideo}`,
  object: `Put ${writeVideo}`,
  svg: 'Save the drawing below public/ and show it as an image: ![text](/name.svg)',
  math: 'Write it as text, or show it as an image: ![text](/name.svg)',
  h1: 'The title in the front matter is the first heading: start with ##.',
  font: 'A post uses the style of the site.',
  center: 'A post uses the style of the site.',
  big: 'Write **bold** text.',
  strike: 'Write ~~struck~~ text.',
  tt: 'Write code between backticks.',
};

/** All other HTML elements, and Leaklog's own: writing one is a mistake, not text in angle brackets. */
const refused = new Set([
  ...Object.keys(alternatives),
  'applet',
  'area',
  'base',
  'body',
  'button',
  'canvas',
  'datalist',
  'dialog',
  'fieldset',
  'form',
  'frame',
  'frameset',
  'head',
  'html',
  'input',
  'label',
  'legend',
  'leaklog-markup',
  'link',
  'map',
  'meta',
  'meter',
  'noembed',
  'noframes',
  'noscript',
  'optgroup',
  'option',
  'output',
  'param',
  'picture',
  'plaintext',
  'portal',
  'progress',
  'select',
  'slot',
  'template',
  'textarea',
  'title',
  'xmp',
]);

/** Reports HTML and links that would be removed from the page, each at its place. */
export function checkAuthorHtml(file: VFile, tree: Root): void {
  visit(tree, (node, _, parent) => {
    if ((node.type === 'link' || node.type === 'definition') && hasForeignScheme(node.url)) reportScheme(file, node.url, node.position);
    if (node.type !== 'html') return;
    const text = blankComments(node.value);
    const pointAt = pointsWithin(node.value, node.position?.start ?? { line: 1, column: 1, offset: 0 });
    for (const tag of text.matchAll(/<([a-z][^\s/>]*)((?:[^"'>]|"[^"]*"|'[^']*')*)>?/gi)) checkTag(file, pointAt(tag.index), tag);
    for (const tag of text.matchAll(/<\/([a-z][^\s/>]*)/gi)) checkEndTag(file, pointAt(tag.index), tag[1] as string);
    if (parent?.type !== 'paragraph') checkMarkdownIn(file, text, pointAt);
  });
}

/** Reports an end tag of no element. */
function checkEndTag(file: VFile, place: Place, written: string): void {
  const name = written.toLowerCase();
  const near = didYouMean(name, Object.keys(authorHtml));
  if (near === '' || Object.hasOwn(authorHtml, name) || refused.has(name)) return;
  report(file, {
    rule: 'html-element',
    reason: `</${written}> ends no element.${near}`,
    hint: 'End an element with the name that it started with: <kbd>Ctrl</kbd>',
    place,
    level: 'warning',
  });
}

/** Bold text, a link, a heading, or an item of a list. */
const markdown =
  /\*\*[^\s*][^*\n]*\*\*|\[[^\][\n]+\]\((?=#|[^)\n]*(?:\.\w{2,5}\)|:\/\/))[^)\n]*\)|(?<=^[ \t]*)(?:#{2,6} \S|[-*] \S)[^\n]*/m;

/** Reports Markdown in a block of HTML, which readers see as it is written. */
function checkMarkdownIn(file: VFile, html: string, pointAt: (index: number) => Place): void {
  const text = html.replace(/<(pre|code|samp|kbd|script|style)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, (part) => part.replace(/[^\n]/g, ' '));
  const found = markdown.exec(text);
  if (found === null) return;
  report(file, {
    rule: 'html-markdown',
    reason: `Markdown in a block of HTML is shown as it is written: ${found[0]}`,
    hint: 'Leave an empty line between the tag and the text, or write HTML.',
    place: pointAt(found.index),
    level: 'warning',
  });
}

function checkTag(file: VFile, place: Place, [all, written = '', rest = '']: RegExpExecArray): void {
  const name = written.toLowerCase();
  const known = Object.hasOwn(authorHtml, name) ? authorHtml[name] : undefined;
  if (known === undefined && !refused.has(name)) {
    report(file, {
      rule: 'html-element',
      reason: `<${written}> is read as HTML, and readers do not see it.${didYouMean(name, Object.keys(authorHtml))}`,
      hint: `Write it as code, between backticks, or with a backslash before it: \\<${written}>`,
      place,
      level: 'warning',
    });
    return;
  }
  if (known === undefined) {
    report(file, {
      rule: 'html-element',
      reason: `A post may not have <${name}>`,
      hint: alternatives[name] ?? 'Write it in Markdown, or as text between backticks: `<name>`.',
      place,
    });
    return;
  }
  if (!all.endsWith('>'))
    report(file, {
      rule: 'html-element',
      reason: `The tag <${name} is not closed`,
      hint: `End it with > in the same paragraph, and close every quote in it.`,
      place,
    });
  for (const [, key = '', quoted, single, plain] of rest.matchAll(/([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)) {
    checkAttribute(file, { name, known, key: key.toLowerCase(), value: quoted ?? single ?? plain ?? '', place });
  }
}

interface WrittenAttribute {
  readonly name: string;
  readonly known: readonly string[];
  readonly key: string;
  readonly value: string;
  readonly place: Place;
}

function checkAttribute(file: VFile, { name, known, key, value, place }: WrittenAttribute): void {
  const all = [...known, ...authorAttributes];
  if (!all.includes(key)) {
    const hint = key.startsWith('on')
      ? 'A page runs no code from a post.'
      : key === 'style' || key === 'class'
        ? 'A post uses the style of the site.'
        : `It may have ${all.join(', ')}.`;
    report(file, { rule: 'html-attribute', reason: `<${name}> may not have the attribute "${key}".${didYouMean(key, all)}`, hint, place });
  } else if (addresses[key] === true && name !== 'img' && (/^\s*(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(value) || hasForeignScheme(value))) {
    report(file, {
      rule: 'image-foreign',
      reason: `${value} is on another site, which the page may not load`,
      hint: 'Save it below public/ and write its path: src="/name.mp4"',
      place,
    });
  } else if (addresses[key] === false && hasForeignScheme(value)) {
    reportScheme(file, value, place);
  }
}

function reportScheme(file: VFile, url: string, place: Place | undefined): void {
  const near = didYouMean(url.split(':', 1)[0] ?? '', linkSchemes);
  report(file, {
    rule: 'link-scheme',
    reason: `The link ${url} may not lead there.${near}`,
    hint: `A link starts with ${linkSchemes.map((scheme) => `${scheme}:`).join(', ')}, or leads to a post or a file of this site.`,
    place,
  });
}
