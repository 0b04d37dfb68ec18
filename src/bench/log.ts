import { execa } from 'execa';
import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogRecord } from '../capture/capture.ts';
import { decodeLog, encodeLog } from '../capture/log-codec.ts';
import { rawBytes } from '../gclog/log.ts';
import { LogReader } from '../gclog/reader.ts';
import { deflate } from '../run/deflate.ts';
import { run } from '../run/run.ts';
import { findDefault } from '../run/runtime.ts';
import { formatBytes } from '../verdict/format.ts';
import { takeTurns, time, timeProgram } from './measure.ts';
import { compare, rowOf } from './table.ts';
import { firstPost, flagsOf, type Work } from './work.ts';

/** Reads a log file into the form of a record: counts, types, phases, the repeating group, and the whole log compressed. */
export function readLogFile(path: string): LogRecord {
  const reader = new LogReader({ codec: deflate });
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(256 * 1024);
  for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) reader.write(buffer.subarray(0, length));
  closeSync(file);
  return encodeLog(reader.end());
}

/** Reading the first sample's log into a record, against shell commands that count it; and the record's size, against that of xz. */
export const log: Work = async ({ root, folder, rounds, note }) => {
  const path = await keepLog(root, folder);
  const count = `awk '{print $3}' ${path} | sort | uniq -c`;
  note("log: awk '{print $3}' log | sort | uniq -c; wc -l log; npm run log -- memory-leak-python before | xz -9");
  const shell = (command: string) => ({ command, turn: () => timeProgram('sh', ['-c', command]) });
  const [ours = [], counted = [], lines = []] = await takeTurns(
    [{ command: '', turn: () => time(() => readLogFile(path)) }, shell(count), shell(`wc -l ${path}`)],
    rounds,
  );
  const work = `a log of ${formatBytes(readFileSync(path).length)} into a record`;
  const record = readLogFile(path);
  const whole = join(folder, 'whole.log');
  writeWhole(record, whole);
  const size = Number((await execa('sh', ['-c', `xz -9 -c ${whole} | wc -c`])).stdout);
  const parts = record.data.length;
  return [
    compare({ work, against: "awk '{print $3}' | sort | uniq -c", maxRatio: 0.2 }, ours, counted),
    compare({ work, against: 'wc -l', maxRatio: 6 }, ours, lines),
    rowOf({
      work: 'the whole log in a record',
      against: 'xz -9 of what npm run log prints',
      ours: formatBytes(parts),
      theirs: formatBytes(size),
      ratio: parts / size,
      maxRatio: 1 / 20,
    }),
  ];
};

/** The memory of a process that reads a log of a gigabyte, against one of 26 MB. */
export const memory: Work = async ({ root, folder, rounds, note }) => {
  const small = await keepLog(root, folder);
  const large = join(folder, 'large.log');
  repeatLog(small, large, 40);
  const reader = join(import.meta.dirname, 'read-log.ts');
  note(`memory: node ${flagsOf(root).join(' ')} src/bench/read-log.ts log, as npm starts its commands`);
  const read = (path: string) => ({ command: '', turn: () => timeProgram(process.execPath, [...flagsOf(root), reader, path]) });
  const [ours = [], theirs = []] = await takeTurns([read(large), read(small)], Math.min(rounds, 3));
  return [compare({ work: 'peak memory on a log of 1 GB', against: 'on one of 26 MB', maxRatio: 1.3 }, ours, theirs, 'peakBytes')];
};

/** Writes a record's log as `npm run log` prints it, with object numbers. */
function writeWhole(record: LogRecord, path: string): void {
  const file = openSync(path, 'w');
  for (const bytes of rawBytes(decodeLog(record))) writeSync(file, bytes);
  closeSync(file);
}

async function keepLog(root: string, folder: string): Promise<string> {
  const { before } = await firstPost(root);
  const path = join(folder, 'before.log');
  await writeFile(path, '');
  await run({ sample: before, condition: 'as-written', runtime: await findDefault(), keepLogAt: path });
  return path;
}

/** Writes a log `times` times into one file, each time with other addresses. */
function repeatLog(from: string, to: string, times: number): void {
  const text = readFileSync(from, 'latin1');
  const file = openSync(to, 'w');
  for (let turn = 0; turn < times; turn += 1)
    writeSync(file, Buffer.from(text.replaceAll('0x7', `0x${(turn + 16).toString(16)}7`), 'latin1'));
  closeSync(file);
}
