import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { packWheel } from './fixtures/wheel.ts';
import { unpackWheel } from './unpack.ts';

const folder = mkdtempSync(join(tmpdir(), 'leaklog-unpack-'));
after(() => rmSync(folder, { recursive: true }));
const text = 'x = 1\n'.repeat(500);
const wheel = () => Buffer.from(packWheel({ name: 'ledger', version: '1.0', files: { 'ledger.py': text } }));
/** Where the directory's entry of the first file stands. */
const entry = (bytes: Buffer) => bytes.indexOf('PK\x01\x02', 0, 'latin1');

test('a wheel is unpacked whole', async () => {
  await unpackWheel(wheel(), folder);
  assert.equal(readFileSync(join(folder, 'ledger.py'), 'utf8'), text);
});

test('a wheel whose directory lies about a length or a content is told, and not cut', async () => {
  for (const [name, offset, value] of [
    ['shorter', 24, 10],
    ['longer', 24, text.length + 9],
    ['another checksum', 16, 1],
  ] as const) {
    const bytes = wheel();
    bytes.writeUInt32LE(value, entry(bytes) + offset);
    await assert.rejects(unpackWheel(bytes, folder), /^Error: "ledger\.py" is not what its directory says$/, name);
  }
});

test('what is no wheel is told', async () => {
  await assert.rejects(unpackWheel(Buffer.from('no archive at all, whatever its name'), folder), /it is no ZIP file/);
  const bytes = wheel();
  await assert.rejects(unpackWheel(bytes.subarray(0, bytes.length - 30), folder));
  const two = Buffer.from(packWheel({ name: 'ledger', version: '1.0', files: { 'one.py': '', 'two.py': '' } }));
  const same = Buffer.from(two.toString('latin1').replaceAll('two.py', 'one.py'), 'latin1');
  await assert.rejects(unpackWheel(same, folder), /^Error: it holds two files at "one\.py"$/);
});
