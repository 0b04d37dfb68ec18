import { resolve } from 'node:path';
import { recallSound, soundKey } from '../build/manifest.ts';
import { runCommand } from '../cli/command.ts';

// What build does before it renders, where nothing has changed.
await runCommand({ usage: 'bench/look', summary: 'Look whether anything has changed.', options: {} }, async () =>
  recallSound(resolve('.'), soundKey(resolve('.')))?.isBuilt === true ? 0 : 1,
);
