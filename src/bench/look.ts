import { resolve } from 'node:path';
import { readInputs } from '../build/inputs.ts';
import { knownPosts, readManifest } from '../build/manifest.ts';
import { today } from '../build/today.ts';
import { runCommand } from '../cli/command.ts';

// What a build does if nothing has changed.
await runCommand({ usage: 'bench/look', summary: 'Look whether anything has changed.', options: {} }, async () =>
  readManifest(readInputs(resolve('.'), knownPosts(resolve('.'), false)), today())?.isBuilt === true ? 0 : 1,
);
