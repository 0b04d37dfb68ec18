import GithubSlugger from 'github-slugger';
import type { Definition, Heading, Image, Link } from 'mdast';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { visit } from 'unist-util-visit';
import { report } from './message.ts';
import type { Post } from './post.ts';
import { didYouMean } from './suggestion.ts';

/** What every build makes. */
const madeFiles = new Set(['/feed.xml', '/robots.txt', '/sitemap-index.xml', '/sitemap-0.xml']);

/** Where images and other files of the site lie, from the project's root. */
const publicFolder = 'public';

/** Reports links to posts, headings and files that are not there, and images without a text. */
export function checkLinks(posts: readonly Post[], root: string): void {
  const anchors = new Map(posts.map((post) => [post.slug, anchorsOf(post)]));
  const slugs = posts.map(({ slug }) => slug);
  for (const post of posts) {
    visit(post.tree, (node) => {
      if (node.type === 'link' || node.type === 'definition') checkLink(post, node as Link | Definition, anchors, slugs, root);
      if (node.type === 'image') checkImage(post, node as Image, root);
    });
  }
}

function checkLink(post: Post, { url, position: place }: Link | Definition, anchors: ReadonlyMap<string, ReadonlySet<string>>, slugs: readonly string[], root: string): void {
  const [, path = '', hash = ''] = /^([^#?]*)(?:\?[^#]*)?#?(.*)$/s.exec(url) ?? [];
  const slug = path === '' ? post.slug : slugOf(path);
  if (slug === undefined) {
    if (path.startsWith('/posts/') && /^\/posts\/[^/]+\/?$/.test(path)) reportDead(post, url, place);
    else if (path.startsWith('/') && !path.startsWith('//') && /\.\w+$/.test(path)) checkFile(post, path, place, root);
    // Without a scheme it would lead to a file beside the page, where none is.
    else if (!path.startsWith('/') && !/^[a-z][a-z0-9+.-]*:/i.test(path) && !isBeside(post, path)) reportDead(post, url, place);
    return;
  }
  const found = anchors.get(slug);
  if (found === undefined) {
    report(post.file, { rule: 'link-broken', reason: `There is no post "${slug}".${didYouMean(slug, slugs)}`, hint: `Link to a post by its file name: [text](2023-09-22-memory-leak-python.md). Posts: ${slugs.join(', ')}.`, place });
    return;
  }
  const anchor = decode(hash);
  if (anchor === '' || found.has(anchor) || /^[a-z0-9-]+-L\d+$/i.test(anchor)) return;
  const headings = [...found];
  report(post.file, { rule: 'link-broken', reason: `The post ${slug} has no heading "#${anchor}".${didYouMean(anchor, headings)}`, hint: `Its anchors: ${headings.map((name) => `#${name}`).join(', ') || 'none'}.`, place });
}

function reportDead(post: Post, url: string, place: Link['position']): void {
  report(post.file, {
    rule: 'link-broken',
    reason: `The link ${url} leads nowhere`,
    hint: `Link to a post by its file name, 2023-09-22-memory-leak-python.md; to a page as /manual/; to a file below ${publicFolder}/ as /name.pdf; to another site with https://.`,
    place,
  });
}

/** What a post brings along: its numbers, its samples' logs and code, its charts. */
function isBeside({ samples }: Post, path: string): boolean {
  const [first = ''] = path.replace(/^\.\//, '').split('/');
  return first === 'data.json' || /^memory-.*\.(?:svg|csv)$/.test(first) || samples.some(({ name }) => name === first);
}

/** The post that a path leads to, in each way of writing it; undefined for what is no link to a post. */
function slugOf(path: string): string | undefined {
  const [, byFile] = /^(?:\.\/)?\d{4}-\d{2}-\d{2}-([a-z0-9-]+)\.md$/.exec(path) ?? [];
  const [, byAddress] = /^(?:\/posts\/|\.\.\/)([a-z0-9-]+)\/?$/.exec(path) ?? [];
  return byFile ?? byAddress;
}

function checkImage(post: Post, { url, alt, position: place }: Image, root: string): void {
  if ((alt ?? '').trim() === '') {
    report(post.file, { rule: 'image-alt', reason: `The image ${url} has no text for those who cannot see it`, hint: 'Say what it shows: ![The heap after an hour](/heap.png)', place });
  }
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(url)) {
    report(post.file, { rule: 'image-foreign', reason: `The image ${url} is of another site, which the page may not load`, hint: `Save it below ${publicFolder}/ and write its path: ![text](/name.png)`, place });
  } else if (!url.startsWith('/')) {
    report(post.file, { rule: 'image-missing', reason: `The image ${url} would not be published`, hint: `Put it below ${publicFolder}/ and write its path from there: ![text](/${url.replace(/^(?:\.{1,2}\/)+/, '')})`, place });
  } else {
    checkFile(post, url.replace(/[?#].*$/s, ''), place, root);
  }
}

function checkFile(post: Post, path: string, place: Link['position'], root: string): void {
  if (path.startsWith('/posts/') || madeFiles.has(path) || existsSync(join(root, publicFolder, decode(path)))) return;
  report(post.file, { rule: 'file-missing', reason: `There is no file ${publicFolder}${path}`, hint: `Put it there, or mend the path.`, place });
}

function anchorsOf({ tree, samples }: Post): ReadonlySet<string> {
  const slugger = new GithubSlugger();
  const anchors = new Set(samples.map(({ name }) => `sample-${name}`));
  visit(tree, (node) => {
    if (node.type === 'heading') anchors.add(slugger.slug(textOf(node as Heading)));
    if (node.type === 'html') for (const [, id] of node.value.matchAll(/\s(?:id|name)=["']?([^\s"'>]+)/g)) anchors.add(id as string);
    if (node.type === 'footnoteDefinition') anchors.add(`user-content-fn-${node.identifier}`);
  });
  return anchors;
}

function textOf(node: { readonly value?: string; readonly children?: readonly unknown[] }): string {
  return node.value ?? (node.children ?? []).map((child) => textOf(child as typeof node)).join('');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
