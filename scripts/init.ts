import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { today } from '../src/build/today.ts';
import { runCommand } from '../src/cli/command.ts';
import { blogFiles } from '../src/cli/new-blog.ts';
import { say } from '../src/cli/terminal.ts';
import { UsageError, UserError } from '../src/experiment/user-error.ts';

await runCommand(
  {
    usage: 'init [folder]',
    summary:
      'Start a blog in a new folder: its settings, a first post that runs, a page about you, and workflows that publish it. ' +
      'Then npm install there.',
    options: {
      title: { type: 'string', value: 'TITLE', help: 'the name of the blog: that of the folder by default' },
      author: { type: 'string', value: 'NAME', help: 'who writes it' },
      site: { type: 'string', value: 'URL', help: 'where it will be published, such as https://ada.example/notes' },
    },
  },
  async ({ words, options }) => {
    const [word = '.', ...more] = words;
    if (more.length > 0)
      throw new UsageError(`A blog has only one folder, so "${more[0]}" is too much`, 'Quote a name that has spaces in it.');
    const folder = resolve(word);
    const there = existsSync(folder) ? readdirSync(folder).filter((name) => name !== '.git') : [];
    if (there.length > 0)
      throw new UserError(
        `${word} is not empty: it has ${there[0]}`,
        'Delete that, or name a folder that does not exist yet: npx leaklog init my-blog',
      );
    const packageRoot = findPackage();
    const title = options.title ?? titleOf(basename(folder));
    const files = blogFiles({
      title,
      author: options.author,
      ...readSite(options.site),
      day: today(),
      dependency: findDependency(packageRoot),
      packageRoot,
    });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text, { flag: 'wx' });
    }
    const change = word === '.' ? '' : `  cd ${word}\n`;
    say(
      `Your blog is in ${word === '.' ? 'this folder' : word}. Now:\n\n` +
        `${change}  npm install       a minute or two, once\n` +
        '  npm run dev       write, and see it in a browser\n' +
        '  npm run build     run the samples, and render the site to dist/\n\n' +
        'Its name, and the address that it is published at, are in astro.config.mjs.',
    );
    return 0;
  },
);

/** The folder of this package: this file is in scripts/ or, compiled, in lib/scripts/. */
function findPackage(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return join(here, existsSync(join(here, '../package.json')) ? '..' : '../..');
}

/** What npm is to install as Leaklog: this version or a later one, or the file that this one was installed from. */
function findDependency(packageRoot: string): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { readonly version: string };
  const lock = join(packageRoot, '../.package-lock.json');
  if (!existsSync(lock)) return `^${version}`;
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly resolved?: string }>>;
  };
  const [, file] = /^file:(.+)$/.exec(packages['node_modules/leaklog']?.resolved ?? '') ?? [];
  return file === undefined ? `^${version}` : `file:${resolve(packageRoot, '../..', file)}`;
}

/** `adas-notes` as a title: `Adas notes`. */
function titleOf(name: string): string {
  const words = name.replaceAll(/[-_]+/g, ' ').trim();
  return words === '' ? 'Notes on memory' : words[0]?.toUpperCase() + words.slice(1);
}

/** Splits an address into origin and path. Throws a UsageError if it is not an http or https URL. */
function readSite(text: string | undefined): { readonly site: string; readonly base: string | undefined } {
  if (text === undefined) return { site: 'https://blog.example', base: undefined };
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new UsageError(`"${text}" is not the address of a site`, 'Write all of it: --site https://ada.example/notes');
  const { origin, pathname } = new URL(text);
  return { site: origin, base: pathname === '/' ? undefined : pathname.replace(/\/$/, '') };
}
