import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { VFile } from 'vfile';
import { forgeries } from '../capture/fixtures/forgeries.ts';
import { recordPath } from '../capture/record-files.ts';
import type { Sample } from '../experiment/sample.ts';
import { parsePost } from '../post/post.ts';
import { throwAway } from './throw-away.ts';

const project = throwAway();
after(() => project.remove());

const post =
  '---\ntitle: Of a stranger\ndate: 2024-05-06\n---\n\nIt peaks at `= a.peak`.\n\n' +
  '```python sample=a\nprint(1)\n```\n\n::versions{of=a}\n\n::cycle{of=a}\n';

test('a check and a build report each forged record at its sample, and terminate', async () => {
  const [sample] = parsePost(new VFile({ path: '2024-05-06-a.md', value: post })).samples as [Sample];
  const wanted = forgeries(sample).map(({ at, make }, index) => {
    project.write(`content/posts/2024-05-06-f${index}.md`, post);
    project.write(recordPath(`f${index}`, 'a', 'cpython-3.11'), make());
    const record = recordPath(`f${index}`, 'a', 'cpython-3.11');
    return `content/posts/2024-05-06-f${index}.md:8:11: error: The record ${record} cannot be read: ${at}`;
  });
  for (const [name, ...args] of [['check'], ['build', '--no-run']] as const) {
    const { exitCode, all } = await project.start(name, args).ended;
    assert.equal(exitCode, 1, all.slice(0, 2000));
    for (const line of wanted) assert.ok(all.includes(line), `${line}\n${all.slice(0, 2000)}`);
    assert.match(all, new RegExp(`\\n${wanted.length} errors`));
    assert.doesNotMatch(all, /\.ts:\d+:\d+\)/);
  }
});
