import GithubSlugger from 'github-slugger';
import type { Definition, Html, Image, Link, Root } from 'mdast';
import { dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { visit } from 'unist-util-visit';
import { slugOf } from '../post/content-files.ts';
import { tagSlug } from '../post/front-matter/tag.ts';
import { decode, publicFolder } from '../post/links/target.ts';
import type { Outline } from './blocks.ts';
import type { Edit, ImportStep } from './edits.ts';
import { cleanHtml } from './html.ts';
import type { Places } from './places.ts';
import { indexAt, oldLine, type Source } from './source.ts';

/** A file of the old blog, and where it is put, from the project's root. */
export interface Copy {
  readonly from: string;
  readonly to: string;
}

/** Folders of a blog that its root-relative addresses may start from. */
const webRoots = ['', 'static', 'source', 'public', 'content', 'assets', 'docs', 'src', 'themes', 'output'];

/** What is copied: no text that a page would be made of, and nothing that runs on a page. */
const copied = /\.(?:png|jpe?g|gif|webp|avif|svg|mp4|webm|mp3|ogg|wav|pdf|zip|gz|csv|tsv|txt|log|py|ipynb|json|dot|ps)$/i;

/** What an address leads to after the import, and what to tell. */
interface Target {
  readonly url: string;
  readonly note?: string | undefined;
}

/** Gives links, images and HTML the addresses that they have here; files of the old blog are to be copied. */
export function convertAddresses(
  source: Source,
  { tree, headings }: Outline,
  path: string,
  name: string | undefined,
  places: Places,
): { readonly edits: readonly Edit[]; readonly steps: readonly ImportStep[]; readonly copies: readonly Copy[] } {
  const mark = source.text.startsWith('\uFEFF') ? 1 : 0;
  const edits: Edit[] = [];
  const steps: ImportStep[] = [];
  const copies = new Map<string, Copy>();
  const anchors = readAnchors(tree, headings);
  const slug = slugOf(`/${name ?? ''}`) ?? 'post';
  const tell = (offset: number, what: string) => void steps.push({ line: oldLine(source, indexAt(source, offset)), what, details: [] });

  const copy = (from: string): string => {
    const known = copies.get(from);
    const base = (from.split(sep).at(-1) ?? '').replace(/[^\w.-]+/g, '-');
    const taken = (to: string) => [...copies.values()].some((other) => other.to === to);
    const names = [base, ...Array.from({ length: copies.size + 1 }, (_, index) => base.replace(/(\.\w+)?$/, `-${index + 2}$1`))];
    const to = known?.to ?? names.map((one) => `${publicFolder}/${slug}/${one}`).find((one) => !taken(one));
    if (to === undefined) return base;
    copies.set(from, { from, to });
    return to.slice(publicFolder.length);
  };

  const targetOf = (written: string, isImage: boolean): Target | undefined => {
    const [, start = '', hash = ''] = /^([^#]*)(#.*)?$/s.exec(written) ?? [];
    if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(written)) return undefined;
    if (start === '') return anchorOf(hash, anchors);
    const tag = /^[{|](?:tag|category)[}|](.+)$/.exec(start)?.[1];
    if (tag !== undefined) return { url: `/tags/${tagSlug(decode(tag))}/` };
    const [, prefix, plain = start] = /^[{|](filename|static|attach|index|media)[}|](.*)$/.exec(start) ?? [];
    const local = decode(plain.replace(/\?.*$/s, ''));
    if (!isImage) {
      const text = /\.(?:md|markdown|mkd)$/i.test(local) ? findFile(local, path, places) : undefined;
      const post = (text && places.nameOf(text)) ?? findPost(local, name === undefined ? places.posts : [...places.posts, name]);
      if (post !== undefined) return { url: post === name ? hash || '#top' : `${post}${hash}` };
    }
    const file = copied.test(local) ? findFile(local, path, places) : undefined;
    if (file !== undefined) {
      const url = copy(file);
      return { url: url + hash, note: `copied to ${publicFolder}${url}` };
    }
    const published = join(places.root, publicFolder, local);
    if (isInside(published, join(places.root, publicFolder)) && places.isFile(published))
      return { url: `/${local.replace(/^\//, '')}${hash}` };
    if (isImage && !local.startsWith('/')) {
      const url = `/${slug}/${(local.split('/').at(-1) ?? '').replace(/[^\w.-]+/g, '-')}`;
      return { url, note: `not found beside the post: put it at ${publicFolder}${url}` };
    }
    return prefix === undefined ? undefined : { url: `${prefix === 'filename' ? (local.split('/').at(-1) ?? '') : local}${hash}` };
  };

  const replace = (from: number, to: number, written: string, isImage: boolean) => {
    const target = targetOf(written, isImage);
    if (target === undefined || target.url === written) return;
    edits.push({ from, to, text: target.url });
    const shown = written.replace(/^[{|]filename[}|]/, '');
    if (target.note !== undefined) tell(from, `${written}: ${target.note}`);
    else if (shown !== target.url) tell(from, `${shown} → ${target.url}`);
  };

  visit(tree, (node) => {
    const from = (node.position?.start.offset ?? 0) + mark;
    const to = (node.position?.end.offset ?? 0) + mark;
    if (node.type === 'html') {
      const { edits: cleaned, notes, urls } = cleanHtml((node as Html).value);
      // A line of a block in a quote or a list is not where its value says.
      if (source.text.slice(from, to) !== node.value) return;
      for (const edit of cleaned) edits.push({ from: from + edit.from, to: from + edit.to, text: edit.text });
      for (const { at, text } of notes) tell(from + at, text);
      for (const url of urls) replace(from + url.from, from + url.to, url.text, url.isImage);
    }
    if (node.type !== 'link' && node.type !== 'image' && node.type !== 'definition') return;
    const { url } = node as Link | Image | Definition;
    const at = source.text.slice(from, to).lastIndexOf(url);
    const isShown = node.type === 'image' || (node.type === 'definition' && isImageDefinition(tree, node.identifier));
    if (url !== '' && at !== -1) replace(from + at, from + at + url.length, url, isShown);
  });
  return { edits, steps: [...new Map(steps.map((step) => [`${step.line}${step.what}`, step])).values()], copies: [...copies.values()] };
}

function isImageDefinition(tree: Root, identifier: string): boolean {
  let found = false;
  visit(tree, 'imageReference', (node) => void (found ||= node.identifier === identifier));
  return found;
}

/** The anchors of the headings, as they are here. */
function readAnchors(tree: Root, headings: Outline['headings']): readonly string[] {
  const slugger = new GithubSlugger();
  const ids: string[] = [];
  visit(tree, 'html', (node) => void ids.push(...[...node.value.matchAll(/\s(?:id|name)=["']?([^\s"'>]+)/g)].map(([, id = '']) => id)));
  return [...headings.map(({ text }) => slugger.slug(text)), ...ids];
}

/** The anchor of the heading that other generators give this one; they drop numbers and signs in other ways. */
function anchorOf(hash: string, anchors: readonly string[]): Target | undefined {
  const wanted = decode(hash.slice(1));
  if (anchors.includes(wanted) || wanted === '') return undefined;
  const bare = (anchor: string) =>
    anchor
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '')
      .replace(/^\d+/, '');
  const found = anchors.filter((anchor) => bare(anchor) === bare(wanted));
  return found.length === 1 ? { url: `#${found[0]}` } : undefined;
}

/** The post that an address of the old blog leads to: by its file name, or by the words in its address. */
function findPost(local: string, posts: readonly string[]): string | undefined {
  const parts = local.split('/').filter((part) => part !== '' && !/^_?index(?:\.\w+)?$/.test(part));
  const last = (parts.at(-1) ?? '').replace(/\.(?:md|markdown|mdown|html?|rst|ipynb)$/i, '');
  const words = last.replace(/^\d{4}-\d{2}-\d{2}-/, '').toLowerCase();
  const found = posts.filter((name) => slugOf(`/${name}`) === words);
  const exact = found.find((name) => name === `${last}.md`);
  return words === '' ? undefined : (exact ?? found[0]);
}

/** The file of the old blog that an address leads to, beside the post or from one of its roots. */
function findFile(local: string, path: string, { isFile, oldRoot }: Places): string | undefined {
  const folder = dirname(resolve(path));
  const stem = (path.split(/[/\\]/).at(-1) ?? '').replace(/\.[^.]*$/, '');
  const roots: string[] = [];
  for (let at = folder; isInside(at, oldRoot); at = dirname(at)) roots.push(at);
  const below = local.replace(/^(?:\.{0,2}\/)+/, '');
  const beside = local.startsWith('/') ? [] : [join(folder, local), join(folder, stem, local)];
  // A post may be a folder.
  const bundle = local.endsWith('.md') ? beside.map((file) => file.replace(/\.md$/, `${sep}index.md`)) : [];
  const candidates = [...beside, ...bundle, ...roots.flatMap((at) => webRoots.map((web) => join(at, web, below)))];
  return extname(local) === '' ? undefined : candidates.find((file) => isInside(file, oldRoot) && isFile(file));
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
