import type { Point, Position } from 'unist';
import type { VFile } from 'vfile';
import { visible } from './visible.ts';

/** Findings that are told of one file. 100,000 of them are 30 MB of text. */
export const mostFindings = 100;

/** Where in a file something stands: lines and columns count from 1. */
export type Place = Position | Point;

/** One thing wrong with a post: what it is, the rule that it breaks, and the way out. */
export interface Problem {
  readonly rule: string;
  readonly reason: string;
  readonly hint: string;
  readonly place: Place | undefined;
  readonly level?: 'error' | 'warning';
}

/** Puts a problem on the file, where all of them are reported together; an error is `fatal`, a warning is not. */
export function report(file: VFile, { rule, reason, hint, place, level = 'error' }: Problem): void {
  const message = file.message(reason, { ruleId: rule, source: 'leaklog', ...(place && { place }) });
  message.fatal = level === 'error';
  message.note = hint;
}

/** A problem as it is told: one thing that is wrong with a file, and where. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly level: 'error' | 'warning';
  readonly rule: string;
  readonly reason: string;
  readonly hint: string;
}

/** Everything that was reported on a file, or only what came after so many messages, in the order of its lines. */
export function findingsOf(file: VFile, after = 0): readonly Finding[] {
  const messages = file.messages.slice(after).toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  return firstOf(
    messages.map(({ line, column, fatal, reason, ruleId, note }) => ({
      file: file.path,
      line: line ?? 1,
      column: column ?? 1,
      level: fatal === true ? 'error' : 'warning',
      rule: ruleId ?? '',
      reason,
      hint: note ?? '',
    })),
  );
}

/** As many findings of one file as a person reads, errors before warnings; the last one tells that there are more. */
export function firstOf(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= mostFindings) return findings;
  const [told, left] = [new Set<Finding>(), [] as Finding[]];
  for (const finding of findings.toSorted((a, b) => Number(b.level === 'error') - Number(a.level === 'error'))) {
    if (told.size < mostFindings - 1) told.add(finding);
    else left.push(finding);
  }
  const [next] = left as [Finding];
  return [
    ...findings.filter((finding) => told.has(finding)),
    {
      ...next,
      rule: 'and-more',
      reason: 'More is wrong with this file than is told here',
      hint: 'Mend what stands above, and run the command again.',
    },
  ];
}

/** A problem with a file as it is told; without a place it is of the whole file. */
export function toFinding({ path, place, level = 'error', rule, reason, hint }: Problem & { readonly path: string }): Finding {
  const { line, column } = place === undefined ? { line: 1, column: 1 } : 'start' in place ? place.start : place;
  return { file: path, line, column, level, rule, reason, hint };
}

/** A finding as a person reads it: file:line:column first, and how to mend it on the lines after. */
export function describeFinding({ file, line, column, level, reason, rule, hint }: Finding): string {
  const indented = hint
    .split('\n')
    .map((text) => `    ${visible(text)}`)
    .join('\n');
  return `${visible(file)}:${line}:${column}: ${level}: ${visible(reason)} [${rule}]\n${indented}`;
}

/** Whether anything that was reported on the file stops a build. */
export function hasErrors(file: VFile): boolean {
  return file.messages.some((message) => message.fatal === true);
}
