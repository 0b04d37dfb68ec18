import type { Point, Position } from 'unist';
import type { VFile } from 'vfile';

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

/** Everything that is wrong with a file, one text for each: file:line:column first, and how to mend it on the lines after. */
export function describeProblems(file: VFile): readonly string[] {
  const messages = [...file.messages].toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  return messages.map(({ line, column, fatal, reason, ruleId, note }) => {
    const hint = (note ?? '').split('\n').map((text) => `    ${text}`).join('\n');
    return `${file.path}:${line ?? 1}:${column ?? 1}: ${fatal === true ? 'error' : 'warning'}: ${reason} [${ruleId}]\n${hint}`;
  });
}

/** Whether anything that was reported on the file stops a build. */
export function hasErrors(file: VFile): boolean {
  return file.messages.some((message) => message.fatal === true);
}
