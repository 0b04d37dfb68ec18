import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { VFile } from 'vfile';
import { freshnessOf } from '../src/capture/freshness.ts';
import { capturesFolder, loadRecords } from '../src/capture/store.ts';
import { parsePost } from '../src/post/post.ts';
import { throwAway } from './throw-away.ts';

/** Two samples that are over in a moment, so that a kill may hit anything: a run, a record, the rendering. */
const post = '---\ntitle: Killed\ndate: 2024-05-06\n---\n\n```python sample=before\nkept = [[i] for i in range(20000)]\n```\n\n```python sample=after\nfor i in range(20000): [i]\n```\n';
const kills = 200;

const project = throwAway();
const temp = mkdtempSync(join(tmpdir(), 'leaklog-hard-'));
const env = { TMPDIR: temp };
const { samples } = parsePost(new VFile({ path: 'content/posts/2024-05-06-killed.md', value: post }));
let tookMs = 0;

before(async () => {
  project.write('content/posts/2024-05-06-killed.md', post);
  const began = performance.now();
  const { exitCode, all } = await project.start('refresh', [], { env }).ended;
  assert.equal(exitCode, 0, all);
  tookMs = performance.now() - began;
});
after(() => {
  project.remove();
  rmSync(temp, { recursive: true, force: true });
});

/** Numbers from 0 to 1, the same in every run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** The processes that were told of the temp folder: whatever a run has started. */
const alive = () =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && Number(pid) !== process.pid && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(temp);
    } catch {
      return false;
    }
  });

/** Every record is whole, and of the sample that it stands for; those that there were are there. */
async function assertTrue(least: number): Promise<void> {
  const records = await loadRecords(project.root, 'killed');
  assert.ok(records.length >= least, `${records.length} records`);
  for (const record of records) {
    const sample = samples.find(({ name }) => name === record.sample) as (typeof samples)[number];
    assert.equal(freshnessOf(record, sample), 'fresh', `${record.path}: ${record.reason}`);
  }
}

const strays = () => [
  ...readdirSync(join(project.root, capturesFolder), { recursive: true }).map(String).filter((name) => !/^killed(?:\/(?:before|after)(?:\/[a-z]+-3\.\d+t?\.json)?)?$/.test(name)),
  ...readdirSync(project.root).filter((name) => name.startsWith('dist.')),
  ...readdirSync(temp),
];

test(`${kills} kills at random moments: records are whole and true, dist/ is whole, the next run goes on and clears away`, async () => {
  const random = numbers(5);
  const counts = { killed: 0, finished: 0, dist: 0, left: 0 };
  for (let kill = 0; kill < kills; kill += 1) {
    // Now and then a run has to take a record that is not there, or all of them.
    const lost = random.next().value < 0.2 ? samples.slice(0, 1 + Math.floor(random.next().value * 2)) : [];
    for (const { name } of lost) rmSync(join(project.root, capturesFolder, 'killed', name), { recursive: true, force: true });
    const least = (await loadRecords(project.root, 'killed')).length;
    const run = project.start('refresh', ['--force'], { env });
    await sleep(random.next().value * tookMs);
    try {
      process.kill(run.pid, 'SIGKILL');
      counts.killed += 1;
    } catch {
      counts.finished += 1;
    }
    await run.ended;
    await assertTrue(least);
    if (readdirSync(project.root).includes('dist')) {
      counts.dist += 1;
      assert.match(project.read('dist/posts/killed/index.html'), /<\/html>\s*$/);
    }
    counts.left += Number(strays().length > 0);
  }
  const { exitCode, all } = await project.start('refresh', [], { env }).ended;
  assert.equal(exitCode, 0, all);
  await assertTrue(samples.length);
  assert.deepEqual(strays(), []);
  assert.equal(counts.dist, kills, JSON.stringify(counts));
  assert.ok(counts.killed > kills * 0.7 && counts.left > kills * 0.2, JSON.stringify(counts));
  // A sample that was running when its run was killed has ended, too.
  assert.deepEqual(alive(), []);
});

test('two refreshes at once both end well, with whole records and one whole site', async () => {
  const both = await Promise.all([1, 2].map(() => project.start('refresh', ['--force'], { env }).ended));
  for (const { exitCode, all } of both) assert.equal(exitCode, 0, all);
  await assertTrue(samples.length);
  assert.match(project.read('dist/posts/killed/index.html'), /<\/html>\s*$/);
  assert.deepEqual(strays(), []);
});
