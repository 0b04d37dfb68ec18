import { existsSync, watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inspectAgain } from '../src/build/blog.ts';
import type { CompiledPost } from '../src/build/compiled-post.ts';
import { readInputs } from '../src/build/inputs.ts';
import { readRecordedPosts } from '../src/build/pool.ts';
import { lastDay } from '../src/build/today.ts';
import { capturesFolder, recordPath } from '../src/capture/record-files.ts';
import { runCommand } from '../src/cli/command.ts';
import { Overlay, type Pages } from '../src/cli/overlay.ts';
import { planBuild, type Recorded } from '../src/cli/plan.ts';
import { readPort } from '../src/cli/port.ts';
import { saveTaken } from '../src/cli/project.ts';
import { printFindings } from '../src/cli/report.ts';
import { root } from '../src/cli/root.ts';
import { readRunOptions, runOptions, type RunSettings } from '../src/cli/run-options.ts';
import { startClean } from '../src/cli/start-clean.ts';
import { runTasks, type Finish, type Task } from '../src/cli/tasks.ts';
import { complain, say } from '../src/cli/terminal.ts';
import type { Finding } from '../src/experiment/finding.ts';
import { pagesFolder, postsFolder } from '../src/post/content-files.ts';
import { findDefault } from '../src/run/runtime.ts';
import { blogOptions, type Options } from '../src/site/options.ts';
import { loadSettings } from '../src/site/settings.ts';

/** The findings that were reported last, each by its JSON. */
let reported: ReadonlyMap<string, Finding> = new Map();
/** Inspected posts by their hashes: only those that change are inspected again. */
const remembered = new Map<string, CompiledPost>();

await runCommand(
  {
    usage: 'dev',
    summary:
      'Serve the site while you write. A saved post runs the samples that changed, and only those; ' +
      'problems are shown in the terminal and over the page.',
    options: { port: { type: 'string', value: '4321', help: 'the port to serve on' }, ...runOptions },
  },
  async ({ options }) => {
    const port = readPort(options.port);
    const { base, findings, options: site } = await loadSettings(root);
    if (printFindings(findings) > 0) return 1;
    await startClean();
    process.env['ASTRO_TELEMETRY_DISABLED'] = '1';
    const overlay = new Overlay();
    // A folder that is created later would not be watched.
    await Promise.all([postsFolder, capturesFolder].map((folder) => mkdir(join(root, folder), { recursive: true })));
    const { dev } = await import('astro');
    const server = await dev({
      root,
      logLevel: 'warn',
      server: { port },
      integrations: [
        { name: 'leaklog-dev', hooks: { 'astro:server:setup': ({ server: vite }) => overlay.connect(vite as unknown as Pages) } },
      ],
    });
    if (server.address.port !== port) say(`Port ${port} is taken.`);
    say(`Serving the blog on http://localhost:${server.address.port}${base} until Ctrl+C.`);
    let current = new AbortController();
    let turn = capture(overlay, site, current.signal, readRunOptions(options));
    let timer: NodeJS.Timeout | undefined;
    const saved = new Set<string>();
    for (const folder of [postsFolder, pagesFolder].map((name) => join(root, name)).filter((path) => existsSync(path))) {
      watch(folder, (_, name) => {
        if (name?.endsWith('.md') === true) saved.add(join(folder, name));
        // Editors save in several steps.
        clearTimeout(timer);
        timer = setTimeout(() => {
          for (const path of saved) overlay.changed(path);
          saved.clear();
          current.abort();
          current = new AbortController();
          const { signal } = current;
          turn = turn.then(() => capture(overlay, site, signal, readRunOptions(options)));
        }, 30);
      });
    }
    return new Promise<number>(() => undefined);
  },
);

/** Runs the samples that have changed; the server notices the new records and shows them. Reports all errors and throws none. */
async function capture(overlay: Overlay, site: Options, signal: AbortSignal, settings: RunSettings): Promise<void> {
  try {
    signal.throwIfAborted();
    const blog = await inspectAgain(readInputs(root), remembered, { until: lastDay, ...blogOptions(site) });
    const stale = blog.posts.flatMap(({ slug, isStale, outline: { path } }) => (isStale ? { slug, path } : []));
    const old = await readRecordedPosts({ root, posts: stale });
    const isWrong = ({ level }: Finding) => level === 'error';
    const { waiting = [], sound = [] } = Object.groupBy(old, ({ text }) => (text.textFindings.some(isWrong) ? 'waiting' : 'sound'));
    const tasks = sound.length === 0 ? [] : await planTasks(sound);
    const finish: Finish = async (task, capture) => {
      const outcome = await saveTaken(task, capture);
      overlay.changed(join(root, recordPath(task.post.slug, task.sample.name, task.runtime.id)));
      return outcome;
    };
    await runTasks(tasks, finish, { ...settings, signal });
    const { findings } =
      tasks.length === 0 ? blog : await inspectAgain(readInputs(root), remembered, { until: lastDay, ...blogOptions(site) });
    // Samples of a post with errors are not run, so their missing records are not worth reporting.
    reportFindings(
      findings.filter(({ file, rule }) => !rule.startsWith('record-') || waiting.every(({ post }) => post.path !== file)),
      overlay,
    );
  } catch (error) {
    if (signal.aborted) say('Saved again: the running samples were stopped.');
    else complain(error instanceof Error ? error.message : String(error));
  }
}

/** What a build would run, but each sample on one Python only: records of other Pythons wait for a build. */
async function planTasks(recorded: readonly Recorded[]): Promise<readonly Task[]> {
  const { id } = await findDefault();
  const { tasks: plan, left } = await planBuild(recorded);
  for (const line of left) complain(line);
  return plan.filter((task) => task.runtime.id === id || !plan.some((other) => other.sample === task.sample && other.runtime.id === id));
}

/** Prints new findings, or the remaining ones if some were fixed, and shows the first error over the page. */
function reportFindings(found: readonly Finding[], overlay: Overlay): void {
  const now = new Map(found.map((finding) => [JSON.stringify(finding), finding]));
  const fresh = [...now].filter(([key]) => !reported.has(key)).map(([, finding]) => finding);
  if (fresh.length > 0) printFindings(fresh);
  else if (now.size === 0 && reported.size > 0) say('No problems are left.');
  else if (now.size < reported.size) printFindings([...now.values()]);
  reported = now;
  overlay.show(found.find(({ level }) => level === 'error'));
}
