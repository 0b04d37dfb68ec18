import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { BlogOptions } from '../build/blog.ts';
import { listOwnPages, routeNames } from '../build/own-pages.ts';
import { didYouMean } from '../experiment/did-you-mean.ts';
import { toFinding, type Finding } from '../experiment/finding.ts';
import { pagesFolder } from '../post/content-files.ts';
import { pointsWithin } from '../post/place.ts';
import { contrast, readColour } from './colour.ts';

/** A link; `rel` is as in HTML, such as `me` for Mastodon. */
export interface SiteLink {
  readonly label: string;
  readonly href: string;
  readonly rel?: string | undefined;
}

/** The lists and files of a site that can be in its navigation. */
export const places = ['posts', 'tags', 'archive', 'search', 'feed', 'manual'] as const;
export type Place = (typeof places)[number];

/** The parts of a page that a blog can replace by its own components. */
export const componentNames = ['Header', 'Footer', 'PostList'] as const;
export type ComponentName = (typeof componentNames)[number];

/** The options of a blog, as its author writes them in astro.config.mjs. */
export interface LeaklogOptions {
  /** The blog's name: in the header, titles, feed, cards and linked data. */
  readonly title: string;
  /** A sentence on what it is about, for search engines and feed readers. Default: the tagline, or else the title. */
  readonly description?: string | undefined;
  /** The heading of the front page. Default: the title. */
  readonly tagline?: string | undefined;
  /** The text below that heading. Default: none. */
  readonly lead?: string | undefined;
  /** The author of posts that name none. */
  readonly author?: string | { readonly name: string; readonly url?: string | undefined } | undefined;
  /** The language of the posts, as a BCP 47 tag. Default: `en`. The pages around the posts stay English. */
  readonly lang?: string | undefined;
  /** The address of the licence of texts and measurements, for search engines. */
  readonly license?: string | undefined;
  /** The colour of links and of the bar on cards, as `#7a3cff`; the dark theme gets a lighter shade. Default: `#0860c9`. */
  readonly accent?: string | undefined;
  /** An image in public/ to show before the title, such as `/logo.svg`. */
  readonly logo?: string | undefined;
  /** An icon in public/, such as `/favicon.svg`. */
  readonly favicon?: string | undefined;
  /** Links in the footer. */
  readonly links?: readonly SiteLink[] | undefined;
  /** The navigation: `posts`, `tags`, `archive`, `search`, `feed`, `manual`, pages such as `/about/`, and links. Default: all but links. */
  readonly navigation?: readonly (Place | `/${string}` | SiteLink)[] | undefined;
  /** The text of the footer; `false` for none. */
  readonly footer?: string | false | undefined;
  /** Style sheets, as paths from the project's root, that are loaded after those of the site. */
  readonly css?: readonly string[] | undefined;
  /** Whether the manual is part of the site, at /manual/. Default: no. */
  readonly manual?: boolean | undefined;
  /** Whether readers can run every sample in its page. Default: only those whose fences say `live`. */
  readonly live?: boolean | undefined;
  /** Components, as paths from the project's root, that replace those of the site. */
  readonly components?: Readonly<Partial<Record<ComponentName, string>>> | undefined;
  /** A script from another host, which the pages' content security policy then allows. */
  readonly analytics?: { readonly src: string; readonly attributes?: Readonly<Record<string, string>> | undefined } | undefined;
}

/** The options with all defaults filled in. */
export interface Options {
  readonly title: string;
  readonly description: string;
  readonly tagline: string;
  readonly lead: string | undefined;
  readonly author: { readonly name: string; readonly url?: string | undefined } | undefined;
  readonly lang: string;
  readonly license: string | undefined;
  readonly accent: string;
  readonly logo: string | undefined;
  readonly favicon: string | undefined;
  readonly links: readonly SiteLink[];
  readonly navigation: readonly (Place | `/${string}` | SiteLink)[] | undefined;
  readonly footer: string | undefined;
  readonly css: readonly string[];
  readonly manual: boolean;
  readonly live: boolean;
  readonly components: Readonly<Partial<Record<ComponentName, string>>>;
  readonly analytics: { readonly src: string; readonly attributes: Readonly<Record<string, string>> } | undefined;
}

const defaultAccent = '#0860c9';
const defaultFooter = 'Every figure on this site was measured by running the code that it shows.';

/** The minimum contrast of text in WCAG 2.2, 1.4.3. */
const minContrast = 4.5;

