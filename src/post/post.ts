import type { Code, InlineCode, Nodes, Paragraph, Parent, Root, Yaml } from 'mdast';
import { directiveFromMarkdown, type LeafDirective } from 'mdast-util-directive';
import { directive } from 'micromark-extension-directive';
import { remark } from 'remark';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import type { Processor } from 'unified';
import { SKIP, visit } from 'unist-util-visit';
import type { VFile } from 'vfile';
import { metrics } from '../experiment/condition.ts';
import { hasErrors, report } from '../experiment/finding.ts';
import type { Sample } from '../experiment/sample.ts';
import { hasOpenFence, isIndented, readSamples } from './fences/fences.ts';
import type { FileFence } from './fences/file-fence.ts';
import { isProse, readFigure, type Figure } from './figures/figure.ts';
import { checkFenceInHtml, checkFigureInBlock, checkFigureInCode, checkNearFigure } from './figures/near-figure.ts';
import { checkValueInHtml, checkValueInText } from './figures/near-value.ts';
import { readValue, type Value } from './figures/value.ts';
import { readName, readWords } from './front-matter/file-name.ts';
import { emptyFrontMatter, readFrontMatter, type FrontMatter } from './front-matter/front-matter.ts';
import { blankComments } from './links/html-tags.ts';
import type { LockFile } from './lock-files.ts';
import { addLocks } from './lock.ts';
import { parseBounded } from './parse-bounded.ts';
import { proseOf, sourceOf, stretchOf } from './place.ts';
import { checkAuthorHtml } from './prose/author-html.ts';
import { checkHeadings, checkProse } from './prose/prose.ts';

/** A post as its author wrote it: a tree of Markdown with places, and the parts that Leaklog runs or fills in. */
export interface Post {
  /** The file name without its date: the post's address. */
  readonly slug: string;
  readonly frontMatter: FrontMatter;
  readonly tree: Root;
  readonly samples: readonly Sample[];
  /** The fence of each sample, in the same order. */
  readonly fences: readonly Code[];
  /** The files that samples have beside them. */
  readonly files: readonly FileFence[];
  readonly figures: readonly Figure[];
  readonly values: readonly Value[];
  readonly file: VFile;
}

const reader = () => remark().use(remarkFrontmatter).use(remarkGfm).use(blockDirectives);
const [markdown, blocks] = [reader(), reader().use(blocksAlone)];

/** The tree of a Markdown file, with figures as directives. */
export function parseMarkdown(file: VFile): Root {
  return parseBounded(
    file,
    (text) => markdown.parse(text),
    (text) => blocks.parse(text),
  );
}

/** A post that could not be read; the reason is on its file. */
export function emptyPost(file: VFile): Post {
  return {
    slug: readWords(file),
    frontMatter: emptyFrontMatter,
    tree: { type: 'root', children: [] },
    samples: [],
    fences: [],
    files: [],
    figures: [],
    values: [],
    file,
  };
}

/** Reads a post, and the lock files of its samples. All problems are on `file.messages`; the post has whatever could be read. */
export function parsePost(file: VFile, locks: readonly LockFile[] = []): Post {
  // A byte order mark is not part of the text, and a line ends alike on every system: code and files of the post are run.
  file.value = String(file)
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n');
  const tree = parseMarkdown(file);
  if (hasErrors(file)) return emptyPost(file);
  const frontMatter = readFrontMatter(
    file,
    tree.children.find((node): node is Yaml => node.type === 'yaml'),
  );
  const { samples: written, fences, files } = readSamples(file, tree);
  const slug = readName(file, frontMatter);
  const samples = addLocks(file, written, slug, locks);
  // The code of an open fence is not only code.
  if (hasOpenFence(file)) file.messages = file.messages.filter(({ ruleId }) => ruleId?.startsWith('sample-') !== true);
  checkProse(file, tree);
  checkHeadings(file, tree);
  checkAuthorHtml(file, tree);
  // An open fence may hide samples, so that names cannot be checked.
  const placeholders = hasOpenFence(file) ? { figures: [], values: [] } : readPlaceholders(file, tree, samples);
  return { slug, frontMatter, tree, samples, fences, files, ...placeholders, file };
}

