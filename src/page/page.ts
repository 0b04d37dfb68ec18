import type { Root as HastRoot } from 'hast';
import { toString } from 'hast-util-to-string';
import type { Code, Html, Node, Parent, Root, RootContent } from 'mdast';
import rehypeSlug from 'rehype-slug';
import rehypeStringify from 'rehype-stringify';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';
import { shownCaptures, primaryCaptures } from '../capture/freshness.ts';
import type { StoredRecord } from '../capture/store.ts';
import { html, type Markup } from '../chart/markup.ts';
import type { VerdictName } from '../experiment/sample.ts';
import { maxInChart, type Figure } from '../post/figures/figure.ts';
import type { Post } from '../post/post.ts';
import { formatBytes } from '../verdict/format.ts';
import { readValueText } from '../verdict/value.ts';
import { judge } from '../verdict/verdict.ts';
import { verdictBadge } from './badge.ts';
import { diffFigure, fileCode, Highlighter, plainCode, sampleCode } from './code.ts';
import { cycleFigure } from './cycle.ts';
import { postData } from './data.ts';
import { holderFigure, typesFigure } from './holder.ts';
import { offerRun, type LiveWheel, type Offer } from './live.ts';
import { logFigure } from './log.ts';
import { leadFigure, memoryFigure, sparkLine, type MeasuredSample, type MemoryFigure, type PageFile } from './memory.ts';
import { fillPlaceholders, placeholderFor, sanitise } from './sanitise.ts';
import { captureBadge, verdictFigure, verdictLines, verdictStrip } from './verdict.ts';
import { versionsFigure } from './versions.ts';

/** A post as HTML, and the parts of its page outside its text. */
export interface Page {
  readonly body: string;
  /** The verdicts in a sentence each, and the chart that shows them. */
  readonly lead: string;
  readonly strip: string;
  readonly badge: string;
  readonly data: object;
  /** Headings of the second and third level, for a table of contents. */
  readonly toc: readonly { readonly id: string; readonly text: string; readonly depth: number }[];
  /** The small chart of the post's runs (HTML), its first memory chart for its card (an SVG document), and that chart's title. */
  readonly spark: string;
  readonly chart: string;
  readonly finding: string;
  /** Files to publish beside the post. */
  readonly files: readonly PageFile[];
  readonly verdicts: readonly {
    readonly sample: string;
    readonly verdict: VerdictName;
    readonly sentence: string;
    readonly peak: string;
  }[];
  /** Whether readers can run one of its samples in the page, and the wheels that takes. */
  readonly live: boolean;
  readonly wheels: readonly LiveWheel[];
}

/**
 * Renders a post from its text and its fresh records; for a sample without one the page shows the code and says so. With
 * `allowStale`, while an author writes, stale records stand in under a ribbon that says so. `toRoot` leads from the page to the
 * site's root. With `live` readers can run every sample in the page, and without it those whose fences say so; undefined where
 * none can be run.
 */
export async function renderPage(
  post: Post,
  records: readonly StoredRecord[],
  {
    allowStale = false,
    toRoot = '../..',
    live,
  }: { readonly allowStale?: boolean; readonly toRoot?: string; readonly live?: boolean | undefined } = {},
): Promise<Page> {
  const captures = primaryCaptures(records, post.samples, allowStale);
  const measured = post.samples.flatMap((sample) => {
    const capture = captures.get(sample.name);
    return capture === undefined ? [] : [{ sample, capture }];
  });
  const offers = new Map(
    measured.filter(({ sample }) => live === true || (live === false && sample.live)).map((item) => [item.sample.name, offerRun(item)]),
  );
  const runs = [...offers.values()].flatMap(({ file }) => file ?? []);
  const { markups, memories } = await renderNodes(post, measured, records, offers);
  const { body, toc } = stringify(post.tree, markups, toRoot);
  const files = memories
    .flatMap((figure) => figure.files)
    .filter(({ name }, index, all) => all.findIndex((file) => file.name === name) === index);
  const badges = measured.map(({ sample, capture }) => ({
    name: `${sample.name}/badge.svg`,
    text: verdictBadge(sample.title, judge(capture, sample).name),
  }));
  const running = allowStale ? post.samples.filter((sample) => shownCaptures(records, sample).length === 0).map(({ name }) => name) : [];
  const ribbon =
    running.length === 0
      ? ''
      : String(
          html`<p class="ribbon" role="status">Running again: ${running.join(', ')}. Until then figures are of the code as it was.</p>`,
        );
  return {
    body: ribbon + raiseTitles(body),
    toc,
    spark: String(sparkLine(measured) ?? ''),
    chart: memories[0]?.card ?? '',
    finding: memories[0]?.finding ?? '',
    files: [...files, ...badges, ...runs],
    live: runs.length > 0,
    wheels: [...offers.values()].flatMap(({ wheels }) => wheels),
    lead: String(html`${verdictLines(measured)}${leadFigure(measured)}`),
    strip: String(verdictStrip(measured)),
    badge: String(captureBadge(measured, post.slug)),
    data: postData(post, records),
    verdicts: measured.map(({ sample, capture }) => {
      const { name, sentence } = judge(capture, sample);
      return { sample: sample.name, verdict: name, sentence, peak: formatBytes(capture.conditions['as-written'].peakRssBytes) };
    }),
  };
}

