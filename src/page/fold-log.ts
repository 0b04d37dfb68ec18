import type { Capture } from '../capture/capture.ts';
import { decodeLog } from '../capture/log-codec.ts';
import { elementsOf, viewRows, type FoldedLog } from './log-rows.ts';

/** The number of elements that the lines of a page may take, of which the shutdown gets at least so many, however long the run's log is. */
const [maxElements, shutdownElements] = [3800, 1000];

/** Decodes and folds the log of the run as written, once for each record. */
export function foldLog(capture: Capture): FoldedLog {
  const log = folded.get(capture) ?? fold(capture);
  folded.set(capture, log);
  return log;
}

/** The folded log of each record: a post and its log pages use the same. */
const folded = new WeakMap<Capture, FoldedLog>();

function fold(capture: Capture): FoldedLog {
  const log = decodeLog(capture.conditions['as-written'].log);
  const reserved = viewRows(log, 'shutdown', shutdownElements);
  const run = viewRows(log, 'run', maxElements - elementsOf(reserved.rows));
  // The shutdown also gets what the run has not used.
  const shutdown = reserved.end === log.lines ? reserved : viewRows(log, 'shutdown', maxElements - elementsOf(run.rows));
  return { capture, log, run, shutdown };
}
