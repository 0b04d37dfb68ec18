import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean } from '../../experiment/did-you-mean.ts';
import { tagSlug } from '../front-matter/tag.ts';

/** The targets that a link may have. */
export interface Site {
  /** Posts by slug. */
  readonly posts: ReadonlyMap<string, Published>;
  /** The anchors of other pages, by their names, without the pages that every site has. */
  readonly pages: ReadonlyMap<string, ReadonlySet<string>>;
  /** Tags as in their addresses. */
  readonly tags: ReadonlySet<string>;
  /** The project's root. */
  readonly root: string;
}

/** A post as the target of a link. */
export interface Published {
  readonly basename: string;
  readonly anchors: ReadonlySet<string>;
  /** Why it is not published, as in “is a draft”; undefined for a post that is. */
  readonly unpublished: string | undefined;
}

/** The post or page that a link is in, and the files next to it. */
export interface Origin {
  /** The last part of the post's address; undefined for a page. */
  readonly slug: string | undefined;
  readonly isPublished: boolean;
  readonly anchors: ReadonlySet<string>;
  /** Matches the paths of the folders and files next to its page. */
  readonly siblings: RegExp;
}

/** Why a link fails, and what to write instead. */
export interface Fault {
  readonly rule: 'link-broken' | 'file-missing' | 'link-scheme';
  readonly reason: string;
  readonly hint: string;
  readonly level?: 'warning';
}

/** The folder of images and other files of the site, from the project's root. */
export const publicFolder = 'public';

/** Files and pages that every build writes. */
const builtFiles = new Set(['/feed.xml', '/robots.txt', '/sitemap.xml']);
const builtPages = ['archive', 'tags', 'search'];