/** Makes the titles of figures before a post's first heading headings of its level: a level that is skipped misleads screen readers. */
function raiseTitles(body: string): string {
  const first = body.search(/<h2[ >]/);
  const before = first === -1 ? body : body.slice(0, first);
  const raised = before.replaceAll(/<h3 (class="figure-title")>([^]*?)<\/h3>/g, '<h2 $1>$2</h2>');
  return raised + body.slice(before.length);
}

/** The markup that replaces figures, code and values in a post's tree, and its memory figures in order. */
async function renderNodes(
  post: Post,
  measured: readonly MeasuredSample[],
  records: readonly StoredRecord[],
  offers: ReadonlyMap<string, Offer>,
): Promise<{ readonly markups: ReadonlyMap<Node, Markup>; readonly memories: readonly MemoryFigure[] }> {
  const highlighter = new Highlighter();
  const markups = new Map<Node, Markup>();
  const memories: MemoryFigure[] = [];
  const find = (names: readonly string[]) => measured.filter(({ sample }) => names.includes(sample.name));
  const draw = async ({ name, of }: Pick<Figure, 'name' | 'of'>, id: string): Promise<Markup> => {
    const found = of.flatMap((sample) => find([sample]));
    if (found.length < of.length) return notRun(of.filter((sample) => find([sample]).length === 0));
    switch (name) {
      case 'log':
        return html`${found.map((item) => logFigure({ ...item, href: `${item.sample.name}/` }))}`;
      case 'memory': {
        const figure = memoryFigure(found, id, post.frontMatter.title, memories.length === 0);
        memories.push(figure);
        return figure.markup;
      }
      case 'verdict':
        return html`${found.map(verdictFigure)}`;
      case 'versions':
        return html`${found.map(({ sample }) => versionsFigure(sample, shownCaptures(records, sample)))}`;
      case 'cycle':
        return cycleFigure(found[0] as MeasuredSample, id);
      case 'holder':
        return holderFigure(found[0] as MeasuredSample);
      case 'types':
        return typesFigure(found[0] as MeasuredSample);
      case 'diff':
        return diffFigure(found[0] as MeasuredSample, found[1] as MeasuredSample, id, highlighter);
    }
  };
  for (const [index, figure] of post.figures.entries()) markups.set(figure.node, await draw(figure, `figure-${index + 1}`));
  const placed = (name: Figure['name'], sample: string) =>
    post.figures.some((figure) => figure.name === name && figure.of.includes(sample));
  for (const [index, sample] of post.samples.entries()) {
    const base = sample.same === undefined ? undefined : find([sample.same])[0];
    const parts = [await sampleCode(sample, find([sample.name])[0]?.capture, highlighter, base, offers.get(sample.name)?.markup)];
    if (!placed('log', sample.name)) parts.push(await draw({ name: 'log', of: [sample.name] }, ''));
    // A leak shows who holds it without being asked.
    const own = find([sample.name])[0];
    if (own?.capture.holder !== undefined && judge(own.capture, sample).name === 'leak' && !placed('holder', sample.name))
      parts.push(await draw({ name: 'holder', of: [sample.name] }, ''));
    if (index === post.samples.length - 1) {
      const all = post.samples.map(({ name }) => name);
      const charts = post.figures.some(({ name }) => name === 'memory') ? [] : all.length <= maxInChart ? [all] : all.map((name) => [name]);
      for (const of of charts) parts.push(await draw({ name: 'memory', of }, `figure-memory-${of[0]}`));
      for (const name of all.filter((name) => !placed('verdict', name))) parts.push(await draw({ name: 'verdict', of: [name] }, ''));
    }
    markups.set(post.fences[index] as Code, html`${parts}`);
  }
  for (const { name, text, node } of post.files) {
    const users = post.samples.filter((sample) => sample.files.some((file) => file.name === name));
    markups.set(node, await fileCode(name, text, node.lang ?? 'text', users, highlighter));
  }
  const fences: Code[] = [];
  visit(post.tree, 'code', (node) => {
    if (!markups.has(node)) fences.push(node);
  });
  for (const fence of fences) markups.set(fence, await plainCode(fence.value, fence.lang ?? 'text', highlighter));
  for (const value of post.values) {
    const read = readValueText(value, (name) => find([name])[0]);
    const measures = Object.values(value.measures).map(({ sample, condition }) => `${sample}, ${condition}`);
    markups.set(
      value.node,
      read === undefined
        ? html`<span class="value">?</span>`
        : html`<span class="value" title="measured: ${[...new Set(measures)].join('; ')}">${read.text}</span>`,
    );
  }
  return { markups, memories };
}

