import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Overlay } from './overlay.ts';

test('in the dev server’s overlay, which takes HTML, an author’s words are text', () => {
  const sent: object[] = [];
  const overlay = new Overlay();
  overlay.connect({ watcher: { emit: () => undefined }, ws: { send: (payload) => void sent.push(payload), on: () => undefined } });
  overlay.show({
    file: 'content/posts/a.md',
    line: 1,
    column: 1,
    level: 'error',
    rule: 'r',
    reason: '<img src=x onerror=alert(1)>',
    hint: '<b>\u001b</b>',
  });
  const [{ err }] = sent as [{ err: { message: string; hint: string } }];
  assert.deepEqual([err.message, err.hint], ['&lt;img src=x onerror=alert(1)&gt;', '&lt;b&gt;␛&lt;/b&gt;']);
});
