import { once } from 'node:events';
import { lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';

/** What a run needs of the machine. */
export interface Needs {
  /** The throw-away folder: `work` and `harness` in it are the run's. */
  readonly base: string;
  /** Files and folders that it reads, beside the system's own. */
  readonly reads: readonly string[];
  /** How much it may write to files, in all. */
  readonly spaceBytes: number;
  /** Who it is, by number: never root, and nobody else of this machine. */
  readonly user: number;
}

/** Where the throw-away folder is seen from inside a sandbox with a file system of its own. */
export const mountPoint = '/leaklog';
/** Where systems keep programs and libraries. */
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
/** What lies among them and is somebody's settings, which may be secrets: no sandbox shows what is in it. */
export const hidden = ['/usr/local/etc', '/usr/etc'];
/** Where the programs lie that make a sandbox. */
export const programPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
export const isRoot = process.getuid?.() === 0;

/** The user without rights, by Linux's convention. */
const nobody = 65_534;
/** Numbers that no system gives to anybody: the first that are free are taken, so that the same run is mostly the same user. */
const firstUser = 1_900_000_000;

/**
 * A user for one run, until it is released. The kernel counts threads and processes by user: where root starts runs, each
 * gets a number of its own; elsewhere each has a user namespace, in which it is nobody.
 */
export async function claimUser(): Promise<{ readonly user: number; readonly release: () => void }> {
  if (!isRoot) return { user: nobody, release: () => undefined };
  const busy = usersAtWork();
  for (let user = firstUser; ; user += 1) {
    const claim = busy.has(user) ? undefined : await claimName(`leaklog-user-${user}`);
    if (claim !== undefined) return { user, release: () => void claim.close() };
  }
}

/** Takes a name that one process of this machine has at a time, and that goes with it (unix(7), abstract); undefined where another has it. */
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

/** The users that have processes on this machine. */
function usersAtWork(): ReadonlySet<number> {
  const names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Set(names.flatMap((name) => statSync(`/proc/${name}`, { throwIfNoEntry: false })?.uid ?? []));
}

/** Who and where a program in a sandbox thinks it is: the files of /etc, by name. */
export function identities(user: number): Readonly<Record<string, string>> {
  return {
    passwd: `root:x:0:0::/:/bin/sh\nnobody:x:${user}:${user}::/:/bin/sh\n`,
    group: `root:x:0:\nnogroup:x:${user}:\n`,
    hosts: '127.0.0.1 localhost leaklog\n',
  };
}

/** A symbolic link of a sandbox's file system. */
export interface Link {
  readonly path: string;
  readonly link: string;
}

/** The parts of this system that every sandbox shows, to be read only. */
export function systemParts(): readonly (string | Link)[] {
  return [...system, ...settings].flatMap((path): (string | Link)[] => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    return stat.isSymbolicLink() && system.includes(path) ? [{ path, link: readlinkSync(path) }] : [path];
  });
}

/** The paths that are not in the system's own folders nor below another one of them. */
export function readsBeyondSystem(paths: readonly string[]): readonly string[] {
  const beyond = [...new Set(paths)].filter((path) => !system.some((part) => path === part || path.startsWith(`${part}/`))).toSorted();
  return beyond.filter((path, index) => !beyond.slice(0, index).some((outer) => path.startsWith(`${outer}/`)));
}
