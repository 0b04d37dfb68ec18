// Runs before every command of this repository, on any Node: installs missing packages, if there are any. It prints only to
// standard error, as a program may read the output of a command.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Contains the id of the installing process: an install that outlives its command would interfere with the next one. */
const lock = join(tmpdir(), `leaklog-install-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`);

if (isMissing()) {
  await waitForOther();
  // Another command may have installed everything meanwhile.
  if (isMissing()) process.exitCode = await install();
}

function isMissing() {
  const changedMs = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return changedMs('node_modules/.package-lock.json') < changedMs('package-lock.json');
}

async function waitForOther() {
  for (let hasReported = false; isRunning(readLock()); hasReported = true) {
    if (!hasReported) console.error('Another command is installing packages here: waiting for it.');
    await setTimeout(200);
  }
}

function readLock() {
  try {
    // By then the install must have ended, and its id may belong to another process.
    const isOld = Date.now() - statSync(lock).mtimeMs > 15 * 60_000;
    return isOld ? 0 : Number(readFileSync(lock, 'utf8'));
  } catch {
    return 0;
  }
}

function isRunning(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function install() {
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    console.error('node_modules is a link, and npm ci would empty its target.\n  Run npm ci there yourself, or delete the link.');
    return 1;
  }
  console.error('Installing packages from the npm registry with npm ci: a minute or two, once.');
  const npm = process.env.npm_execpath;
  const [command, args] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  // In its own process group, so that this command can end npm with all processes that it starts.
  const child = spawn(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    detached: true,
  });
  if (child.pid !== undefined) writeFileSync(lock, String(child.pid));
  let ended;
  for (const [signal, status] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
    process.once(signal, () => {
      ended = status;
      process.kill(-child.pid, 'SIGTERM');
    });
  }
  const status = await new Promise((resolve) => child.on('error', () => resolve(1)).on('close', resolve));
  rmSync(lock, { force: true });
  if (ended !== undefined) return ended;
  if (status === 0) return 0;
  console.error('npm ci failed. Look at its messages above, fix the cause, and run the command again.');
  return 1;
}
