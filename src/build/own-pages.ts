import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { listFiles } from './list-files.ts';

/** The names at the top of a site that its routes have (`src/site/routes`): `tags`, `feed.xml`, `404`, `index`. */
export function routeNames(): readonly string[] {
  const names = readdirSync(fileURLToPath(new URL('../site/routes', import.meta.url))).map((name) =>
    name.replace(/\.(?:astro|ts|js|d\.ts)$/, ''),
  );
  return [...new Set(names)].filter((name) => !name.startsWith('['));
}

/** The pages of the blog's own code, `src/pages`: the path of each file, and its name in the address. */
export function listOwnPages(root: string): readonly { readonly path: string; readonly name: string }[] {
  return listFiles(root, 'src/pages').flatMap((path) => {
    const name = /^src\/pages\/([a-z0-9-]+)(?:\/index)?\.(?:astro|md|mdx)$/.exec(path)?.[1];
    return name === undefined ? [] : [{ path, name }];
  });
}
