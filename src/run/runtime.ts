import { execa } from 'execa';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { satisfies } from 'semver';
import { UserError } from '../post/user-error.ts';

/** A Python that samples can run on. */
export interface Runtime {
  /** `cpython-3.11`, or `pyodide-3.14`: the name of its records. */
  readonly id: string;
  readonly kind: 'cpython' | 'pyodide';
  /** The full version, `3.11.7`. */
  readonly version: string;
  /** What runs a file: the program and its first arguments. */
  readonly command: readonly string[];
}

/** The oldest and the newest CPython that the harness knows. */
export const supported = '>=3.6.0 <3.15.0';

/** The program that runs samples on Pyodide. */
export const pyodideHostPath = fileURLToPath(new URL('./pyodide-host.ts', import.meta.url));

const question = 'import sys; print(sys.implementation.name, "%d.%d.%d" % sys.version_info[:3], "t" if "t" in getattr(sys, "abiflags", "") else "-", sys.executable)';

/** The interpreter behind a name on the PATH or a path; undefined where nothing answers. */
export async function findPython(name: string, env: NodeJS.ProcessEnv = process.env): Promise<Runtime | undefined> {
  // Never ask a Python 2 anything but its version: its name would have to be python3.
  const { stdout, failed } = await execa(name, ['-c', question], { reject: false, timeout: 20_000, stdin: 'ignore', env, extendEnv: false });
  const [implementation, version = '', threads, ...path] = failed ? [] : stdout.split(' ');
  if (implementation !== 'cpython' || !satisfies(version, supported)) return undefined;
  const minor = version.split('.').slice(0, 2).join('.');
  return { id: `cpython-${minor}${threads === 't' ? 't' : ''}`, kind: 'cpython', version, command: [path.join(' '), '-u'] };
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

async function embedded(): Promise<Runtime> {
  const lock = createRequire(import.meta.url).resolve('pyodide/pyodide-lock.json');
  const { info } = JSON.parse(await readFile(lock, 'utf8')) as { info: { python: string } };
  return {
    id: `pyodide-${info.python.split('.').slice(0, 2).join('.')}`,
    kind: 'pyodide',
    version: info.python,
    command: [process.execPath, '--disable-warning=ExperimentalWarning', pyodideHostPath],
  };
}
