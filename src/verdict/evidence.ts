import type { Capture } from '../capture/capture.ts';
import type { Growth } from '../capture/growth.ts';
import { formatBytes, formatCount } from './format.ts';
import { phraseOf, type Evidence, type Verdict } from './verdict.ts';

/** The rounds of a growth as `regrtest -R` prints them: `[+120, +118, 0, +121, +119]`. */
export function describeRounds({ rounds }: Growth, unit: string): string {
  const text = (round: number) => (unit.includes('bytes') ? formatBytes(round) : formatCount(round));
  return `[${rounds.map((round) => (round > 0 ? `+${text(round)}` : '0')).join(', ')}]`;
}

/**
 * How a measurement moved: `grows`, `given back`, `a little` or `flat`. `a little` is growth on which an `unclear` verdict rests:
 * too small for a claim.
 */
export function describeMovement({ growth, decided }: Evidence, { name }: Verdict): string {
  if (growth.grows || (decided && growth.quantity === 'inUse')) return 'grows';
  if (growth.givenBack === 'yes' && growth.rounds.some((round) => round > 0)) return 'given back';
  return name === 'unclear' && decided ? 'a little' : 'flat';
}

/** The measurements that a verdict rests on, one line each; all measurements if it rests on none in particular. */
export function describeEvidence(verdict: Verdict, capture: Capture): readonly string[] {
  const decided = verdict.evidence.filter((item) => item.decided);
  return (decided.length > 0 ? decided : verdict.evidence).map(
    (item) =>
      `  ${phraseOf(item.condition, capture)}, ${item.unit}: ${describeRounds(item.growth, item.unit)} ${describeMovement(item, verdict)}`,
  );
}
