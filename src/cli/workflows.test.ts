import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';

interface Workflow {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly permissions?: unknown;
        readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly with?: Readonly<Record<string, unknown>> }[];
      }
    >
  >;
}

const folder = '.github/workflows';
const texts = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
/** The workflow that the manual shows, for a blog that many machines record. */
const [, shown = ''] = /^```yaml\n([^]*?)^```$/m.exec(readFileSync('src/manual/manual.md', 'utf8')) ?? [];
texts.set('record.yml', shown);
const read = (name: string) => parse(texts.get(name) ?? '') as Workflow;
const steps = ({ jobs }: Workflow) => Object.values(jobs).flatMap((job) => job.steps);

test('actions are pinned to commits, workflows may only read unless a job says more, and none uses a secret', () => {
  assert.deepEqual([...texts.keys()].toSorted(), ['publish.yml', 'pull-request.yml', 'record.yml', 'refresh.yml']);
  for (const [name, text] of texts) {
    assert.deepEqual(read(name).permissions, { contents: 'read' }, name);
    assert.doesNotMatch(text, /secrets\.|pull_request_target|GITHUB_TOKEN/, name);
    for (const { uses } of steps(read(name))) if (uses !== undefined) assert.match(uses, /^actions\/[a-z-]+@[0-9a-f]{40}$/, name);
    // A value that is substituted into a script could change it: such values come through the environment.
    for (const { run = '' } of steps(read(name))) assert.doesNotMatch(run, /\$\{\{/, name);
  }
});

test('jobs that run samples may write nothing, and jobs that may write run no code of the repository', () => {
  for (const [name] of texts) {
    for (const [job, { permissions, steps }] of Object.entries(read(name).jobs)) {
      const runs = steps.map(({ run = '' }) => run).join('\n');
      if (/\bnpm\b|\bnode\b/.test(runs)) assert.equal(permissions, undefined, `${name}: ${job}`);
      if (/\bnpm\b|\bnode\b/.test(runs)) assert.doesNotMatch(JSON.stringify(steps), /github\.token/, `${name}: ${job}`);
    }
  }
});

test('the workflow in the manual uses the actions of those here, and gives the merge what the shards made', () => {
  const pins = (name: string) => new Set(steps(read(name)).flatMap(({ uses }) => uses ?? []));
  for (const pin of pins('record.yml')) assert.ok(pins('refresh.yml').has(pin), pin);
  const { jobs } = read('record.yml');
  assert.deepEqual(Object.keys(jobs), ['plan', 'record', 'merge', 'propose']);
  const runs = (job: string) => jobs[job]?.steps.map(({ run = '' }) => run).join('\n') ?? '';
  assert.match(runs('record'), /^npx leaklog refresh --missing --shard "\$SHARD\/\$SHARDS" --to "shards\/\$SHARD"$/m);
  assert.match(runs('merge'), /^npx leaklog merge shards\/\*$/m);
});

test('a stranger’s pull request is rendered by the code of its base, runs nothing, and may write nothing', () => {
  const workflow = read('pull-request.yml');
  assert.equal(workflow.on, 'pull_request');
  assert.ok(Object.values(workflow.jobs).every(({ permissions }) => permissions === undefined));
  const [checkout] = steps(workflow).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
  assert.deepEqual(checkout?.with, {
    ref: '${{ github.event.pull_request.head.repo.full_name == github.repository && github.sha || github.event.pull_request.base.sha }}',
    'persist-credentials': false,
  });
  const runs = steps(workflow)
    .map(({ run = '' }) => run)
    .join('\n');
  assert.match(runs, /^npm run build -- --no-run$/m);
  assert.match(runs, /^npm ci --ignore-scripts/m);
  assert.doesNotMatch(runs, /npm (?:run (?:refresh|verify|dev)|test)|npm run build$/m);
  assert.match(runs, /for folder in content public; do/);
});

test('only the deploying job may write, and it runs no code of this repository', () => {
  const { jobs } = read('publish.yml');
  assert.deepEqual(
    Object.entries(jobs).map(([name, { permissions }]) => [name, permissions]),
    [
      ['build', undefined],
      ['deploy', { pages: 'write', 'id-token': 'write' }],
    ],
  );
  assert.deepEqual(
    jobs['deploy']?.steps.map(({ run, uses }) => run ?? uses?.split('@')[0]),
    ['actions/deploy-pages'],
  );
});
