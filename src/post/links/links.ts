import GithubSlugger from 'github-slugger';
import type { Heading, Html, Nodes, Root } from 'mdast';
import { basename } from 'node:path';
import { visit } from 'unist-util-visit';
import type { VFile } from 'vfile';
import { report, type Place, type Problem } from '../../experiment/finding.ts';
import type { PageFrontMatter } from '../front-matter/front-matter.ts';
import { tagSlug } from '../front-matter/tag.ts';
import { sourceOf } from '../place.ts';
import type { Post } from '../post.ts';
import { tagsIn } from './html-tags.ts';
import { checkImage, faultOfImage, type WrittenImage } from './image.ts';
import { faultOf, isLocal, type Origin, type Site } from './target.ts';

/** A page that is not a post: its front matter, its Markdown, and its name in the address. */
export interface PageText {
  readonly frontMatter: PageFrontMatter;
  readonly name: string;
  /** Without the front matter. */
  readonly tree: Root;
  readonly file: VFile;
}

/** A link, or an image of this site, as written. */
export interface Link {
  readonly url: string;
  readonly place: Place | undefined;
  readonly isImage: boolean;
}

/** All that checking links needs of a post or a page: its links, and the anchors that others may link to. */
export interface Outline {
  /** Its path from the project's root. */
  readonly path: string;
  /** The last part of its address. */
  readonly name: string;
  readonly anchors: readonly string[];
  readonly links: readonly Link[];
  /** What only a post has; undefined for a page. */
  readonly post?: {
    /** Why it is not published, as in “is a draft”; undefined for a post that is. */
    readonly unpublished: string | undefined;
    readonly tags: readonly string[];
    readonly samples: readonly string[];
  };
}

/** A problem of the file at a path. */
export interface FileProblem extends Problem {
  readonly path: string;
}

/** The outline of a post; links and images that are wrong in themselves are reported on it. */
export function outlinePost({ file, tree, slug, samples, frontMatter }: Post): Outline {
  const names = samples.map(({ name }) => name);
  return {
    path: file.path,
    name: slug,
    anchors: anchorsOf(tree, names),
    links: [...readLinks(file, tree), ...imageOf(file, frontMatter.image)],
    post: { unpublished: frontMatter.draft ? 'is a draft' : undefined, tags: frontMatter.tags, samples: names },
  };
}

/** The image that stands for a post elsewhere, as its front matter names it. */
function imageOf(file: VFile, url: string | undefined): readonly Link[] {
  if (url === undefined) return [];
  const line =
    String(file)
      .split('\n')
      .findIndex((text) => /^image\s*:/.test(text)) + 1;
  return [{ url, place: { line, column: 1 }, isImage: true }];
}

/** The outline of a page; links and images that are wrong in themselves are reported on it. */
export function outlinePage({ file, tree, name }: PageText): Outline {
  return { path: file.path, name, anchors: anchorsOf(tree, []), links: readLinks(file, tree) };
}

/** Finds links to posts, pages, headings and files that do not exist. */
export function findDeadLinks(outlines: readonly Outline[], root: string): readonly FileProblem[] {
  const site = readSite(outlines, root);
  return outlines.flatMap(({ path, name, anchors, links, post }) => {
    const siblings =
      post === undefined
        ? /^(?!)/
        : new RegExp(
            `^(?:data\\.json$|memory-.*\\.(?:svg|csv)$${post.samples.length === 0 ? '' : `|(?:${post.samples.join('|')})(?:/|$)`})`,
          );
    const from: Origin = { slug: post && name, isPublished: post?.unpublished === undefined, anchors: new Set(anchors), siblings };
    return links.flatMap(({ url, place, isImage }): readonly FileProblem[] => {
      const fault = isImage ? faultOfImage(url, root) : faultOf(url, from, site);
      return fault === undefined ? [] : [{ ...fault, place, path }];
    });
  });
}

