import { spawnSync } from 'node:child_process';

/** Linux's renameat2, and its flag for an exchange, which Node has no call for. */
const renameat2: Readonly<Partial<Record<string, number>>> = { x64: 316, arm64: 276 };
const program = 'exit(syscall($ARGV[0] + 0, -100, $ARGV[1], -100, $ARGV[2], 2) == 0 ? 0 : 1)';

/**
 * Lets two folders change places in one step: by `mv` of coreutils 9.5 and later, or by Perl, which most systems with an
 * older one have. False where neither can, and nothing is changed then.
 */
export function exchange(one: string, other: string): boolean {
  const number = process.platform === 'linux' ? renameat2[process.arch] : undefined;
  const ways = [
    ['mv', '--exchange', '-T', one, other],
    ...(number === undefined ? [] : [['perl', '-e', program, String(number), one, other]]),
  ] as const;
  return ways.some(([name, ...args]) => spawnSync(name as string, args, { stdio: 'ignore' }).status === 0);
}
