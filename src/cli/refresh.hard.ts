import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { VFile } from 'vfile';
import { freshnessOf } from '../capture/freshness.ts';
import { capturesFolder } from '../capture/record-files.ts';
import { loadRecords } from '../capture/store.ts';
import { parsePost } from '../post/post.ts';
import { throwAway, type ThrowAway } from './throw-away.ts';

/** Two samples that end quickly, so that a kill may hit anything: a run, a record, the rendering. */
const post =
  '---\ntitle: Killed\ndate: 2024-05-06\n---\n\n```python sample=before\nkept = [[i] for i in range(20000)]\n```\n\n' +
  '```python sample=after\nfor i in range(20000): [i]\n```\n';
const path = 'content/posts/2024-05-06-killed.md';
const { samples } = parsePost(new VFile({ path, value: post }));
const kills = 200;

/** A project, and the temp folder of its runs. */
interface Place extends ThrowAway {
  readonly temp: string;
}

/** Two projects, whose refreshes are killed in parallel. */
const places = [1, 2].map((): Place => ({ ...throwAway(), temp: mkdtempSync(join(tmpdir(), 'leaklog-hard-')) }));
const refresh = ({ start, temp }: Place, ...args: readonly string[]) => start('refresh', args, { env: { TMPDIR: temp } });
let tookMs = 0;

before(async () => {
  for (const place of places) place.write(path, post);
  const began = performance.now();
  for (const { exitCode, all } of await Promise.all(places.map((place) => refresh(place).ended))) assert.equal(exitCode, 0, all);
  tookMs = performance.now() - began;
});
after(() => {
  for (const { remove, temp } of places) {
    remove();
    rmSync(temp, { recursive: true, force: true });
  }
});

/** Pseudo-random numbers from 0 to 1, the same for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Asserts that every record is complete and belongs to its sample, and that there are at least `minRecords`. */
async function assertTrue({ root }: Place, minRecords: number): Promise<void> {
  const records = loadRecords(root, 'killed');
  assert.ok(records.length >= minRecords, `${records.length} records`);
  for (const record of records) {
    const sample = samples.find(({ name }) => name === record.sample) as (typeof samples)[number];
    assert.equal(freshnessOf(record, sample), 'fresh', `${record.path}: ${record.reason}`);
  }
}

/** Leftovers: files and folders that a run removes when it ends normally. */
const strays = ({ root, temp }: Place) => [
  ...readdirSync(join(root, capturesFolder), { recursive: true })
    .map(String)
    .filter((name) => !/^killed(?:\/(?:before|after)(?:\/[a-z]+-3\.\d+t?\.json)?)?$/.test(name)),
  ...readdirSync(root).filter((name) => name.startsWith('dist.')),
  ...readdirSync(temp),
];

/** The ids of processes with the temp folder in their environment: everything that a run has started. */
const alive = ({ temp }: Place) =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && Number(pid) !== process.pid && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(temp);
    } catch {
      return false;
    }
  });

const counts = { killed: 0, left: 0 };

async function killOften(place: Place, times: number, seed: number): Promise<void> {
  const random = numbers(seed);
  for (let kill = 0; kill < times; kill += 1) {
    // Sometimes one or both records are missing, and the run has to take them.
    const lost = random() < 0.2 ? samples.slice(0, 1 + Math.floor(random() * 2)) : [];
    for (const { name } of lost) rmSync(join(place.root, capturesFolder, 'killed', name), { recursive: true, force: true });
    const before = loadRecords(place.root, 'killed').length;
    const run = refresh(place, '--force');
    await sleep(random() * tookMs);
    try {
      process.kill(run.pid, 'SIGKILL');
      counts.killed += 1;
    } catch {
      // It had already ended: the machine is less busy than when the first runs were timed.
      tookMs *= 0.9;
    }
    await run.ended;
    await assertTrue(place, before);
    assert.match(place.read('dist/posts/killed/index.html'), /<\/html>\s*$/, 'dist/ is whole at any moment');
    counts.left += Number(strays(place).length > 0);
  }
}

test(`${kills} kills at random moments: records and dist/ are complete, the next run succeeds and cleans up`, async () => {
  await Promise.all(places.map((place, index) => killOften(place, kills / places.length, index + 5)));
  for (const place of places) {
    const { exitCode, all } = await refresh(place).ended;
    assert.equal(exitCode, 0, all);
    await assertTrue(place, samples.length);
    assert.deepEqual(strays(place), []);
    // A sample that was running when its run was killed has ended, too.
    assert.deepEqual(alive(place), []);
  }
  assert.ok(counts.killed > kills * 0.7 && counts.left > kills * 0.2, JSON.stringify(counts));
});

test('two simultaneous refreshes both succeed, with complete records and one complete site', async () => {
  const [place] = places as [Place];
  for (const { exitCode, all } of await Promise.all([1, 2].map(() => refresh(place, '--force').ended))) assert.equal(exitCode, 0, all);
  await assertTrue(place, samples.length);
  assert.match(place.read('dist/posts/killed/index.html'), /<\/html>\s*$/);
  assert.deepEqual(strays(place), []);
});
