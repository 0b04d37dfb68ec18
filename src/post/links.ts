import GithubSlugger from 'github-slugger';
import type { Heading, Html, Nodes, Root } from 'mdast';
import { visit } from 'unist-util-visit';
import type { VFile } from 'vfile';
import { tagsIn } from './html-tags.ts';
import { checkImage } from './image.ts';
import { report, type Place } from './message.ts';
import type { Post } from './post.ts';
import { tagSlug } from './tag.ts';
import { faultOf, type Origin, type Site } from './target.ts';

/** A page beside the posts: its Markdown, and its name in the address. */
export interface PageText {
  readonly name: string;
  readonly tree: Root;
  readonly file: VFile;
}

/** Reports links to posts, pages, headings and files that are not there, and images without a text. */
export function checkLinks(posts: readonly Post[], pages: readonly PageText[], root: string): void {
  const anchors = new Map(posts.map((post) => [post, anchorsOf(post.tree, post.samples.map(({ name }) => name))]));
  const site: Site = {
    posts: new Map(posts.map((post) => [post.slug, { basename: post.file.basename ?? '', anchors: anchors.get(post) ?? new Set<string>(), draft: post.frontMatter.draft }])),
    pages: new Map(pages.map(({ name, tree }) => [name, anchorsOf(tree, [])])),
    tags: new Set(posts.filter(({ frontMatter }) => !frontMatter.draft).flatMap(({ frontMatter }) => frontMatter.tags.map(tagSlug))),
    root,
  };
  for (const post of posts) {
    const names = post.samples.map(({ name }) => name).join('|');
    const beside = new RegExp(`^(?:data\\.json$|memory-.*\\.(?:svg|csv)$${names === '' ? '' : `|(?:${names})(?:/|$)`})`);
    checkTree(post.file, post.tree, { slug: post.slug, draft: post.frontMatter.draft, anchors: anchors.get(post) ?? new Set(), beside }, site);
  }
  for (const { name, file, tree } of pages) checkTree(file, tree, { slug: undefined, draft: false, anchors: site.pages.get(name) ?? new Set(), beside: /^(?!)/ }, site);
}

function checkTree(file: VFile, tree: Root, from: Origin, site: Site): void {
  const definitions = new Map<string, string>();
  const shown = new Set<string>();
  visit(tree, (node) => {
    if (node.type === 'definition') definitions.set(node.identifier, node.url);
    if (node.type === 'imageReference') shown.add(node.identifier);
  });
  const checkLink = (url: string, place: Place | undefined) => {
    const fault = faultOf(url, from, site);
    if (fault !== undefined) report(file, { ...fault, place });
  };
  visit(tree, (node) => {
    const place = node.position;
    if (node.type === 'link') checkLink(node.url, place);
    else if (node.type === 'definition' && !shown.has(node.identifier)) checkLink(node.url, place);
    else if (node.type === 'definition') checkImage(file, { url: node.url, alt: undefined, place }, site.root);
    else if (node.type === 'image') checkImage(file, { url: node.url, alt: node.alt ?? '', place }, site.root);
    else if (node.type === 'imageReference') checkImage(file, { url: undefined, alt: node.alt ?? '', place, name: definitions.get(node.identifier) ?? '' }, site.root);
    else if (node.type === 'html') checkTags(file, node, checkLink, site.root);
  });
}

/** Links and images in raw HTML, which stand on the page as they are. */
function checkTags(file: VFile, node: Html, checkLink: (url: string, place: Place) => void, root: string): void {
  for (const { name, url = '', alt, place } of tagsIn(file, node)) {
    // An empty text says that an image is only for looks.
    if (name === 'img' && url === '') report(file, { rule: 'image-missing', reason: 'The image has no address in src', hint: 'Write it in Markdown: ![What it shows](/name.png)', place });
    else if (name === 'img') checkImage(file, { url, alt: alt === '' ? undefined : alt ?? '', place, isHtml: true }, root);
    else if (/\.md(?:#.*)?$/.test(url) && !/^[a-z]+:/i.test(url)) report(file, { rule: 'link-broken', reason: `In HTML, ${url} is not turned into the address of a post`, hint: `Write the link in Markdown: [text](${url})`, place });
    else if (url !== '') checkLink(url, place);
  }
}

function anchorsOf(tree: Root, samples: readonly string[]): ReadonlySet<string> {
  const slugger = new GithubSlugger();
  const anchors = new Set(samples.map((name) => `sample-${name}`));
  visit(tree, (node: Nodes) => {
    if (node.type === 'heading') anchors.add(slugger.slug(textOf(node as Heading)));
    if (node.type === 'html') for (const [, id] of node.value.matchAll(/\s(?:id|name)=["']?([^\s"'>]+)/g)) anchors.add(id as string);
    if (node.type === 'footnoteDefinition') anchors.add(`user-content-fn-${node.identifier}`);
  });
  return anchors;
}

function textOf(node: { readonly value?: string; readonly children?: readonly unknown[] }): string {
  return node.value ?? (node.children ?? []).map((child) => textOf(child as typeof node)).join('');
}
