import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { VFile } from 'vfile';
import { runCommand } from '../src/cli/command.ts';
import { count } from '../src/cli/project.ts';
import { findingsOf, printFindings } from '../src/cli/report.ts';
import { root } from '../src/cli/root.ts';
import { say } from '../src/cli/terminal.ts';
import { UserError } from '../src/experiment/user-error.ts';
import type { ImportStep } from '../src/import/edits.ts';
import { importPost } from '../src/import/post.ts';
import { postsFolder } from '../src/post/content-files.ts';
import { parsePost } from '../src/post/post.ts';
import { faultOfBytes } from '../src/post/read-text.ts';

await runCommand(
  {
    usage: 'import <file>',
    summary:
      'Turn a Jekyll post into a post here: its programs become samples, its pasted logs become placeholders, ' +
      'the rest stays word for word. Says what became of each fence, and which pasted lines the code cannot have printed. ' +
      'Runs nothing, and never overwrites a file.',
    options: {
      out: { type: 'string', value: 'PATH', help: `where to write: in ${postsFolder}/ by default, named by the post's date and title` },
      'dry-run': { type: 'boolean', help: 'write nothing, only print what would become of each fence' },
    },
  },
  async ({ words, options }) => {
    const [path] = words;
    if (path === undefined || words.length > 1)
      throw new UserError('Import which post? Name one file', 'npm run import -- _posts/2023-09-22-some-words.md');
    const imported = importPost(path, await readText(path), options.out);
    const target = resolve(options.out ?? join(postsFolder, nameOf(path, imported.name)));
    const shown = relative(root, target).startsWith('..') ? target : relative(root, target);
    for (const step of imported.steps) say(describeStep(path, step));
    if (options['dry-run'] !== true) await writeNew(target, shown, imported.text, options.out === undefined);
    const post = parsePost(new VFile({ path: shown, value: imported.text }));
    const errors = printFindings(findingsOf([post.file]));
    const wrote =
      options['dry-run'] === true
        ? `Nothing was written; ${existsSync(target) ? `${shown} already exists` : `without --dry-run it would be ${shown}`}.`
        : `Wrote ${shown}.`;
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

async function readText(path: string): Promise<string> {
  if (/\.html?$/i.test(path)) throw new UserError(`${path} is HTML, not Markdown`, 'Import the Markdown that it was made from.');
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: `There is no file ${path}`,
      EISDIR: `${path} is a folder, not a post`,
      EACCES: `There is no permission to read ${path}`,
    };
    throw new UserError(
      reasons[error.code ?? ''] ?? `${path} cannot be read: ${error.message}`,
      'Name a Jekyll post, such as _posts/2023-09-22-some-words.md.',
    );
  });
  const fault = faultOfBytes(bytes);
  if (fault !== undefined)
    throw new UserError(`${path}:${fault.place.line}:${fault.place.column}: ${fault.reason}`, `${fault.hint} Then import it again.`);
  return bytes.toString('utf8');
}

function nameOf(path: string, name: string | undefined): string {
  if (name !== undefined) return name;
  const example = `${postsFolder}/2023-09-22-${basename(path).replace(/\.[^.]*$/, '')}.md`;
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
