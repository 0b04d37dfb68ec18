import { spawnSync } from 'node:child_process';

/** The system call numbers of Linux's renameat2, which Node does not offer; the 2 in the program is RENAME_EXCHANGE. */
const renameat2: Readonly<Partial<Record<string, number>>> = { x64: 316, arm64: 276 };
const program = 'exit(syscall($ARGV[0] + 0, -100, $ARGV[1], -100, $ARGV[2], 2) == 0 ? 0 : 1)';

/**
 * Swaps two folders in one step: with `mv` of coreutils 9.5 or later, or with Perl, which most systems with an older `mv` have.
 * Returns false if neither can do it; nothing has changed then.
 */
export function exchange(one: string, other: string): boolean {
  const number = process.platform === 'linux' ? renameat2[process.arch] : undefined;
  const ways = [
    ['mv', '--exchange', '-T', one, other],
    ...(number === undefined ? [] : [['perl', '-e', program, String(number), one, other]]),
  ] as const;
  return ways.some(([name, ...args]) => spawnSync(name as string, args, { stdio: 'ignore' }).status === 0);
}