const text = z.string().trim().min(1).max(200);
const long = z.string().trim().min(1).max(1000);
const url = z.url({ protocol: /^https?$/ });
const href = z.string().refine((value) => /^(?:https?:|mailto:)/.test(value) || /^\/(?!\/)/.test(value));
const link = z.strictObject({
  label: text,
  href,
  rel: z
    .string()
    .regex(/^[a-z]+(?: [a-z]+)*$/)
    .optional(),
});
const publicPath = z.string().regex(/^\/(?!\/)[^?#]+$/);
const file = z.string().regex(/^(?!\/)[^?#]+$/);

const shape = {
  title: text,
  description: long.optional(),
  tagline: text.optional(),
  lead: long.optional(),
  author: z.union([text, z.strictObject({ name: text, url: url.optional() })]).optional(),
  lang: z.string().refine(isLanguage).optional(),
  license: url.optional(),
  accent: z
    .string()
    .refine((value) => readColour(value) !== undefined)
    .optional(),
  logo: publicPath.optional(),
  favicon: publicPath.optional(),
  links: z.array(link).max(20).optional(),
  navigation: z
    .array(z.union([z.enum(places), z.string().regex(/^\/[a-z0-9-]+\/$/), link]))
    .max(20)
    .optional(),
  footer: z.union([long, z.literal(false)]).optional(),
  css: z.array(file).max(20).optional(),
  manual: z.boolean().optional(),
  live: z.boolean().optional(),
  components: z.strictObject(Object.fromEntries(componentNames.map((name) => [name, file.optional()]))).optional(),
  analytics: z
    .strictObject({
      src: z.url({ protocol: /^https$/ }),
      attributes: z.record(z.string().regex(/^data-[a-z-]+$/), z.string().max(200)).optional(),
    })
    .optional(),
} satisfies Record<keyof LeaklogOptions, z.ZodType>;

const componentExamples = componentNames.map((name) => `${name}: 'content/${name}.astro'`);

/** How to write each option: the hints of findings. */
const hints: Readonly<Record<keyof LeaklogOptions, string>> = {
  title: "Name your blog: title: 'Notes on memory'",
  description: "Write a sentence: description: 'What I learned about memory in Python.'",
  tagline: "Write a few words: tagline: 'Python memory, measured'",
  lead: "Write a sentence or two: lead: 'Each post runs its own samples.'",
  author: "Write a name, author: 'Ada', or a name and an address, author: { name: 'Ada', url: 'https://ada.example' }",
  lang: "Name a language as BCP 47 does: lang: 'en', lang: 'de', lang: 'pt-BR'",
  license: "Write its address: license: 'https://creativecommons.org/licenses/by/4.0/'",
  accent: "Write a colour with six digits: accent: '#7a3cff'",
  logo: "Name a file in public/ by its address: logo: '/logo.svg'",
  favicon: "Name a file in public/ by its address: favicon: '/favicon.svg'",
  links: "Write a list of links: links: [{ label: 'Mastodon', href: 'https://social.example/@ada', rel: 'me' }]",
  navigation: `Write a list of ${places.map((name) => `'${name}'`).join(', ')}, pages such as '/about/', and links, { label, href }`,
  footer: "Write a text, footer: '© Ada, CC BY 4.0', or footer: false",
  css: "Write a list of files from the project's root: css: ['content/blog.css']",
  manual: 'Write manual: true, or leave it out.',
  live: 'Write live: true, or leave it out.',
  components: `Name files from the project's root: components: { ${componentExamples.join(', ')} }`,
  analytics:
    "Name a script by its address: analytics: { src: 'https://stats.example/script.js', attributes: { 'data-domain': 'ada.example' } }",
};

/**
 * Reads the options that an author wrote, and adds the defaults. Everything wrong with them is a finding, at its place in
 * Astro's config file if it can be found there.
 */
export function readOptions(written: unknown, root: string): { readonly options: Options; readonly findings: readonly Finding[] } {
  const settings = readSettings(root);
  const findings: Finding[] = [];
  const report = (key: string, reason: string, hint: string) =>
    void findings.push(toFinding({ path: settings.path, place: settings.placeOfOption(key), rule: 'option', reason, hint }));
  const given = typeof written === 'object' && written !== null ? (written as Record<string, unknown>) : {};
  for (const key of Object.keys(given).filter((name) => !Object.hasOwn(shape, name))) {
    report(key, `Leaklog has no option "${key}".${didYouMean(key, Object.keys(shape))}`, `Options: ${Object.keys(shape).join(', ')}.`);
  }
  const good: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(shape) as [keyof LeaklogOptions, z.ZodType][]) {
    const result = schema.safeParse(given[key]);
    if (result.success) good[key] = result.data;
    else if (given[key] === undefined) report(key, `The blog has no ${key}`, hints[key]);
    else {
      const [at, value] = faultyPart(given[key], result.error);
      report(key, `The option ${key} cannot be read${at}: ${shorten(value)}`, hints[key]);
    }
  }
  const options = complete({ title: '', ...good } as LeaklogOptions);
  checkFiles(options, root, report);
  const ratio = contrast(options.accent, '#ffffff');
  if (ratio < minContrast)
    report(
      'accent',
      `Links in ${options.accent} have a contrast of ${ratio.toFixed(1)} on white; legible text needs ${minContrast}`,
      'Choose a darker shade; the dark theme gets a lighter one automatically.',
    );
  return { options, findings };
}

function complete({ author, footer, ...given }: LeaklogOptions): Options {
  const tagline = given.tagline ?? given.title;
  return {
    title: given.title,
    description: given.description ?? tagline,
    tagline,
    lead: given.lead,
    author: typeof author === 'string' ? { name: author } : author,
    lang: given.lang ?? 'en',
    license: given.license,
    accent: given.accent ?? defaultAccent,
    logo: given.logo,
    favicon: given.favicon,
    links: given.links ?? [],
    navigation: given.navigation,
    footer: footer === false ? undefined : (footer ?? defaultFooter),
    css: given.css ?? [],
    manual: given.manual ?? false,
    live: given.live ?? false,
    components: given.components ?? {},
    analytics: given.analytics && { src: given.analytics.src, attributes: given.analytics.attributes ?? {} },
  };
}

function checkFiles(
  { logo, favicon, links, navigation, manual, css, components }: Options,
  root: string,
  report: (key: string, reason: string, hint: string) => void,
): void {
  for (const [key, path] of Object.entries({ logo, favicon })) {
    if (path !== undefined && !existsSync(join(root, 'public', path)))
      report(key, `There is no file public${path}`, 'Put it there, or remove the option.');
  }
  for (const path of css)
    if (!existsSync(join(root, path)))
      report('css', `There is no file ${path}`, "Paths start at the project’s root: css: ['content/blog.css']");
  for (const [key, list] of Object.entries({ links, navigation: navigation ?? [] })) {
    for (const item of list) {
      const href = typeof item === 'string' ? item : item.href;
      if (href.startsWith('/') && !isTarget(href, root, manual))
        report(
          key,
          `The option ${key} leads to ${href}, which is not there`,
          'Link to a page, /about/, to a list, /tags/, or to a file in public/.',
        );
    }
  }
  for (const [name, path] of Object.entries(components)) {
    if (!existsSync(join(root, path)))
      report(name, `There is no file ${path}`, `Paths start at the project’s root: components: { ${name}: 'content/${name}.astro' }`);
  }
}

/** Whether a site has a page or a file at an address from its root; those of posts and tags are not looked up. */
function isTarget(href: string, root: string, manual: boolean): boolean {
  const path = href.replace(/[?#].*$/, '');
  const [, name = ''] = /^\/([^/]*)\/?$/.exec(path) ?? [];
  if (path === '/' || /^\/(?:posts|tags)\/./.test(path) || routeNames().includes(name)) return true;
  const isPage = existsSync(join(root, pagesFolder, `${name}.md`)) || listOwnPages(root).some((page) => page.name === name);
  return (name !== '' && isPage) || (manual && name === 'manual') || existsSync(join(root, 'public', path));
}

/** The entry of a list that cannot be read, and where it stands; otherwise the whole value. */
function faultyPart(value: unknown, { issues }: z.ZodError): readonly [at: string, part: unknown] {
  const index = issues[0]?.path[0];
  return Array.isArray(value) && typeof index === 'number' ? [` at entry ${index + 1}`, value[index]] : ['', value];
}

function isLanguage(value: string): boolean {
  try {
    return Intl.getCanonicalLocales(value).length === 1;
  } catch {
    return false;
  }
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** The possible names of Astro's config file. */
const settingsNames = ['astro.config.mjs', 'astro.config.js', 'astro.config.ts', 'astro.config.mts'];

/** The name of a project's Astro config file; undefined if it has none. */
export function findSettings(root: string): string | undefined {
  return settingsNames.find((name) => existsSync(join(root, name)));
}

/** A place in a file, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * The config file, and places in it: `placeOf` finds a setting of Astro's, `placeOfOption` one of Leaklog's, and `placeOfText`
 * any text. Without it they are the places of `defineConfig(`, of `leaklog(`, and the start.
 */
export function readSettings(root: string): {
  readonly path: string;
  readonly placeOf: (key: string) => Position;
  readonly placeOfOption: (key: string) => Position;
  readonly placeOfText: (text: string) => Position;
} {
  const path = findSettings(root) ?? 'astro.config.mjs';
  const written = existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '';
  const source = written.replace(/(?<=^|\s)\/\/.*|\/\*[\s\S]*?\*\//gm, (comment) => comment.replace(/[^\n]/g, ' '));
  const pointAt = pointsWithin(source, { line: 1, column: 1 });
  const at = (offset: number): Position => {
    const { line, column } = pointAt(Math.max(0, offset));
    return { line, column };
  };
  const find = (key: string, from: number) => {
    const start = Math.max(0, from);
    const found = source.slice(start).search(new RegExp(`(?<![\\w$.])['"]?${key.replaceAll(/\W/g, '\\$&')}['"]?\\s*:`));
    return at(found === -1 ? start : start + found);
  };
  return {
    path,
    placeOf: (key) => find(key, source.search(/\bdefineConfig\s*\(/)),
    placeOfOption: (key) => find(key, source.search(/\bleaklog\s*\(/)),
    placeOfText: (text) => at(source.indexOf(text)),
  };
}

/** What an author's config file says to Astro, as far as Leaklog looks at it. */
export interface AstroSettings {
  readonly site?: unknown;
  readonly base?: unknown;
  readonly output?: unknown;
  readonly trailingSlash?: unknown;
  readonly srcDir?: unknown;
  readonly publicDir?: unknown;
  readonly outDir?: unknown;
  readonly build?: { readonly format?: unknown } | undefined;
}

/** Reports settings of Astro's that a blog cannot be built with. */
export function checkAstroSettings(config: AstroSettings, root: string): readonly Finding[] {
  const { path, placeOf } = readSettings(root);
  const findings: Finding[] = [];
  const report = (key: string, reason: string, hint: string) =>
    void findings.push(toFinding({ path, place: placeOf(key), rule: 'option', reason, hint }));
  const { site, base, build } = config;
  const siteHint = "Write it next to integrations: site: 'https://ada.example'";
  if (site === undefined) report('site', 'The blog has no address', siteHint);
  else if (typeof site !== 'string' || !URL.canParse(site) || !/^https?:$/.test(new URL(site).protocol))
    report('site', `The address of the blog cannot be read: ${shorten(site)}`, siteHint);
  else if (folderOf(new URL(site).pathname) !== '' && folderOf(String(base ?? '')) !== folderOf(new URL(site).pathname)) {
    const { origin, pathname } = new URL(site);
    report('site', 'The address of the blog has a folder', `Write site: '${origin}', base: '/${folderOf(pathname)}'`);
  }
  if (base !== undefined && typeof base !== 'string')
    report('base', `The base cannot be read: ${shorten(base)}`, "Write a path: base: '/notes'");
  // Pages, and the files next to them, have their places in dist/ and below public/ and src/pages.
  const fixed = { output: 'static', srcDir: './src', publicDir: './public', outDir: './dist' };
  for (const [key, value] of Object.entries(fixed)) {
    const given = config[key as keyof typeof fixed];
    if (given !== undefined && String(given).replace(/^\.\/|\/$/g, '') !== value.replace('./', ''))
      report(key, `A blog cannot be built with ${key}: ${shorten(given)}`, `Remove the line: it is ${value}.`);
  }
  if (build?.format !== undefined && build.format !== 'directory')
    report('format', `A blog cannot be built with format: ${shorten(build.format)}`, "Remove the line: it is 'directory'.");
  if (config.trailingSlash === 'never')
    report('trailingSlash', "A blog cannot be built with trailingSlash: 'never'", 'Remove the line: addresses of pages end in a slash.');
  for (const key of Object.keys(config).filter((name) => Object.hasOwn(shape, name)))
    report(key, `"${key}" is an option of Leaklog's`, `Move it between the brackets: leaklog({ ${key}: … })`);
  return findings;
}

/** A path without slashes around it. */
export function folderOf(path: string): string {
  return path.replaceAll(/^\/+|\/+$/g, '');
}

/** Whether an address is on a domain that is reserved for examples. */
export function isPlaceholder(site: string | undefined): boolean {
  return site !== undefined && /(?:^|\.)example(?:\.(?:com|org|net))?$/.test(new URL(site).hostname);
}

/** The options that a blog is compiled with. */
export function blogOptions({ title, accent, manual, live }: Options): Pick<BlogOptions, 'brand' | 'manual' | 'live'> {
  return { brand: { title, accent }, manual, live };
}
