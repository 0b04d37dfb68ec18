import type { Ink } from '../chart/plot.ts';
import type { VerdictName } from '../experiment/sample.ts';

/** The colour that stands for each verdict. */
export const verdictInks: Readonly<Record<VerdictName, Ink>> = {
  leak: 'bad',
  'native-leak': 'bad',
  retained: 'odd',
  'debug-artifact': 'odd',
  cycles: 'odd',
  'no-leak': 'good',
  unclear: 'quiet',
};
