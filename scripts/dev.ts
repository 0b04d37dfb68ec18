import { watch } from 'node:fs';
import { join } from 'node:path';
import { loadRecords, recordPath, saveRecord } from '../src/capture/store.ts';
import { postsFolder } from '../src/post/read-posts.ts';
import { checkRecords } from '../src/verdict/check.ts';
import { judge } from '../src/verdict/verdict.ts';
import { runCommand } from './command.ts';
import { planBuild } from './plan.ts';
import { readProject, root } from './project.ts';
import { areSound, printProblems } from './report.ts';
import { runTasks } from './tasks.ts';

await runCommand(
  {
    usage: 'dev',
    summary: 'Serve the site while you write. A saved post runs the samples that changed, and only those.',
    options: { port: { type: 'string', value: '4321', help: 'the port to serve on' } },
  },
  async ({ options }) => {
    process.env['ASTRO_TELEMETRY_DISABLED'] = '1';
    const { dev } = await import('astro');
    const server = await dev({ root, logLevel: 'warn', server: { port: Number(options.port ?? 4321) } });
    console.log(`Writing room on http://localhost:${server.address.port}/ until Ctrl+C.`);
    let saved = true;
    let wake = () => {};
    watch(join(root, postsFolder), () => {
      saved = true;
      wake();
    });
    for (;;) {
      if (!saved) await new Promise<void>((resolve) => (wake = resolve));
      saved = false;
      await capture();
    }
  },
);

/** Runs what has changed; the server sees the new records and shows them. What is wrong is told, and nothing ends. */
async function capture(): Promise<void> {
  try {
    const recorded = await readProject();
    const posts = recorded.map(({ post }) => post);
    if (areSound(posts)) {
      await runTasks(await planBuild(recorded), async ({ post, sample, runtime }, taken) => {
        await saveRecord(root, recordPath(post.slug, sample.name, runtime.id), taken);
        return `recorded, ${judge(taken, sample.exit).name}`;
      });
      for (const { post } of recorded) checkRecords(post, await loadRecords(root, post.slug));
    }
    printProblems(posts);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}
