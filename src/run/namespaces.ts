import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inside, isRoot, nobody, programPath, systemParts, type Link, type Needs } from './sandbox-parts.ts';

/** What bubblewrap does, by hand, with `unshare` of util-linux: a root file system of what the run needs, then no rights any more. */
export function namespaces({ base, reads, spaceBytes }: Needs, program: readonly string[]): readonly string[] {
  const root = join(base, 'root');
  const known = readMounts();
  const parts = [...systemParts(), ...reads];
  const paths = [...parts.filter((part) => typeof part === 'string'), '/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom'];
  const links = [...parts.filter((part) => typeof part !== 'string'), ...devices];
  const [folders, files] = [paths.filter((path) => statSync(path).isDirectory()), paths.filter((path) => !statSync(path).isDirectory())];
  const space = (path: string) => ({ source: 'leaklog', path, type: 'tmpfs', options: `nosuid,nodev,mode=1777,size=${spaceBytes},nr_inodes=${mostFiles}` });
  const mounts = [
    ...paths.flatMap((path) => bind(path, known)),
    { source: 'proc', path: '/proc', type: 'proc', options: 'nosuid,nodev,noexec' },
    // What is root's there may be written by root, whoever else has which rights.
    ...['/proc/sys', '/proc/sysrq-trigger', '/proc/irq', '/proc/bus'].filter((path) => existsSync(path)).map((path) => ({ source: root + path, path, type: 'none', options: 'bind,ro,nosuid,nodev,noexec' })),
  ];
  const spaces = [inside, '/tmp', '/dev/shm'].map(space);
  const made = [...folders, ...files.map(dirname), ...links.map(({ path }) => dirname(path)), '/etc', '/proc', '/.old'];
  const lines = [
    'set -eu',
    `own=$PATH; PATH=${programPath}`,
    `mount -t tmpfs -o mode=755,size=4m leaklog ${quote(root)}`,
    `cd ${quote(root)}`,
    // First the places for files: a Python may lie among the temporary ones.
    `mkdir -p ${spaces.map(({ path }) => `.${path}`).join(' ')}`,
    `echo ${quote(table(spaces, root))} >.fstab`,
    'mount --all --fstab .fstab',
    `mkdir -p ${[...new Set(made)].map((path) => quote(`.${path}`)).join(' ')}`,
    ...files.map((path) => `: >${quote(`.${path}`)}`),
    ...links.map(({ path, link }) => `ln -s ${quote(link)} ${quote(`.${path}`)}`),
    `cp ${quote(join(base, 'etc'))}/* etc/`,
    `echo ${quote(table(mounts, root))} >.fstab`,
    'mount --all --fstab .fstab',
    `cp -R ${quote(join(base, 'work'))} ${quote(join(base, 'harness'))} .${inside}/`,
    `chmod -R a+rwX .${inside}/work .${inside}/harness`,
    // A sample may serve and ask itself.
    'ip link set lo up 2>/dev/null || true',
    'hostname leaklog 2>/dev/null || true',
    'pivot_root . .old',
    'cd /',
    'umount -l /.old',
    'mount -o remount,bind,ro /',
    `cd ${inside}/work`,
    'PATH=$own',
    `exec setpriv --no-new-privs --inh-caps=-all --bounding-set=-all ${isRoot ? `--reuid=${nobody} --regid=${nobody} --clear-groups ` : ''}"$@"`,
  ];
  const user = isRoot ? [] : ['--user', '--map-root-user'];
  return ['unshare', ...user, '--mount', '--pid', '--net', '--ipc', '--uts', '--cgroup', '--fork', '--kill-child', '/bin/sh', '-c', lines.join('\n'), 'sh', ...program];
}

/** Each takes memory that is nobody's. */
const mostFiles = 100_000;

const devices: readonly Link[] = [
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
  return mounts.map(({ source, path, type, options }) => `${escape(source)} ${escape(root + path)} ${type} ${options} 0 0`).join('\n');
}

/** A part of the file system, to be read only, and what is mounted below it. */
function bind(part: string, known: readonly Mount[]): readonly Mounting[] {
  const own = known.filter(({ point }) => part === point || part.startsWith(point === '/' ? '/' : `${point}/`)).at(-1);
  const below = known.filter(({ point }) => point.startsWith(`${part}/`));
  const isDevice = part.startsWith('/dev/');
  const first = { source: part, path: part, type: 'none', options: isDevice ? 'bind' : `rbind,ro,nosuid,nodev${own?.options ?? ''}` };
  return [first, ...below.map(({ point, options }) => ({ source: 'none', path: point, type: 'none', options: `remount,bind,ro,nosuid,nodev${options}` }))];
}

interface Mount {
  readonly point: string;
  /** Options that may not be lost when it is mounted again. */
  readonly options: string;
}

/** What is mounted here, the outer ones first (proc_pid_mountinfo(5)). */
function readMounts(): readonly Mount[] {
  return readFileSync('/proc/self/mountinfo', 'utf8').trimEnd().split('\n').map((line) => {
    const [, , , , point = '', options = ''] = line.split(' ');
    const kept = options.split(',').filter((option) => ['noexec', 'noatime', 'nodiratime', 'relatime'].includes(option));
    return { point: point.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))), options: kept.map((option) => `,${option}`).join('') };
  });
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
