import type { Element } from 'hast';
import { fromHtml } from 'hast-util-from-html';
import { toHtml } from 'hast-util-to-html';
import type { Code, Paragraph, Root, RootContent } from 'mdast';
import type { LeafDirective } from 'mdast-util-directive';
import { visit } from 'unist-util-visit';
import { VFile } from 'vfile';
import type { StoredRecord } from '../capture/store.ts';
import { html, Markup } from '../chart/markup.ts';
import { didYouMean } from '../experiment/did-you-mean.ts';
import { describeFinding, findingsOf, hasErrors, report } from '../experiment/finding.ts';
import { figures } from '../post/figures/figure.ts';
import type { PageText } from '../post/links/links.ts';
import { parseExcerpt, parsePost, type Post } from '../post/post.ts';
import { checkAuthorHtml } from '../post/prose/author-html.ts';
import { Highlighter, plainCode } from './code.ts';
import { renderPage, type OwnHtml, type Page } from './page.ts';
import { tables } from './tables.ts';

/** A rendered page of `content/pages`. */
export interface ContentPage extends Pick<Page, 'body' | 'toc'> {
  /** The content of its first paragraph, as HTML, which the body does not have; empty where it starts otherwise. */
  readonly lead: string;
  /** Title and description are those of its front matter, or else its first heading and first paragraph, as plain text. */
  readonly title: string;
  readonly description: string;
  /** Its place among the pages in the navigation, the lowest first. */
  readonly order: number;
  /** Whether the navigation leaves it out. */
  readonly isHidden: boolean;
}

/** Looks up a post to take examples from; undefined if this site does not publish it. */
export type FindPost = (slug: string) => Promise<ExamplePost | undefined>;

/** A post that examples are taken from. */
export interface ExamplePost {
  readonly post: Post;
  readonly records: readonly StoredRecord[];
  /** Its address as seen from a page; undefined where the site does not publish it, so that nothing can link there. */
  readonly url: string | undefined;
}

/**
 * Renders a page of `content/pages`, which must have passed `checkContentPage`: Markdown that starts with its title, as a
 * heading or in front matter. It may contain tables generated from the code (`::attributes`), examples with what a post makes
 * of them (a fence `example post=two-lists`), and faulty posts with the messages on them (a fence
 * `mistakes file=2024-05-06-two-lists.md`).
 */
export async function renderContentPage({ frontMatter, file, tree }: PageText, find: FindPost): Promise<ContentPage> {
  const [first] = tree.children;
  const heading = isTitle(first) ? first : undefined;
  const below = heading === undefined ? tree.children : tree.children.slice(1);
  const [lead] = below;
  const highlighter = new Highlighter();
  const children: RootContent[] = [];
  let examples = 0;
  for (const node of below) {
    if (node.type === 'code' && node.lang === 'example') {
      examples += 1;
      children.push(asHtml(await renderExample(file, node, find, highlighter, `example-${examples}`)));
    } else if (node.type === 'code' && node.lang === 'mistakes') children.push(asHtml(await renderMistakes(node, highlighter)));
    else if (node.type === 'leafDirective') children.push(asHtml(renderTable(node)));
    else children.push(node);
  }
  const withHtml: Root = { ...tree, children };
  visit(withHtml, (node) => {
    if (node.type === 'link' || node.type === 'definition' || node.type === 'image') node.url = pageLink(node.url);
  });
  const post: Post = {
    slug: '',
    frontMatter: { title: '', date: '', categories: [], tags: [], draft: false },
    tree: withHtml,
    samples: [],
    fences: [],
    files: [],
    figures: [],
    values: [],
    file,
  };
  const { body, toc } = await renderPage(post, [], { toRoot: '..' });
  // A paragraph has no other in it, so it ends at the first end of one.
  const [whole = '', leadHtml = ''] = (lead?.type === 'paragraph' && /^\s*<p>([^]*?)<\/p>\s*/.exec(body)) || [];
  const { title, description, order, hidden } = frontMatter;
  return {
    title: title ?? textOf(heading),
    description: description ?? (lead?.type === 'paragraph' ? textOf(lead).replace(/\s+/g, ' ') : ''),
    order,
    isHidden: hidden,
    lead: leadHtml,
    body: body.slice(whole.length),
    toc,
  };
}

/**
 * Reports problems of a page of `content/pages` as messages on its file: a missing title, forbidden HTML, unknown tables, and
 * examples that do not fit their post.
 */
export async function checkContentPage({ frontMatter, file, tree }: PageText, find: FindPost): Promise<void> {
  checkAuthorHtml(file, tree);
  // Front matter that cannot be read may have the title.
  if (frontMatter.title === undefined && !hasErrors(file) && !isTitle(tree.children[0]))
    report(file, {
      rule: 'page-title',
      reason: 'The page does not start with its title',
      hint: 'Start it with a line such as # About, or give it front matter with a title.',
      place: { line: 1, column: 1 },
    });
  for (const node of tree.children) {
    if (node.type === 'leafDirective' && !Object.hasOwn(tables, node.name)) {
      const known = Object.keys(tables);
      const list = known.map((name) => `::${name}`).join(', ');
      report(file, {
        rule: 'table-unknown',
        reason: `There is no table "::${node.name}".${didYouMean(node.name, known)}`,
        hint: Object.hasOwn(figures, node.name)
          ? `It is a figure, and belongs in the post that has its sample. A page has tables: ${list}.`
          : `Known tables: ${list}.`,
        place: node.position,
      });
    }
    if (node.type === 'code' && /\bsample=/.test(node.meta ?? '') && node.lang === 'python')
      report(file, {
        rule: 'page-sample',
        reason: 'A page runs no samples, and only shows this code',
        hint: 'Move it to a post, or delete sample=.',
        place: node.position,
        level: 'warning',
      });
    if (node.type !== 'code' || node.lang !== 'example') continue;
    const slug = slugOf(node);
    if (slug === undefined)
      report(file, {
        rule: 'example-post',
        reason: 'The example names no post',
        hint: 'Write ```example post=two-lists',
        place: node.position,
      });
    const found = slug === undefined ? undefined : await find(slug);
    if (found === undefined) continue;
    const excerpt = parseExcerpt(found.post, new VFile({ path: file.path, value: node.value }));
    for (const message of excerpt.file.messages)
      report(file, { rule: message.ruleId ?? '', reason: message.reason, hint: message.note ?? '', place: node.position });
  }
}