/**
 * Reads Markdown as if it were part of a post: its figures and values name the post's samples. A sample in it must be one
 * of the post's, word for word; the fences of the other samples are those of the post, outside the tree.
 */
export function parseExcerpt(post: Post, file: VFile): Post {
  const tree = parseMarkdown(file);
  const excerpt = readSamples(file, tree, post);
  for (const { name, code, place } of excerpt.samples) {
    if (post.samples.some((sample) => sample.name === name && sample.code === code)) continue;
    report(file, {
      rule: 'example-sample',
      reason: `The sample "${name}" is not written like this in ${post.file.path}`,
      hint: 'Copy its fence from there.',
      place,
    });
  }
  const fences = post.samples.map(
    ({ name }, index) => excerpt.fences[excerpt.samples.findIndex((sample) => sample.name === name)] ?? (post.fences[index] as Code),
  );
  return { ...post, tree, fences, ...readPlaceholders(file, tree, post.samples), file };
}

function readPlaceholders(file: VFile, tree: Root, samples: readonly Sample[]): Pick<Post, 'figures' | 'values'> {
  const figures: Figure[] = [];
  const values: Value[] = [];
  visit(tree, (node, index, parent) => {
    if (node.type === 'leafDirective' && isProse(node as LeafDirective)) {
      const text = { type: 'text', value: sourceOf(file, node) } as const;
      (parent as Parent).children[index ?? 0] = { type: 'paragraph', children: [text], position: node.position } as Paragraph;
      return SKIP;
    }
    if (node.type === 'leafDirective') {
      const figure = readFigure(file, node as LeafDirective, samples);
      if (figure !== undefined) figures.push(figure);
      return SKIP;
    }
    if (node.type === 'containerDirective') {
      report(file, {
        rule: 'figure-unknown',
        reason: 'A block that starts with three colons means nothing here',
        hint: 'A figure is one line with two colons, ::log{of=before}. For a note write a quote: > Mind this.',
        place: node.position,
      });
    }
    checkNear(file, node, samples);
    const value = node.type === 'inlineCode' ? readValue(file, node as InlineCode, samples) : undefined;
    if (value !== undefined) values.push(value);
    return undefined;
  });
  return { figures, values };
}

/** Reports text that looks like a figure or a value and is neither. */
function checkNear(file: VFile, node: Nodes, samples: readonly Sample[]): void {
  if (node.type === 'paragraph' || node.type === 'heading' || node.type === 'tableCell') {
    const prose = proseOf(file, node);
    checkNearFigure(file, prose, samples);
    checkValueInText(file, prose, samples, metrics);
    const [only, ...more] = node.children;
    if (only?.type === 'inlineCode' && more.length === 0 && node.type === 'paragraph') checkFigureInCode(file, only, samples);
  }
  if (node.type === 'html') {
    const { source, start } = stretchOf(file, node);
    const html = { source: blankComments(source), start };
    checkFenceInHtml(file, html);
    checkValueInHtml(file, html, samples);
  }
  if (node.type === 'html' || (node.type === 'code' && isIndented(file, node))) checkFigureInBlock(file, node, samples);
}

/** Reads `::name{…}` on a line of its own; directives in text are left out, so that colons in prose stay prose. */
function blockDirectives(this: Processor): void {
  const data = this.data() as { micromarkExtensions?: unknown[]; fromMarkdownExtensions?: unknown[] };
  const { flow } = directive();
  (data.micromarkExtensions ??= []).push({ flow });
  (data.fromMarkdownExtensions ??= []).push(directiveFromMarkdown());
}

/** Reads only blocks, and leaves their text unparsed. */
function blocksAlone(this: Processor): void {
  const data = this.data() as { micromarkExtensions?: unknown[] };
  (data.micromarkExtensions ??= []).push({ disable: { null: inline } });
}

/** micromark's names, and its extensions', for the constructs in text. */
const inline = [
  'attention',
  'autolink',
  'characterEscape',
  'characterReference',
  'codeText',
  'emailAutolink',
  'gfmFootnoteCall',
  'gfmPotentialFootnoteCall',
  'hardBreakEscape',
  'htmlText',
  'labelEnd',
  'labelStartImage',
  'labelStartLink',
  'protocolAutolink',
  'strikethrough',
  'tasklistCheck',
  'wwwAutolink',
];
