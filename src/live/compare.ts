import { html, type Markup } from '../chart/markup.ts';
import { isOutsidePython, verdictWords, type VerdictName } from '../experiment/sample.ts';
import type { LiveSample } from '../page/live.ts';
import { runtimeName } from '../page/runtime-name.ts';
import { lineCount } from '../verdict/format.ts';
import type { Outcome } from './session.ts';

/** What the post says and what came out here, side by side, and whether they agree. */
export function compareVerdicts({ recorded }: LiveSample, { capture, verdict, runs }: Outcome, isEdited: boolean): Markup | undefined {
  if (capture === undefined || verdict === undefined) return undefined;
  const badge = (name: VerdictName) => html`<span class="verdict-${name}"><span class="badge">${verdictWords[name]}</span></span>`;
  const lines = runs['as-written']?.log.lines ?? 0;
  const rows: readonly (readonly [what: string, post: Markup | string, here: Markup | string])[] = [
    ['Verdict', html`${badge(recorded.verdict)} ${recorded.sentence}`, html`${badge(verdict.name)} ${verdict.sentence}`],
    ['Python', recorded.runtime, runtimeName(capture)],
    ['Measured', `${recorded.held}, ${recorded.memory}`, `${capture.held}, ${capture.memory}`],
    ['Log', lineCount(recorded.logLines), lineCount(lines)],
  ];
  const body = rows.map(([what, post, here]) => html`<tr><th scope="row">${what}</th><td>${post}</td><td>${here}</td></tr>`);
  const what = html`<th scope="col"><span class="unseen">what</span></th>`;
  const head = html`<thead><tr>${what}<th scope="col">In the post</th><th scope="col">Here</th></tr></thead>`;
  const content = html`<table>${head}<tbody>${body}</tbody></table>`;
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="Both verdicts">${content}</div>`;
  return html`<p class="live-outcome"><strong>${summarise(recorded, verdict.name, isEdited)}</strong></p>${table}`;
}

/** Whether both verdicts agree, and what may be the reason if they do not. */
export function summarise(recorded: LiveSample['recorded'], here: VerdictName, isEdited: boolean): string {
  const [was, is] = [verdictWords[recorded.verdict], verdictWords[here]];
  if (isEdited) return here === recorded.verdict ? `Your code gets the post’s verdict: ${is}.` : `The post’s code: ${was}. Yours: ${is}.`;
  if (here === recorded.verdict) return `The same verdict as the post’s: ${is}.`;
  const differ = `The post says ${was}, and here it is ${is}.`;
  if (isOutsidePython(recorded.verdict))
    return `${differ} The post measured memory outside Python’s own, which cannot be seen in a browser.`;
  return `${differ} The Python, its collector and what is measured differ.`;
}
