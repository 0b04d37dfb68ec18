import { lstatSync, readlinkSync } from 'node:fs';

/** What a run needs of the machine. */
export interface Needs {
  /** The throw-away folder: `work` and `harness` in it are the run's. */
  readonly base: string;
  /** Files and folders that it reads, beside the system's own. */
  readonly reads: readonly string[];
  /** How much it may write to files, in all. */
  readonly spaceBytes: number;
}

/** Where the throw-away folder is seen from inside a sandbox with a file system of its own. */
export const inside = '/leaklog';
/** Where systems keep programs and libraries. */
const system = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix/store'];
/** The settings that programs need to find them. */
const settings = ['/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d', '/etc/alternatives', '/etc/ssl/certs', '/etc/ssl/openssl.cnf', '/etc/pki/tls/certs', '/etc/pki/ca-trust', '/etc/mime.types', '/etc/matplotlibrc', '/etc/fonts'];
/** Where the programs lie that make a sandbox. */
export const programPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** The user without rights, by Linux's convention. */
export const nobody = 65_534;
export const isRoot = process.getuid?.() === 0;

/** Who and where a program in a sandbox thinks it is. */
export const identities = {
  passwd: `root:x:0:0::/:/bin/sh\nnobody:x:${nobody}:${nobody}::/:/bin/sh\n`,
  group: `root:x:0:\nnogroup:x:${nobody}:\n`,
  hosts: '127.0.0.1 localhost leaklog\n',
} as const;

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
