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

/** Whether anything that was reported on the file stops a build. */
export function hasErrors(file: VFile): boolean {
  return file.messages.some((message) => message.fatal === true);
}