function isTitle(node: RootContent | undefined): boolean {
  return node?.type === 'heading' && node.depth === 1;
}

function slugOf(node: Code): string | undefined {
  return /^post=([a-z0-9-]+)$/.exec(node.meta ?? '')?.[1];
}

function asHtml(markup: Markup): OwnHtml {
  return { type: 'html', value: '', markup };
}

function textOf(node: RootContent | undefined): string {
  let text = '';
  if (node !== undefined)
    visit(
      { type: 'root', children: [node as Paragraph] } as Root,
      (part) => void (text += part.type === 'text' || part.type === 'inlineCode' ? part.value : ''),
    );
  return text;
}

function renderTable(node: LeafDirective): Markup {
  return (Object.hasOwn(tables, node.name) ? tables[node.name]?.() : undefined) ?? html``;
}

/** An example: its Markdown, and what it becomes in a post of this site with that post's records. */
async function renderExample(file: VFile, node: Code, find: FindPost, highlighter: Highlighter, id: string): Promise<Markup> {
  const source = await plainCode(node.value, 'markdown', highlighter);
  const slug = slugOf(node);
  const found = slug === undefined ? undefined : await find(slug);
  // A blog that has deleted the demo posts still has a manual.
  if (slug === undefined || found === undefined) return html`<div class="example">${source}</div>`;
  const excerpt = parseExcerpt(found.post, new VFile({ path: file.path, value: node.value }));
  if (hasErrors(excerpt.file)) return html``;
  const { body } = await renderPage(excerpt, found.records);
  const place = found.url === undefined ? html`It` : html`In <a href="${found.url}">${found.post.frontMatter.title}</a> it`;
  const note = html`<p class="example-note">${place} comes out as</p>`;
  const outcome = html`<div class="outcome" data-pagefind-ignore>${new Markup(relocate(body, found.url, id))}</div>`;
  return html`<div class="example">${source}${note}${outcome}</div>`;
}

/** A post and the messages that `npm run check` prints about it. */
async function renderMistakes(node: Code, highlighter: Highlighter): Promise<Markup> {
  const [, name = 'post.md'] = /^file=(\S+)$/.exec(node.meta ?? '') ?? [];
  const { file } = parsePost(new VFile({ path: `content/posts/${name}`, value: node.value }));
  const source = await plainCode(node.value, 'markdown', highlighter);
  const note = html`<p class="example-note"><code>npm run check</code> says</p>`;
  const messages = html`<pre class="code said" tabindex="0"><code>${findingsOf(file).map(describeFinding).join('\n')}</code></pre>`;
  return html`<div class="example">${source}${note}${messages}</div>`;
}

/** Properties (as hast names them) that define a name within a page or refer to one. */
const nameProperties = ['id', 'name', 'htmlFor', 'ariaLabelledBy', 'ariaDescribedBy', 'ariaControls'];

/**
 * Adapts a part of a post's page to another page: relative links get `url` in front, or lead nowhere without one; ids and
 * references to them get `prefix`.
 */
function relocate(body: string, url: string | undefined, prefix: string): string {
  const tree = fromHtml(body, { fragment: true });
  const rename = (name: string) => `${prefix}-${name}`;
  const ids = new Set<string>();
  visit(tree, 'element', ({ properties }: Element) => void ids.add(String(properties['id'])));
  visit(tree, 'element', (node: Element) => {
    const { properties } = node;
    for (const key of nameProperties) {
      const value = properties[key];
      if (typeof value === 'string') properties[key] = value.split(' ').map(rename).join(' ');
      if (Array.isArray(value)) properties[key] = value.map((name) => rename(String(name)));
    }
    const { href } = properties;
    if (typeof href !== 'string' || /^[a-z]+:/i.test(href)) return;
    if (href.startsWith('#') && ids.has(href.slice(1))) properties['href'] = `#${rename(href.slice(1))}`;
    else if (url === undefined) {
      // A link without an address is text; what it is counted by stays.
      node.tagName = 'span';
      node.properties = Object.fromEntries(Object.entries(properties).filter(([key]) => key === 'className' || key.startsWith('data')));
    } else properties['href'] = url + href;
  });
  return toHtml(tree);
}

/** Makes links to post files (`../posts/2024-05-06-two.md`) relative to a page's address. */
function pageLink(url: string): string {
  const [, slug, hash = ''] = /^(?:\.\.\/posts\/)\d{4}-\d{2}-\d{2}-([a-z0-9-]+)\.md(#.*)?$/.exec(url) ?? [];
  return slug === undefined ? url : `../posts/${slug}/${hash}`;
}
