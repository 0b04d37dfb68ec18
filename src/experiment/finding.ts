import type { Point, Position } from 'unist';
import type { VFile } from 'vfile';
import { visible } from './visible.ts';

/** How many findings of one file are reported. 100,000 of them would be 30 MB of text. */
export const maxFindings = 100;

/** A place in a file; lines and columns count from 1. */
export type Place = Position | Point;

/** One problem with a file: the rule that it breaks, what is wrong, and how to fix it. */
export interface Problem {
  readonly rule: string;
  readonly reason: string;
  readonly hint: string;
  readonly place: Place | undefined;
  readonly level?: 'error' | 'warning';
}

/** Adds a problem to the file's messages, which are all reported together; an error is `fatal`, a warning is not. */
export function report(file: VFile, { rule, reason, hint, place, level = 'error' }: Problem): void {
  const message = file.message(reason, { ruleId: rule, source: 'leaklog', ...(place && { place }) });
  message.fatal = level === 'error';
  message.note = hint;
}

/** A problem as plain data, with its file and place. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly level: 'error' | 'warning';
  readonly rule: string;
  readonly reason: string;
  readonly hint: string;
}

/** The findings of a file in the order of its lines; `after` skips that many of its first messages. */
export function findingsOf(file: VFile, after = 0): readonly Finding[] {
  const messages = file.messages.slice(after).toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  return limitFindings(
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

/** Cuts the findings of one file to `maxFindings`, errors first; the last one then says that there are more. */
export function limitFindings(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= maxFindings) return findings;
  const [reported, dropped] = [new Set<Finding>(), [] as Finding[]];
  for (const finding of findings.toSorted((a, b) => Number(b.level === 'error') - Number(a.level === 'error'))) {
    if (reported.size < maxFindings - 1) reported.add(finding);
    else dropped.push(finding);
  }
  const [next] = dropped as [Finding];
  return [
    ...findings.filter((finding) => reported.has(finding)),
    {
      ...next,
      rule: 'and-more',
      reason: 'This file has more problems than are shown here',
      hint: 'Fix those shown, and run the command again.',
    },
  ];
}

/** Turns a problem with a file into a finding; without a place it is at the first line. */
export function toFinding({ path, place, level = 'error', rule, reason, hint }: Problem & { readonly path: string }): Finding {
  const { line, column } = place === undefined ? { line: 1, column: 1 } : 'start' in place ? place.start : place;
  return { file: path, line, column, level, rule, reason, hint };
}

/** A finding as text: file:line:column first, and the hint indented on the lines after it. */
export function describeFinding({ file, line, column, level, reason, rule, hint }: Finding): string {
  const indented = hint
    .split('\n')
    .map((text) => `    ${visible(text)}`)
    .join('\n');
  return `${visible(file)}:${line}:${column}: ${level}: ${visible(reason)} [${rule}]\n${indented}`;
}

/** Whether a file has an error, which stops a build. */
export function hasErrors(file: VFile): boolean {
  return file.messages.some((message) => message.fatal === true);
}
