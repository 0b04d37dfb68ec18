import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { buildForTest, openBrowser } from '../site/built-site.ts';
import { takeTurns, type Contender, type Taken } from './measure.ts';
import { compare } from './table.ts';
import { firstPost, type Work } from './work.ts';

/** A run in a page, against the pyodide package alone in a worker of a page; both from a warm cache, in the same browser. */
export const live: Work = async ({ root, rounds, note }) => {
  const { before, post } = await firstPost(root);
  const site = await buildForTest('', root, true);
  // Below a folder whose files the browser keeps, as those of ours.
  const bare = join(site.folder, '_astro/bare');
  mkdirSync(bare);
  for (const name of ['pyodide.mjs', 'pyodide.asm.mjs', 'pyodide.asm.wasm', 'python_stdlib.zip', 'pyodide-lock.json'])
    cpSync(join(root, 'node_modules/pyodide', name), join(bare, name));
  writeFileSync(join(bare, 'index.html'), '<!doctype html><title>bare</title>');
  writeFileSync(join(bare, 'worker.js'), worker(before.code));
  note('live: from the click to the first mark, and the run as written; a worker with loadPyodide(), and runpy.run_path() in it');
  const visitor = await openBrowser(site);
  const runs: { readonly ours: Taken[]; readonly theirs: Taken[] } = { ours: [], theirs: [] };
  const starts: Contender[] = [];
  try {
    let rows: ReturnType<typeof compare>[] = [];
    await visitor.visit(`/posts/${post.slug}/`, {}, async (page) => {
      const url = page.url();
      await page.context().addInitScript(watchWorkers);
      const measure = async (address: string, begin: () => Promise<unknown>, to: Taken[]): Promise<Taken> => {
        await page.goto(address);
        await begin();
        const { started, ran } = await times(page);
        to.push({ ms: ran });
        return { ms: started };
      };
      const click = () => page.locator(`#sample-${before.name} .run-here`).click();
      const spawn = () =>
        page.evaluate(() => {
          const own = globalThis as unknown as { began: number; worker: Worker };
          own.began = performance.now();
          own.worker = new Worker('/_astro/bare/worker.js', { type: 'module' });
        });
      const ours = () => measure(url, click, runs.ours);
      const theirs = () => measure(new URL('/_astro/bare/', url).href, spawn, runs.theirs);
      await ours();
      await theirs();
      for (const all of Object.values(runs)) all.length = 0;
      starts.push({ command: '', turn: ours }, { command: '', turn: theirs });
      const [first = [], second = []] = await takeTurns(starts, rounds);
      const against = 'pyodide alone in a page';
      rows = [
        compare({ work: 'in a page: from the click to the first mark', against, maxRatio: 1.5 }, first, second),
        compare({ work: 'in a page: the run as written', against, maxRatio: 2.5 }, runs.ours, runs.theirs),
      ];
    });
    return rows;
  } finally {
    await visitor.close();
    site.remove();
  }
};

/** Notes when the first mark comes from a worker, and when the run as written, or the bare one, has ended. Runs in the page. */
function watchWorkers(): void {
  const own = globalThis as unknown as { began: number; started?: number; ran?: number };
  own.began = 0;
  addEventListener('click', () => (own.began = performance.now()), { capture: true, once: true });
  const Original = Worker;
  globalThis.Worker = class extends Original {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      this.addEventListener('message', ({ data }) => {
        const { marks, exit } = data as { readonly marks?: string; readonly exit?: number };
        if (marks !== undefined) own.started ??= performance.now() - own.began;
        if (exit !== undefined) own.ran ??= performance.now() - own.began - (own.started ?? 0);
      });
    }
  };
}

async function times(page: Page): Promise<{ readonly started: number; readonly ran: number }> {
  await page.waitForFunction(() => 'ran' in globalThis, undefined, { timeout: 300_000 });
  return page.evaluate(() => {
    const { started, ran } = globalThis as unknown as { started: number; ran: number };
    return { started, ran };
  });
}

/** A worker that says when Python has started, and when the code has ended, in the words that `watchWorkers` listens for. */
function worker(code: string): string {
  return `import { loadPyodide } from './pyodide.mjs';
const python = await loadPyodide({ indexURL: '/_astro/bare/' });
const write = (bytes) => bytes.length;
python.setStdout({ write, isatty: false });
python.setStderr({ write, isatty: false });
python.FS.writeFile('test.py', ${JSON.stringify(code)});
postMessage({ marks: '' });
python.runPython('import runpy; runpy.run_path("test.py", run_name="__main__")');
postMessage({ exit: 0 });
`;
}
