import { join } from 'node:path';
import { identities, inside, systemParts, type Needs } from './sandbox-parts.ts';

/** The command that runs a program in a sandbox made by bubblewrap (bwrap(1)), as its first process. */
export function bubblewrap({ base, reads, spaceBytes }: Needs, program: readonly string[]): readonly string[] {
  const size = ['--size', String(spaceBytes)];
  return [
    'bwrap', '--unshare-all', '--die-with-parent', '--as-pid-1', '--cap-drop', 'ALL', '--hostname', 'leaklog',
    '--proc', '/proc', '--dev', '/dev', '--remount-ro', '/dev', ...size, '--tmpfs', '/dev/shm', ...size, '--tmpfs', '/tmp', ...size, '--tmpfs', inside,
    // A Python may lie among the temporary files.
    ...[...systemParts(), ...reads].flatMap((part) => (typeof part === 'string' ? ['--ro-bind', part, part] : ['--symlink', part.link, part.path])),
    ...Object.keys(identities).flatMap((name) => ['--ro-bind', join(base, 'etc', name), `/etc/${name}`]),
    '--ro-bind', join(base, 'work'), '/.given/work', '--ro-bind', join(base, 'harness'), '/.given/harness', '--remount-ro', '/', '--chdir', inside,
    '/bin/sh', '-c', `cp -R /.given/. ${inside} && cd work && exec "$@"`, 'sh', ...program,
  ];
}
