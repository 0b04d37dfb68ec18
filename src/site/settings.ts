import { execa } from 'execa';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { didYouMean } from '../experiment/did-you-mean.ts';
import { toFinding, type Finding } from '../experiment/finding.ts';
import { UserError } from '../experiment/user-error.ts';
import type { LeaklogIntegration } from './integration.ts';
import {
  checkAstroSettings,
  findSettings,
  folderOf,
  readOptions,
  readSettings,
  type AstroSettings,
  type Options,
  type Position,
} from './options.ts';

/** The settings of a blog that commands need. */
export interface Settings {
  readonly options: Options;
  /** The findings on them. */
  readonly findings: readonly Finding[];
  /** The address that it is published at, as written. */
  readonly site: string | undefined;
  /** The path that the site is published under: `/`, or `/notes/`. */
  readonly base: string;
}

/** A config file that nothing can be done with. */
export class SettingsError extends UserError {
  readonly finding: Finding;

  constructor(path: string, place: Position, reason: string, hint: string) {
    super(`${path}:${place.line}:${place.column}: ${reason}`, hint);
    this.finding = toFinding({ path, place, rule: 'config', reason, hint });
  }
}

/** Loads a project's settings. Throws a UserError if there is no config file, and a SettingsError if it does not use Leaklog. */
export async function loadSettings(root: string): Promise<Settings> {
  const name = findSettings(root);
  if (name === undefined) throw new UserError('There is no astro.config.mjs here', 'Run the command in the folder of a blog.');
  const config = await load(root, name);
  const { options, findings } = readOptions(findIntegration(config, root, name).written, root);
  return {
    options,
    site: typeof config.site === 'string' ? config.site : undefined,
    findings: [...findings, ...checkAstroSettings(config, root)],
    base: `/${folderOf(typeof config.base === 'string' ? config.base : '')}/`.replace('//', '/'),
  };
}

interface Config extends AstroSettings {
  readonly integrations?: unknown;
}

function findIntegration(config: Config, root: string, name: string): LeaklogIntegration {
  const { placeOf } = readSettings(root);
  const fail = (key: string, reason: string, hint: string) => new SettingsError(name, placeOf(key), reason, hint);
  const hint = "Write integrations: [leaklog({ title: '…' })]";
  const { integrations } = config;
  if (integrations === undefined) {
    const [near] = Object.keys(config).filter((key) => didYouMean(key, ['integrations']) !== '');
    if (near !== undefined) throw fail(near, `Astro has no setting "${near}".${didYouMean(near, ['integrations'])}`, hint);
  } else if (!Array.isArray(integrations)) throw fail('integrations', 'The integrations are not in a list', hint);
  const all = [integrations].flat(Infinity) as readonly unknown[];
  if (all.some((each) => typeof each === 'function' && each.name === 'leaklog')) throw fail('integrations', 'leaklog is not called', hint);
  const [found, another] = all.filter((each) => (each as LeaklogIntegration | undefined)?.name === 'leaklog');
  if (found === undefined) throw fail('integrations', 'There is no leaklog() among the integrations', hint);
  if (another !== undefined) throw fail('integrations', 'leaklog() is there more than once', 'Keep one, with all options.');
  return found as LeaklogIntegration;
}

async function load(root: string, name: string): Promise<Config> {
  const path = join(root, name);
  const config = await importConfig(root, name, path);
  if (typeof config === 'object' && config !== null) return config;
  const place = readSettings(root).placeOfText('defineConfig(');
  throw new SettingsError(name, place, 'The file has no settings as its default export', 'Write export default defineConfig({ … })');
}

async function importConfig(root: string, name: string, path: string): Promise<Config | null | undefined> {
  try {
    return ((await import(pathToFileURL(path).href)) as { readonly default?: Config }).default;
  } catch (error) {
    const { message, stack = '', code } = error as NodeJS.ErrnoException;
    const reason = `The file cannot be loaded: ${message.split('\n')[0]}`;
    const { placeOfText } = readSettings(root);
    const [, specifier = ''] = /^Cannot find (?:package|module) '([^']+)'/.exec(message) ?? [];
    if (code === 'ERR_MODULE_NOT_FOUND')
      throw new SettingsError(
        name,
        placeOfText(specifier.startsWith('/') ? basename(specifier) : specifier),
        reason,
        'Install that package, or correct its name.',
      );
    const [, line, column] = /astro\.config\.\w+:(\d+)(?::(\d+))?/.exec(stack) ?? [];
    const place = line === undefined ? await findSyntaxError(path) : { line: Number(line), column: Number(column ?? 1) };
    throw new SettingsError(
      name,
      place ?? { line: 1, column: 1 },
      reason,
      'Check its JavaScript: a comma, a quote or a bracket may be missing.',
    );
  }
}

/** Where Node's own check finds a syntax error, which an import does not say. */
async function findSyntaxError(path: string): Promise<Position | undefined> {
  const { stderr } = await execa(process.execPath, ['--check', path], { reject: false });
  const [, line, carets] = /:(\d+)\n.*\n( *)\^/.exec(stderr) ?? [];
  return line === undefined ? undefined : { line: Number(line), column: (carets ?? '').length + 1 };
}
