import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hidden, mountPoint, isRoot, programPath, systemParts, type Link, type Needs } from './sandbox-parts.ts';

/**
 * What bubblewrap does, by hand, with `unshare` of util-linux: a root file system of what the run needs, then no rights any
 * more. What it is made of is put into the throw-away folder beforehand: every program of a script takes a millisecond.
 */
export function namespaces({ base, reads, spaceBytes, user }: Needs, program: readonly string[]): readonly string[] {
  const root = join(base, 'root');
  const parts = [...systemParts(), ...reads];
  const paths = [...parts.filter((part) => typeof part === 'string'), ...devices];
  outline(join(base, 'outline'), paths, [...parts.filter((part) => typeof part !== 'string'), ...descriptors]);
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
    ...hidden
      .filter((path) => existsSync(path))
      .map((path) => ({ source: 'leaklog', path, type: 'tmpfs', options: 'ro,nosuid,nodev,noexec,mode=755,size=4k' })),
    { source: 'proc', path: '/proc', type: 'proc', options: 'nosuid,nodev,noexec' },
    // What is root's there may be written by root, whoever else has which rights.
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
    // A sample may serve and ask itself.
    '{ ip link set lo up; hostname leaklog; } 2>/dev/null &',
    `cd ${quote(base)}`,
    // First the places for files: a Python may lie among the temporary ones.
    'mount --all --fstab spaces.fstab',
    'cp -R outline/. etc root/',
    `cp -R work harness root${mountPoint}/`,
    // Whatever the umask; what is not the run's will be read only.
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
    // Whoever is no root loses all rights as the program is started, and gets none back.
    isRoot
      ? `exec setpriv --no-new-privs --inh-caps=-all --bounding-set=-all --reuid=${user} --regid=${user} --clear-groups "$@"`
      : `exec setpriv --no-new-privs --inh-caps=-all unshare --user --map-user=${user} --map-group=${user} "$@"`,
  ];
  // To mount takes the rights of root, if only in a user namespace; the program gets one of its own, in which it is not root.
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

/** Makes the folders and files of a root file system that others are mounted on, and its links. */
function outline(root: string, paths: readonly string[], links: readonly Link[]): void {
  const isFolder = (path: string) => statSync(path).isDirectory();
  const files = paths.filter((path) => !isFolder(path));
  const folders = [...paths.filter(isFolder), ...[...files, ...links.map(({ path }) => path)].map(dirname), '/etc', '/proc', '/.old'];
  for (const path of new Set(folders)) mkdirSync(join(root, path), { recursive: true });
  for (const path of files) writeFileSync(join(root, path), '');
  for (const { path, link } of links) symlinkSync(link, join(root, path));
}

/** Those of the machine, whose times and modes stay as they are. */
const devices = ['/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom'];

/** Each takes memory that is nobody's. */
const maxFiles = 100_000;

const descriptors: readonly Link[] = [
  { path: '/dev/fd', link: '/proc/self/fd' },
  { path: '/dev/stdin', link: '/proc/self/fd/0' },
  { path: '/dev/stdout', link: '/proc/self/fd/1' },
  { path: '/dev/stderr', link: '/proc/self/fd/2' },
];

/** One mount, as a line of fstab(5) tells it. */
interface Mounting {
  readonly source: string;
  /** In the sandbox. */
  readonly path: string;
  readonly type: string;
  readonly options: string;
}

function table(mounts: readonly Mounting[], root: string): string {
  const escape = (text: string) => text.replace(/[\s\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return mounts.map(({ source, path, type, options }) => `${escape(source)} ${escape(root + path)} ${type} ${options} 0 0\n`).join('');
}

/** A part of the file system, to be read only, and what is mounted below it. */
function bind(part: string, known: readonly Mount[]): readonly Mounting[] {
  const own = known.filter(({ point }) => part === point || part.startsWith(point === '/' ? '/' : `${point}/`)).at(-1);
  const below = known.filter(({ point }) => point.startsWith(`${part}/`));
  const isDevice = part.startsWith('/dev/');
  const first = {
    source: part,
    path: part,
    type: 'none',
    options: isDevice ? 'bind,ro,nosuid,noexec' : `rbind,ro,nosuid,nodev${own?.options ?? ''}`,
  };
  return [
    first,
    ...below.map(({ point, options }) => ({
      source: 'none',
      path: point,
      type: 'none',
      options: `remount,bind,ro,nosuid,nodev${options}`,
    })),
  ];
}

interface Mount {
  readonly point: string;
  /** Options that may not be lost when it is mounted again. */
  readonly options: string;
}

/** What is mounted here, the outer ones first (proc_pid_mountinfo(5)). */
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
