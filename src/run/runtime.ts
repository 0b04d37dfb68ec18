import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { satisfies } from 'semver';
import { z } from 'zod';
import { supportedPythons } from '../post/python-range.ts';
import { UserError } from '../post/user-error.ts';
import { readsBeyondSystem } from './sandbox-parts.ts';

/** A Python that samples can run on. */
export interface Runtime {
  /** `cpython-3.11`, or `pyodide-3.14`: the name of its records. */
  readonly id: string;
  readonly kind: 'cpython' | 'pyodide';
  /** The full version, `3.11.7`. */
  readonly version: string;
  /** What runs a file: the program and its first arguments. */
  readonly command: readonly string[];
  /** The files and folders that it is made of, where a sandbox does not show them anyway. */
  readonly reads: readonly string[];
}

/** The program that runs samples on Pyodide. */
export const pyodideHostPath = fileURLToPath(new URL('./pyodide-host.ts', import.meta.url));

/** Asks an interpreter what it is and where its parts lie: its prefixes, its standard library, what it has loaded. */
const question = `
import sys
if sys.version_info[0] > 2:
    import json, os
    try:
        with open("/proc/self/maps") as file:
            loaded = {line.split(None, 5)[5].strip() for line in file if "/" in line}
    except Exception:
        loaded = set()
    print(json.dumps({"name": sys.implementation.name, "version": "%d.%d.%d" % sys.version_info[:3], "abi": getattr(sys, "abiflags", ""), "executable": sys.executable,
        "prefixes": sorted({sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}),
        "parts": sorted({os.path.realpath(sys.executable), sys.executable, os.path.dirname(os.__file__)} | loaded)}))
`;

const answer = z.object({ name: z.string(), version: z.string(), abi: z.string(), executable: z.string(), prefixes: z.array(z.string()), parts: z.array(z.string()) });

const known = new Map<string, Promise<Runtime | undefined>>();

/** The interpreter behind a name on the PATH or a path, asked once; undefined where nothing answers. */
export function findPython(name: string, env: NodeJS.ProcessEnv = process.env): Promise<Runtime | undefined> {
  const key = `${name}\n${env['PATH']}`;
  const found = known.get(key) ?? askPython(name, env);
  known.set(key, found);
  return found;
}

async function askPython(name: string, env: NodeJS.ProcessEnv): Promise<Runtime | undefined> {
  // Never ask a Python 2 anything but its version: its name would have to be python3.
  const { stdout, failed } = await execa(name, ['-c', question], { reject: false, timeout: 20_000, stdin: 'ignore', env, extendEnv: false });
  if (failed || !stdout.startsWith('{')) return undefined;
  const { name: implementation, version, abi, executable, prefixes, parts } = answer.parse(JSON.parse(stdout));
  if (implementation !== 'cpython' || !satisfies(version, supportedPythons)) return undefined;
  const minor = version.split('.').slice(0, 2).join('.');
  // A prefix that has the author's home in it would show all of that.
  const home = homedir();
  const own = prefixes.filter((prefix) => !`${home}/`.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`));
  const reads = readsBeyondSystem([...own, ...parts].filter((path) => existsSync(path) && path !== home));
  return { id: `cpython-${minor}${abi.includes('t') ? 't' : ''}`, kind: 'cpython', version, command: [executable, '-u'], reads };
}

/** Every CPython on the PATH that answers, the `python3` of this machine first, and the embedded Pyodide last. */
export async function findRuntimes(env: NodeJS.ProcessEnv = process.env): Promise<readonly Runtime[]> {
  const names = ['python3', ...Array.from({ length: 9 }, (_, index) => `python3.${index + 6}`)];
  const found = await Promise.all(names.map((name) => findPython(name, env)));
  const natives = found.filter((runtime) => runtime !== undefined);
  const distinct = natives.filter((runtime, index) => natives.findIndex(({ id }) => id === runtime.id) === index);
  return [...distinct, await embedded()];
}

/** The Python that samples run on where nothing else is asked for: `python3`, or else the embedded Pyodide. */
export async function findDefault(env: NodeJS.ProcessEnv = process.env): Promise<Runtime> {
  return (await findPython('python3', env)) ?? (await embedded());
}

/** What `--python` asks for: `all`, a version such as `3.12`, `pyodide`, or the path of an interpreter. */
export async function chooseRuntimes(asked: string | undefined, env: NodeJS.ProcessEnv = process.env): Promise<readonly Runtime[]> {
  if (asked === undefined) return [await findDefault(env)];
  if (asked === 'all') return findRuntimes(env);
  if (asked.startsWith('pyodide')) return [await embedded()];
  const version = /^(?:cpython-|python)?(3\.\d+)(?:\.\d+)?t?$/.exec(asked)?.[1];
  const runtime = (await findPython(version === undefined ? asked : `python${version}`, env)) ?? (version === undefined ? undefined : await onPath(version, env));
  if (runtime !== undefined) return [runtime];
  const here = (await findRuntimes(env)).map(({ id }) => id).join(', ');
  throw new UserError(`No CPython 3.6 to 3.14 answers to "${asked}"`, `Here are ${here}. Name one of them, or give the path of an interpreter: --python /usr/bin/python3`);
}

async function onPath(version: string, env: NodeJS.ProcessEnv): Promise<Runtime | undefined> {
  const found = await findPython('python3', env);
  return found?.id === `cpython-${version}` ? found : undefined;
}

function pathFrom(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

async function embedded(): Promise<Runtime> {
  const lock = createRequire(import.meta.url).resolve('pyodide/pyodide-lock.json');
  const { info } = JSON.parse(await readFile(lock, 'utf8')) as { info: { python: string } };
  const own = ['pyodide-host.ts', 'harness.py', '../../package.json'].map(pathFrom);
  // Where packages are links, the host finds them by the link, and Node by what it leads to.
  const packages = [join(dirname(lock), '..'), pathFrom('../../node_modules')].flatMap((folder) => [join(folder, 'pyodide'), join(folder, '.cache/leaklog')]);
  // Its snapshot comes there before the first run.
  await mkdir(join(dirname(lock), '../.cache/leaklog'), { recursive: true }).catch(() => undefined);
  const reads = [...new Set([process.execPath, ...packages, ...own])].filter((path) => existsSync(path));
  return {
    id: `pyodide-${info.python.split('.').slice(0, 2).join('.')}`,
    kind: 'pyodide',
    version: info.python,
    // WebAssembly keeps a program in; the permissions are for what it might ask of JavaScript.
    command: [process.execPath, '--disable-warning=ExperimentalWarning', '--disable-warning=SecurityWarning', '--permission', '--allow-worker', ...reads.map((path) => `--allow-fs-read=${path}`), pyodideHostPath],
    reads: readsBeyondSystem(reads),
  };
}

let snapshot: Promise<unknown> | undefined;

/** Has Pyodide's snapshot taken, once: no run can, for a sandbox lets it write nothing. */
export async function prepareSnapshot(): Promise<void> {
  snapshot ??= execa(process.execPath, ['--disable-warning=ExperimentalWarning', pyodideHostPath, '--snapshot'], { reject: false, stdin: 'ignore' });
  await snapshot;
}
