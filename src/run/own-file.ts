import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The path of a module beside another one, by its name without an ending: TypeScript here, JavaScript in the published package. */
export function modulePath(name: string, url: string): string {
  return fileURLToPath(new URL(`./${name}${extname(url)}`, url));
}
