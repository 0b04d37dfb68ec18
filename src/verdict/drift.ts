import type { Capture } from '../capture/capture.ts';
import { conditions } from '../experiment/condition.ts';
import { endedAsMeant, endedByClock, endWords, defaultEnd } from '../experiment/end.ts';
import { typeLabel } from '../gclog/counts.ts';
import { formatBytes, formatCount } from './format.ts';
import { growthBytes, judge, type Question } from './verdict.ts';

/** Why two records cannot be compared, in a phrase: another collector frees otherwise. Undefined where they can. */
export function whyIncomparable(before: Capture, after: Capture): string | undefined {
  if (before.collector === after.collector) return undefined;
  return `Python ${after.python} has another collector (${after.collector}) than ${before.python} had (${before.collector})`;
}

/** How far a run may be from its record and still be the same: a share, and at least so much. */
export const tolerances = {
  types: { share: 0.001, least: 10 },
  memory: { share: 0.1, least: 4e6 },
} as const;

/**
 * What a program did otherwise than its record says, a phrase each; none where they agree. Verdict, ends that are not
 * meant and the repeating group are compared exactly, counts of the run phase and memory above that of the bare interpreter within
 * `tolerances`, but for Pyodide's heap with the flags off and runs that a clock ended; times and the interpreter's shutdown
 * are not compared.
 */
export function findDrift(before: Capture, after: Capture, question: Question = defaultEnd): readonly string[] {
  const drift: string[] = [];
  const [was, is] = [judge(before, question).name, judge(after, question).name];
  if (was !== is) drift.push(`verdict ${was} → ${is}`);
  for (const condition of conditions) {
    const [old, now] = [before.conditions[condition], after.conditions[condition]];
    const name = condition === 'as-written' ? '' : `${condition} `;
    const [oldEnd, nowEnd] = [endWords(old), endWords(now)];
    if (oldEnd !== nowEnd && !(endedAsMeant(old, question) && endedAsMeant(now, question))) drift.push(`${name}${oldEnd} → ${nowEnd}`);
    // How far a program comes until a clock ends it depends on the machine.
    if (endedByClock(old) || endedByClock(now)) continue;
    // A heap that only grows is as large as its largest moment, and that depends on when Leaklog itself collects.
    const isOurs = condition === 'debug-off' && before.memory === 'WebAssembly heap';
    if (!isOurs && !near(growthBytes(old), growthBytes(now), tolerances.memory)) {
      drift.push(`${name}peak ${formatBytes(old.peakRssBytes)} → ${formatBytes(now.peakRssBytes)}`);
    }
    for (const type of new Set([...old.log.runTypes.keys(), ...now.log.runTypes.keys()])) {
      const [counted, counts] = [old.log.runTypes.get(type) ?? 0, now.log.runTypes.get(type) ?? 0];
      if (!near(counted, counts, tolerances.types))
        drift.push(`${name}${typeLabel(type)} ${formatCount(counted)} → ${formatCount(counts)}`);
    }
  }
  if (group(before) !== group(after)) drift.push('the repeating group of the log is another');
  if (drift.length > 0 && before.python !== after.python) drift.push(`Python ${before.python} → ${after.python}`);
  return drift;
}

function group({ conditions: runs }: Capture): string {
  return runs['as-written'].log.group.join('\n');
}

function near(a: number, b: number, { share, least }: { readonly share: number; readonly least: number }): boolean {
  return Math.abs(a - b) <= Math.max(least, Math.max(a, b) * share);
}
