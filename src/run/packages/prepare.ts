import { execa } from 'execa';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lockedFor, lockName, type Lock, type LockedPackage, type UsedPackage, type Wheel } from '../../experiment/packages.ts';
import { UserError } from '../../experiment/user-error.ts';
import { ownMark } from '../owner.ts';
import { findRuntimes, type Runtime } from '../runtime.ts';
import { packagesMount } from '../sandbox-parts.ts';
import { explainPip, runPip, type Sources } from './pip.ts';
import { unpackWheel } from './unpack.ts';
import { fits } from './wheel-tags.ts';

/** The packages of a run: a folder that is like site-packages, and what is in it. */
export interface Packages {
  readonly folder: string;
  readonly used: readonly UsedPackage[];
}

/** The folder of a blog whose wheels are found without being named, from the project's root. */
export const wheelsFolder = 'content/wheels';

/** No index takes larger ones without being asked. */
const maxWheelBytes = 1e9;

const cacheFolder = 'node_modules/.cache/leaklog/packages';

/**
 * Puts the packages of a lock for a Python into a folder of the cache, fetching what is not there: from `content/wheels`, from
 * folders that are named, or by pip. Each wheel is held against its SHA-256, and none of its code runs. Errors: UserError if
 * one is not to be had, is another one, or does not fit; MachineError if the index cannot be reached.
 */
