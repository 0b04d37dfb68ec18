import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Capture } from '../capture/capture.ts';
import type { Sample } from '../experiment/sample.ts';
import { memoryFigure } from '../page/memory.ts';
import { judge } from '../verdict/verdict.ts';

/** A record that a refresh has written, and the one that it replaced. */
export interface Drifted {
  readonly slug: string;
  readonly sample: Sample;
  readonly before: Capture;
  readonly after: Capture;
  /** What drifted, one phrase each. */
  readonly drift: readonly string[];
}

/** Writes a report into a folder: `drift.md`, which describes what drifted, and its charts from before and after. */
export function writeDriftReport(folder: string, drifted: readonly Drifted[], summary: string): void {
  mkdirSync(folder, { recursive: true });
  const parts = drifted.map((item, index) => describe(folder, item, index + 1));
  writeFileSync(join(folder, 'drift.md'), `${[summary, ...parts].join('\n\n')}\n`);
}

function describe(folder: string, { slug, sample, before, after, drift }: Drifted, number: number): string {
  const pictures = (
    [
      ['before', before],
      ['after', after],
    ] as const
  ).flatMap(([when, capture]) => {
    const svg = memoryFigure([{ sample, capture }], 'memory', slug).files.find(({ name }) => name.endsWith('.svg'))?.text;
    if (svg === undefined) return [];
    const name = `picture-${number}-${when}.svg`;
    writeFileSync(join(folder, name), svg);
    return [`Python ${capture.python}, ${when}: ${judge(capture, sample).sentence}\n\n![${when}](${name})`];
  });
  return [`## ${slug}, ${sample.name}, ${after.runtime}`, drift.map((phrase) => `- ${phrase}`).join('\n'), ...pictures].join('\n\n');
}
