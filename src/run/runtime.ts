import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { satisfies } from 'semver';
import { z } from 'zod';
import { MachineError, UsageError } from '../experiment/user-error.ts';
import { newestPython, supportedPythons, supportedWords } from '../post/fences/python-range.ts';
import { collectorOf, type Collector } from './collector.ts';
import { allHarnessFiles } from './harness-files.ts';
import { modulePath } from './own-file.ts';
import { awaitWithin } from './processes.ts';
import { readsBeyondSystem } from './sandbox-parts.ts';

/** A Python that samples can run on. */
export interface Runtime {
  /** `cpython-3.11`, `cpython-3.14t` for a free-threaded build, or `pyodide-3.14`: the name of its records. */
  readonly id: string;
  readonly kind: 'cpython' | 'pyodide';
  /** The full version, `3.11.7`. */
  readonly version: string;
  readonly collector: Collector;
  /** The command that runs a file: the program and its first arguments. */
  readonly command: readonly string[];
  /** The files and folders that it needs besides those that every sandbox shows. */
  readonly reads: readonly string[];
  /** The folders of the packages that happen to be installed for it. */
  readonly installed: readonly string[];
}

/** The program that runs samples on Pyodide. */
const pyodideHostPath = modulePath('pyodide-host', import.meta.url);

/** Asks an interpreter what it is and where its parts are: its prefixes, its standard library, what it has loaded, what is installed. */
const question = `
import sys
if sys.version_info[0] > 2:
    import json, os, site
    try:
        with open("/proc/self/maps") as file:
            loaded = {line.split(None, 5)[5].strip() for line in file if "/" in line}
    except Exception:
        loaded = set()
    prefixes = sorted({sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix})
    packages = ("site-packages", "dist-packages")
    found = site.getsitepackages(prefixes) if hasattr(site, "getsitepackages") else []
    print(json.dumps({
        "name": sys.implementation.name,
        "version": "%d.%d.%d" % sys.version_info[:3],
        "abi": getattr(sys, "abiflags", ""),
        "executable": sys.executable,
        "prefixes": prefixes,
        "installed": found + [folder for folder in sys.path if folder.endswith(packages)],
        "parts": sorted({os.path.realpath(sys.executable), sys.executable, os.path.dirname(os.__file__)} | loaded),
    }))
`;

const answer = z.object({
  name: z.string(),
  version: z.string(),
  abi: z.string(),
  executable: z.string(),
  prefixes: z.array(z.string()),
  parts: z.array(z.string()),
  installed: z.array(z.string()),
});

/** A Python, or why it cannot run samples; undefined if there is none of that name. */
type Answer = Runtime | { readonly unfit: string } | undefined;

const known = new Map<string, Promise<Answer>>();

/** How long an interpreter may take to say what it is. */
const maxAnswerMs = 20_000;

/**
 * The interpreter with this name on the PATH, or at this path; undefined if there is none that can run samples. Errors:
 * MachineError if the machine kept it from answering, so that it may be one.
 */
export async function findPython(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
  maxMs: number = maxAnswerMs,
): Promise<Runtime | undefined> {
  const found = await ask(name, env, maxMs);
  return found === undefined || 'unfit' in found ? undefined : found;
}

/** Asks each interpreter once per process, and again if the machine kept it from answering. */
function ask(name: string, env: NodeJS.ProcessEnv, maxMs: number = maxAnswerMs): Promise<Answer> {
  const key = `${name}\n${env['PATH']}`;
  const forget = (error: unknown) => {
    known.delete(key);
    throw error;
  };
  const found = known.get(key) ?? askPython(name, env, maxMs).catch(forget);
  known.set(key, found);
  return found;
}