function notRun(names: readonly string[]): Markup {
  return html`<p class="figure not-run">Not run yet: ${names.join(', ')}.</p>`;
}

const compiler = unified().use(remarkRehype, { allowDangerousHtml: true }).use(rehypeStringify, { allowDangerousHtml: true });
const slugger = unified().use(rehypeSlug);

function stringify(tree: Root, markups: ReadonlyMap<Node, Markup>, toRoot: string): Pick<Page, 'body' | 'toc'> {
  const own: string[] = [];
  const prepared = insertPlaceholders(tree, markups, own) as Root;
  visit(prepared, (node) => {
    if (node.type === 'link' || node.type === 'image' || node.type === 'definition') node.url = siteLink(node.url);
  });
  const page = sanitise(compiler.runSync(prepared) as HastRoot);
  slugger.runSync(page);
  const toc: Page['toc'][number][] = [];
  visit(page, 'element', (node) => {
    // Relative addresses hold under any base path.
    for (const key of ['href', 'src', 'poster']) {
      const url = node.properties[key];
      if (typeof url === 'string' && /^\/(?!\/)/.test(url)) node.properties[key] = toRoot + url;
    }
    if (node.tagName === 'h2' || node.tagName === 'h3')
      toc.push({ id: String(node.properties['id']), text: toString(node), depth: Number(node.tagName[1]) });
  });
  fillPlaceholders(page, own);
  return { body: compiler.stringify(page), toc };
}

/** Makes links to post files relative to a post's address. */
function siteLink(url: string): string {
  const [, slug, hash = ''] = /^(?:\.\/)?\d{4}-\d{2}-\d{2}-([a-z0-9-]+)\.md(#.*)?$/.exec(url) ?? [];
  return slug === undefined ? url : `../${slug}/${hash}`;
}

/** Replaces nodes that have markup of Leaklog's own by placeholders, and appends the markup to `own`. */
function insertPlaceholders(node: Node, markups: ReadonlyMap<Node, Markup>, own: string[]): Node {
  const markup = markups.get(node) ?? (node as OwnHtml).markup;
  if (markup !== undefined) return placeholderFor(own.push(String(markup)) - 1);
  if (!('children' in node)) return node;
  const children = (node as Parent).children.map((child) => insertPlaceholders(child, markups, own) as RootContent);
  return { ...node, children } as Parent;
}

/** A node that the page shows as this markup of Leaklog's own. */
export interface OwnHtml extends Html {
  readonly markup?: Markup;
}
