#!/usr/bin/env -S node --max-semi-space-size=2 --disable-warning=ExperimentalWarning
// `npx leaklog <command>`: starts a command in the folder of a blog. Plain JavaScript that any Node from 20 on can read.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import * as modules from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const commands = {
  build: 'run what is not recorded yet, check everything, render the site',
  check: 'run nothing, and report everything that is wrong',
  dev: 'serve the site while you write',
  import: 'turn a post of another blog into one here',
  init: 'start a blog in a new folder',
  lock: 'choose versions of the packages that samples ask for',
  log: 'print the whole log of a record',
  merge: 'bring together what several machines recorded',
  new: 'start a post',
  plan: 'list what has no fresh record',
  preview: 'serve what was built',
  refresh: 'run every sample again, and compare with its record',
  verify: 'the same, but write nothing',
};
const here = dirname(fileURLToPath(import.meta.url));
const { version } = JSON.parse(readFileSync(join(here, '../package.json'), 'utf8'));
const [name, ...rest] = process.argv.slice(2);

if (name === '--version') console.log(version);
else if (name === undefined || name === '--help') console.log(usage());
else if (!Object.hasOwn(commands, name)) {
  console.error(`Leaklog has no command "${name}".\n\n${usage()}`);
  process.exitCode = 2;
} else if (name !== 'init' && isTooOld(process.versions.node)) startWithNewerNode();
else await start();

async function start() {
  process.argv.splice(2, 1);
  // Node caches the code of Leaklog that it compiles.
  if (name === 'build') modules.enableCompileCache?.(resolve('node_modules/.cache/leaklog/compiled'));
  const source = join(here, `${name}.ts`);
  await import(existsSync(source) ? source : join(here, `../lib/scripts/${name}.js`));
}

/** Astro needs Node 22.12; the package "node", which Leaklog depends on, has a newer one. */
function isTooOld(node) {
  const [major, minor] = node.split('.').map(Number);
  return major < 22 || (major === 22 && minor < 12);
}

function startWithNewerNode() {
  const own = join(dirname(modules.createRequire(import.meta.url).resolve('node/package.json')), 'bin/node');
  const flags = ['--max-semi-space-size=2', '--disable-warning=ExperimentalWarning'];
  const { status, signal } = spawnSync(own, [...flags, fileURLToPath(import.meta.url), name, ...rest], { stdio: 'inherit' });
  if (signal !== null) process.kill(process.pid, signal);
  process.exitCode = status ?? 1;
}

function usage() {
  const width = Math.max(...Object.keys(commands).map((command) => command.length)) + 2;
  const lines = Object.entries(commands).map(([command, does]) => `  ${command.padEnd(width)}${does}`);
  return `npx leaklog <command> [options]\n\n${lines.join('\n')}\n\nEach command has --help.`;
}
