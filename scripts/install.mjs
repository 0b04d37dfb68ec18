// Runs before every command, on any Node: installs what is missing, and nothing if nothing is.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const changedMs = (path) => statSync(`${root}/${path}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (changedMs('node_modules/.package-lock.json') < changedMs('package-lock.json')) {
  console.log('Installing packages from the npm registry with npm ci: a minute or two, once.');
  const npm = process.env.npm_execpath;
  const [command, args] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const { status } = spawnSync(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error('npm ci failed. Look at its messages above, mend the cause, and run the command again.');
    process.exit(1);
  }
}
