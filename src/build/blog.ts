import { listRecordedPosts } from '../capture/record-files.ts';
import { findingsOf, limitFindings, hasErrors, report, toFinding, type Finding } from '../experiment/finding.ts';
import { checkContentPage, renderContentPage, type ContentPage, type FindPost } from '../page/content-page.ts';
import { outlinePage, type Outline, type PageText } from '../post/links/links.ts';
import { checkTogether, readIgnored, toPage } from '../post/read-posts.ts';
import { toText } from '../post/read-text.ts';
import type { Brand } from './card.ts';
import { inspectPost, parseContent, type InspectedText } from './compile.ts';
import type { CompiledPost } from './compiled-post.ts';
import { findContentLinks } from './content-links.ts';
import { contentOf, type Inputs, type Texts } from './inputs.ts';
import { compileManual } from './manual.ts';
import { listOwnPages, routeNames } from './own-pages.ts';
import { compilePosts, type CompileOptions } from './pool.ts';
import { findPublicFaults } from './public-files.ts';

/** A rendered content page or the manual; `id` is its name in the address. */
export interface CompiledPage extends ContentPage {
  readonly id: string;
}

/** A blog that was read, checked and compiled: all that a site is rendered from, and every finding. */
export interface Blog {
  readonly inputs: Inputs;
  readonly brand: Brand;
  /** Whether readers can run every sample in its page. */
  readonly live?: boolean | undefined;
  /** The last day of publication that is rendered, `YYYY-MM-DD`. */
  readonly until: string;
  /** Oldest first. */
  readonly posts: readonly CompiledPost[];
  /** Sorted by `order`, then by name, the manual last. Without pages that have errors; empty if the blog was only inspected. */
  readonly pages: readonly CompiledPage[];
  /** The findings on the text of posts and pages. */
  readonly textFindings: readonly Finding[];
  /** Files of the blog's own code, from the project's root. */
  readonly ownCode: readonly string[];
  /** All findings: on texts, records, links between them, and public files. */
  readonly findings: readonly Finding[];
}

/** How a blog is compiled. */
export interface BlogOptions extends CompileOptions {
  /** The last day of publication that is rendered, `YYYY-MM-DD`: usually today. */
  readonly until: string;
  /** Whether the manual is one of the pages. */
  readonly manual: boolean;
}

/** Compiles posts and pages, and checks them together: links, orphaned records, public files. */
export async function compileBlog(inputs: Inputs, options: BlogOptions): Promise<Blog> {
  return assemble(inputs, await compilePosts(inputs, options), options);
}

/**
 * Checks all posts and pages without compiling them, for a command that does so again and again: `remembered` holds the
 * results by the hashes of posts, and only changed posts are read.
 */
export async function inspectAgain(
  inputs: Inputs,
  remembered: Map<string, CompiledPost>,
  options: Pick<BlogOptions, 'brand' | 'until' | 'manual'>,
): Promise<Blog> {
  const posts = inputs.posts.map((input) => {
    const known = remembered.get(input.hash);
    return known ?? inspectPost({ ...contentOf(inputs.root, input), path: input.path });
  });
  remembered.clear();
  for (const [index, { hash }] of inputs.posts.entries()) remembered.set(hash, posts[index] as CompiledPost);
  return assemble(inputs, posts, { inspectOnly: true, ...options });
}

/** The findings on the texts of posts that are parsed already, and on pages: what keeps a command from running samples. */
export async function inspectTexts(
  texts: Texts,
  posts: readonly InspectedText[],
  options: Pick<BlogOptions, 'until' | 'manual'>,
): Promise<readonly Finding[]> {
  const { ofPosts, beside, others } = await checkTexts(texts, posts, options);
  return [...ofPosts.flatMap(inOrder), ...beside, ...others];
}

/** Checks what concerns posts and pages together: links, addresses, files beside them. */
async function checkTexts(texts: Texts, posts: readonly InspectedText[], { until, manual }: Pick<BlogOptions, 'until' | 'manual'>) {
  const { root } = texts;
  const pages = texts.pages.map(({ path, text }) => toPage(toText(path, text)));
  const outlines = [...posts.map((post) => outlineOn(post, until)), ...pages.map(outlinePage), ...outlinesOfOthers(root, manual)];
  const problems = Map.groupBy(checkTogether(outlines, root), ({ path }) => path);
  const find = findPosts(texts, until);
  for (const page of pages) {
    for (const problem of problems.get(page.file.path) ?? []) report(page.file, problem);
    await checkContentPage(page, find);
  }
  const ofPosts = posts.map(({ outline: { path }, textFindings }) => [...textFindings, ...(problems.get(path) ?? []).map(toFinding)]);
  const beside = [...pages.map(({ file }) => file), ...(await readIgnored(root))].flatMap((file) => findingsOf(file));
  const others = [...findClashes(root, pages, manual), ...findContentLinks(root), ...findPublicFaults(root)];
  return { pages, find, ofPosts, beside, others };
}

