import { execa } from 'execa';
import { realpathSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bubblewrap } from './bubblewrap.ts';
import { namespaces } from './namespaces.ts';
import { ownMark } from './owner.ts';
import { claimUser, identities, mountPoint, isRoot, programPath, type Needs } from './sandbox-parts.ts';
import { seatbelt } from './seatbelt.ts';

/**
 * What a run is shut into: no network, no file but what the run needs, nothing written but in its throw-away folder, no
 * other process in sight. `none` where the system offers nothing.
 */
export const sandboxKinds = ['bubblewrap', 'namespaces', 'sandbox-exec', 'none'] as const;
export type SandboxKind = (typeof sandboxKinds)[number];

/** How a program is started in a sandbox: its command, and where its folder is seen from inside. */
export interface SandboxedCommand {
  readonly command: readonly string[];
  readonly base: string;
  /** Where its temporary files go. */
  readonly temporary: string;
  /** So many processes stand between the one that is started and the program. */
  readonly depth: number;
}

/** The command that starts a program shut in, its first process the program's; the program is told where it sees its folder. */
export function wrapCommand(kind: SandboxKind, needs: Needs, program: (base: string) => readonly string[]): SandboxedCommand {
  const open = { base: needs.base, temporary: join(needs.base, 'work'), depth: 0 };
  const shut = { base: mountPoint, temporary: '/tmp', depth: 1 };
  switch (kind) {
    case 'bubblewrap':
      return { command: bubblewrap(needs, program(shut.base)), ...shut };
    case 'namespaces':
      return { command: namespaces(needs, program(shut.base)), ...shut };
    case 'sandbox-exec':
      return { command: seatbelt(needs, program(open.base)), ...open };
    case 'none':
      return { command: program(open.base), ...open };
  }
}

const found = new Map<string, Promise<SandboxKind>>();

/** The sandbox that works here, tried once: as root our own namespaces, which need the fewest steps, else bubblewrap first. */
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

/** Whether a program that is shut in so starts, writes where it may, and is not root. */
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

/** Puts into a throw-away folder what a sandbox needs there: `work` and `harness` for the run, and files of its own. */
export async function prepareFolder(base: string, user: number): Promise<void> {
  await Promise.all(['work', 'harness', 'root', 'etc'].map((name) => mkdir(join(base, name))));
  const files = Object.entries(identities(user)).map(([name, text]) => ({ path: join(base, 'etc', name), text }));
  await Promise.all(files.map(({ path, text }) => writeFile(path, text)));
  // Whatever the umask: the program is somebody else.
  await Promise.all(files.map(({ path }) => chmod(path, 0o644)));
}