/** What is wrong with a link; undefined if its target exists, or is on another site. */
export function faultOf(url: string, from: Origin, site: Site): Fault | undefined {
  const [, path = '', hash = ''] = /^([^#?]*)(?:\?[^#]*)?#?(.*)$/s.exec(url) ?? [];
  const anchor = decode(hash);
  if (/^[a-z][a-z0-9+.-]*:/i.test(url)) return faultOfScheme(url);
  if (url.startsWith('//')) return undefined;
  if (path === '') return faultOfAnchor('This page', from.anchors, anchor);
  const post = postOf(path, from);
  if (post !== undefined) return faultOfPost(post, path, anchor, from, site);
  if (path.startsWith('/')) return faultOfAddress(path, anchor, site);
  return from.siblings.test(path.replace(/^\.\//, '')) ? undefined : faultOfRelative(url, path, site);
}

/** The slug of the post that a path leads to, by file name or by address; undefined if it does not lead to a post. */
function postOf(path: string, { slug }: Origin): string | undefined {
  const [, byFile] =
    (slug === undefined ? /^(?:\.\.\/posts\/)\d{4}-\d{2}-\d{2}-([a-z0-9-]+)\.md$/ : /^(?:\.\/)?\d{4}-\d{2}-\d{2}-([a-z0-9-]+)\.md$/).exec(
      path,
    ) ?? [];
  const [, byAddress] =
    (slug === undefined ? /^(?:\/|\.\.\/)posts\/([a-z0-9-]+)\/?$/ : /^(?:\/posts\/|\.\.\/)([a-z0-9-]+)\/?$/).exec(path) ?? [];
  return byFile ?? byAddress;
}

function faultOfPost(slug: string, path: string, anchor: string, from: Origin, { posts }: Site): Fault | undefined {
  const found = posts.get(slug);
  if (found === undefined) {
    const slugs = [...posts.keys()];
    const near = /"(.*)"/.exec(didYouMean(slug, slugs))?.[1];
    const some = near === undefined ? slugs.slice(0, 20) : [near];
    const more = near === undefined && slugs.length > some.length ? ' …' : '';
    return {
      rule: 'link-broken',
      reason: `There is no post "${slug}".${didYouMean(slug, slugs)}`,
      hint: `Link to a post by its file name: ${some.map((name) => posts.get(name)?.basename).join(', ')}${more}`,
    };
  }
  const name = path.split('/').at(-1) ?? '';
  if (name.endsWith('.md') && name !== found.basename)
    return {
      rule: 'link-broken',
      reason: `There is no file ${name}; the post "${slug}" is ${found.basename}`,
      hint: `Write the right day: ${found.basename}`,
      level: 'warning',
    };
  if (found.unpublished !== undefined && from.isPublished)
    return {
      rule: 'link-broken',
      reason: `The post "${slug}" ${found.unpublished}, and this one is published`,
      hint: 'Publish both, or remove the link.',
      level: 'warning',
    };
  return faultOfAnchor(`The post ${slug}`, found.anchors, anchor);
}

function faultOfAnchor(owner: string, anchors: ReadonlySet<string>, anchor: string): Fault | undefined {
  if (anchor === '' || anchor === 'top' || anchors.has(anchor) || /^[a-z0-9-]+-L\d+$/i.test(anchor)) return undefined;
  const all = [...anchors].map((name) => `#${name}`);
  return {
    rule: 'link-broken',
    reason: `${owner} has no heading "#${anchor}".${didYouMean(anchor, anchors)}`,
    hint: `Its anchors: ${all.slice(0, 20).join(', ') || 'none'}${all.length > 20 ? ' …' : ''}.`,
  };
}

function faultOfAddress(path: string, anchor: string, { posts, pages, tags, root }: Site): Fault | undefined {
  const plain = decode(path);
  const parts = plain.split('/').filter(Boolean);
  const [first = '', second = '', ...more] = parts;
  const here = existsSync(join(root, publicFolder, plain));
  if (here && parts.length > 0 && first !== publicFolder) return undefined;
  if (parts.length === 0 || builtFiles.has(path)) return undefined;
  if (first === 'posts' && parts.length > 2 && posts.has(second)) return undefined;
  if (first === 'tags' && parts.length === 2) {
    if (tags.has(tagSlug(second)) && second === tagSlug(second)) return undefined;
    return {
      rule: 'link-broken',
      reason: `No published post has the tag "${second}".${didYouMean(second, tags)}`,
      hint: `Tags: ${[...tags].join(', ') || 'none'}.`,
    };
  }
  if (first === publicFolder && parts.length > 1)
    return {
      rule: 'file-missing',
      reason: `There is no file ${publicFolder}${path}`,
      hint: `Write the path of a file below ${publicFolder}/ from there: /${[second, ...more].join('/')}`,
    };
  const page = pages.get(first);
  if (page !== undefined && parts.length === 1) return faultOfAnchor(`The page /${first}/`, page, anchor);
  if (builtPages.includes(first) && parts.length === 1) return undefined;
  const words = (parts.at(-1) ?? '').replace(/\.\w+$/, '').replace(/^\d{4}-\d{2}-\d{2}-/, '');
  const named = posts.get(words);
  if (named !== undefined)
    return { rule: 'link-broken', reason: `There is no page ${path}`, hint: `Link to the post by its file name: ${named.basename}` };
  if (/\.\w+$/.test(path))
    return { rule: 'file-missing', reason: `There is no file ${publicFolder}${path}`, hint: 'Put it there, or fix the path.' };
  const known = [...builtPages, ...pages.keys()];
  return {
    rule: 'link-broken',
    reason: `There is no page ${path}${didYouMean(first, known).replace(/"(.*)"/, '"/$1/"')}`.replace(/(\S) Did/, '$1. Did'),
    hint: `Pages: ${known.map((name) => `/${name}/`).join(', ')}, /tags/python/. Posts are linked by their file names.`,
  };
}

function faultOfRelative(url: string, path: string, { posts }: Site): Fault {
  const stem = (path.split('/').at(-1) ?? '').replace(/\.\w+$/, '');
  const found = [...posts.values()].find(({ basename }) => basename === `${stem}.md`);
  const example = [...posts.values()].at(-1)?.basename ?? '2023-09-22-memory-leak-python.md';
  const toPage = `to a page as /tags/; to a file below ${publicFolder}/ as /name.pdf; to another site with https://`;
  const hint =
    found !== undefined
      ? `Link to a post by its file name alone: ${found.basename}`
      : /^[^\s/@]+@[^\s/]+\.\w+$/.test(path)
        ? `To write to someone: mailto:${path}`
        : /^(?:www\.|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|edu|gov|info|de|fr|uk|eu)\b)/i.test(path)
          ? `To another site: https://${url}`
          : /^https?\/\//.test(path)
            ? `A colon is missing: ${url.replace('//', '://')}`
            : `Link to a post by its file name, ${example}; ${toPage}.`;
  return { rule: 'link-broken', reason: `The link ${url} leads nowhere`, hint };
}

/** Whether an address is one of the reader's own machine. */
export function isLocal(url: string): boolean {
  return /^https?:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?:[:/]|$)/i.test(url);
}

function faultOfScheme(url: string): Fault | undefined {
  if (/^https?:(?!\/\/)/i.test(url))
    return { rule: 'link-broken', reason: `The link ${url} leads nowhere`, hint: `Write two slashes: ${url.replace(/:\/?/, '://')}` };
  if (/^file:/i.test(url) || /^[a-z]:[\\/]/i.test(url) || isLocal(url)) {
    return {
      rule: 'link-scheme',
      reason: `The link ${url} leads to a reader's own machine`,
      hint: `Write an address on this site, such as /tags/, or the file name of a post.`,
      level: 'warning',
    };
  }
  return undefined;
}

/** Decodes percent-encoding; returns a text that is malformed as it is. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
