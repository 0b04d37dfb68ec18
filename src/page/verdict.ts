import type { Capture } from '../capture/capture.ts';
import { fadingShare, lastShare, roundCount, type Growth } from '../capture/growth.ts';
import { html, type Markup } from '../chart/markup.ts';
import type { UsedPackage } from '../experiment/packages.ts';
import { verdictWords, type Sample, type VerdictName } from '../experiment/sample.ts';
import { method } from '../run/method.ts';
import { describeMovement, describeRounds } from '../verdict/evidence.ts';
import { capitalise, formatBytes, formatCount } from '../verdict/format.ts';
import { holderSentence } from '../verdict/holder.ts';
import { placeOf, setsFlags } from '../verdict/sentences.ts';
import { judge, phraseOf, type Verdict } from '../verdict/verdict.ts';
import { besidePath } from './code.ts';
import { cycleSentence } from './cycle.ts';
import { runtimeNames, type MeasuredSample } from './memory.ts';
import { regionsTable } from './regions.ts';
import { listPackages, settingOf } from './settings.ts';

/** The rule behind each verdict, for readers to check by hand. */
export const verdictRules: Readonly<Record<VerdictName, string>> = {
  leak:
    'Python’s own memory grows in every round of the work with the debug flags off, after full collections, ' +
    'and it is still there as long as the program goes on: it is still referenced.',
  'native-leak':
    'The process grows in every round of the work with the debug flags off, ' +
    'and what the C library has in use grows with it, while Python’s own memory stays flat.',
  retained:
    'All that was made is freed, by Python’s count and by the C library’s, and the process keeps the memory all the same: ' +
    'nearly half of what it took, or more, and at least 8 MB.',
  'debug-artifact': 'It grows as written and stays flat with the debug flags off: the flags keep garbage alive.',
  cycles:
    'The run without a collector ends the work with clearly more of Python’s memory than the one that collects: ' +
    'garbage in cycles, which the collector frees.',
  'no-leak': 'It does not go on growing: not as written, not with the debug flags off, and not for want of a collector.',
  unclear: 'The work was too short, grew too little, has parts that disagree, or did not end as it should; nothing is claimed.',
};

const numerals = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];

/** How growth is measured, in words that let a reader repeat it by hand. */
export const roundsRule = [
  'What is judged is the work: the time in which a loop of the sample’s own goes round, or what work= names; imports are none of it.',
  `It is cut into ${numerals[roundCount + 1]} equal parts of CPU time, collections left out.`,
  `The first is not judged; a quantity grows if it grows in each of the ${numerals[roundCount]} others, which are its rounds,`,
  `and does not fade: the last must bring at least ${Math.round(fadingShare * 100)} % of what the middle one does.`,
  'In each moment only what is never given back later counts,',
  `the last ${Math.round(lastShare * 100)} % of the work count as one moment,`,
  'and what the program frees before its end was a peak.',
].join(' ');

/** The verdict on a sample: its sentence and, folded away, the rule and the rounds behind it. */
export function verdictFigure({ sample, capture }: MeasuredSample): Markup {
  const verdict = judge(capture, sample);
  const rows = verdict.evidence.map((item) => {
    const { condition, unit, growth, decided } = item;
    const cells = html`<td>${unit}</td><td class="rounds">${drawRounds(growth, unit)}</td><td>${describeMovement(item, verdict)}</td>`;
    return html`<tr class="${decided ? 'decided' : 'other'}"><th scope="row">${phraseOf(condition, capture)}</th>${cells}</tr>`;
  });
  const badge = html`<span class="badge">${verdictWords[verdict.name]}</span>`;
  const line = html`<p class="verdict-line">${badge} <b>${sample.name}</b> ${verdict.sentence}</p>`;
  const numbers = verdict.retained === undefined ? roundsRule : describeRetained(verdict.retained);
  const rule = html`<p>${verdictRules[verdict.name]} ${numbers}</p>`;
  const rounds = table(`The rounds of ${sample.name}`, ['condition', 'counted', `${numerals[roundCount]} rounds`, 'course'], rows);
  const stretches = stretchTable(sample.name, capture, verdict);
  const details = html`<details><summary>How this was decided</summary>${rule}${stretches}${rounds}</details>`;
  const label = html`aria-label="Verdict on ${sample.name}"`;
  const regions = regionsTable({ sample, capture });
  return html`<section class="figure verdict verdict-${verdict.name}" ${label}>${line}${details}${regions}</section>`;
}

