import { isUtf8 } from 'node:buffer';
import { lstatSync, readFileSync, readdirSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { basename, extname, join, sep } from 'node:path';
import { toFinding, type Finding } from '../experiment/finding.ts';
import { listOwnPages, routeNames } from './own-pages.ts';

/**
 * Finds unexpected files in `public/`: an error for what cannot be published, or would collide with the site, otherwise a
 * warning.
 */
export function findPublicFaults(root: string): readonly Finding[] {
  const found = lstatSync(join(root, folder), { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (found.isSymbolicLink())
    return [fault(folder, 'public-link', 'The folder is a symbolic link, and its target would be published', 'Replace it with a folder.')];
  if (!found.isDirectory()) return [fault(folder, 'public-kind', 'This is not a folder', 'Replace it with a folder, or remove it.')];
  return [...findOwn(root), ...walk(root, folder)];
}

const folder = 'public';

function fault(path: string, rule: string, reason: string, hint: string, level: Finding['level'] = 'error'): Finding {
  return toFinding({ path, place: undefined, level, rule, reason, hint });
}

/** Files and folders with the name of a part of the site, in upper or lower case: one of the two would be lost. */
function findOwn(root: string): readonly Finding[] {
  const own = new Set(ownNames(root));
  const names = readdirSync(join(root, folder)).filter((name) => own.has(name.normalize().toLowerCase()));
  return names.map((name) =>
    fault(
      `${folder}/${name}`,
      'public-own',
      `The site itself has ${name}, and one would replace the other`,
      'Rename it; a page of your own is a file in content/pages.',
    ),
  );
}

/** The top-level names of a site: its routes (`src/site/routes`), the author's pages, and what Astro and Pagefind write. */
function ownNames(root: string): readonly string[] {
  const authors = list(join(root, 'content/pages')).map((name) => name.replace(/\.md$/, ''));
  const pages = routeNames().map((name) => (name === 'index' || name === '404' ? `${name}.html` : name));
  return ['_astro', 'pagefind', 'manual', ...pages, ...authors, ...listOwnPages(root).map(({ name }) => name)];
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function walk(root: string, inside: string): readonly Finding[] {
  // As bytes: a name that is not UTF-8 would be decoded to the name of another file.
  const entries = readdirSync(join(root, inside), { withFileTypes: true, encoding: 'buffer' });
  return entries.flatMap((entry) => {
    const path = `${inside}/${entry.name.toString()}`;
    if (!isUtf8(entry.name)) return [fault(path, 'public-name', 'The name of the file is not UTF-8, so no URL can reach it', 'Rename it.')];
    return entry.isDirectory() ? walk(root, path) : (findAtFile(root, path, entry) ?? []);
  });
}

function findAtFile(root: string, path: string, entry: Dirent<Buffer>): Finding | undefined {
  if (entry.isSymbolicLink() && !staysInside(root, path))
    return fault(
      path,
      'public-link',
      'The file is a symbolic link that leads out of public/, and its target would be published',
      'Replace it with a copy.',
    );
  const found = statSync(join(root, path));
  if (found.isDirectory()) return undefined;
  if (!found.isFile())
    return fault(path, 'public-kind', 'This is a pipe, a socket or a device, not a file', 'Remove it: reading it might never end.');
  if (hostSettings.has(basename(path).toLowerCase()))
    return fault(
      path,
      'public-host',
      'A host may take this file for settings: the domain of the site, or what is served where',
      'Keep it only if it is yours and meant as such.',
      'warning',
    );
  if (!mayRun(join(root, path))) return undefined;
  return fault(
    path,
    'public-script',
    'The file may contain scripts, and is published as it is, without the content security policy of the site’s pages',
    'Keep it only if it is yours: from a stranger, it would be their page under your name.',
    'warning',
  );
}

function staysInside(root: string, path: string): boolean {
  try {
    return realpathSync(join(root, path)).startsWith(realpathSync(join(root, folder)) + sep);
  } catch {
    return false;
  }
}

/** Files that GitHub Pages, Cloudflare, Netlify, Vercel, Apache and IIS read as settings. */
const hostSettings = new Set([
  'cname',
  '_headers',
  '_redirects',
  '_routes.json',
  '_worker.js',
  'netlify.toml',
  'vercel.json',
  '.htaccess',
  'web.config',
]);

/** Extensions of files in which browsers run scripts. */
const runnable = /^\.(?:s?html?|xhtml?|xml|xslt?|rdf|atom|rss|mht(?:ml)?|svgz|[cm]?js|wasm)$/i;

/** Whether the findings on a public file depend on its contents: SVGs may be a post's images, so only those with scripts are reported. */
export function isContentChecked(path: string): boolean {
  return /\.svg$/i.test(path);
}

/** Whether a browser that opens the file may run a script in it. */
function mayRun(path: string): boolean {
  if (runnable.test(extname(path))) return true;
  if (!isContentChecked(path)) return false;
  const bytes = readFileSync(path);
  return !isUtf8(bytes) || active.test(bytes.toString());
}

/** What may make an SVG active: scripts, handlers, HTML, other documents, and character references, which may hide any of them. */
const active = /script|\bon\w+\s*=|foreignobject|<!entity|<\?xml-stylesheet|\bhandler\b|\bdata:\s*(?:text|application|image\/svg)|&#/i;
