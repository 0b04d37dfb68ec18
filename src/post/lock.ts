import { isDeepStrictEqual } from 'node:util';
import { parse, TomlError } from 'smol-toml';
import type { Point } from 'unist';
import type { VFile } from 'vfile';
import { z } from 'zod';
import { didYouMean } from '../experiment/did-you-mean.ts';
import { report } from '../experiment/finding.ts';
import { lockedUnder, normalName, type Lock, type LockedPackage } from '../experiment/packages.ts';
import type { Sample } from '../experiment/sample.ts';
import { requiredName } from './fences/requirement.ts';
import type { LockFile } from './lock-files.ts';

/*
 * Lock files: the packages of a sample, in the format of PEP 751. Leaklog writes them itself, and reads only what it writes.
 */

const version = z.string().regex(/^3\.\d{1,3}t?$/);
const pythons = z.array(version).min(1).max(100);
const name = z.string().max(200);
const plain = z.string().regex(/^[A-Za-z0-9][\w.+!-]{0,199}$/);
const wheel = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.+!]+-[\w.+!]+(?:-\d\w*)?-[\w.]+-[\w.]+-[\w.]+\.whl$/, 'it is not the name of a wheel')
    .max(200),
  url: z
    .url({ protocol: /^(?:https?|file)$/ })
    .max(2000)
    .optional(),
  path: z.string().max(1000).optional(),
  hashes: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
});
const marker = /^python_version == '3\.\d+'(?: or python_version == '3\.\d+')*$/;
const lockFile = z.strictObject({
  'lock-version': z.literal('1.0'),
  'created-by': name,
  packages: z
    .array(
      z.strictObject({
        name: plain,
        version: plain,
        marker: z.string().regex(marker, 'it is not a marker that Leaklog writes').optional(),
        wheels: z.array(wheel).min(1).max(200),
        tool: z.strictObject({ leaklog: z.strictObject({ pythons }) }).optional(),
      }),
    )
    .max(1000)
    .default([]),
  tool: z.strictObject({
    leaklog: z.strictObject({
      requires: z.array(name).max(1000),
      constraints: z.array(name).max(1000),
      pythons,
    }),
  }),
});

/** Reads a lock file, or says why it cannot be read, with the line. */
export function readLock(path: string, text: string): Lock | { readonly reason: string; readonly line: number } {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { reason: (error.message.split('\n')[0] ?? '').replace('Invalid TOML document: ', 'it is no TOML: '), line: error.line };
  }
  const read = lockFile.safeParse(value);
  if (!read.success) {
    const issue = read.error.issues[0];
    return { reason: `${(issue?.path ?? []).join('.')}: ${issue?.message ?? ''}`.slice(0, 300), line: 1 };
  }
  const { packages, tool } = read.data;
  const { requires, constraints, pythons } = tool.leaklog;
  const lock: Lock = {
    path,
    requires,
    constraints,
    pythons,
    packages: packages.map((item) => ({
      name: normalName(item.name),
      version: item.version,
      pythons:
        item.tool?.leaklog.pythons ??
        (item.marker === undefined ? pythons : [...item.marker.matchAll(/'(3\.\d+)'/g)].map(([, minor]) => minor as string)),
      wheels: item.wheels.map(({ hashes, ...wheel }) => ({ ...wheel, sha256: hashes.sha256 })),
    })),
  };
  for (const python of pythons) {
    const names = lockedUnder(lock, python).map((item) => item.name);
    const twice = names.find((each, index) => each === names[index - 1]);
    if (twice !== undefined) return { reason: `it has ${twice} twice for Python ${python}`, line: 1 };
  }
  return lock;
}

/** Prints a lock file. */
export function printLock({ requires, constraints, pythons, packages }: Omit<Lock, 'path'>): string {
  const text = (value: string) => JSON.stringify(value);
  const list = (values: readonly string[]) => `[${values.map(text).join(', ')}]`;
  const parts = packages.map((item) => {
    const wheels = item.wheels.map(({ name, url, path, sha256 }) => {
      const place = url === undefined ? `path = ${text(path ?? name)}` : `url = ${text(url)}`;
      return `  { name = ${text(name)}, ${place}, hashes = { sha256 = ${text(sha256)} } },\n`;
    });
    const isForAll = item.pythons.length === pythons.length;
    const only = isForAll ? '' : `marker = ${text(markerOf(item))}\n`;
    // No marker tells a free-threaded build from another.
    const own = isForAll || !pythons.some(isThreaded) ? '' : `tool = { leaklog = { pythons = ${list(item.pythons)} } }\n`;
    return `[[packages]]\nname = ${text(item.name)}\nversion = ${text(item.version)}\n${only}wheels = [\n${wheels.join('')}]\n${own}`;
  });
  const head = '# Made by npm run lock. Commit it, and do not edit it by hand.\nlock-version = "1.0"\ncreated-by = "leaklog"\n';
  const tool = `[tool.leaklog]\nrequires = ${list(requires)}\nconstraints = ${list(constraints)}\npythons = ${list(pythons)}\n`;
  return [head, ...parts, tool].join('\n');
}

