import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { packCode, unpackCode } from './fragment.ts';

test('a link carries code as it is, in letters of an address', async () => {
  for (const code of ['', 'a = 1\n', 'print("ä → 𝄞")\n', 'for i in range(3):\n\tpass\n'.repeat(500)]) {
    const packed = await packCode(code);
    assert.match(packed, /^[\w-]+$/);
    assert.equal(await unpackCode(packed), code);
  }
});

test('what cannot be unpacked, or is far too long, is no code', async () => {
  const bomb = deflateRawSync(Buffer.alloc(50_000_000, 'a')).toString('base64url');
  for (const text of ['x', '____', 'AAAA', bomb]) assert.equal(await unpackCode(text), undefined, text.slice(0, 20));
});