function readSite(outlines: readonly Outline[], root: string): Site {
  const posts = outlines.flatMap(({ path, name, anchors, post }) =>
    post === undefined ? [] : [[name, { basename: basename(path), anchors: new Set(anchors), unpublished: post.unpublished }] as const],
  );
  const pages = outlines.flatMap(({ name, anchors, post }) => (post === undefined ? [[name, new Set(anchors)] as const] : []));
  const tags = outlines.flatMap(({ post }) => (post === undefined || post.unpublished !== undefined ? [] : post.tags.map(tagSlug)));
  return { posts: new Map(posts), pages: new Map(pages), tags: new Set(tags), root };
}

/** Reports links and images that are wrong in themselves; returns those with a target that must exist. */
function readLinks(file: VFile, tree: Root): readonly Link[] {
  const links: Link[] = [];
  const definitions = new Map<string, string>();
  const shown = new Set<string>();
  visit(tree, (node) => {
    if (node.type === 'definition') definitions.set(node.identifier, node.url);
    if (node.type === 'imageReference') shown.add(node.identifier);
  });
  const addLink = (url: string, place: Place | undefined) => void links.push({ url, place, isImage: false });
  const addImage = (image: WrittenImage) => {
    if (checkImage(file, image)) links.push({ url: image.url ?? '', place: image.place, isImage: true });
  };
  visit(tree, (node) => {
    const place = node.position;
    // A bare address of the reader's own machine is an instruction: what to open while a program runs.
    const isBareLocal = node.type === 'link' && isLocal(node.url) && sourceOf(file, node) === node.url;
    if (node.type === 'link' && !isBareLocal) addLink(node.url, place);
    else if (node.type === 'definition' && !shown.has(node.identifier)) addLink(node.url, place);
    else if (node.type === 'definition') addImage({ url: node.url, alt: undefined, place });
    else if (node.type === 'image') addImage({ url: node.url, alt: node.alt ?? '', place });
    else if (node.type === 'imageReference')
      addImage({ url: undefined, alt: node.alt ?? '', place, name: definitions.get(node.identifier) ?? '' });
    else if (node.type === 'html') readTags(file, node, addLink, addImage);
  });
  return links;
}

/** Reads links and images in raw HTML, which is copied to the page. */
function readTags(file: VFile, node: Html, addLink: (url: string, place: Place) => void, addImage: (image: WrittenImage) => void): void {
  for (const { isImage, url = '', alt, place } of tagsIn(file, node)) {
    // An empty text marks an image as decoration.
    if (isImage && url === '')
      report(file, {
        rule: 'image-missing',
        reason: 'The image has no address in src',
        hint: 'Write it in Markdown: ![What it shows](/name.png)',
        place,
      });
    else if (isImage) addImage({ url, alt: alt === '' ? undefined : (alt ?? ''), place, isHtml: true });
    else if (/\.md(?:#.*)?$/.test(url) && !/^[a-z]+:/i.test(url))
      report(file, {
        rule: 'link-broken',
        reason: `In HTML, ${url} is not turned into the address of a post`,
        hint: `Write the link in Markdown: [text](${url})`,
        place,
      });
    else if (url !== '') addLink(url, place);
  }
}

function anchorsOf(tree: Root, samples: readonly string[]): readonly string[] {
  const slugger = new GithubSlugger();
  const anchors = new Set(samples.map((name) => `sample-${name}`));
  visit(tree, (node: Nodes) => {
    if (node.type === 'heading') anchors.add(slugger.slug(textOf(node as Heading)));
    if (node.type === 'html') for (const [, id] of node.value.matchAll(/\s(?:id|name)=["']?([^\s"'>]+)/g)) anchors.add(id as string);
    if (node.type === 'footnoteDefinition') anchors.add(`user-content-fn-${node.identifier}`);
  });
  return [...anchors];
}

function textOf(node: { readonly value?: string; readonly children?: readonly unknown[] }): string {
  return node.value ?? (node.children ?? []).map((child) => textOf(child as typeof node)).join('');
}
