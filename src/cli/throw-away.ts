import { execa } from 'execa';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const here = resolve('.');

/** Whether a file is part of Leaklog, and not of the site that tests build of the manual's examples. */
export const isSource = (path: string) => !/\/manual\/(?:node_modules|dist|\.astro)/.test(path);

const node = join(here, 'node_modules/.bin/node');

/** How a command ended. */
export interface Outcome {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** Standard output and standard error, interleaved. */
  readonly all: string;
}

/** A temporary project for a test: a copy of Leaklog, with posts of its own. */
export interface ThrowAway {
  readonly root: string;
  write(path: string, text: string | Uint8Array): void;
  read(path: string): string;
  removeFile(path: string): void;
  /** Starts a command; `wrap` is put before it on the command line. */
  start(
    name: string,
    args?: readonly string[],
    options?: { readonly env?: Readonly<Record<string, string>>; readonly wrap?: readonly string[] },
  ): ReturnType<typeof startIn>;
  remove(): void;
}

/** Creates a project without posts in the temp folder. */
export function throwAway(): ThrowAway {
  const root = mkdtempSync(join(tmpdir(), 'leaklog-project-'));
  for (const name of ['src', 'scripts', 'astro.config.mjs', 'package.json'])
    cpSync(join(here, name), join(root, name), { recursive: true, filter: isSource });
  symlinkSync(join(here, 'node_modules'), join(root, 'node_modules'));
  mkdirSync(join(root, 'content/posts'), { recursive: true });
  return {
    root,
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
    removeFile: (path) => rmSync(join(root, path)),
    start: (name, args = [], { env = {}, wrap = [] } = {}) =>
      startIn(root, [...wrap, node, '--disable-warning=ExperimentalWarning', `scripts/${name}.ts`, ...args], env),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function startIn(cwd: string, [program = '', ...args]: readonly string[], env: Readonly<Record<string, string>>) {
  const child = execa(program, args, { cwd, env, reject: false, all: true, stdin: 'ignore' });
  const ended = child.then(({ exitCode, signal, all }): Outcome => ({ exitCode, signal, all }));
  return { pid: child.pid as number, ended };
}
