import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { componentNames, type Options } from './options.ts';

/** What the integration passes to the code of pages. */
interface Given {
  readonly options: Options;
  /** The path of the JSON file that pages are rendered from (`BlogData`). */
  readonly dataFile: string;
  /** The project's root. */
  readonly root: string;
  /** Whether samples can be run in pages, and a folder for what that takes. */
  readonly live: () => boolean;
  readonly folder: string;
}

/** A Vite plugin for the virtual modules of env.d.ts: the blog's options, data, style sheets and components. */
export function virtualModules({ options, dataFile, root, live, folder }: Given) {
  const own = (name: string) => fileURLToPath(new URL(`./components/${name}.astro`, import.meta.url));
  const panel = fileURLToPath(new URL(`../live/panel${extname(import.meta.url)}`, import.meta.url));
  const text = JSON.stringify;
  const modules = new Map([
    ['virtual:leaklog/options', `export const options = ${text(options)};`],
    ['virtual:leaklog/blog', `export const dataFile = ${text(dataFile)};`],
    ['virtual:leaklog/css', options.css.map((path) => `import ${text(join(root, path))};`).join('\n')],
    ['virtual:leaklog/live', ''],
    ['virtual:leaklog/panel', ''],
    ['virtual:leaklog/python', ''],
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
    // The worker is given WebAssembly, and must not have a copy of its own beside it.
    transform: (code: string, id: string) =>
      id.endsWith('pyodide.asm.mjs') ? code.replace('new URL("pyodide.asm.wasm",import.meta.url)', 'new URL("about:blank")') : undefined,
    resolveId: (source: string) => (modules.has(source) ? `\0${source}` : undefined),
    load: async (source: string) => {
      if (source === '\0virtual:leaklog/live') return `export { default } from ${text(own(live() ? 'Live' : 'NotLive'))};`;
      // As a program of its own, which a page loads without any help of Vite's: that would weigh more than all else before.
      if (source === '\0virtual:leaklog/panel') return `export { default } from ${text(`${panel}?worker&url`)};`;
      if (source === '\0virtual:leaklog/python') return (await import('./live-files.ts')).pythonModule(folder);
      return source.startsWith('\0') ? modules.get(source.slice(1)) : undefined;
    },
  };
}
