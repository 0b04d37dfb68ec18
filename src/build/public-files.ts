import { isUtf8 } from 'node:buffer';
import { lstatSync, readFileSync, readdirSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { basename, extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toFinding, type Finding } from '../experiment/finding.ts';

/**
 * What `public/` would bring onto the site and nobody may expect: an error where it cannot be published, or not beside the
 * site, else a warning.
 */
export function findPublicFaults(root: string): readonly Finding[] {
  const found = lstatSync(join(root, folder), { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (found.isSymbolicLink())
    return [fault(folder, 'public-link', 'The folder is a link, and what is there would be published', 'Put a folder in its place.')];
  if (!found.isDirectory()) return [fault(folder, 'public-kind', 'This is no folder', 'Put a folder in its place, or take it away.')];
  return [...findOwn(root), ...walk(root, folder)];
}

const folder = 'public';

function fault(path: string, rule: string, reason: string, hint: string, level: Finding['level'] = 'error'): Finding {
  return toFinding({ path, place: undefined, level, rule, reason, hint });
}

/** What has the name of a page, a folder or a file of the site, in upper or lower case: one of the two would be lost. */
function findOwn(root: string): readonly Finding[] {
  const own = new Set(ownNames(root));
  const names = readdirSync(join(root, folder)).filter((name) => own.has(name.normalize().toLowerCase()));
  return names.map((name) =>
    fault(
      `${folder}/${name}`,
      'public-own',
      `The site itself has ${name}, and one would take the place of the other`,
      'Give it another name; a page of your own is a file in content/pages.',
    ),
  );
}

/** The names at the top of a site: its pages and files (`src/site/routes`), the author's pages, and what Astro and Pagefind write. */
function ownNames(root: string): readonly string[] {
  const pages = list(fileURLToPath(new URL('../site/routes', import.meta.url))).map((name) => name.replace(/\.(?:astro|ts|js|d\.ts)$/, ''));
  const authors = list(join(root, 'content/pages')).map((name) => name.replace(/\.md$/, ''));
  return ['_astro', 'pagefind', 'manual', ...pages.map((name) => (name === 'index' || name === '404' ? `${name}.html` : name)), ...authors];
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function walk(root: string, inside: string): readonly Finding[] {
  // Bytes: a name that is no UTF-8 would be read as that of another file.
  const entries = readdirSync(join(root, inside), { withFileTypes: true, encoding: 'buffer' });
  return entries.flatMap((entry) => {
    const path = `${inside}/${entry.name.toString()}`;
    if (!isUtf8(entry.name))
      return [fault(path, 'public-name', 'The name of the file is not UTF-8, and no address leads to it', 'Give it another name.')];
    return entry.isDirectory() ? walk(root, path) : (findAtFile(root, path, entry) ?? []);
  });
}

function findAtFile(root: string, path: string, entry: Dirent<Buffer>): Finding | undefined {
  if (entry.isSymbolicLink() && !staysInside(root, path))
    return fault(
      path,
      'public-link',
      'The file is a link that leads out of public/, and what is there would be published',
      'Put a copy in its place.',
    );
  const found = statSync(join(root, path));
  if (found.isDirectory()) return undefined;
  if (!found.isFile())
    return fault(path, 'public-kind', 'This is a pipe, a socket or a device, and no file', 'Take it away: reading it might never end.');
  if (orders.has(basename(path).toLowerCase()))
    return fault(
      path,
      'public-host',
      'A host may take this file for an order: on which domain the site is, or what is served where',
      'Leave it where it is yours and meant so.',
      'warning',
    );
  if (!mayRun(join(root, path))) return undefined;
  return fault(
    path,
    'public-script',
    'The file may hold scripts, and is published as it is, without the content security policy of the site’s pages',
    'Leave it where it is yours; what a stranger sent is a page of theirs under your name.',
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
const orders = new Set([
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

/** What browsers run scripts in, by the endings that hosts know it by. */
const runnable = /^\.(?:s?html?|xhtml?|xml|xslt?|rdf|atom|rss|mht(?:ml)?|svgz|[cm]?js|wasm)$/i;

/** Whether it depends on what is in a public file what is told of it: a drawing may be an image of a post. */
export function isLookedInto(path: string): boolean {
  return /\.svg$/i.test(path);
}

/** Whether a browser that opens the file may run something in it. */
function mayRun(path: string): boolean {
  if (runnable.test(extname(path))) return true;
  if (!isLookedInto(path)) return false;
  const bytes = readFileSync(path);
  return !isUtf8(bytes) || active.test(bytes.toString());
}

/** What may make a drawing do something: scripts, handlers, HTML, other documents, and what references to characters may hide. */
const active = /script|\bon\w+\s*=|foreignobject|<!entity|<\?xml-stylesheet|\bhandler\b|\bdata:\s*(?:text|application|image\/svg)|&#/i;
