import type { Loader, LoaderContext } from 'astro/loaders';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ZodType } from 'zod';
import { ownerOf } from '../build/survey.ts';

/** What a loader reads from the project, and how: `changed` is the slug of the post that changed, if that is all that did. */
export interface WatchedSource {
  readonly name: string;
  readonly schema: ZodType;
  /** Folders from the project's root. */
  readonly folders: readonly string[];
  readonly load: (context: LoaderContext, root: string, changed?: string) => Promise<void>;
}

/** A loader that reads once for a build, and in dev again whenever something in its folders changes. */
export function watchedLoader({ name, schema, folders, load }: WatchedSource): Loader {
  return {
    name,
    schema,
    load: async (context) => {
      const root = fileURLToPath(context.config.root);
      const paths = folders.map((folder) => join(root, folder));
      const first = load(context, root);
      // One after the other: a slow one must not put what it read before over what a later one has read.
      let turn = first.catch(() => undefined);
      const waiting = new Set<string>();
      const reload = (path: string) => {
        if (!paths.some((folder) => path.startsWith(folder)) || path.endsWith('.tmp') || waiting.has(path)) return;
        waiting.add(path);
        turn = turn.then(() => {
          waiting.delete(path);
          return load(context, root, ownerOf(path, root)).catch((error: Error) => context.logger.error(error.message));
        });
      };
      context.watcher?.add(paths);
      context.watcher?.on('change', reload).on('add', reload).on('unlink', reload);
      await first;
    },
  };
}
