import { execa } from 'execa';
import { realpathSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bubblewrap } from './bubblewrap.ts';
import { namespaces } from './namespaces.ts';
import { ownMark } from './owner.ts';
import { claimUser, identities, mountPoint, isRoot, packagesMount, programPath, type Needs } from './sandbox-parts.ts';
import { seatbelt } from './seatbelt.ts';

/**
 * The kinds of sandbox. In each a run has no network, sees only the files that it needs, writes only to its temporary folder,
 * and sees no other processes. `none` is for systems that offer nothing.
 */
export const sandboxKinds = ['bubblewrap', 'namespaces', 'sandbox-exec', 'none'] as const;
/** One of the kinds of sandbox. */
export type SandboxKind = (typeof sandboxKinds)[number];

/** A command that starts a program in a sandbox. */
export interface SandboxedCommand {
  readonly command: readonly string[];
  /** The path of the run's folder within the sandbox. */
  readonly base: string;
  /** The path of the run's packages within the sandbox. */
  readonly packages: string | undefined;
  /** The folder for the program's temporary files. */
  readonly temporary: string;
  /** How many generations of processes are between the one that is started and the program. */
  readonly depth: number;
}

/** Where a run is within its sandbox: its folder, and its packages. */
type Place = Pick<SandboxedCommand, 'base' | 'packages'>;

/** Wraps a program's command for a sandbox; `program` gets the paths within it. */
export function wrapCommand(kind: SandboxKind, needs: Needs, program: (place: Place) => readonly string[]): SandboxedCommand {
  const open = { base: needs.base, packages: needs.packages, temporary: join(needs.base, 'work'), depth: 0 };
  const shut = { base: mountPoint, packages: needs.packages && packagesMount, temporary: '/tmp', depth: 1 };
  switch (kind) {
    case 'bubblewrap':
      return { command: bubblewrap(needs, program(shut)), ...shut };
    case 'namespaces':
      return { command: namespaces(needs, program(shut)), ...shut };
    case 'sandbox-exec':
      return { command: seatbelt(needs, program(open)), ...open };
    case 'none':
      return { command: program(open), ...open };
  }
}

const found = new Map<string, Promise<SandboxKind>>();

/** The first kind of sandbox that works here, tried once per process: for root namespaces, which are faster, else bubblewrap. */
export function findSandbox(kinds: readonly SandboxKind[] = preferred()): Promise<SandboxKind> {
  const name = kinds.join();
  const known = found.get(name) ?? firstThatWorks(kinds);
  found.set(name, known);
  return known;
}

function preferred(): readonly SandboxKind[] {
  if (process.platform === 'darwin') return ['sandbox-exec'];
  if (process.platform !== 'linux') return [];
  return isRoot ? ['namespaces', 'bubblewrap'] : ['bubblewrap', 'namespaces'];
}

async function firstThatWorks(kinds: readonly SandboxKind[]): Promise<SandboxKind> {
  for (const kind of kinds) if (await works(kind)) return kind;
  return 'none';
}

/** Whether a program starts in this kind of sandbox, can write to its folder, and is not root. */
async function works(kind: SandboxKind): Promise<boolean> {
  const base = realpathSync(await mkdtemp(join(tmpdir(), `leaklog-${ownMark}-`)));
  const { user, release } = await claimUser();
  try {
    await prepareFolder(base, user);
    const [program = '', ...args] = wrapCommand(kind, { base, reads: [], spaceBytes: 1e6, user }, () => [
      '/bin/sh',
      '-c',
      'touch here && [ "$(id -u)" != 0 ] && exit 7',
    ]).command;
    const { exitCode } = await execa(program, args, {
      cwd: join(base, 'work'),
      reject: false,
      timeout: 10_000,
      stdin: 'ignore',
      extendEnv: false,
      env: { PATH: programPath },
      stdout: 'ignore',
      stderr: 'ignore',
    });
    return exitCode === 7;
  } finally {
    release();
    await rm(base, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Prepares the temporary folder of a run: `work` and `harness` for the run, and what the sandbox itself needs; `site` is what is
 * shown in place of installed packages, from where Python goes on to the run's own (https://docs.python.org/3/library/site.html).
 */
export async function prepareFolder(base: string, user: number): Promise<void> {
  await Promise.all(['work', 'harness', 'root', 'etc', 'site'].map((name) => mkdir(join(base, name))));
  const files = [
    ...Object.entries(identities(user)).map(([name, text]) => ({ path: join(base, 'etc', name), text })),
    { path: join(base, 'site', 'packages.pth'), text: `${packagesMount}\n` },
  ];
  await Promise.all(files.map(({ path, text }) => writeFile(path, text)));
  // Independent of the umask, as the program runs as another user.
  await Promise.all([...files.map(({ path }) => chmod(path, 0o644)), chmod(join(base, 'site'), 0o755)]);
}
