import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VFile } from 'vfile';
import type { Capture, RunRecord } from '../capture/capture.ts';
import { handMade } from '../capture/hand-made.ts';
import { recordPath, type StoredRecord } from '../capture/store.ts';
import { findingsOf } from '../post/message.ts';
import { parsePost, type Post } from '../post/post.ts';
import type { Sample } from '../post/sample.ts';
import { checkRecords } from './check.ts';

function post(code: string, attributes = ''): Post & { readonly sample: Sample } {
  const read = parsePost(new VFile({ path: 'content/posts/2024-01-01-a.md', value: `---\ntitle: a\ndate: 2024-01-01\n---\n\n\`\`\`python sample=one${attributes}\n${code}\n\`\`\`\n` }));
  return { ...read, sample: read.samples[0] as Sample };
}

function stored(runtime: string, capture: Capture): StoredRecord {
  return { sample: 'one', runtime, path: recordPath('a', 'one', runtime), capture, reason: undefined };
}

function told({ file }: Post): readonly string[] {
  return findingsOf(file).map(({ line, level, rule, reason, hint }) => `${line} ${level} ${rule} ${reason} | ${hint}`);
}

const pythons = ['cpython-3.9', 'cpython-3.10', 'cpython-3.11', 'cpython-3.13', 'pyodide-3.14'];

test('records that are stale together are told together, with what changed', () => {
  const [now, before] = [post('print(2)'), post('print(1)')];
  checkRecords(now, pythons.map((runtime) => stored(runtime, handMade(runtime === 'cpython-3.13' ? now.sample : before.sample, runtime))));
  const [only = '', ...more] = told(now);
  assert.deepEqual(more, []);
  assert.match(only, /^6 warning record-stale The records of "one" on cpython-3\.9 to 3\.11, pyodide-3\.14 are of other code or other limits than it has now \(line 7 changed\) \| Take it again with npm run build where that Python is, or delete it/);
});

test('a program that ends otherwise than it says is told so, not that a claim is false', () => {
  const leak = post('raise SystemExit(3)', ' expect=leak');
  const ended = (changes: Partial<RunRecord>) => {
    const capture = handMade(leak.sample);
    return { ...capture, conditions: { ...capture.conditions, 'as-written': { ...capture.conditions['as-written'], ...changes } } };
  };
  checkRecords(leak, [stored('cpython-3.11', ended({ exit: 3 }))]);
  assert.match(told(leak).join('\n'), /^6 error sample-failed As written, the sample "one" ended with exit status 3, .*, so the claim leak cannot hold on cpython-3\.11 \| .*say so: exit=3$/);
  const slow = post('while True: pass', ' expect=leak');
  checkRecords(slow, [stored('cpython-3.11', { ...ended({ exit: null, signal: 'SIGKILL', limit: 'time' }), key: handMade(slow.sample).key })]);
  assert.match(told(slow).join('\n'), /^6 error sample-failed .* came to its limit of time .* \| .*timeout=60s/);
});

test('records of no sample are told once for each sample, and not while a fence is open that may hold it', () => {
  const [gone, open] = [post('print(1)'), post('print(1)\n```python sample=two')];
  const strays = (each: Post & { readonly sample: Sample }) => pythons.map((runtime) => ({ ...stored(runtime, handMade(each.sample, runtime)), sample: 'two', path: recordPath('a', 'two', runtime) }));
  checkRecords(gone, [stored('cpython-3.11', handMade(gone.sample)), ...strays(gone)]);
  assert.deepEqual(told(gone), ['1 warning record-orphan The records in content/captures/a/two (cpython-3.9 to 3.11, 3.13, pyodide-3.14) belong to no sample of this post | Delete the folder, or name a fence sample=two.']);
  checkRecords(open, strays(open));
  assert.deepEqual(open.file.messages.map(({ ruleId }) => ruleId), ['fence-open']);
});
