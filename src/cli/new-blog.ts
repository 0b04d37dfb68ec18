import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { draftPost } from './draft-post.ts';

/** The settings of a new blog. */
export interface NewBlog {
  readonly title: string;
  readonly author: string | undefined;
  /** The origin of its address, such as `https://ada.example`. */
  readonly site: string;
  /** The path of the blog there, such as `/notes`; undefined for the root. */
  readonly base: string | undefined;
  /** The date of its first post, `YYYY-MM-DD`. */
  readonly day: string;
  /** What npm installs as Leaklog: a version range, or a `file:` path. */
  readonly dependency: string;
  /** The folder of this package. */
  readonly packageRoot: string;
}

const commands = ['build', 'check', 'dev', 'import', 'lock', 'log', 'merge', 'new', 'plan', 'preview', 'refresh', 'verify'];

/** The texts of a new blog's files, by their paths in its folder. */
export function blogFiles(blog: NewBlog): Readonly<Record<string, string>> {
  const { title, author, day, packageRoot } = blog;
  const name = slugOf(title);
  const copied = ['.github/workflows', '.vscode', 'content'].flatMap((folder) => listPlain(packageRoot, folder));
  return {
    'package.json': `${JSON.stringify(manifest(name, blog), undefined, 2)}\n`,
    'astro.config.mjs': settings(blog),
    [`content/posts/${day}-first-measurement.md`]: draftPost('A first measurement', day, author),
    'content/pages/about.md': about(blog),
    '.gitignore': 'node_modules/\ndist/\ndist.*/\n.astro/\n*.tmp\n',
    ...Object.fromEntries(copied.map((path) => [path, readFileSync(join(packageRoot, path), 'utf8')])),
  };
}

/** The files of a folder of the package that a new blog gets as they are: workflows, and help for editors. */
function listPlain(packageRoot: string, folder: string): readonly string[] {
  const names = readdirSync(join(packageRoot, folder)).filter((name) => /\.(?:yml|json|code-snippets)$/.test(name));
  return names.toSorted().map((name) => `${folder}/${name}`);
}

function manifest(name: string, { dependency }: NewBlog): object {
  return {
    name,
    private: true,
    type: 'module',
    scripts: Object.fromEntries(commands.map((command) => [command, `leaklog ${command}`])),
    dependencies: { leaklog: dependency },
    // Packages that may run install scripts.
    allowScripts: { esbuild: true, node: true },
  };
}

function settings({ title, author, site, base }: NewBlog): string {
  const text = (value: string) => `'${value.replaceAll(/['\\]/g, '\\$&')}'`;
  const authorLine = author === undefined ? '' : `      author: ${text(author)},\n`;
  return `import { defineConfig } from 'astro/config';
import leaklog from 'leaklog';

export default defineConfig({
  // Where the blog is published: the feed, the sitemap and the cards need it.
  site: ${text(site)},
${base === undefined ? '' : `  base: ${text(base)},\n`}  integrations: [
    leaklog({
      title: ${text(title)},
      description: 'What I measured about memory in Python.',
${authorLine}      // lang, accent, logo, favicon, links, navigation, footer, css, components: the manual has them all.
      manual: false,
    }),
  ],
});
`;
}

function about({ title, author }: NewBlog): string {
  return `# About

${author === undefined ? 'This is' : `${author} writes`} ${title}. Say who you are, and how a reader can reach you.

Every figure here was measured by running the code beside it: each post says on which Python, and how to repeat it.
`;
}

function slugOf(title: string): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return words === '' ? 'blog' : words;
}
