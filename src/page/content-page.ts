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
import type { PageText } from '../post/links/links.ts';
import { parseExcerpt, parsePost, type Post } from '../post/post.ts';
import { checkAuthorHtml } from '../post/prose/author-html.ts';
import { Highlighter, plainCode } from './code.ts';
import { renderPage, type OwnHtml, type Page } from './page.ts';
import { tables } from './tables.ts';

/** A page beside the posts as it is shown. */
export interface ContentPage extends Pick<Page, 'body' | 'toc'> {
  /** Its first heading, and its first paragraph as plain text. */
  readonly title: string;
  readonly description: string;
  /** Whether the navigation leaves it out. */
  readonly isHidden?: boolean | undefined;
}

/** A post that examples are taken from; undefined where this site does not publish it. */
export type FindPost = (slug: string) => Promise<{ readonly post: Post; readonly records: readonly StoredRecord[] } | undefined>;

/**
 * Renders a page of `content/pages`: Markdown that starts with its title as a heading. In it stand tables made from the
 * code (`::attributes`), examples with what becomes of them in a post (a fence `example post=memory-leak-python`), and
 * posts with what is reported on them (a fence `mistakes file=2024-05-06-two-lists.md`). The page has been checked
 * (`checkContentPage`) and has no errors.
 */
export async function renderContentPage({ file, tree }: PageText, find: FindPost): Promise<ContentPage> {
  const [heading, lead] = tree.children;
  const highlighter = new Highlighter();
  const children: RootContent[] = [];
  let examples = 0;
  for (const node of tree.children.slice(lead?.type === 'paragraph' ? 2 : 1)) {
    if (node.type === 'code' && node.lang === 'example') {
      examples += 1;
      children.push(asHtml(await renderExample(file, node, find, highlighter, `example-${examples}`)));
    } else if (node.type === 'code' && node.lang === 'mistakes') children.push(asHtml(await renderMistakes(node, highlighter)));
    else if (node.type === 'leafDirective') children.push(asHtml(renderTable(node)));
    else children.push(node);
  }
  const filled: Root = { ...tree, children };
  visit(filled, (node) => {
    if (node.type === 'link' || node.type === 'definition' || node.type === 'image') node.url = pageLink(node.url);
  });
  const shell: Post = {
    slug: '',
    frontMatter: { title: '', date: '', categories: [], tags: [], draft: false },
    tree: filled,
    samples: [],
    fences: [],
    figures: [],
    values: [],
    file,
  };
  const { body, toc } = await renderPage(shell, []);
  return { title: textOf(heading), description: lead?.type === 'paragraph' ? textOf(lead).replace(/\s+/g, ' ') : '', body, toc };
}

/** Reports what is wrong with a page of `content/pages`: its title, HTML, a table of no such name, an example that its post does not bear out. */
export async function checkContentPage({ file, tree }: PageText, find: FindPost): Promise<void> {
  checkAuthorHtml(file, tree);
  const [heading] = tree.children;
  if (heading?.type !== 'heading' || heading.depth !== 1)
    report(file, {
      rule: 'page-title',
      reason: 'The page does not start with its title',
      hint: 'Start it with a line such as # About',
      place: { line: 1, column: 1 },
    });
  for (const node of tree.children) {
    if (node.type === 'leafDirective' && !Object.hasOwn(tables, node.name)) {
      const known = Object.keys(tables);
      report(file, {
        rule: 'table-unknown',
        reason: `There is no table "::${node.name}".${didYouMean(node.name, known)}`,
        hint: `Known tables: ${known.map((name) => `::${name}`).join(', ')}.`,
        place: node.position,
      });
    }
    if (node.type !== 'code' || node.lang !== 'example') continue;
    const slug = slugOf(node);
    if (slug === undefined)
      report(file, {
        rule: 'example-post',
        reason: 'The example names no post',
        hint: 'Write ```example post=memory-leak-python',
        place: node.position,
      });
    const found = slug === undefined ? undefined : await find(slug);
    if (found === undefined) continue;
    const excerpt = parseExcerpt(found.post, new VFile({ path: file.path, value: node.value }));
    for (const message of excerpt.file.messages)
      report(file, { rule: message.ruleId ?? '', reason: message.reason, hint: message.note ?? '', place: node.position });
  }
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

/** How one writes something, and what becomes of it in a post of this site, from that post's records. */
async function renderExample(file: VFile, node: Code, find: FindPost, highlighter: Highlighter, id: string): Promise<Markup> {
  const source = await plainCode(node.value, 'markdown', highlighter);
  const slug = slugOf(node);
  const found = slug === undefined ? undefined : await find(slug);
  // A blog that has taken the first posts away still has a manual.
  if (slug === undefined || found === undefined) return html`<div class="example">${source}</div>`;
  const excerpt = parseExcerpt(found.post, new VFile({ path: file.path, value: node.value }));
  if (hasErrors(excerpt.file)) return html``;
  const { body } = await renderPage(excerpt, found.records);
  const url = `../posts/${slug}/`;
  return html`<div class="example">${source}<p class="example-note">In <a href="${url}">${found.post.frontMatter.title}</a> it comes out as</p><div class="outcome" data-pagefind-ignore>${new Markup(relocate(body, url, id))}</div></div>`;
}

/** A post, and what a check says of it. */
async function renderMistakes(node: Code, highlighter: Highlighter): Promise<Markup> {
  const [, name = 'post.md'] = /^file=(\S+)$/.exec(node.meta ?? '') ?? [];
  const { file } = parsePost(new VFile({ path: `content/posts/${name}`, value: node.value }));
  return html`<div class="example">${await plainCode(node.value, 'markdown', highlighter)}<p class="example-note"><code>npm run check</code> says</p><pre class="code said" tabindex="0"><code>${findingsOf(file).map(describeFinding).join('\n')}</code></pre></div>`;
}

/** Names in a page that other parts of it refer to. */
const references = ['id', 'name', 'htmlFor', 'ariaLabelledBy', 'ariaDescribedBy', 'ariaControls'];

/** Takes a piece of a post's page to another page: links lead to where they led, and names are its own. */
function relocate(body: string, url: string, prefix: string): string {
  const tree = fromHtml(body, { fragment: true });
  const rename = (name: string) => `${prefix}-${name}`;
  const ids = new Set<string>();
  visit(tree, 'element', ({ properties }: Element) => void ids.add(String(properties['id'])));
  visit(tree, 'element', ({ properties }: Element) => {
    for (const key of references) {
      const value = properties[key];
      if (typeof value === 'string') properties[key] = value.split(' ').map(rename).join(' ');
      if (Array.isArray(value)) properties[key] = value.map((name) => rename(String(name)));
    }
    const { href } = properties;
    if (typeof href === 'string')
      properties['href'] =
        href.startsWith('#') && ids.has(href.slice(1)) ? `#${rename(href.slice(1))}` : /^[a-z]+:/i.test(href) ? href : url + href;
  });
  return toHtml(tree);
}

/** A link to a post's file, or from the site's root, leads there from a page's own address. */
function pageLink(url: string): string {
  const [, slug, hash = ''] = /^(?:\.\.\/posts\/)\d{4}-\d{2}-\d{2}-([a-z0-9-]+)\.md(#.*)?$/.exec(url) ?? [];
  if (slug !== undefined) return `../posts/${slug}/${hash}`;
  return url.startsWith('/') && !url.startsWith('//') ? `..${url}` : url;
}
