import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VFile } from 'vfile';
import type { Sample } from '../experiment/sample.ts';
import { parsePost } from '../post/post.ts';
import { readCapture } from './capture.ts';
import { findBeyondSample } from './contradiction.ts';
import { forgeries } from './fixtures/forgeries.ts';

const [sample] = parsePost(
  new VFile({ path: '2024-01-01-a.md', value: '---\ntitle: a\ndate: 2024-01-01\n---\n\n```python sample=a\nprint(1)\n```\n' }),
).samples as [Sample];

test('a forged record is refused, and the reason says where it is wrong', () => {
  const all = forgeries(sample);
  assert.ok(all.length > 200);
  for (const { name, at, make } of all) {
    const read = readCapture(make());
    const reason = 'reason' in read ? read.reason : findBeyondSample(read.capture, sample);
    assert.ok(reason?.startsWith(at) && reason.length < 800, `${name}: ${reason}`);
    assert.notEqual(reason, 'it was edited by hand, or is incomplete', name);
  }
});
