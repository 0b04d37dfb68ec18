import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Finding } from '../experiment/finding.ts';
import { UserError } from '../experiment/user-error.ts';
import type { LeaklogIntegration } from './integration.ts';
import { findSettings, checkAstroSettings, readOptions, type AstroSettings, type Options } from './options.ts';

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

/** Loads a project's settings. Throws a UserError if there is no config file, it cannot be loaded, or it does not use Leaklog. */
export async function loadSettings(root: string): Promise<Settings> {
  const name = findSettings(root);
  if (name === undefined) throw new UserError('There is no astro.config.mjs here', 'Run the command in the folder of a blog.');
  const config = await load(root, name);
  const integrations = [config.integrations].flat(Infinity) as readonly unknown[];
  const found = integrations.find((each) => (each as LeaklogIntegration | undefined)?.name === 'leaklog') as LeaklogIntegration | undefined;
  if (found === undefined)
    throw new UserError(`${name} has no leaklog() among its integrations`, "Write integrations: [leaklog({ title: '…' })]");
  const { options, findings } = readOptions(found.written, root);
  return {
    options,
    site: typeof config.site === 'string' ? config.site : undefined,
    findings: [...findings, ...checkAstroSettings(config, root)],
    base: `/${(typeof config.base === 'string' ? config.base : '').replaceAll(/^\/+|\/+$/g, '')}/`.replace('//', '/'),
  };
}

interface Config extends AstroSettings {
  readonly integrations?: unknown;
}

async function load(root: string, name: string): Promise<Config> {
  try {
    return ((await import(pathToFileURL(join(root, name)).href)) as { readonly default: Config }).default;
  } catch (error) {
    const { message, stack = '', code } = error as NodeJS.ErrnoException;
    // Node says where a syntax error is on the first line of its stack.
    const [, line] = /astro\.config\.\w+:(\d+)/.exec(stack) ?? [];
    const hint =
      code === 'ERR_MODULE_NOT_FOUND'
        ? 'Install that package, or correct its name.'
        : 'Check its JavaScript: a comma, a quote or a bracket may be missing.';
    throw new UserError(`${name}${line === undefined ? '' : `:${line}:1`} cannot be loaded: ${message.split('\n')[0]}`, hint);
  }
}
