import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  hidden,
  installedPackages,
  mountPoint,
  isRoot,
  packagesMount,
  programPath,
  systemParts,
  type Link,
  type Needs,
} from './sandbox-parts.ts';

/**
 * The command that runs a program in a sandbox like bubblewrap's, made with `unshare` of util-linux: it mounts a root file system
 * of what the run needs, and then drops all privileges. As much as possible is prepared in the temporary folder beforehand, as
 * each program started by the shell script takes a millisecond.
 */
export function namespaces(needs: Needs, program: readonly string[]): readonly string[] {
  const { base, reads, packages, spaceBytes, user } = needs;
  const root = join(base, 'root');
  const parts = [...systemParts(), ...reads];
  const paths = [...parts.filter((part) => typeof part === 'string'), ...devices];
  outline(join(base, 'outline'), paths, packages === undefined ? [] : [packagesMount], [
    ...parts.filter((part) => typeof part !== 'string'),
    ...descriptors,
  ]);
  const space = {
    source: 'leaklog',
    type: 'tmpfs',
    options: `nosuid,nodev,mode=1777,size=${spaceBytes},nr_inodes=${maxFiles},X-mount.mkdir`,
  };
  const spaces = [
    { source: 'leaklog', path: '', type: 'tmpfs', options: 'mode=755,size=4m' },
    ...[mountPoint, '/tmp', '/dev/shm'].map((path) => ({ ...space, path })),
  ];
  const known = readMounts();
  const shown = [
    ...paths.flatMap((path) => bind(path, known)),
    ...(packages === undefined ? [] : bind(packages, known, packagesMount)),
    ...installedPackages(needs).flatMap((path) => bind(join(base, 'site'), known, path)),
    ...hidden
      .filter((path) => existsSync(path))
      .map((path) => ({ source: 'leaklog', path, type: 'tmpfs', options: 'ro,nosuid,nodev,noexec,mode=755,size=4k' })),
    { source: 'proc', path: '/proc', type: 'proc', options: 'nosuid,nodev,noexec' },
    // Root may write to what it owns in /proc whatever its capabilities.
    ...['/proc/sys', '/proc/sysrq-trigger', '/proc/irq', '/proc/bus']
      .filter((path) => existsSync(path))
      .map((path) => ({ source: root + path, path, type: 'none', options: 'bind,ro,nosuid,nodev,noexec' })),
    { source: 'none', path: '', type: 'none', options: 'remount,bind,ro' },
  ];
  writeFileSync(join(base, 'spaces.fstab'), table(spaces, root));
  writeFileSync(join(base, 'shown.fstab'), table(shown, root));
  const lines = [
    'set -eu',
    `own=$PATH; PATH=${programPath}`,
    // A sample may connect to itself.
    '{ ip link set lo up; hostname leaklog; } 2>/dev/null &',
    `cd ${quote(base)}`,
    // First the tmpfs mounts: a Python may be installed below /tmp.
    'mount --all --fstab spaces.fstab',
    'cp -R outline/. etc root/',
    `cp -R work harness root${mountPoint}/`,
    // Independent of the umask; all that is not the run's will be read-only.
    'chmod -R a+rwX root',
    ...(isRoot ? [`chown -R ${user}:${user} root${mountPoint}`] : []),
    'mount --all --fstab shown.fstab',
    'wait',
    'cd root',
    'pivot_root . .old',
    'cd /',
    'umount -l /.old',
    `cd ${mountPoint}/work`,
    'PATH=$own',
    // Another user than root loses all capabilities as the program is started, and cannot regain any.
    isRoot
      ? `exec setpriv --no-new-privs --inh-caps=-all --bounding-set=-all --reuid=${user} --regid=${user} --clear-groups "$@"`
      : `exec setpriv --no-new-privs --inh-caps=-all unshare --user --map-user=${user} --map-group=${user} "$@"`,
  ];
  // Mounting takes root, if only in a user namespace; the program gets a namespace of its own, in which it is not root.
  const rights = isRoot ? [] : ['--user', '--map-root-user'];
  return [
    'unshare',
    ...rights,
    '--mount',
    '--pid',
    '--net',
    '--ipc',
    '--uts',
    '--cgroup',
    '--fork',
    '--kill-child',
    '/bin/sh',
    '-c',
    lines.join('\n'),
    'sh',
    ...program,
  ];
}

/** Creates the mount points of a root file system, folders and files, and its links. */
function outline(root: string, paths: readonly string[], made: readonly string[], links: readonly Link[]): void {
  const isFolder = (path: string) => statSync(path).isDirectory();
  const files = paths.filter((path) => !isFolder(path));
  const folders = [
    ...paths.filter(isFolder),
    ...made,
    ...[...files, ...links.map(({ path }) => path)].map(dirname),
    '/etc',
    '/proc',
    '/.old',
  ];
  for (const path of new Set(folders)) mkdirSync(join(root, path), { recursive: true });
  for (const path of files) writeFileSync(join(root, path), '');
  for (const { path, link } of links) symlinkSync(link, join(root, path));
}

/** The machine's own device files, whose times and modes a run cannot change. */
const devices = ['/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom'];

/** The largest number of files in a tmpfs: each takes kernel memory that is charged to no process. */
const maxFiles = 100_000;

const descriptors: readonly Link[] = [
  { path: '/dev/fd', link: '/proc/self/fd' },
  { path: '/dev/stdin', link: '/proc/self/fd/0' },
  { path: '/dev/stdout', link: '/proc/self/fd/1' },
  { path: '/dev/stderr', link: '/proc/self/fd/2' },
];

/** One mount, as in a line of fstab(5). */
interface Mounting {
  readonly source: string;
  /** The mount point within the sandbox. */
  readonly path: string;
  readonly type: string;
  readonly options: string;
}

function table(mounts: readonly Mounting[], root: string): string {
  const escape = (text: string) => text.replace(/[\s\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return mounts.map(({ source, path, type, options }) => `${escape(source)} ${escape(root + path)} ${type} ${options} 0 0\n`).join('');
}

/** Read-only mounts for a part of the file system and for what is mounted below it; `path` is where it is shown. */
function bind(part: string, known: readonly Mount[], path = part): readonly Mounting[] {
  const own = known.filter(({ point }) => part === point || part.startsWith(point === '/' ? '/' : `${point}/`)).at(-1);
  const below = known.filter(({ point }) => point.startsWith(`${part}/`));
  const isDevice = part.startsWith('/dev/');
  const first = {
    source: part,
    path,
    type: 'none',
    options: isDevice ? 'bind,ro,nosuid,noexec' : `rbind,ro,nosuid,nodev${own?.options ?? ''}`,
  };
  return [
    first,
    ...below.map(({ point, options }) => ({
      source: 'none',
      path: path + point.slice(part.length),
      type: 'none',
      options: `remount,bind,ro,nosuid,nodev${options}`,
    })),
  ];
}

interface Mount {
  readonly point: string;
  /** Options that must be repeated when it is remounted, each preceded by a comma. */
  readonly options: string;
}

/** The current mounts, outer ones first (proc_pid_mountinfo(5)). */
function readMounts(): readonly Mount[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, , , , point = '', options = ''] = line.split(' ');
      const kept = options.split(',').filter((option) => ['noexec', 'noatime', 'nodiratime', 'relatime'].includes(option));
      return {
        point: point.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))),
        options: kept.map((option) => `,${option}`).join(''),
      };
    });
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
