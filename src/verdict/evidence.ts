import type { Growth } from '../capture/growth.ts';
import { formatBytes, formatCount } from './format.ts';
import { conditionPhrases, type Evidence, type Verdict } from './verdict.ts';

/** The rounds of a growth as `regrtest -R` prints them: `[+120, +118, 0, +121, +119]`. */
export function describeRounds({ rounds }: Growth, unit: string): string {
  const text = (round: number) => (unit.includes('bytes') ? formatBytes(round) : formatCount(round));
  return `[${rounds.map((round) => (round > 0 ? `+${text(round)}` : '0')).join(', ')}]`;
}

/** One measurement in words, for the terminal. */
export function describeItem({ condition, unit, growth }: Evidence): string {
  return `${conditionPhrases[condition]}, ${unit}: ${describeRounds(growth, unit)} ${growth.grows ? 'grows' : 'flat'}`;
}

/** The measurements that a verdict rests on, a line each; all of them where it rests on none. */
export function describeEvidence({ evidence }: Verdict): readonly string[] {
  const decided = evidence.filter((item) => item.decided);
  return (decided.length > 0 ? decided : evidence).map((item) => `  ${describeItem(item)}`);
}