async function askPython(name: string, env: NodeJS.ProcessEnv, maxMs: number): Promise<Answer> {
  // Python 2 prints nothing; it could only be called python3 by mistake.
  const child = execa(name, ['-c', question], { reject: false, stdin: 'ignore', env, extendEnv: false, detached: true });
  const { result, isLate } = await awaitWithin(child, maxMs);
  const { stdout, stderr, failed, code, exitCode, signal } = result;
  if (code === 'ENOENT') return undefined;
  const denial = isLate
    ? `it did not answer within ${maxMs / 1000} s`
    : signal !== undefined
      ? `it was killed by ${signal}`
      : (exitCode ?? 0) > 128
        ? // As a shell says it.
          `it ended with status ${exitCode}, as if it was killed`
        : ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM'].includes(code ?? '')
          ? `the machine denied ${code}`
          : undefined;
  if (denial !== undefined)
    throw new MachineError(
      `${name} could not be asked which Python it is: ${denial}`,
      'So it is not known whether it can run samples, and nothing else runs in its place. Try again, or choose another: --python pyodide',
    );
  if (!failed && stdout === '') return { unfit: 'it is Python 2' };
  if (failed || !stdout.startsWith('{'))
    return { unfit: `it does not run: ${stderr.trim().split('\n').at(-1) || `exit ${exitCode ?? code}`}` };
  const { name: implementation, version, abi, executable, prefixes, parts, installed } = answer.parse(JSON.parse(stdout));
  if (implementation !== 'cpython') return { unfit: `it is ${implementation} ${version}` };
  if (!satisfies(version, supportedPythons)) return { unfit: `it is CPython ${version}` };
  const minor = version.split('.').slice(0, 2).join('.');
  // A prefix that contains the author's home folder would expose all of it.
  const home = homedir();
  const own = prefixes.filter((prefix) => !`${home}/`.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`));
  const reads = readsBeyondSystem([...own, ...parts].filter((path) => existsSync(path) && path !== home));
  return {
    id: `cpython-${minor}${abi.includes('t') ? 't' : ''}`,
    kind: 'cpython',
    version,
    collector: collectorOf(version, abi),
    command: [executable, '-u'],
    reads,
    installed,
  };
}

const minors = Array.from({ length: newestPython - 5 }, (_, index) => index + 6);
/** The first minor version with free-threaded builds. */
const firstFreeThreaded = 13;

/** Every CPython on the PATH that can run samples, `python3` first, and the embedded Pyodide last. */
export async function findRuntimes(env: NodeJS.ProcessEnv = process.env): Promise<readonly Runtime[]> {
  const names = [
    'python3',
    ...minors.flatMap((minor) => [`python3.${minor}`, ...(minor >= firstFreeThreaded ? [`python3.${minor}t`] : [])]),
  ];
  const found = await Promise.all(names.map((name) => findPython(name, env)));
  const natives = found.filter((runtime) => runtime !== undefined);
  const distinct = natives.filter((runtime, index) => natives.findIndex(({ id }) => id === runtime.id) === index);
  return [...distinct, await embedded()];
}

/** The Python that samples run on by default: `python3`, or else the embedded Pyodide. */
export async function findDefault(env: NodeJS.ProcessEnv = process.env): Promise<Runtime> {
  return (await findPython('python3', env)) ?? (await embedded());
}

/** Why the `python3` of this machine cannot run samples, and what runs them instead; undefined if it can, or there is none. */
export async function explainDefault(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const found = await ask('python3', env);
  if (found === undefined || !('unfit' in found)) return undefined;
  const { version } = await embedded();
  return (
    `The python3 on this machine cannot run samples, which need ${supportedWords}: ${found.unfit}. ` +
    `They run on Pyodide ${version} instead; --python chooses another.`
  );
}

/**
 * The runtimes that `--python` asks for: `all`, a version such as `3.12`, `3.14t` or `3.14.4`, `pyodide`, or the path of an
 * interpreter. `exact` names records by the full version, so that they are kept separate from those of other patch versions.
 * Errors: UsageError if none fits.
 */
export async function chooseRuntimes(
  asked: string | undefined,
  { exact = false, env = process.env }: { readonly exact?: boolean | undefined; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<readonly Runtime[]> {
  const chosen = await choose(asked, env);
  return exact ? chosen.map((runtime) => (runtime.kind === 'cpython' ? { ...runtime, id: exactId(runtime) } : runtime)) : chosen;
}

function exactId({ version, collector }: Runtime): string {
  return `cpython-${version}${collector === 'free-threaded' ? 't' : ''}`;
}

async function choose(asked: string | undefined, env: NodeJS.ProcessEnv): Promise<readonly Runtime[]> {
  if (asked === undefined) return [await findDefault(env)];
  if (asked === 'all') return findRuntimes(env);
  if (asked.startsWith('pyodide')) return [await embedded()];
  const [, minor, patch, abi = ''] = /^(?:cpython-|python)?(3\.\d+)(\.\d+)?(t?)$/.exec(asked) ?? [];
  const names = minor === undefined ? [asked] : [`python${minor}${abi}`, 'python3'];
  const answers = await Promise.all(names.map((name) => ask(name, env)));
  const isAsked = (runtime: Runtime) =>
    minor === undefined || (runtime.id === `cpython-${minor}${abi}` && (patch === undefined || runtime.version === minor + patch));
  const fit = answers.flatMap((found) => (found === undefined || 'unfit' in found ? [] : [found]));
  const runtime = fit.find(isAsked);
  if (runtime !== undefined) return [runtime];
  const [first] = answers;
  const why = first === undefined ? '' : 'unfit' in first ? `: ${first.unfit}` : `: ${names[0]} is ${first.version}`;
  const here = (await findRuntimes(env)).map(({ id }) => id).join(', ');
  throw new UsageError(
    `No ${supportedWords} was found for "${asked}"${why}`,
    `Available here: ${here}. Choose one of them, or give the path of an interpreter: --python /usr/bin/python3`,
  );
}

function pathFrom(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

async function embedded(): Promise<Runtime> {
  const lock = createRequire(import.meta.url).resolve('pyodide/pyodide-lock.json');
  const { info } = JSON.parse(await readFile(lock, 'utf8')) as { info: { python: string } };
  // The nearest package.json says that the host is an ES module; the published package has it one folder higher.
  const shared = ['drive', 'harness-files'].map((name) => modulePath(name, import.meta.url));
  const own = [
    pyodideHostPath,
    ...shared,
    ...['drive.py', ...allHarnessFiles, '../../package.json', '../../../package.json'].map(pathFrom),
  ];
  // Where packages are links, the host finds them by the link, and Node by what it leads to.
  const packages = [join(dirname(lock), '..'), pathFrom('../../node_modules')].flatMap((folder) => [
    join(folder, 'pyodide'),
    join(folder, '.cache/leaklog'),
  ]);
  // Its snapshot is put there before the first run.
  await mkdir(join(dirname(lock), '../.cache/leaklog'), { recursive: true }).catch(() => undefined);
  const reads = [...new Set([process.execPath, ...packages, ...own])].filter((path) => existsSync(path));
  return {
    id: `pyodide-${info.python.split('.').slice(0, 2).join('.')}`,
    kind: 'pyodide',
    version: info.python,
    collector: collectorOf(info.python, ''),
    // WebAssembly confines a program; the permissions are for what it might ask of JavaScript.
    command: [
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=SecurityWarning',
      '--permission',
      '--allow-worker',
      ...reads.map((path) => `--allow-fs-read=${path}`),
      pyodideHostPath,
    ],
    reads: readsBeyondSystem(reads),
    installed: [],
  };
}

let snapshot: Promise<unknown> | undefined;

/** Takes Pyodide's snapshot, once per process: a run cannot, as its sandbox does not let it write there. */
export async function prepareSnapshot(): Promise<void> {
  snapshot ??= execa(process.execPath, ['--disable-warning=ExperimentalWarning', pyodideHostPath, '--snapshot'], {
    reject: false,
    stdin: 'ignore',
  });
  await snapshot;
}
