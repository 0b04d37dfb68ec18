import type { RunKind } from './run.ts';

/** What joins the harness in some kinds of runs; for all others it is to be small, as it takes memory of its own. */
const parts: Readonly<Partial<Record<RunKind, string>>> = {
  'debug-off': 'regions.py',
  heat: 'heat.py',
  'heat-flags': 'heat.py',
  cycle: 'groups.py',
  holder: 'holder.py',
};

/** The names of the files of the harness of a kind of run, beside this one; the last starts it. */
export function harnessFiles(condition: RunKind): readonly string[] {
  const part = parts[condition];
  return part === undefined ? ['harness.py'] : [part, 'harness.py'];
}

/** All files of the harness. */
export const allHarnessFiles: readonly string[] = ['harness.py', ...new Set(Object.values(parts))];
