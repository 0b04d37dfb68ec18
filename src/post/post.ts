import type { Code, InlineCode, Paragraph, Root, Yaml } from 'mdast';
import { directiveFromMarkdown, type LeafDirective } from 'mdast-util-directive';
import { directive } from 'micromark-extension-directive';
import { remark } from 'remark';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import type { Processor } from 'unified';
import { SKIP, visit } from 'unist-util-visit';
import type { VFile } from 'vfile';
import { checkAuthorHtml } from './author-html.ts';
import { isDeviceName } from './device-name.ts';
import { figureNames, readFigure, type Figure } from './figure.ts';
import { readFrontMatter, type FrontMatter } from './front-matter.ts';
import { lintProse } from './lint.ts';
import { report } from './message.ts';
import { readSample, type Sample } from './sample.ts';
import { readValue, type Value } from './value.ts';

/** A post as its author wrote it: prose as a tree with places, and the parts of it that Leaklog fills in. */
export interface Post {
  /** The file name without its date: the post's address. */
  readonly slug: string;
  readonly frontMatter: FrontMatter;
  readonly tree: Root;
  readonly samples: readonly Sample[];
  /** The fence of each sample, in the same order. */
  readonly fences: readonly Code[];
  readonly figures: readonly Figure[];
  readonly values: readonly Value[];
  readonly file: VFile;
}

const markdown = remark().use(remarkFrontmatter).use(remarkGfm).use(blockDirectives);

/** The tree of a Markdown file, figures in it as directives. */
export function parseMarkdown(file: VFile): Root {
  return markdown.parse(file);
}

/** Reads a post. Everything wrong with it is on `file.messages`; the post holds what could be read. */
export function parsePost(file: VFile): Post {
  const tree = parseMarkdown(file);
  const frontMatter = readFrontMatter(file, tree.children.find((node): node is Yaml => node.type === 'yaml'));
  const { samples, fences } = readSamples(file, tree);
  lintProse(file, tree);
  checkAuthorHtml(file, tree);
  return { slug: readSlug(file), frontMatter, tree, samples, fences, ...readPlaceholders(file, tree, samples), file };
}

/**
 * Reads some Markdown as if it stood in a post, whose samples its figures and values name. A sample in it has to be one
 * of the post's, word for word; the fences of the others are those of the post, outside the tree.
 */
export function parseExcerpt(post: Post, file: VFile): Post {
  const tree = parseMarkdown(file);
  const excerpt = readSamples(file, tree);
  for (const { name, code, place } of excerpt.samples) {
    if (post.samples.some((sample) => sample.name === name && sample.code === code)) continue;
    report(file, { rule: 'example-sample', reason: `The sample "${name}" does not stand like this in ${post.file.path}`, hint: 'Copy its fence from there.', place });
  }
  const fences = post.samples.map(({ name }, index) => excerpt.fences[excerpt.samples.findIndex((sample) => sample.name === name)] ?? (post.fences[index] as Code));
  return { ...post, tree, fences, ...readPlaceholders(file, tree, post.samples), file };
}

function readPlaceholders(file: VFile, tree: Root, samples: readonly Sample[]): Pick<Post, 'figures' | 'values'> {
  const figures: Figure[] = [];
  const values: Value[] = [];
  visit(tree, (node) => {
    if (node.type === 'leafDirective') {
      const figure = readFigure(file, node as LeafDirective, samples);
      if (figure !== undefined) figures.push(figure);
      return SKIP;
    }
    if (node.type === 'containerDirective') {
      report(file, { rule: 'figure-unknown', reason: 'A block between `:::` lines means nothing here', hint: 'A figure is one line with two colons: ::log{of=before}', place: node.position });
    }
    if (node.type === 'paragraph') checkParagraph(file, node as Paragraph);
    const value = node.type === 'inlineCode' ? readValue(file, node as InlineCode, samples) : undefined;
    if (value !== undefined) values.push(value);
    return undefined;
  });
  return { figures, values };
}

