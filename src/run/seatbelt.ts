import { homedir } from 'node:os';
import type { Needs } from './sandbox-parts.ts';

/** The command that runs a program in the sandbox of macOS, with a profile in Apple's language. */
export function seatbelt({ base, reads, packages, installed = [] }: Needs, program: readonly string[]): readonly string[] {
  const text = JSON.stringify;
  const subpaths = (paths: readonly string[]) => paths.map((path) => `(subpath ${text(path)})`).join(' ');
  const profile = [
    '(version 1)',
    '(allow default)',
    '(deny network*)',
    '(deny file-write*)',
    `(allow file-write* ${subpaths([base, '/dev'])})`,
    `(deny file-read* ${subpaths([homedir(), '/Users', '/Volumes'])})`,
    `(allow file-read* ${subpaths([base, ...reads, ...(packages === undefined ? [] : [packages])])})`,
    // They cannot be replaced here.
    ...(packages === undefined || installed.length === 0 ? [] : [`(deny file-read* ${subpaths(installed)})`]),
    '(allow file-read-metadata)',
    '(deny process-info* (target others))',
    '(deny signal (target others))',
    '(deny appleevent-send)',
  ].join('');
  return ['/usr/bin/sandbox-exec', '-p', profile, ...program];
}
