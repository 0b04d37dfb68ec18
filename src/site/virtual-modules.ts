import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { componentNames, type Options } from './options.ts';

/** What the integration passes to the code of pages. */
interface Given {
  readonly options: Options;
  /** The path of the JSON file that pages are rendered from (`BlogData`). */
  readonly dataFile: string;
  /** The project's root. */
  readonly root: string;
}

/** A Vite plugin for the virtual modules of env.d.ts: the blog's options, data, style sheets and components. */
export function virtualModules({ options, dataFile, root }: Given) {
  const own = (name: string) => fileURLToPath(new URL(`./components/${name}.astro`, import.meta.url));
  const text = JSON.stringify;
  const modules = new Map([
    ['virtual:leaklog/options', `export const options = ${text(options)};`],
    ['virtual:leaklog/blog', `export const dataFile = ${text(dataFile)};`],
    ['virtual:leaklog/css', options.css.map((path) => `import ${text(join(root, path))};`).join('\n')],
    ...componentNames.map((name) => {
      const path = options.components[name];
      return [
        `virtual:leaklog/components/${name}`,
        `export { default } from ${text(path === undefined ? own(name) : join(root, path))};`,
      ] as const;
    }),
  ]);
  return {
    name: 'leaklog',
    resolveId: (source: string) => (modules.has(source) ? `\0${source}` : undefined),
    load: (source: string) => (source.startsWith('\0') ? modules.get(source.slice(1)) : undefined),
  };
}
