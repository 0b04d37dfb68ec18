import type { Capture } from '../capture/capture.ts';
import { fadingShare, lastShare, roundCount } from '../capture/growth.ts';
import { html, type Markup } from '../chart/markup.ts';
import type { VerdictName } from '../experiment/sample.ts';
import { method } from '../run/method.ts';
import { describeMovement, describeRounds } from '../verdict/evidence.ts';
import { formatBytes, formatCount } from '../verdict/format.ts';
import { placeOf } from '../verdict/sentences.ts';
import { conditionPhrases, judge, type Verdict } from '../verdict/verdict.ts';
import { paceOf, runtimeName, type Measured } from './memory.ts';

/** A verdict in words, as a reader meets it. */
export const verdictWords: Readonly<Record<VerdictName, string>> = {
  leak: 'leak',
  'native-leak': 'leak outside Python',
  retained: 'freed, but kept',
  'debug-artifact': 'debug artifact',
  cycles: 'cycles',
  'no-leak': 'no leak',
  unclear: 'unclear',
};

/** The rule behind each verdict, as a reader can check it by hand. */
export const verdictRules: Readonly<Record<VerdictName, string>> = {
  leak: 'Python’s own memory grows in every round of the work with the debug flags off, after full collections, and it is still there as long as the program goes on: it is still referenced.',
  'native-leak':
    'The process grows in every round of the work with the debug flags off, and what the C library has in use grows with it, while Python’s own memory stays flat.',
  retained:
    'All that was made is freed, by Python’s count and by the C library’s, and the process keeps the memory all the same: nearly half of what it took, or more, and at least 8 MB.',
  'debug-artifact': 'It grows as written and stays flat with the debug flags off: the flags keep garbage alive.',
  cycles:
    'The run without a collector ends the work with clearly more of Python’s memory than the one that collects: garbage in cycles, which the collector frees.',
  'no-leak': 'It does not go on growing: not as written, not with the debug flags off, and not for want of a collector.',
  unclear: 'The work was too short, grew too little, has parts that disagree, or did not end as it should; nothing is claimed.',
};

const numerals = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];

/** How a run is looked at, in words that a reader can follow by hand. */
export const roundsRule = `What is judged is the work: the time in which a loop of the sample’s own goes round, or what work= names; imports are none of it. It is cut into ${numerals[roundCount + 1]} equal parts of CPU time, collections left out. The first is not judged; a quantity grows if it grows in each of the ${numerals[roundCount]} others, which are its rounds, and does not fade: the last must bring at least ${Math.round(fadingShare * 100)} % of what the middle one does. In each moment only what is never given back later counts, the last ${Math.round(lastShare * 100)} % of the work count as one moment, and what the program frees before its end was a peak.`;

/** The verdict on a sample, the sentence that says it in numbers, and the rounds that decided. */
export function verdictFigure({ sample, capture }: Measured): Markup {
  const verdict = judge(capture, sample);
  const rows = verdict.evidence.map((item) => {
    const { condition, unit, growth, decided } = item;
    return html`<tr class="${decided ? 'decided' : 'other'}"><th scope="row">${conditionPhrases[condition]}</th><td>${unit}</td><td class="rounds">${describeRounds(growth, unit)}</td><td>${describeMovement(item, verdict)}</td></tr>`;
  });
  return html`<section class="figure verdict verdict-${verdict.name}" aria-label="Verdict on ${sample.name}"><p class="verdict-line"><span class="badge">${verdictWords[verdict.name]}</span> <b>${sample.name}</b> ${verdict.sentence}</p><details><summary>How this was decided</summary><p>${verdictRules[verdict.name]} ${verdict.retained === undefined ? roundsRule : describeRetained(verdict.retained)}</p>${stretchTable(sample.name, verdict)}<div class="scroll" tabindex="0" role="region" aria-label="The rounds of ${sample.name}"><table><thead><tr><th scope="col">condition</th><th scope="col">counted</th><th scope="col">${numerals[roundCount]} rounds</th><th scope="col"></th></tr></thead><tbody>${rows}</tbody></table></div></details></section>`;
}

