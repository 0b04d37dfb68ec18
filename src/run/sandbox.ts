import { execa } from 'execa';
import { existsSync, lstatSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * What a run is shut into: no network, no file but what the run needs, nothing written but in its throw-away folder, no
 * other process in sight. `none` where the system offers nothing.
 */
export const sandboxKinds = ['bubblewrap', 'namespaces', 'sandbox-exec', 'none'] as const;
export type SandboxKind = (typeof sandboxKinds)[number];

/** What a run needs of the machine. */
export interface Needs {
  /** The throw-away folder: `work` and `harness` in it are the run's. */
  readonly base: string;
  /** Files and folders that it reads, beside the system's own. */
  readonly reads: readonly string[];
  /** How much it may write to files, in all. */
  readonly spaceBytes: number;
}

/** How a program is started in a sandbox: its command, and where its folder is seen from inside. */
export interface Entrance {
  readonly command: readonly string[];
  readonly base: string;
  /** Where its temporary files go. */
  readonly temporary: string;
  /** So many processes stand between the one that is started and the program. */
  readonly depth: number;
}

/** Where the throw-away folder is seen from inside a sandbox with a file system of its own. */
const inside = '/leaklog';
const system = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix/store'];
const settings = ['/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d', '/etc/alternatives', '/etc/ssl/certs', '/etc/ssl/openssl.cnf', '/etc/pki/tls/certs', '/etc/pki/ca-trust', '/etc/mime.types'];
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

/** The command that starts a program shut in, its first process the program's. */
export function enter(kind: SandboxKind, needs: Needs, program: readonly string[]): Entrance {
  switch (kind) {
    case 'bubblewrap':
      return { command: bubblewrap(needs, program), base: inside, temporary: '/tmp', depth: 1 };
    case 'namespaces':
      return { command: namespaces(needs, program), base: inside, temporary: '/tmp', depth: 1 };
    case 'sandbox-exec':
      return { command: ['/usr/bin/sandbox-exec', '-p', seatbelt(needs), ...program], base: needs.base, temporary: join(needs.base, 'work'), depth: 0 };
    case 'none':
      return { command: program, base: needs.base, temporary: join(needs.base, 'work'), depth: 0 };
  }
}

const found = new Map<string, Promise<SandboxKind>>();

/** The sandbox that works here, tried once: as root our own namespaces, in which a sample is nobody, else bubblewrap first. */
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

/** Whether a program that is shut in so starts, and cannot see the throw-away folder’s neighbours. */
async function works(kind: SandboxKind): Promise<boolean> {
  const base = realpathSync(await mkdtemp(join(tmpdir(), `leaklog-${process.pid}-`)));
  try {
    await furnish(base);
    const [program = '', ...args] = enter(kind, { base, reads: [], spaceBytes: 1e6 }, ['/bin/sh', '-c', 'touch here && exit 7']).command;
    const { exitCode } = await execa(program, args, { cwd: join(base, 'work'), reject: false, timeout: 10_000, stdin: 'ignore', extendEnv: false, env: { PATH: path }, stdout: 'ignore', stderr: 'ignore' });
    return exitCode === 7;
  } finally {
    await rm(base, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Who and where a program in a sandbox thinks it is. */
const identities = {
  passwd: `root:x:0:0::/:/bin/sh\nnobody:x:${nobody}:${nobody}::/:/bin/sh\n`,
  group: `root:x:0:\nnogroup:x:${nobody}:\n`,
  hosts: '127.0.0.1 localhost leaklog\n',
} as const;

/** Puts into a throw-away folder what a sandbox needs there: `work` and `harness` for the run, and files of its own. */
export async function furnish(base: string): Promise<void> {
  await Promise.all(['work', 'harness', 'root', 'etc'].map((name) => mkdir(join(base, name))));
  await Promise.all(Object.entries(identities).map(([name, text]) => writeFile(join(base, 'etc', name), text)));
}

function bubblewrap({ base, reads, spaceBytes }: Needs, program: readonly string[]): readonly string[] {
  const size = ['--size', String(spaceBytes)];
  return [
    'bwrap', '--unshare-all', '--die-with-parent', '--as-pid-1', '--cap-drop', 'ALL', '--hostname', 'leaklog',
    ...[...systemParts(), ...reads].flatMap((part) => (typeof part === 'string' ? ['--ro-bind', part, part] : ['--symlink', part.link, part.path])),
    ...Object.keys(identities).flatMap((name) => ['--ro-bind', join(base, 'etc', name), `/etc/${name}`]),
    '--proc', '/proc', '--dev', '/dev', '--remount-ro', '/dev', ...size, '--tmpfs', '/dev/shm', ...size, '--tmpfs', '/tmp', ...size, '--tmpfs', inside,
    '--ro-bind', join(base, 'work'), '/.given/work', '--ro-bind', join(base, 'harness'), '/.given/harness', '--remount-ro', '/', '--chdir', inside,
    '/bin/sh', '-c', `cp -R /.given/. ${inside} && cd work && exec "$@"`, 'sh', ...program,
  ];
}

/** The same by hand, for `unshare` of util-linux: a root file system of what the run needs, then no rights any more. */
function namespaces({ base, reads, spaceBytes }: Needs, program: readonly string[]): readonly string[] {
  const root = join(base, 'root');
  const known = readMounts();
  const parts = [...systemParts(), ...reads];
  const paths = [...parts.filter((part) => typeof part === 'string'), '/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom'];
  const links = [...parts.filter((part) => typeof part !== 'string'), ...devices];
  const [folders, files] = [paths.filter((path) => statSync(path).isDirectory()), paths.filter((path) => !statSync(path).isDirectory())];
  const space = (path: string) => ({ source: 'leaklog', path, type: 'tmpfs', options: `nosuid,nodev,mode=1777,size=${spaceBytes}` });
  const mounts = [
    ...paths.flatMap((path) => bind(path, known)),
    { source: 'proc', path: '/proc', type: 'proc', options: 'nosuid,nodev,noexec' },
    // What is root's there may be written by root, whoever else has which rights.
    ...['/proc/sys', '/proc/sysrq-trigger', '/proc/irq', '/proc/bus'].filter((path) => existsSync(path)).map((path) => ({ source: root + path, path, type: 'none', options: 'bind,ro,nosuid,nodev,noexec' })),
    ...[inside, '/tmp', '/dev/shm'].map(space),
  ];
  const made = [...folders, ...files.map(dirname), ...links.map(({ path }) => dirname(path)), '/etc', '/proc', '/tmp', '/dev/shm', inside, '/.old'];
  const lines = [
    'set -eu',
    `own=$PATH; PATH=${path}`,
    `mount -t tmpfs -o mode=755,size=4m leaklog ${quote(root)}`,
    `cd ${quote(root)}`,
    `mkdir -p ${[...new Set(made)].map((path) => quote(`.${path}`)).join(' ')}`,
    ...files.map((path) => `: >${quote(`.${path}`)}`),
    ...links.map(({ path, link }) => `ln -s ${quote(link)} ${quote(`.${path}`)}`),
    `cp ${quote(join(base, 'etc'))}/* etc/`,
    `echo ${quote(mounts.map((mount) => fstab(mount, root)).join('\n'))} >.fstab`,
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

function fstab({ source, path, type, options }: Mounting, root: string): string {
  const escape = (text: string) => text.replace(/[\s\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return `${escape(source)} ${escape(root + path)} ${type} ${options} 0 0`;
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

interface Link {
  readonly path: string;
  readonly link: string;
}

function systemParts(): readonly (string | Link)[] {
  return [...system, ...settings].flatMap((path): (string | Link)[] => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    return stat.isSymbolicLink() && system.includes(path) ? [{ path, link: readlinkSync(path) }] : [path];
  });
}

/** macOS: what it may not do, in Apple's profile language. */
function seatbelt({ base, reads }: Needs): string {
  const text = JSON.stringify;
  const subpaths = (paths: readonly string[]) => paths.map((path) => `(subpath ${text(path)})`).join(' ');
  return [
    '(version 1)', '(allow default)', '(deny network*)', '(deny file-write*)', `(allow file-write* ${subpaths([base, '/dev'])})`,
    `(deny file-read* ${subpaths([homedir(), '/Users', '/Volumes'])})`, `(allow file-read* ${subpaths([base, ...reads])})`, '(allow file-read-metadata)',
    '(deny process-info* (target others))', '(deny signal (target others))', '(deny mach-lookup)', '(deny appleevent-send)',
  ].join('');
}

/** The paths that are not in the system's own folders nor below another one of them. */
export function readsBeyondSystem(paths: readonly string[]): readonly string[] {
  const beyond = [...new Set(paths)].filter((path) => !system.some((part) => path === part || path.startsWith(`${part}/`))).toSorted();
  return beyond.filter((path, index) => !beyond.slice(0, index).some((outer) => path.startsWith(`${outer}/`)));
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
