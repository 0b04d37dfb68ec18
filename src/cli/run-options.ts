import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../experiment/user-error.ts';
import type { Sources } from '../run/packages/pip.ts';

/** The options of a command that fetches packages. */
export const sourceOptions = {
  'find-links': { type: 'string', value: 'DIR', help: 'a folder of wheels, where packages are looked for first' },
  offline: { type: 'boolean', help: 'ask no index: packages are taken from folders and from what was fetched before' },
} as const;

/** The options of every command that runs samples. */
export const runOptions = {
  'require-sandbox': { type: 'boolean', help: 'run nothing if there is no sandbox for samples' },
  ...sourceOptions,
} as const;

/** How samples are run, by the options of a command. */
export interface RunSettings {
  /** Whether to run nothing outside a sandbox. */
  readonly requireSandbox: boolean;
  /** Where their packages are looked for. */
  readonly sources: Sources;
}

type Given = { readonly 'require-sandbox'?: boolean; readonly 'find-links'?: string; readonly offline?: boolean };

/** Reads the options of `runOptions`. */
export function readRunOptions(options: Given): RunSettings {
  return { requireSandbox: options['require-sandbox'] ?? false, sources: readSources(options) };
}

/** Reads the options of `sourceOptions`. Throws a UsageError if the folder is none. */
export function readSources({ 'find-links': folder, offline = false }: Given): Sources {
  if (folder !== undefined && statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`There is no folder ${folder}`, 'Name one that holds wheels: --find-links DIR');
  return { findLinks: folder === undefined ? [] : [resolve(folder)], offline };
}
