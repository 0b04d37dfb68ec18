import type { Capture } from '../capture/capture.ts';
import { conditions } from '../experiment/condition.ts';
import { endedAsMeant, endedByClock, endWords, defaultEnd } from '../experiment/end.ts';
import { isOutsidePython } from '../experiment/sample.ts';
import { typeLabel } from '../gclog/counts.ts';
import { formatBytes, formatCount } from './format.ts';
import { growthBytes, judge, type Intent } from './verdict.ts';

/** Why two records cannot be compared, as a phrase; undefined if they can. Different collectors free memory at different times. */
export function whyIncomparable(before: Capture, after: Capture): string | undefined {
  if (before.collector === after.collector) return undefined;
  return `Python ${after.python} has another collector (${after.collector}) than ${before.python} had (${before.collector})`;
}

/** How much a run may differ from its record without drifting: by a share of the larger value, but at least by `min`. */
export const tolerances = {
  types: { share: 0.001, min: 10 },
  memory: { share: 0.1, min: 4e6 },
} as const;

/**
 * The differences between a record and a new one of the same sample, one phrase each; empty if they agree. Verdict,
 * unintended ends and the log's repeating group must be equal. Counts per type while the program runs, and memory above that
 * of the bare interpreter, must agree within `tolerances`, except for runs that a clock ended and for Pyodide's heap with the
 * flags off. Times and the interpreter's shutdown are not compared.
 */
export function findDrift(before: Capture, after: Capture, intent: Intent = defaultEnd): readonly string[] {
  const drift: string[] = [];
  const [was, is] = [judge(before, intent).name, judge(after, intent).name];
  if (was !== is) drift.push(`verdict ${was} → ${is}`);
  for (const condition of conditions) {
    const [old, now] = [before.conditions[condition], after.conditions[condition]];
    const name = condition === 'as-written' ? '' : `${condition} `;
    const [oldEnd, nowEnd] = [endWords(old), endWords(now)];
    if (oldEnd !== nowEnd && !(endedAsMeant(old, intent) && endedAsMeant(now, intent))) drift.push(`${name}${oldEnd} → ${nowEnd}`);
    // How far a program gets before a clock ends it depends on the machine.
    if (endedByClock(old) || endedByClock(now)) continue;
    // A heap that never shrinks shows its highest peak, which here depends on when Leaklog itself collects.
    const dependsOnLeaklog = condition === 'debug-off' && before.memory === 'WebAssembly heap';
    if (!dependsOnLeaklog && !isNear(growthBytes(old), growthBytes(now), tolerances.memory)) {
      drift.push(`${name}peak ${formatBytes(old.peakRssBytes)} → ${formatBytes(now.peakRssBytes)}`);
    }
    for (const type of new Set([...old.log.runTypes.keys(), ...now.log.runTypes.keys()])) {
      const [oldCount, nowCount] = [old.log.runTypes.get(type) ?? 0, now.log.runTypes.get(type) ?? 0];
      if (!isNear(oldCount, nowCount, tolerances.types))
        drift.push(`${name}${typeLabel(type)} ${formatCount(oldCount)} → ${formatCount(nowCount)}`);
    }
  }
  if (before.types !== undefined && after.types !== undefined && describeHolder(before) !== describeHolder(after))
    drift.push(`who holds it: ${describeHolder(before)} → ${describeHolder(after)}`);
  if (group(before) !== group(after)) drift.push('the repeating group of the log is another');
  if (drift.length > 0 && before.python !== after.python) drift.push(`Python ${before.python} → ${after.python}`);
  return drift;
}

/** What a new record says and an earlier version of Leaklog did not, one phrase each. */
export function findAdded(before: Capture, after: Capture, intent: Intent = defaultEnd): readonly string[] {
  const regions = ({ conditions: runs }: Capture) => runs['debug-off'].regions;
  return [
    ...(before.types === undefined && after.types !== undefined ? ['it says who holds what is kept'] : []),
    ...(isOutsidePython(judge(after, intent).name) && regions(before) === undefined && regions(after) !== undefined
      ? ['it says where the memory of the process is']
      : []),
  ];
}

/** Root, holder and type of what is held; indexes and keys differ from run to run. */
function describeHolder({ holder }: Capture): string {
  if (holder === undefined) return 'not known';
  if (holder.suspect === null) return holder.c === true ? 'C code' : 'not found';
  const { path, suspect, typical } = holder;
  const names = [path[0], path[suspect]].map((node) => (node?.how === 'entry' || node?.name === '' ? node.type : node?.name));
  return `${[...new Set(names)].join(' … ')} with ${typical.type}`;
}

function group({ conditions: runs }: Capture): string {
  return runs['as-written'].log.group.join('\n');
}

function isNear(a: number, b: number, { share, min }: { readonly share: number; readonly min: number }): boolean {
  return Math.abs(a - b) <= Math.max(min, Math.max(a, b) * share);
}