function readSamples(file: VFile, tree: Root): { samples: readonly Sample[]; fences: readonly Code[] } {
  const samples: Sample[] = [];
  const fences: Code[] = [];
  visit(tree, 'code', (node) => {
    if (!/^(?:python|python3|py)$/i.test(node.lang ?? '')) return void checkOtherFence(file, node);
    const sample = readSample(file, node);
    if (sample === undefined) return;
    checkEnd(file, node);
    // Their folders would be one on some systems.
    const twin = samples.find(({ name }) => name.toLowerCase() === sample.name.toLowerCase());
    if (twin !== undefined) {
      report(file, { rule: 'sample-twice', reason: `There are two samples named "${twin.name}"${twin.name === sample.name ? '' : `, but for upper and lower case`}; the first is on line ${twin.place?.start.line}`, hint: 'Give one of them another name.', place: sample.places['sample'] });
      return;
    }
    samples.push(sample);
    fences.push(node);
  });
  return { samples, fences };
}

/** A fence that gives itself a sample's name, and is none. */
function checkOtherFence(file: VFile, node: Code): void {
  const info = `${node.lang ?? ''} ${node.meta ?? ''}`;
  if (node.lang === null || node.lang === undefined || !/(?:^|[\s{,.])sample=\S/.test(info)) return;
  const glued = /^[{.]*py\w*[{,.]/i.test(info) || info.startsWith('{');
  report(file, {
    rule: 'sample-language',
    reason: glued ? `"${info.trim()}" is no language with attributes, so the fence never runs` : `The fence has a sample's name, but its language is "${node.lang.startsWith('sample=') ? '' : node.lang}", so it never runs`,
    hint: 'Write the language, a blank, and the name, without braces or commas: ```python sample=before',
    place: node.position,
  });
}

/** A sample whose fence is not closed has taken in all that follows, up to the end of the post or the next fence. */
function checkEnd(file: VFile, node: Code): void {
  const [start, end] = [node.position?.start, node.position?.end];
  const lines = String(file).replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const opening = /(?:`{3,}|~{3,})/.exec((lines[(start?.line ?? 1) - 1] ?? '').slice((start?.column ?? 1) - 1))?.[0] ?? '```';
  const last = (lines[(end?.line ?? 1) - 1] ?? '').replace(/^[\s>]+/, '').trimEnd();
  const isClosed = end?.line !== start?.line && /^(?:`+|~+)$/.test(last) && last[0] === opening[0] && last.length >= opening.length;
  const inner = node.value.split('\n').findIndex((line) => /^\s*(?:`{3,}|~{3,})\s*\w+.*\bsample=/.test(line));
  if (isClosed && inner === -1) return;
  const until = inner === -1 ? 'the end of the post' : `the next fence, on line ${(start?.line ?? 1) + 1 + inner}`;
  report(file, { rule: 'fence-open', reason: `The fence is not closed before ${until}, and has taken in what stands between`, hint: `End the code with a line of ${opening.replaceAll('`', '\\`').replaceAll('\\', '')} alone.`, place: start });
}

const figureLike = new RegExp(`^::? ?(?:${figureNames.join('|')})\\s*[{(\\[]`);

/** A line that was meant to be a figure, and is prose. */
function checkParagraph(file: VFile, node: Paragraph): void {
  const [first] = node.children;
  if (first?.type !== 'text' || !figureLike.test(first.value)) return;
  report(file, { rule: 'figure-form', reason: `"${first.value.split('\n')[0]}" is meant to be a figure, but is not written as one`, hint: 'A figure is a line of its own, without blanks inside its name: ::log{of=before}', place: node.position });
}

function readSlug(file: VFile): string {
  const [, slug] = /^\d{4}-\d{2}-\d{2}-([a-z0-9]+(?:-[a-z0-9]+)*)$/.exec(file.stem ?? '') ?? [];
  if (slug !== undefined && !isDeviceName(slug)) return slug;
  report(file, { rule: 'file-name', reason: `The file name "${file.basename}" is not YYYY-MM-DD-some-words.md`, hint: `Name the file by its day and some words in lower case: 2023-09-22-memory-leak-python.md${slug === undefined ? '' : `; Windows keeps the name ${slug} for itself`}`, place: { line: 1, column: 1 } });
  return file.stem ?? '';
}

/** Reads `::name{…}` on a line of its own; colons in prose stay prose, so the text half is left out. */
function blockDirectives(this: Processor): void {
  const data = this.data() as { micromarkExtensions?: unknown[]; fromMarkdownExtensions?: unknown[] };
  const { flow } = directive();
  (data.micromarkExtensions ??= []).push({ flow });
  (data.fromMarkdownExtensions ??= []).push(directiveFromMarkdown());
}