/** The rounds of a growth as columns, with what the largest brought; a text has all of them. */
function drawRounds(growth: Growth, unit: string): Markup {
  const most = Math.max(...growth.rounds, 0);
  const text = describeRounds(growth, unit);
  if (most <= 0) return html`<span class="unseen">${text}</span>none`;
  const columns = growth.rounds.map((round, index) => {
    const height = round <= 0 ? 1 : Math.max(2, Math.round((round / most) * 20));
    return html`<rect x="${index * 11}" y="${20 - height}" width="8" height="${height}"/>`;
  });
  const size = html`viewBox="0 0 ${growth.rounds.length * 11} 20" width="${growth.rounds.length * 11}" height="20"`;
  const largest = unit.includes('bytes') ? formatBytes(most) : formatCount(most);
  return html`<svg class="columns" ${size} role="img" aria-label="${text}"><title>${text}</title>${columns}</svg> ${largest} at most`;
}

function table(label: string, heads: readonly string[], rows: readonly Markup[]): Markup {
  const head = html`<thead><tr>${heads.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>`;
  const content = html`<table>${head}<tbody>${rows}</tbody></table>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${content}</div>`;
}

/** The numbers behind the verdict `retained`, in sentences. */
function describeRetained({ keptBytes, endBytes, peakBytes, inUse, trimmedBytes }: NonNullable<Verdict['retained']>): string {
  const library =
    inUse === null ? '' : ` The C library had ${formatBytes(inUse[0])} in use when it began, and ${formatBytes(inUse[1])} when it ended.`;
  const trim = trimmedBytes === null ? '' : ` malloc_trim(), called after the end, gave ${formatBytes(trimmedBytes)} back.`;
  const start = `The process had ${formatBytes(endBytes - keptBytes)} before its work, imports included`;
  const end = `${formatBytes(peakBytes)} at most, and ${formatBytes(endBytes)} when the program ended`;
  return `${start}, ${end}.${library}${trim} Python’s own memory does not go on growing:`;
}

/** A table of the stretches of work, with those that the verdict is about marked; undefined if there is only one. */
function stretchTable(name: string, capture: Capture, { stretches }: Verdict): Markup | undefined {
  if (stretches.length < 2) return undefined;
  const rows = stretches.map((each) => {
    const { stretch, off } = each.measured;
    const action = each.doubt === 'short' ? 'too short' : verdictWords[each.name];
    const rounds = html`<td class="rounds">${drawRounds(off.growth, off.unit)}</td>`;
    const result = html`<td>${action}${off.growth.givenBack === 'yes' ? ', given back' : ''}</td>`;
    const place = html`<th scope="row">${placeOf([stretch])}</th><td>${Math.round(stretch.share * 100)} %</td>`;
    return html`<tr class="${each.judged ? 'decided' : 'other'}">${place}${rounds}${result}</tr>`;
  });
  const unit = stretches[0]?.measured.off.unit ?? '';
  return table(
    `The stretches of ${name}`,
    ['stretch of the work', 'of its CPU time', `${unit}, ${setsFlags(capture) ? 'flags off' : 'collected'}`, 'course'],
    rows,
  );
}

/** The most verdicts that are written out at the top of a page. */
const maxLines = 3;

/** The verdict on each sample in a sentence, and who holds what a leak keeps, or garbage, for the top of a page. */
export function verdictLines(measured: readonly MeasuredSample[]): Markup {
  const harm = (item: MeasuredSample) => (['leak', 'native-leak'].includes(judge(item.capture, item.sample).name) ? 0 : 1);
  // Of many samples the first, and those that leak.
  const telling =
    measured.length <= maxLines ? measured : measured.filter((item, index) => index === 0 || harm(item) === 0).slice(0, maxLines);
  const rest = measured.filter((item) => !telling.includes(item));
  const lines = telling.map((item) => {
    const { sample, capture } = item;
    const { name, sentence } = judge(capture, sample);
    const held = name === 'leak' ? holderSentence(capture, sample.code) : name === 'cycles' ? cycleSentence(capture) : undefined;
    const fix = sample.fix === undefined ? undefined : html` <strong>Fix:</strong> ${sample.fix}`;
    const badge = html`<a class="badge" href="#sample-${sample.name}" title="${verdictRules[name]}">${verdictWords[name]}</a>`;
    // The badge says the verdict itself.
    const text = capitalise(sentence.replace(/^(?:Leak outside Python|Leak|No leak|Unclear|Freed, but kept)[.:] /, ''));
    const said = held === undefined ? text : `${text} ${held}`;
    const setting = settingOf(item, measured);
    const named = html`<b>${sample.name}</b>${setting === '' ? undefined : html` <span class="note">(${setting})</span>`}`;
    return html`<p class="verdict-line verdict-${name}">${badge} ${named} ${said}${fix}</p>`;
  });
  const others = rest.map(({ sample, capture }) => {
    const { name } = judge(capture, sample);
    const badge = html`<a class="badge" href="#sample-${sample.name}">${verdictWords[name]}</a>`;
    return html`<span class="verdict-${name}">${sample.name} ${badge}</span> `;
  });
  const also = rest.length === 0 ? undefined : html`<p class="verdicts">Also on this page: ${others}</p>`;
  return html`<div class="verdicts-lead">${lines}${also}</div>`;
}

