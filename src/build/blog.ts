import { listRecordedPosts } from '../capture/record-files.ts';
import { findingsOf, limitFindings, hasErrors, report, toFinding, type Finding } from '../experiment/finding.ts';
import { checkContentPage, renderContentPage, type ContentPage, type FindPost } from '../page/content-page.ts';
import { outlinePage, type Outline } from '../post/links/links.ts';
import { checkTogether, readIgnored, toPage } from '../post/read-posts.ts';
import { toText } from '../post/read-text.ts';
import type { Brand } from './card.ts';
import { inspectPost, parseContent } from './compile.ts';
import type { CompiledPost } from './compiled-post.ts';
import { findContentLinks } from './content-links.ts';
import { contentOf, listFiles, type Inputs } from './inputs.ts';
import { compileManual } from './manual.ts';
import { compilePosts, type CompileOptions } from './pool.ts';
import { findPublicFaults } from './public-files.ts';

/** A page beside the posts as it is shown, and its name in the address. */
export interface CompiledPage extends ContentPage {
  readonly id: string;
}

/** A blog that was read, checked and compiled: all that a site is rendered from, and everything wrong with it. */
export interface Blog {
  readonly inputs: Inputs;
  readonly brand: Brand;
  /** The day up to which posts are published. */
  readonly until: string;
  /** Oldest first. */
  readonly posts: readonly CompiledPost[];
  /** By name; those with errors, and all where the blog was only looked at, are left out. */
  readonly pages: readonly CompiledPage[];
  /** What is wrong with posts and pages as they are written. */
  readonly textFindings: readonly Finding[];
  /** Everything that is wrong. */
  readonly findings: readonly Finding[];
}

/** How a blog is compiled. */
export interface BlogOptions extends CompileOptions {
  /** The day up to which posts are published: today, for most. */
  readonly until: string;
  /** Whether the manual is one of its pages. */
  readonly manual: boolean;
}

/** Compiles posts and pages, and checks all of it together. */
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

/** A blog of posts that were compiled, with its pages; checks what can be told of all of it together. */
async function assemble(
  inputs: Inputs,
  posts: readonly CompiledPost[],
  { inspectOnly, brand, until, manual }: Pick<BlogOptions, 'inspectOnly' | 'brand' | 'until' | 'manual'>,
): Promise<Blog> {
  const { root } = inputs;
  const texts = inputs.pages.map(({ path, text }) => toPage(toText(path, text)));
  const outlines = [...posts.map((post) => outlineOn(post, until)), ...texts.map(outlinePage), ...outlinesOfOthers(root, manual)];
  const problems = Map.groupBy(checkTogether(outlines, root), ({ path }) => path);
  const find = findPosts(inputs, until);
  const pages: CompiledPage[] = [];
  for (const page of texts) {
    for (const problem of problems.get(page.file.path) ?? []) report(page.file, problem);
    await checkContentPage(page, find);
    if (!inspectOnly && !hasErrors(page.file)) pages.push({ id: page.name, ...(await renderContentPage(page, find)) });
  }
  pages.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
  if (manual && !inspectOnly) pages.push(await compileManual());
  const ofText = ({ outline: { path }, textFindings }: CompiledPost) => [...textFindings, ...(problems.get(path) ?? []).map(toFinding)];
  const beside = [...texts.map(({ file }) => file), ...(await readIgnored(root))].flatMap((file) => findingsOf(file));
  return {
    inputs,
    brand,
    until,
    posts,
    pages,
    textFindings: [...posts.flatMap((post) => inOrder(ofText(post))), ...beside],
    findings: [
      ...posts.flatMap((post) => inOrder([...ofText(post), ...post.recordFindings])),
      ...beside,
      ...findOrphans(root, posts),
      ...findContentLinks(root),
      ...findPublicFaults(root),
    ],
  };
}

/** A post's outline; one that waits for its day is not published yet. */
function outlineOn({ outline, date }: CompiledPost, until: string): Outline {
  if (date <= until || outline.post?.unpublished !== undefined || outline.post === undefined) return outline;
  return { ...outline, post: { ...outline.post, unpublished: `is not published before ${date}` } };
}

/** What links may lead to beside posts and pages of Markdown: the manual, and pages of the blog's own code. */
function outlinesOfOthers(root: string, manual: boolean): readonly Outline[] {
  const names = listFiles(root, 'src/pages').flatMap(
    (path) => /^src\/pages\/([a-z0-9-]+)(?:\/index)?\.(?:astro|md|mdx)$/.exec(path)?.[1] ?? [],
  );
  return [...names, ...(manual ? ['manual'] : [])].map((name) => ({ path: name, name, anchors: [], links: [] }));
}

/** The findings of one file as they are told. */
function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return limitFindings(findings.toSorted((a, b) => a.line - b.line || a.column - b.column));
}

/** Finds the published posts that pages take examples from, each parsed once. */
function findPosts(inputs: Inputs, until: string): FindPost {
  const found = new Map<string, Awaited<ReturnType<FindPost>>>();
  const parse = (slug: string) => {
    const input = inputs.posts.find((post) => post.slug === slug);
    if (input === undefined) return undefined;
    const [post, records] = parseContent({ ...contentOf(inputs.root, input), path: input.path });
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
      hint: 'Delete the folder, or bring its post back.',
    }),
  );
}
