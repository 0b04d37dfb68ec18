import { resolve } from 'node:path';
import { runCommand } from '../command.ts';
import { recallSound, soundKey } from '../sound.ts';

// What build does before it renders, where nothing has changed.
await runCommand({ usage: 'bench/look', summary: 'Look whether anything has changed.', options: {} }, async () => (recallSound(resolve('.'), soundKey(resolve('.')))?.isBuilt === true ? 0 : 1));
