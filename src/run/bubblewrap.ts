import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hidden, identities, installedPackages, mountPoint, isRoot, packagesMount, systemParts, type Needs } from './sandbox-parts.ts';

/** The command that runs a program as the first process of a bubblewrap sandbox (bwrap(1)). */
export function bubblewrap(needs: Needs, program: readonly string[]): readonly string[] {
  const { base, reads, packages, spaceBytes, user } = needs;
  const size = ['--size', String(spaceBytes)];
  const spaces = ['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'];
  // In a user namespace created by root, a sample would own what root owns on the host: it switches to another user instead.
  const becomes = isRoot
    ? ['--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID', '--cap-add', 'CAP_SETPCAP', '--cap-add', 'CAP_CHOWN']
    : ['--unshare-user', '--uid', String(user), '--gid', String(user)];
  const leave = isRoot ? `setpriv --inh-caps=-all --bounding-set=-all --reuid=${user} --regid=${user} --clear-groups ` : '';
  const own = isRoot ? `chown -R ${user}:${user} ${mountPoint} && chown ${user}:${user} /tmp /dev/shm && ` : '';
  return [
    'bwrap',
    ...spaces,
    '--die-with-parent',
    '--as-pid-1',
    '--cap-drop',
    'ALL',
    ...becomes,
    '--hostname',
    'leaklog',
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--remount-ro',
    '/dev',
    ...size,
    '--tmpfs',
    '/dev/shm',
    ...size,
    '--tmpfs',
    '/tmp',
    ...size,
    '--tmpfs',
    mountPoint,
    ...(isRoot
      ? [...new Set([...systemParts(), ...reads].flatMap((part) => foldersAbove(typeof part === 'string' ? part : part.path)))].flatMap(
          (path) => ['--perms', '0755', '--dir', path],
        )
      : []),
    // After /tmp: a Python may be installed there.
    ...[...systemParts(), ...reads].flatMap((part) =>
      typeof part === 'string' ? ['--ro-bind', part, part] : ['--symlink', part.link, part.path],
    ),
    ...(packages === undefined ? [] : ['--ro-bind', packages, packagesMount]),
    ...installedPackages(needs).flatMap((path) => ['--ro-bind', join(base, 'site'), path]),
    ...hidden.filter((path) => existsSync(path)).flatMap((path) => ['--tmpfs', path, '--remount-ro', path]),
    ...Object.keys(identities(user)).flatMap((name) => ['--ro-bind', join(base, 'etc', name), `/etc/${name}`]),
    '--ro-bind',
    join(base, 'work'),
    '/.given/work',
    '--ro-bind',
    join(base, 'harness'),
    '/.given/harness',
    '--remount-ro',
    '/',
    '--chdir',
    mountPoint,
    '/bin/sh',
    '-c',
    `cp -R /.given/. ${mountPoint} && chmod -R u+rwX . && cd work && ${own}exec ${leave}"$@"`,
    'sh',
    ...program,
  ];
}

/** The folders above a path, outermost first, without /: bubblewrap would create them accessible to root only. */
function foldersAbove(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === '/' ? [] : [...foldersAbove(folder), folder];
}
