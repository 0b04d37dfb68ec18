import { lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashAll, hashHouse, listFiles } from '../src/site/house.ts';

/** What a build found that had nothing to run and nothing to report. */
export interface Sound {
  readonly samples: number;
}

const path = 'node_modules/.cache/leaklog/sound.json';

/** What an earlier build found, where nothing that it looked at has changed since, by content; it may be deleted at any time. */
export function recallSound(root: string): Sound | undefined {
  try {
    const { key, ...sound } = JSON.parse(readFileSync(join(root, path), 'utf8')) as Sound & { readonly key?: string };
    return key !== undefined && key === keyOf(root) ? sound : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers that there was nothing to run and nothing to report. */
export function rememberSound(root: string, sound: Sound): void {
  const fresh = join(root, `${path}.${process.pid}.tmp`);
  try {
    mkdirSync(dirname(fresh), { recursive: true });
    writeFileSync(fresh, JSON.stringify({ key: keyOf(root), ...sound }));
    renameSync(fresh, join(root, path));
  } catch {
    // The next build looks again.
  }
}

/** A hash of all that a build looks at; undefined where a link leads to more. */
function keyOf(root: string): string | undefined {
  const hash = hashHouse(root);
  hashAll(hash, root, 'content');
  // Posts link to these: what they hold is no matter.
  for (const file of ['public', ...listFiles(root, 'public')]) {
    if (lstatSync(join(root, file), { throwIfNoEntry: false })?.isSymbolicLink() === true) return undefined;
    hash.update(`\0${file}`);
  }
  return hash.digest('hex');
}
