import { LogError } from '../gclog/log-error.ts';
import type { Block, Log } from '../gclog/log.ts';
import { Bytes, BytesReader } from '../gclog/varints.ts';
import { deflate } from '../run/deflate.ts';
import type { LogRecord } from './capture.ts';

/*
 * The data of a log: base64 of varints and bytes. First the number of blocks of the run, and of the shutdown. Then for each block
 * what was left out before it (lines, bytes, and whether it starts within a line), its lines, how many objects were numbered
 * before it, the lengths of its text and of its objects, and these two, each deflated. For their content see gclog/block.ts.
 */

/** Encodes a whole log for a record. */
export function encodeLog({ lines, runLines, bytes, types, runTypes, group, run, shutdown }: Log): LogRecord {
  const data = new Bytes();
  data.write(run.length);
  data.write(shutdown.length);
  for (const { skipped, lines, named, text, objects } of [...run, ...shutdown]) {
    for (const number of [skipped.lines, skipped.bytes, Number(skipped.within), lines, named, text.length, objects.length])
      data.write(number);
    data.append(text);
    data.append(objects);
  }
  return { lines, runLines, bytes, types, runTypes, group: [...group], data: toBuffer(data.view()).toString('base64') };
}

/** Decodes the log of a record, with object numbers for addresses. Errors: LogError if the data is invalid, here or while it is read. */
export function decodeLog({ data, group, ...counts }: LogRecord): Log {
  const bytes = new BytesReader(Buffer.from(data, 'base64'));
  const [runCount, shutdownCount] = [bytes.read(), bytes.read()];
  const readBlock = (): Block => {
    const [skippedLines, skippedBytes, within] = [bytes.read(), bytes.read(), bytes.read()];
    const [lines, named, text, objects] = [bytes.read(), bytes.read(), bytes.read(), bytes.read()];
    // A line has at least one byte, and so has the mention of an object.
    if (skippedLines > skippedBytes || within > 1 || named > counts.bytes) throw new LogError('A block of the log is invalid.');
    return {
      skipped: { lines: skippedLines, bytes: skippedBytes, within: within === 1 },
      lines,
      named,
      text: bytes.take(text),
      objects: bytes.take(objects),
    };
  };
  const readBlocks = (count: number) => {
    const blocks: Block[] = [];
    for (let index = 0; index < count; index += 1) blocks.push(readBlock());
    return blocks;
  };
  const [run, shutdown] = [readBlocks(runCount), readBlocks(shutdownCount)];
  const { lines, runLines } = counts;
  if (!bytes.ended) throw new LogError('The log has data after its end.');
  if (!ends(run, runLines, shutdownCount === 0) || !ends(shutdown, lines - runLines, true) || lines > counts.bytes)
    throw new LogError('The log does not have as many lines as it states.');
  return { ...counts, group, run, shutdown, codec: deflate };
}

/** Whether the blocks have this many lines; the last line of a log may have no newline. */
function ends(blocks: readonly Block[], lines: number, last: boolean): boolean {
  const sum = blocks.reduce((sum, { skipped, lines }) => sum + skipped.lines + lines, 0);
  return sum === lines || (last && blocks.length > 0 && sum === lines - 1);
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
