import { listRecordedPosts } from '../capture/record-files.ts';
import { findingsOf, limitFindings, hasErrors, report, toFinding, type Finding } from '../experiment/finding.ts';
import { checkContentPage, renderContentPage, type ContentPage, type FindPost } from '../page/content-page.ts';
import { outlinePage } from '../post/links/links.ts';
import { checkTogether, readIgnored, toPage } from '../post/read-posts.ts';
import { toText } from '../post/read-text.ts';
import type { Brand } from './card.ts';
import { inspectPost, parseContent } from './compile.ts';
import type { CompiledPost } from './compiled-post.ts';
import { findContentLinks } from './content-links.ts';
import { contentOf, type Inputs } from './inputs.ts';
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
  /** Oldest first. */
  readonly posts: readonly CompiledPost[];
  /** By name; those with errors, and all where the blog was only looked at, are left out. */
  readonly pages: readonly CompiledPage[];
  /** What is wrong with posts and pages as they are written. */
  readonly textFindings: readonly Finding[];
  /** Everything that is wrong. */
  readonly findings: readonly Finding[];
}

/** Compiles posts and pages, and checks all of it together. */
export async function compileBlog(inputs: Inputs, options: CompileOptions): Promise<Blog> {
  return assemble(inputs, await compilePosts(inputs, options), options);
}

/** Looks at all posts and pages, compiles nothing, and remembers what it finds by the hashes of posts, for a command that looks again and again. */
export async function inspectAgain(inputs: Inputs, remembered: Map<string, CompiledPost>, brand: Brand): Promise<Blog> {
  const posts = inputs.posts.map((input) => {
    const known = remembered.get(input.hash);
    return known ?? inspectPost({ ...contentOf(inputs.root, input), path: input.path });
  });
  remembered.clear();
  for (const [index, { hash }] of inputs.posts.entries()) remembered.set(hash, posts[index] as CompiledPost);
  return assemble(inputs, posts, { inspectOnly: true, brand });
}

/** A blog of posts that were compiled, with its pages; checks what can be told of all of it together. */
async function assemble(
  inputs: Inputs,
  posts: readonly CompiledPost[],
  { inspectOnly, brand }: Pick<CompileOptions, 'inspectOnly' | 'brand'>,
): Promise<Blog> {
  const { root } = inputs;
  const texts = inputs.pages.map(({ path, text }) => toPage(toText(path, text)));
  const outlines = [...posts.map(({ outline }) => outline), ...texts.map(outlinePage)];
  const problems = Map.groupBy(checkTogether(outlines, root), ({ path }) => path);
  const find = findPosts(inputs);
  const pages: CompiledPage[] = [];
  for (const page of texts) {
    for (const problem of problems.get(page.file.path) ?? []) report(page.file, problem);
    await checkContentPage(page, find);
    if (!inspectOnly && !hasErrors(page.file)) pages.push({ id: page.name, ...(await renderContentPage(page, find)) });
  }
  const ofText = ({ outline: { path }, textFindings }: CompiledPost) => [...textFindings, ...(problems.get(path) ?? []).map(toFinding)];
  const beside = [...texts.map(({ file }) => file), ...(await readIgnored(root))].flatMap((file) => findingsOf(file));
  return {
    inputs,
    brand,
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

/** The findings of one file as they are told. */
function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return limitFindings(findings.toSorted((a, b) => a.line - b.line || a.column - b.column));
}

/** Finds the published posts that pages take examples from, each parsed once. */
function findPosts(inputs: Inputs): FindPost {
  const found = new Map<string, Awaited<ReturnType<FindPost>>>();
  const parse = (slug: string) => {
    const input = inputs.posts.find((post) => post.slug === slug);
    if (input === undefined) return undefined;
    const [post, records] = parseContent({ ...contentOf(inputs.root, input), path: input.path });
    return post.frontMatter.draft ? undefined : { post, records };
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