/** The main numbers of a post's samples, for the top of its page. */
export function verdictStrip(measured: readonly MeasuredSample[]): Markup {
  const items = measured.map((item) => {
    const { sample, capture } = item;
    const written = capture.conditions['as-written'];
    const { name } = judge(capture, sample);
    // The most telling run to compare with: the flags off if the program sets any, no collector if only that frees memory.
    const compared = setsFlags(capture) ? 'debug-off' : name === 'cycles' ? 'gc-disabled' : undefined;
    const isKept = name === 'retained';
    const bytes = isKept ? written.endRssBytes : written.peakRssBytes;
    const what = isKept ? `at the end, of ${formatBytes(written.peakRssBytes)}` : 'peak as written';
    const numbers = [
      entry(formatBytes(bytes), what),
      compared && entry(formatBytes(capture.conditions[compared].peakRssBytes), phraseOf(compared, capture)),
      written.log.lines > 1 ? entry(formatCount(written.log.lines), 'log lines') : undefined,
    ];
    const title = html`<a href="#sample-${sample.name}">${sample.name}</a> <span class="badge">${verdictWords[name]}</span>`;
    return html`<div class="strip-item verdict-${name}"><dt>${title}</dt>${numbers}</div>`;
  });
  return html`<dl class="strip">${items}</dl>`;
}

function entry(number: string, meaning: string): Markup {
  return html`<dd><b>${number}</b> <span>${meaning}</span></dd>`;
}

/** The sandbox of the runs, as the rest of a sentence. */
const sandboxWords: Readonly<Record<Capture['sandbox'], string>> = {
  bubblewrap: 'in a sandbox made by bubblewrap: without a network, and with no file but its own',
  namespaces: 'in a sandbox of Linux namespaces: without a network, and with no file but its own',
  'sandbox-exec': 'in a sandbox made by sandbox-exec: without a network, and with no file but its own',
  none: 'with the rights of whoever built this page',
};

/** The packages of a sample, and how to have the same ones. */
function howToInstall({ name, lock }: Sample, used: readonly UsedPackage[]): Markup {
  if (used.length === 0) return html`<p>“${name}” was measured with no package.</p>`;
  const wheels = lock?.packages.flatMap((item) => item.wheels) ?? [];
  const isNearby = wheels.some(({ url }) => url === undefined);
  const from = isNearby ? [...(wheels.every(({ url }) => url === undefined) ? ['--no-index'] : []), '--find-links DIR'] : [];
  const words = ['python3 -m pip install --no-deps', ...from, ...used.map((item) => `${item.name}==${item.version}`)];
  const where = isNearby ? ' DIR is a folder with those wheels that came from no index.' : '';
  return html`<p>“${name}” was measured with ${listPackages(used)}, and with no other package. To have the same, before running it:
<code>${words.join(' ')}</code>.${where} The hashes of their wheels are in <a href="data.json">the numbers of this post</a>.</p>`;
}

/** When and where the numbers of a page were captured, and how to reproduce them; empty if nothing has been measured. */
export function captureBadge(measured: readonly MeasuredSample[], slug: string): Markup {
  const [first] = measured;
  if (first === undefined) return html``;
  const { capture } = first;
  const samples = measured.map(({ sample, capture }) => {
    const path = `${sample.name}/${sample.title}`;
    const badge = html`<a href="${sample.name}/badge.svg">a badge with its verdict</a>`;
    const files = sample.files.map(({ name }) => html`, beside <a href="${sample.name}/${besidePath(name)}" download>${name}</a>`);
    return html`<li><a href="${path}" download>${path}</a>${files}: <code>${capture.command}</code>; ${badge}</li>`;
  });
  const time = html`<time datetime="${capture.capturedAt}">${capture.capturedAt}</time>`;
  const summary = html`<summary>Captured ${time} on ${runtimeNames(measured)}</summary>`;
  const origin = measured.some((item) => item.capture.method !== method) ? ', by another version of the software' : '';
  const isWebAssembly = capture.sandbox === 'none' && capture.runtime.startsWith('pyodide');
  const sandbox = isWebAssembly ? 'shut into WebAssembly' : sandboxWords[capture.sandbox];
  const measuredWith = `measured with the code as it stands here${origin}, ${sandbox}`;
  const how = html`<p>Every number and every log line on this page was ${measuredWith}. Run it yourself:</p><ul>${samples}</ul>`;
  const packages = measured.map(({ sample, capture: { packages: used } }) => (used === undefined ? html`` : howToInstall(sample, used)));
  const again = html`<p>Or, in the folder of this blog, take every record again and see what drifts:</p>`;
  const command = html`<pre class="command" tabindex="0"><code>npm run refresh -- ${slug}</code></pre>`;
  return html`<details class="captured">${summary}${how}${packages}${again}${command}</details>`;
}
