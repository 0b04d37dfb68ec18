import type { Capture } from '../capture/capture.ts';
import { html, type Markup } from '../chart/markup.ts';
import { bar } from '../chart/spark.ts';
import { formatBytes, formatCount } from '../verdict/format.ts';
import { holderLine, holderName, holderSentence, holdWords, shortType, type HolderNode } from '../verdict/holder.ts';
import { setsFlags } from '../verdict/sentences.ts';
import type { MeasuredSample } from './memory.ts';
import { runtimeName } from './runtime-name.ts';

/** How the holder and the types were found. */
function lookOf(capture: Capture): string {
  const how = setsFlags(capture) ? ' with the debug flags off' : '';
  return `Seen in one more run${how}, at two moments of the work, each after a full collection.`;
}

/** The way from a named root to a typical object that a leak keeps, one reference a line, the holder marked. */
export function holderFigure({ sample, capture }: MeasuredSample): Markup {
  const { holder } = capture;
  if (holder === undefined)
    return html`<p class="figure not-run">On ${runtimeName(capture)}, nobody was seen to hold what “${sample.name}” keeps.</p>`;
  const { path, suspect, typical, growth, counted } = holder;
  const sentence = holderSentence(capture, sample.code);
  if (suspect === null) return html`<p class="figure not-run"><b>${sample.name}</b> ${sentence}</p>`;
  const line = holderLine(sample.code, holder);
  const { name, where } = holderName(holder) ?? { name: '', where: '' };
  const link = line === undefined ? undefined : html`, <a href="#${sample.name}-L${line}">line ${line}</a>`;
  const shown = name || shortType((path[suspect] as HolderNode).type);
  const heading = html`<h3 class="figure-title">Who holds it: <code>${shown}</code>${where}${link}</h3>`;
  const more = growth.to - growth.from;
  const grows =
    counted === 'entries' ? html`${formatCount(growth.from)} → ${formatCount(growth.to)} entries` : html`leads to all that is new`;
  const rows = path.map((node, index) => {
    const isLast = index === path.length - 1;
    const count = `one of ${formatCount(more)} new ones`;
    const size = typical.bytes > 0 ? `, ${formatBytes(typical.bytes)} with what it alone holds` : '';
    const note =
      index === suspect
        ? html` <strong>◀ holds it: ${grows}</strong>`
        : isLast && shortType(node.type) === shortType(typical.type)
          ? html` <span class="note">${count}${size}</span>`
          : index === 0 && node.how === 'module'
            ? html` <span class="note">there from the start</span>`
            : undefined;
    const depth = Math.min(index, 9);
    const age = index < suspect ? 'old' : index === suspect ? 'suspect' : 'new';
    return html`<li class="${age} step-${depth}">${describeNode(node)}${note}</li>`;
  });
  const caption = html`<figcaption>${sentence} ${lookOf(capture)}</figcaption>`;
  return html`<figure class="figure holder" id="holder-${sample.name}">${heading}<ol class="way">${rows}</ol>${caption}</figure>`;
}

/** One reference in words: how it refers, by what name, and to what. */
function describeNode({ how, name, type, called, times }: HolderNode): Markup {
  if (how === 'more') return html`<span class="via">… ${times} more</span>`;
  const kind = shortType(type);
  const what = called !== undefined && called !== name ? `${kind} ${called}` : kind;
  const isNamed = name !== '' && name !== 'a key';
  const repeated = times === undefined ? undefined : html` <span class="note">× ${formatCount(times)}, one after the other</span>`;
  const shown = isNamed ? html` <code>${name}</code>` : undefined;
  const kindShown = how === 'module' ? undefined : html` <span class="kind">${what}</span>`;
  return html`<span class="via">${holdWords[how]}</span>${shown}${kindShown}${repeated}`;
}

/** Living objects by type at both looks, those that grew most first, with a bar for the growth. */
export function typesFigure({ sample, capture }: MeasuredSample): Markup {
  const { types, looks } = capture;
  if (types === undefined || types.length === 0)
    return html`<p class="figure not-run">On ${runtimeName(capture)}, the objects of “${sample.name}” were not counted by type.</p>`;
  const most = Math.max(...types.map(([, from, to]) => to - from));
  const unit = looks === undefined ? undefined : looks[1] - looks[0];
  const rows = types.map(([type, from, to]) => {
    const width = Math.max(1, Math.round(((to - from) / most) * 100));
    const each = unit === undefined ? undefined : html`<td>${formatShare((to - from) / unit)}</td>`;
    const numbers = html`<td>${formatCount(from)}</td><td>${formatCount(to)}</td><td>+${formatCount(to - from)}</td>`;
    return html`<tr><th scope="row"><code>${shortType(type)}</code></th>${numbers}${each}<td>${bar(width)}</td></tr>`;
  });
  const heads = [
    'type',
    'first',
    'later',
    'growth',
    ...(unit === undefined ? [] : [`each ${sample.axis?.split('.').at(-1) ?? 'round'}`]),
    'drawn',
  ];
  const head = html`<thead><tr>${heads.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>`;
  const label = `Living objects of ${sample.name} by type`;
  const table = html`<table class="counts">${head}<tbody>${rows}</tbody></table>`;
  const region = html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${table}</div>`;
  const [first] = types as [(typeof types)[number]];
  const heading = html`<h3 class="figure-title">What grows: ${formatCount(first[2] - first[1])} more of ${shortType(first[0])}</h3>`;
  const what = 'Objects that the collector tracks: texts, numbers and other objects that refer to nothing are not among them.';
  return html`<figure class="figure grown">${heading}${region}<figcaption>${what} ${lookOf(capture)}</figcaption></figure>`;
}

/** A number for each round: `1`, `2.5`, `0.02`. */
function formatShare(value: number): string {
  return String(Number(value.toPrecision(2)));
}