/** Adds the pages to compiled posts, and checks what concerns all of them together. */
async function assemble(
  inputs: Inputs,
  posts: readonly CompiledPost[],
  { inspectOnly, brand, live, until, manual }: Pick<BlogOptions, 'inspectOnly' | 'brand' | 'live' | 'until' | 'manual'>,
): Promise<Blog> {
  const { root } = inputs;
  const { pages: texts, find, ofPosts, beside, others } = await checkTexts(inputs, posts, { until, manual });
  const pages: CompiledPage[] = [];
  for (const page of texts)
    if (!inspectOnly && !hasErrors(page.file)) pages.push({ id: page.name, ...(await renderContentPage(page, find)) });
  pages.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
  if (manual && !inspectOnly) pages.push(await compileManual(inputs));
  return {
    inputs,
    brand,
    live,
    until,
    posts,
    pages,
    ownCode: listOwnPages(root).map(({ path }) => path),
    textFindings: [...ofPosts.flatMap(inOrder), ...beside, ...others],
    findings: [
      ...posts.flatMap(({ recordFindings }, index) => inOrder([...(ofPosts[index] ?? []), ...recordFindings])),
      ...beside,
      ...findOrphans(root, posts),
      ...others,
    ],
  };
}

/** A post's outline; a post whose day is after `until` is marked as unpublished. */
function outlineOn({ outline, date }: InspectedText, until: string): Outline {
  if (date <= until || outline.post?.unpublished !== undefined || outline.post === undefined) return outline;
  return { ...outline, post: { ...outline.post, unpublished: `is not published before ${date}` } };
}

/** Link targets other than posts and Markdown pages: the manual, and the blog's own Astro pages. */
function outlinesOfOthers(root: string, manual: boolean): readonly Outline[] {
  const names = listOwnPages(root).map(({ name }) => name);
  return [...names, ...(manual ? ['manual'] : [])].map((name) => ({ path: name, name, anchors: [], links: [] }));
}

/** Pages at an address that the site itself, or another page, has: one of the two would be lost. */
function findClashes(root: string, pages: readonly PageText[], manual: boolean): readonly Finding[] {
  const own = listOwnPages(root);
  const taken = new Set([...routeNames(), ...(manual ? ['manual'] : [])]);
  const clash = (path: string, other: string) =>
    toFinding({
      path,
      place: undefined,
      rule: 'page-own',
      reason: `${other}, and one would replace the other`,
      hint: 'Give the page another name.',
    });
  return [
    ...pages.flatMap(({ name, file }) => (taken.has(name) ? [clash(file.path, `The site itself has /${name}/`)] : [])),
    ...own.flatMap(({ path, name }) => {
      const page = pages.find((each) => each.name === name);
      if (page !== undefined) return [clash(path, `${page.file.path} has the same address, /${name}/`)];
      return taken.has(name) ? [clash(path, `The site itself has /${name}/`)] : [];
    }),
  ];
}

/** The findings of one file by line and column, limited in number. */
function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return limitFindings(findings.toSorted((a, b) => a.line - b.line || a.column - b.column));
}

/** Returns a lookup of the published posts that pages take examples from; it parses each post once. */
function findPosts({ root, posts }: Texts, until: string): FindPost {
  const found = new Map<string, Awaited<ReturnType<FindPost>>>();
  const parse = (slug: string) => {
    const input = posts.find((post) => post.slug === slug);
    if (input === undefined) return undefined;
    const [post, records] = parseContent({ ...contentOf(root, input), path: input.path });
    return post.frontMatter.draft || post.frontMatter.date > until ? undefined : { post, records, url: `../posts/${slug}/` };
  };
  return async (slug) => {
    if (!found.has(slug)) found.set(slug, parse(slug));
    return found.get(slug);
  };
}

function findOrphans(root: string, posts: readonly CompiledPost[]): readonly Finding[] {
  const slugs = new Set(posts.map(({ slug }) => slug));
  const orphans = listRecordedPosts(root).filter((slug) => !slugs.has(slug));
  return orphans.map((slug) =>
    toFinding({
      path: `content/captures/${slug}`,
      place: undefined,
      level: 'warning',
      rule: 'record-orphan',
      reason: 'These records belong to no post',
      hint: 'Delete the folder, or restore its post.',
    }),
  );
}
