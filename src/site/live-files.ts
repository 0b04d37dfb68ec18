import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { conditions } from '../experiment/condition.ts';
import { codeClasses } from '../page/code-theme.ts';
import { collectorOf } from '../run/collector.ts';
import { harnessFiles } from '../run/harness-files.ts';
import { pyodideInfo } from '../run/pyodide-info.ts';

const { resolve } = createRequire(import.meta.url);
const own = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The module `virtual:leaklog/python` (env.d.ts): the addresses of the files that a run in a page loads, and the texts of the
 * harness. WebAssembly is packed into `folder`, as not every host compresses it; the standard library is a zip.
 */
export function pythonModule(folder: string): string {
  const packed = join(folder, 'pyodide.wasm.gz');
  mkdirSync(folder, { recursive: true });
  writeFileSync(packed, gzipSync(readFileSync(resolve('pyodide/pyodide.asm.wasm')), { level: 9 }));
  const files = {
    worker: `${own(`../live/worker${extname(import.meta.url)}`)}?worker&url`,
    styles: `${own('../live/live.css')}?url`,
    wasm: `${packed}?url`,
    stdlib: `${resolve('pyodide/python_stdlib.zip')}?url`,
  };
  const read = (name: string) => readFileSync(own(`../run/${name}`), 'utf8');
  const info = pyodideInfo();
  const texts = {
    python: { version: info.python, collector: collectorOf(info.python, ''), info },
    driver: read('drive.py'),
    harness: Object.fromEntries(conditions.map((condition) => [condition, harnessFiles(condition).map(read).join('\n')])),
    classes: codeClasses,
  };
  return [
    ...Object.entries(files).map(([name, path]) => `export { default as ${name} } from ${JSON.stringify(path)};`),
    ...Object.entries(texts).map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`),
  ].join('\n');
}
