import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { convertFront } from './front.ts';
import { readSource } from './source.ts';

/** What an import has to know of the disk. */
export interface Places {
  /** Whether there is a plain file of this absolute path. */
  readonly isFile: (path: string) => boolean;
  /** The folder of the old blog: no file outside of it is copied. */
  readonly oldRoot: string;
  /** The file name that a post of the old blog has after its import; undefined if it has no date, or cannot be read. */
  readonly nameOf: (path: string) => string | undefined;
  /** The file names of the posts that the blog has. */
  readonly posts: readonly string[];
  /** The project's root. */
  readonly root: string;
}

/** What the folder of a blog has, whatever made it. */
const marks = ['.git', '_config.yml', 'hugo.toml', 'hugo.yaml', 'config.toml', 'pelicanconf.py', 'conf.py', '_quarto.yml', 'package.json'];

/** Reads what the import of a post into a project has to know; the project's posts are paths. */
export function readPlaces(path: string, root: string, posts: readonly string[]): Places {
  const folder = dirname(resolve(path));
  const above = [folder];
  for (let at = folder; at !== dirname(at); at = dirname(at)) above.push(dirname(at));
  const marked = above.find((at) => marks.some((name) => existsSync(join(at, name))));
  return {
    isFile: (file) => lstatSync(file, { throwIfNoEntry: false })?.isFile() === true,
    nameOf: (file) => {
      try {
        return convertFront(file, readSource(readFileSync(file, 'utf8'))).name;
      } catch {
        return undefined;
      }
    },
    oldRoot: marked ?? dirname(folder),
    posts: posts.map((post) => basename(post)),
    root,
  };
}
