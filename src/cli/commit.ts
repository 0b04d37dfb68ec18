import { execa } from 'execa';
import { UsageError, UserError } from '../experiment/user-error.ts';
import { root } from './root.ts';

/** The commit that is checked out; null where there is no git, no repository, or no commit. Errors: UserError if git refuses to say. */
export async function headCommit(): Promise<string | null> {
  const found = await git('rev-parse', '--verify', 'HEAD');
  if (found.exitCode === 0) return found.stdout.trim();
  if (found.code === 'ENOENT' || /not a git repository|Needed a single revision/.test(found.stderr)) return null;
  throw new UserError(`git does not say which commit this is: ${found.stderr.trim()}`, 'Mend that: git rev-parse HEAD');
}

/**
 * The commit that is checked out, as by `headCommit`. Throws a UsageError if posts or records differ from it: then this machine
 * would share out its work in another way than the others.
 */
export async function cleanCommit(): Promise<string | null> {
  const commit = await headCommit();
  const changed = commit === null ? '' : (await git('status', '--porcelain', '--', 'content')).stdout.trimEnd();
  if (changed === '') return commit;
  throw new UsageError(
    `content/ is not as it was committed (${changed.split('\n')[0]}), so other machines would share out the work in another way`,
    'Commit what changed, or put it away: git stash --include-untracked',
  );
}

function git(...args: readonly string[]) {
  return execa('git', args, { cwd: root, reject: false, stdin: 'ignore', env: { LC_ALL: 'C' } });
}