export async function preparePackages(root: string, lock: Lock, runtime: Runtime, sources: Sources): Promise<Packages> {
  const [, slug, sample] = /([^/]*)\/pylock\.(.*)\.toml$/.exec(lock.path) ?? [];
  const again = `npm run lock -- ${slug} --sample ${sample} --python ${lockName(runtime)}`;
  const locked = lockedFor(lock, runtime);
  if (locked === undefined)
    throw new UserError(
      `${lock.path} was made for Python ${lock.pythons.join(', ')}, and not for ${lockName(runtime)}`,
      `Add it: ${again}`,
    );
  const chosen = locked.map((item) => {
    const wheel = item.wheels.find(({ name }) => fits(name, runtime));
    if (wheel !== undefined) return { ...item, wheel };
    const names = item.wheels.map(({ name }) => name).join(', ');
    throw new UserError(
      `${lock.path} has no wheel of ${item.name} ${item.version} for ${runtime.id} on ${process.platform}-${process.arch}: only ${names}`,
      runtime.kind === 'pyodide' ? 'On Pyodide only wheels of pure Python run: py3-none-any.' : `Look for one: ${again}`,
    );
  });
  const used = chosen.map(({ name, version, wheel: { sha256 } }) => ({ name, version, sha256 }));
  const key = createHash('sha256')
    .update(JSON.stringify([runtime.id, used]))
    .digest('hex')
    .slice(0, 32);
  const folder = join(root, cacheFolder, key);
  if (existsSync(folder)) return { folder, used };
  const wheels: Uint8Array[] = [];
  for (const item of chosen) wheels.push(await obtain(root, lock, item, runtime, sources));
  await mkdir(join(root, cacheFolder), { recursive: true });
  const fresh = await mkdtemp(join(root, cacheFolder, `${ownMark}-`));
  try {
    for (const [index, bytes] of wheels.entries()) await unpack(bytes, fresh, lock, chosen[index]?.wheel.name ?? '');
    if (runtime.kind === 'cpython') await compileAll(runtime, fresh);
    // Whatever the umask: the program runs as another user.
    await execa('chmod', ['-R', 'a+rX', fresh], { reject: false });
    await chmod(fresh, 0o755);
    await rename(fresh, folder).catch((error: NodeJS.ErrnoException) => {
      // Another command was faster.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return { folder, used };
}

async function unpack(bytes: Uint8Array, folder: string, lock: Lock, name: string): Promise<void> {
  try {
    await unpackWheel(bytes, folder);
  } catch (error) {
    throw new UserError(
      `${name}, which ${lock.path} names, cannot be unpacked: ${(error as Error).message}`,
      'Choose another version of it.',
    );
  }
}

/** Compiles the files of a folder, within limits: the compiler is no part of a sandbox, and what it is given is a stranger's. */
const compile = `
import os, py_compile, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (2000000000, 2000000000))
except (ImportError, OSError, ValueError):
    pass
folder, shown = sys.argv[1:]
for path, _, names in os.walk(folder):
    for name in names:
        file = os.path.join(path, name)
        if name.endswith(".py") and os.path.getsize(file) < 1000000:
            try:
                mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
                py_compile.compile(file, dfile=shown + file[len(folder):], doraise=True, invalidation_mode=mode)
            except Exception:
                pass
`;

/** Compiles what is there, as pip does when it installs: else each run would, and its memory would tell of that. */
async function compileAll({ command: [python = ''] }: Runtime, folder: string): Promise<void> {
  // What cannot be compiled cannot be imported either, and then it is the program's error.
  await execa(python, ['-I', '-S', '-c', compile, folder, packagesMount], { reject: false, stdin: 'ignore', timeout: 120_000 });
}

type Item = LockedPackage & { readonly wheel: Wheel };

/** The bytes of a wheel, from the first place that has it. */
async function obtain(root: string, lock: Lock, { name, version, wheel }: Item, runtime: Runtime, sources: Sources): Promise<Uint8Array> {
  const kept = keptPath(root, wheel);
  const nearby = [...placesOf(root, lock.path, wheel), ...sources.findLinks.map((folder) => join(folder, wheel.name))];
  let other: string | undefined;
  for (const path of [kept, ...nearby]) {
    const bytes = await readWheel(path);
    if (bytes === undefined) continue;
    if (digestOf(bytes) === wheel.sha256) return bytes;
    other ??= path;
  }
  if (other !== undefined)
    throw new UserError(
      `${other} is another file than the one that ${lock.path} was made with: its SHA-256 differs`,
      'Nothing was unpacked. Take the file that was meant; or, if this one is meant, make the lock again.',
    );
  if (sources.offline || wheel.url === undefined) {
    const places = [...new Set(nearby.map((path) => dirname(path)))].join(', ');
    throw new UserError(
      `${wheel.name}, which ${lock.path} names, is not here`,
      `Name the folder that has it: --find-links DIR. It was looked for in ${places}.`,
    );
  }
  const folder = await mkdtemp(join(tmpdir(), `leaklog-${ownMark}-`));
  try {
    const asked = join(folder, 'requires.txt');
    await writeFile(asked, `${name}==${version} --hash=sha256:${wheel.sha256}\n`);
    const fetcher = runtime.kind === 'cpython' ? runtime : ((await findRuntimes()).find(({ kind }) => kind === 'cpython') ?? runtime);
    const { output, failed } = await runPip(fetcher, ['download', '--no-deps', '--require-hashes', '--dest', folder, '-r', asked], sources);
    if (failed) {
      const differs = /THESE PACKAGES DO NOT MATCH THE HASHES/.test(output);
      const { reason, hint } = explainPip(output);
      throw new UserError(
        differs ? `The index has another file for ${wheel.name} than ${lock.path} was made with: its SHA-256 differs` : reason,
        differs ? 'Nothing was unpacked. If this one is meant, make the lock again.' : hint,
      );
    }
    const bytes = await readFile(join(folder, wheel.name));
    await mkdir(join(root, cacheFolder), { recursive: true });
    const fresh = `${kept}.${process.pid}.tmp`;
    await writeFile(fresh, bytes);
    await rename(fresh, kept);
    return bytes;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where a wheel stays that was fetched. */
function keptPath(root: string, { sha256 }: Wheel): string {
  return join(root, cacheFolder, `${sha256}.whl`);
}

/** Where a blog may have a wheel that a lock names. */
function placesOf(root: string, lock: string, { name, path }: Wheel): readonly string[] {
  return [...(path === undefined ? [] : [join(root, dirname(lock), path)]), join(root, wheelsFolder, name)];
}

/** The bytes of a wheel that a lock names (by its path), if the blog has it or it was fetched before; nothing is fetched. */
export async function findWheel(root: string, lock: string, wheel: Wheel): Promise<Uint8Array | undefined> {
  for (const path of [keptPath(root, wheel), ...placesOf(root, lock, wheel)]) {
    const bytes = await readWheel(path);
    if (bytes !== undefined && digestOf(bytes) === wheel.sha256) return bytes;
  }
  return undefined;
}

/** A file that may be a wheel; undefined if there is none, or it is a device or the like. */
async function readWheel(path: string): Promise<Uint8Array | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true && found.size <= maxWheelBytes ? readFile(path) : undefined;
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
