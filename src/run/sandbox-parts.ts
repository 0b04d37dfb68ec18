import { once } from 'node:events';
import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { MachineError } from '../experiment/user-error.ts';

/** What a sandbox has to provide for a run. */
export interface Needs {
  /** The temporary folder of the run, whose `work` and `harness` the run may use. */
  readonly base: string;
  /** Files and folders that it reads, besides the system's own. */
  readonly reads: readonly string[];
  /** The folder of its packages, if it has any, shown read-only at `packagesMount`. */
  readonly packages?: string | undefined;
  /** The folders of what happens to be installed, in whose place a run with packages sees its folder `site`. */
  readonly installed?: readonly string[];
  /** How much it may write to files in total, in bytes. */
  readonly spaceBytes: number;
  /** Its user id: never root, nor any other user of this machine. */
  readonly user: number;
}

/** The path of a run's packages within such a sandbox. */
export const packagesMount = '/packages';
/**
 * The path of the temporary folder within a sandbox with a file system of its own. It is cut out of the log, wherever it
 * stands: so no text has it by chance. Its length is part of what a sample keeps: another one would change what is measured.
 */
export const mountPoint = '/~leaklg';
/** Where systems keep their programs and libraries. */
const system = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix/store'];
/** The settings that programs need to find them. */
const settings = [
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/alternatives',
  '/etc/ssl/certs',
  '/etc/ssl/openssl.cnf',
  '/etc/pki/tls/certs',
  '/etc/pki/ca-trust',
  '/etc/mime.types',
  '/etc/matplotlibrc',
  '/etc/fonts',
];
/** Folders among them with local settings, which may contain secrets: sandboxes show them empty. */
export const hidden = ['/usr/local/etc', '/usr/etc'];
/** The PATH for the programs that set up a sandbox. */
export const programPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Whether Leaklog itself runs as root. */
export const isRoot = process.getuid?.() === 0;

/** The user id of nobody, by Linux's convention. */
const nobody = 65_534;
/** User ids that no system assigns. The lowest free one is taken, so that a run mostly has the same one. */
const firstUser = 1_900_000_000;

/**
 * Reserves a user id for one run, until it is released. The kernel limits threads and processes per user, so if Leaklog is
 * root, each run gets an id of its own; otherwise each has a user namespace of its own, in which it is nobody. Errors:
 * MachineError where Linux has no /proc.
 */
export async function claimUser(): Promise<{ readonly user: number; readonly release: () => void }> {
  if (process.platform === 'linux' && !existsSync('/proc/self/stat'))
    throw new MachineError(
      'No sample can run: there is no /proc, by which runs are shut in and watched',
      'Mount it, as root: mount -t proc proc /proc',
    );
  if (!isRoot) return { user: nobody, release: () => undefined };
  const busy = usersAtWork();
  for (let user = firstUser; ; user += 1) {
    const claim = busy.has(user) ? undefined : await claimName(`leaklog-user-${user}`);
    if (claim !== undefined) return { user, release: () => void claim.close() };
  }
}

/** Takes a machine-wide lock, an abstract socket name (unix(7)) that is freed with this process; undefined if it is taken. */
async function claimName(name: string): Promise<Server | undefined> {
  const server = createServer().unref();
  server.listen(`\0${name}`);
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}

/** The ids of users with processes on this machine. */
function usersAtWork(): ReadonlySet<number> {
  const names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Set(names.flatMap((name) => statSync(`/proc/${name}`, { throwIfNoEntry: false })?.uid ?? []));
}

/** Files of /etc by name that tell a program in a sandbox which users and hosts exist. */
export function identities(user: number): Readonly<Record<string, string>> {
  return {
    passwd: `root:x:0:0::/:/bin/sh\nnobody:x:${user}:${user}::/:/bin/sh\n`,
    group: `root:x:0:\nnogroup:x:${user}:\n`,
    hosts: '127.0.0.1 localhost leaklog\n',
  };
}

/** A symbolic link in a sandbox's file system, and its target. */
export interface Link {
  readonly path: string;
  readonly link: string;
}

/** The parts of this system that every sandbox shows, read-only. */
export function systemParts(): readonly (string | Link)[] {
  return [...system, ...settings].flatMap((path): (string | Link)[] => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    return stat.isSymbolicLink() && system.includes(path) ? [{ path, link: readlinkSync(path) }] : [path];
  });
}

/**
 * The folders of installed packages that a sandbox would show: those of the Python of a run, and of the system's. Each once, as the
 * sandbox names them, none below another, and none beyond a symbolic link.
 */
export function installedPackages({ packages, installed = [], reads }: Needs): readonly string[] {
  if (packages === undefined) return [];
  const folders = ['/usr/lib', '/usr/lib64', '/usr/local/lib', '/usr/local/lib64'].flatMap((path) =>
    namesIn(path).flatMap((name) => (name.startsWith('python') ? [join(path, name)] : [])),
  );
  const all = [...installed, ...folders.flatMap((path) => ['site-packages', 'dist-packages'].map((name) => join(path, name)))];
  const real = all.filter((path) => existsSync(path)).map((path) => realpathSync(path));
  const parts = [...systemParts(), ...reads].flatMap((part) => (typeof part === 'string' ? [{ part, root: realpathSync(part) }] : []));
  const shown = parts.flatMap(({ part, root }) =>
    real.flatMap((path) => (path.startsWith(`${root}/`) ? [part + path.slice(root.length)] : [])),
  );
  return withoutInner([...new Set(shown)]);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Those of the paths that are neither in the system's own folders nor below another of the paths; sorted. */
export function readsBeyondSystem(paths: readonly string[]): readonly string[] {
  return withoutInner([...new Set(paths)].filter((path) => !system.some((part) => path === part || path.startsWith(`${part}/`))));
}

function withoutInner(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => !paths.some((outer) => path.startsWith(`${outer}/`))).toSorted();
}
