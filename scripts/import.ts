import { existsSync } from 'node:fs';
import { copyFile, mkdir, open, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { VFile } from 'vfile';
import { runCommand } from '../src/cli/command.ts';
import { count } from '../src/cli/project.ts';
import { printFindings } from '../src/cli/report.ts';
import { root } from '../src/cli/root.ts';
import { say } from '../src/cli/terminal.ts';
import { findingsOf, report, type Finding } from '../src/experiment/finding.ts';
import { UsageError, UserError } from '../src/experiment/user-error.ts';
import type { Copy } from '../src/import/addresses.ts';
import type { ImportStep } from '../src/import/edits.ts';
import { slugify } from '../src/import/front.ts';
import { readPlaces } from '../src/import/places.ts';
import { importPost, type Imported } from '../src/import/post.ts';
import { postsFolder } from '../src/post/content-files.ts';
import { outlinePage, outlinePost } from '../src/post/links/links.ts';
import { parsePost, type Post } from '../src/post/post.ts';
import { checkTogether, listPosts, readContent } from '../src/post/read-posts.ts';
import { faultOfBytes } from '../src/post/read-text.ts';

await runCommand(
  {
    usage: 'import <file>',
    summary:
      'Turn a post of Jekyll, Hugo, Pelican, Octopress or WordPress in Markdown into a post here: its programs become samples, ' +
      'its pasted logs become placeholders, its images are copied, the rest stays word for word. Says what became of each part, ' +
      'which pasted lines the code cannot have printed, and what check finds in the result. Runs nothing, and never overwrites a file.',
    options: {
      out: { type: 'string', value: 'PATH', help: `where to write: in ${postsFolder}/ by default, named by the post's date and title` },
      'dry-run': { type: 'boolean', help: 'write nothing, only print what would become of each part' },
    },
  },
  async ({ words, options }) => {
    const [path] = words;
    if (path === undefined || words.length > 1)
      throw new UsageError('Import which post? Name one file', 'npm run import -- _posts/2023-09-22-some-words.md');
    const isDry = options['dry-run'] === true;
    const places = readPlaces(path, root, await listPosts(root));
    const imported = importPost(path, await readText(path), places, options.out);
    const target = resolve(options.out ?? join(postsFolder, nameOf(path, imported.name)));
    const shown = relative(root, target).startsWith('..') ? target : relative(root, target);
    for (const step of imported.steps) say(describeStep(path, step));
    if (!isDry) {
      await writeNew(target, shown, imported.text, options.out === undefined);
      for (const copy of imported.copies) await copyNew(copy);
    }
    const { post, findings } = await checkImported(shown, imported);
    const errors = printFindings(findings);
    const wrote = isDry
      ? `Nothing was written; ${existsSync(target) ? `${shown} already exists` : `without --dry-run it would be ${shown}`}.`
      : `Wrote ${shown}${imported.copies.length === 0 ? '' : ` and ${count(imported.copies.length, 'file')} in public/`}.`;
    const next =
      errors > 0
        ? `Fix the ${count(errors, 'error')} above, then run it with npm run build.`
        : post.samples.length === 0
          ? 'No program in it runs: name one yourself, as ```python sample=before'
          : `Run ${post.samples.length === 1 ? 'its sample' : `its ${post.samples.length} samples`} with npm run build.`;
    say(`${wrote} ${next}`);
    return 0;
  },
);

/** The imported post, and all that check says of it in this blog, apart from records that are still missing. */
async function checkImported(
  path: string,
  { text, copies }: Imported,
): Promise<{ readonly post: Post; readonly findings: readonly Finding[] }> {
  const post = parsePost(new VFile({ path, value: text }));
  const { posts, pages } = await readContent(root);
  const others = posts.filter(({ file }) => file.path !== path).map(outlinePost);
  const together = checkTogether([...others, outlinePost(post), ...pages.map(outlinePage)], root);
  for (const problem of together.filter((one) => one.path === path)) report(post.file, problem);
  // In a dry run, no file is there yet.
  const coming = new Set(copies.map(({ to }) => `There is no file ${to}`));
  return { post, findings: findingsOf(post.file).filter(({ reason }) => !coming.has(reason)) };
}

/** Copies a file of the old blog, unless one of that name is there. */
async function copyNew({ from, to }: Copy): Promise<void> {
  const target = join(root, to);
  if (existsSync(target)) return say(`${to} already exists, and is left unchanged.`);
  await mkdir(dirname(target), { recursive: true });
  await copyFile(from, target);
}

async function readText(path: string): Promise<string> {
  const [, kind] = /\.(html?|rst|org|adoc|ipynb|textile)$/i.exec(path) ?? [];
  if (kind !== undefined)
    throw new UsageError(
      `${path} is not Markdown`,
      /^html?$/i.test(kind)
        ? 'Import the Markdown that it was made from.'
        : `Turn it into Markdown first, as with pandoc: pandoc -t gfm -o ${basename(path, `.${kind}`)}.md ${basename(path)}`,
    );
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: `There is no file ${path}`,
      EISDIR: `${path} is a folder, not a post`,
      EACCES: `There is no permission to read ${path}`,
    };
    throw new UsageError(
      reasons[error.code ?? ''] ?? `${path} cannot be read: ${error.message}`,
      'Name a post, such as _posts/2023-09-22-some-words.md.',
    );
  });
  const fault = faultOfBytes(bytes);
  if (fault !== undefined)
    throw new UserError(`${path}:${fault.place.line}:${fault.place.column}: ${fault.reason}`, `${fault.hint} Then import it again.`);
  return bytes.toString('utf8');
}

function nameOf(path: string, name: string | undefined): string {
  if (name !== undefined) return name;
  const example = `${postsFolder}/2023-09-22-${slugify(basename(path).replace(/\.[^.]*$/, '')) || 'some-words'}.md`;
  throw new UserError(
    `${path} has no date, neither in its name nor in its front matter`,
    `Add a line such as date: 2023-09-22, or say where to write: --out ${example}`,
  );
}

async function writeNew(target: string, shown: string, text: string, makeFolder: boolean): Promise<void> {
  if (makeFolder) await mkdir(dirname(target), { recursive: true });
  const file = await open(target, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST')
      throw new UserError(
        `${shown} already exists, and is left unchanged`,
        `Write to another file with --out ${join(dirname(shown), `${basename(shown, '.md')}-2.md`)}`,
      );
    throw new UserError(`${shown} could not be written: ${error.message}`, 'Name a folder that exists and can be written to with --out.');
  });
  try {
    await file.writeFile(text);
  } catch (error) {
    // The file is incomplete.
    await rm(target, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

function describeStep(path: string, { line, what, details }: ImportStep): string {
  return [`${path}:${line}: ${what}`, ...details.map((detail) => `    ${detail.replaceAll('\n', '\n    ')}`)].join('\n');
}
