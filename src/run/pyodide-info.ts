import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** What Pyodide says of itself: the version of its Python, `3.14.2`, and more that it asks for when it starts. */
export interface PyodideInfo {
  readonly python: string;
}

let known: PyodideInfo | undefined;

/** What the Pyodide that is installed says of itself. */
export function pyodideInfo(): PyodideInfo {
  if (known !== undefined) return known;
  const path = createRequire(import.meta.url).resolve('pyodide/pyodide-lock.json');
  return (known = (JSON.parse(readFileSync(path, 'utf8')) as { readonly info: PyodideInfo }).info);
}