/** The figures of memory that is freed and kept. */
function describeRetained({ keptBytes, endBytes, peakBytes, inUse, trimmedBytes }: NonNullable<Verdict['retained']>): string {
  const library =
    inUse === null ? '' : ` The C library had ${formatBytes(inUse[0])} in use when it began, and ${formatBytes(inUse[1])} when it ended.`;
  const trim = trimmedBytes === null ? '' : ` malloc_trim(), called after the end, gave ${formatBytes(trimmedBytes)} back.`;
  return `The process had ${formatBytes(endBytes - keptBytes)} before its work, imports included, ${formatBytes(peakBytes)} at most, and ${formatBytes(endBytes)} when the program ended.${library}${trim} No part of the work goes on growing:`;
}

/** The stretches of the work, where there are several: those that the verdict is about, and the others. */
function stretchTable(name: string, { stretches }: Verdict): Markup | undefined {
  if (stretches.length < 2) return undefined;
  const rows = stretches.map((each) => {
    const { stretch, off } = each.measured;
    return html`<tr class="${each.judged ? 'decided' : 'other'}"><th scope="row">${placeOf([stretch])}</th><td>${Math.round(stretch.share * 100)} %</td><td class="rounds">${describeRounds(off.growth, off.unit)}</td><td>${each.doubt === 'short' ? 'too short' : verdictWords[each.name]}${off.growth.givenBack === 'yes' ? ', given back' : ''}</td></tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="The stretches of ${name}"><table><thead><tr><th scope="col">stretch of the work</th><th scope="col">of its CPU time</th><th scope="col">${stretches[0]?.measured.off.unit ?? ''}, flags off</th><th scope="col"></th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** The numbers of a post at a glance, for the top of its page. */
export function verdictStrip(measured: readonly Measured[]): Markup {
  const items = measured.map((item) => {
    const { sample, capture } = item;
    const pace = paceOf(item);
    const written = capture.conditions['as-written'];
    const { name } = judge(capture, sample);
    // The run beside it that tells most: without the flags, if there are any, or without the collector, if only that frees.
    const deciding = written.flags !== 0 ? 'debug-off' : name === 'cycles' ? 'gc-disabled' : undefined;
    return html`<div class="strip-item verdict-${name}"><dt><a href="#sample-${sample.name}">${sample.name}</a> <span class="badge">${verdictWords[name]}</span></dt><dd><b>${formatBytes(name === 'retained' ? written.endRssBytes : written.peakRssBytes)}</b> <span>${name === 'retained' ? `at the end, of ${formatBytes(written.peakRssBytes)}` : `peak as written${pace === undefined ? '' : `, ${pace}`}`}</span></dd>${deciding === undefined ? undefined : html`<dd><b>${formatBytes(capture.conditions[deciding].peakRssBytes)}</b> <span>${conditionPhrases[deciding]}</span></dd>`}<dd><b>${formatCount(written.log.lines)}</b> <span>log ${written.log.lines === 1 ? 'line' : 'lines'}</span></dd></div>`;
  });
  return html`<dl class="strip">${items}</dl>`;
}

/** What the runs were shut into, as the rest of a sentence. */
const sandboxWords: Readonly<Record<Capture['sandbox'], string>> = {
  bubblewrap: 'in a sandbox made by bubblewrap: without a network, and with no file but its own',
  namespaces: 'in a sandbox of Linux namespaces: without a network, and with no file but its own',
  'sandbox-exec': 'in a sandbox made by sandbox-exec: without a network, and with no file but its own',
  none: 'with the rights of whoever built this page',
};

/** When and where the figures of a page were captured, and how to take them again. */
export function captureBadge(measured: readonly Measured[], slug: string): Markup {
  const [first] = measured;
  if (first === undefined) return html``;
  const { capture } = first;
  const samples = measured.map(
    ({ sample, capture }) =>
      html`<li><a href="${sample.name}/${sample.title}" download>${sample.name}/${sample.title}</a>: <code>${capture.command}</code></li>`,
  );
  return html`<details class="captured"><summary>Captured <time datetime="${capture.capturedAt}">${capture.capturedAt}</time> on ${runtimeName(capture)}</summary><p>Every number and every log line on this page was measured with the code as it stands here${measured.some((item) => item.capture.method !== method) ? ', by another version of Leaklog' : ''}, ${capture.sandbox === 'none' && capture.runtime.startsWith('pyodide') ? 'shut into WebAssembly' : sandboxWords[capture.sandbox]}. Run it yourself:</p><ul>${samples}</ul><p>Or, in the folder of this blog, take every record again and see what drifts:</p><pre class="command"><code>npm run refresh -- ${slug}</code></pre></details>`;
}