function markerOf({ pythons }: LockedPackage): string {
  const minors = new Set(pythons.map((python) => python.replace(/t$/, '')));
  return [...minors].map((minor) => `python_version == '${minor}'`).join(' or ');
}

function isThreaded(python: string): boolean {
  return python.endsWith('t');
}

/** The command that makes the lock of a sample. */
export function lockCommand(slug: string, { name }: Sample): string {
  return `npm run lock -- ${slug} --sample ${name}`;
}

/** Whether a sample asks for packages that no lock names, so that it cannot run. */
export function lacksLock({ requires, lock }: Sample): boolean {
  return requires.length > 0 && lock === undefined;
}

/** Gives each sample its lock, where there is one. Locks that cannot be read, or were made for something else are reported on the post. */
export function addLocks(file: VFile, samples: readonly Sample[], slug: string, locks: readonly LockFile[]): readonly Sample[] {
  for (const { sample, path } of locks) {
    if (samples.some(({ name, requires }) => name === sample && requires.length > 0)) continue;
    report(file, {
      rule: 'lock-unused',
      reason: `${path} is of no sample that asks for packages`,
      hint: 'Delete it.',
      place: { line: 1, column: 1 },
      level: 'warning',
    });
  }
  return samples.map((sample) => {
    if (sample.requires.length === 0) return sample;
    const again = lockCommand(slug, sample);
    const place = placeOfPackages(sample);
    const found = locks.find((lock) => lock.sample === sample.name);
    if (found === undefined) return sample;
    const text = found.read instanceof Uint8Array ? Buffer.from(found.read).toString('utf8') : undefined;
    const lock = text === undefined ? { ...(found.read as { readonly reason: string }), line: 1 } : readLock(found.path, text);
    if ('reason' in lock) {
      const reason = `The lock file ${found.path}:${lock.line} cannot be read: ${lock.reason}`;
      report(file, { rule: 'lock-damaged', reason, hint: `Take the one that was committed, or make it again: ${again}`, place });
      return sample;
    }
    const changes = [
      ...describeChange('it asks for', lock.requires, sample.requires),
      ...describeChange('packages= says', lock.constraints, sample.constraints),
    ];
    if (changes.length > 0)
      report(file, {
        rule: 'lock-stale',
        reason: `The lock file of "${sample.name}" was made for something else: ${changes.join('; ')}`,
        hint: `Make it again: ${again}`,
        place,
      });
    else reportIdle(file, sample, lock);
    return { ...sample, lock };
  });
}

/** Reports constraints on packages that the lock does not have: they choose nothing. */
function reportIdle(file: VFile, sample: Sample, lock: Lock): void {
  const place = sample.places['packages'];
  // Those of the sample whose code it runs are told there.
  if (place === undefined) return;
  const names = lock.packages.map(({ name }) => name);
  for (const constraint of sample.constraints) {
    const name = requiredName(constraint) ?? '';
    if (names.includes(name)) continue;
    report(file, {
      rule: 'constraint-unused',
      reason: `packages= says ${constraint}, and nothing that "${sample.name}" takes is called ${name}.${didYouMean(name, new Set(names))}`,
      hint: `Remove it, or ask for it in the code, dependencies = ["${name}"]. Its packages: ${[...new Set(names)].join(', ') || 'none'}.`,
      place,
      level: 'warning',
    });
  }
}

/** Where a sample says which packages it asks for: the fence's attribute, or else the line of its code that names this one. */
export function placeOfPackages(sample: Sample, name?: string): Point | undefined {
  const { code, places, place } = sample;
  const lines = code.split('\n');
  const from = lines.findIndex((line) => line.startsWith('# /// script'));
  const pattern = name === undefined ? /dependencies/ : new RegExp(name.replace(/[-_.]+/g, '[-_.]+'), 'i');
  const line = from === -1 ? -1 : lines.findIndex((text, index) => index > from && pattern.test(text));
  const constrains = name !== undefined && sample.constraints.some((text) => pattern.test(text));
  const own = places['packages'] ?? places['sample'] ?? place;
  if (constrains || name === undefined || line === -1 || place === undefined || sample.same !== undefined) return own?.start;
  return { line: place.start.line + 1 + line, column: place.start.column + (lines[line] as string).search(pattern) };
}

/** Whether a lock was made for what a sample asks for. */
export function isLockOf({ requires, constraints }: Lock, sample: Sample): boolean {
  return isDeepStrictEqual([requires, constraints], [sample.requires, sample.constraints]);
}

function describeChange(what: string, was: readonly string[], is: readonly string[]): readonly string[] {
  return isDeepStrictEqual(was, is) ? [] : [`${what} ${is.join(' ') || 'nothing'} now, and it was ${was.join(' ') || 'nothing'}`];
}
