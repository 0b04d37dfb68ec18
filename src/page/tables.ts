import { minGrowth } from '../capture/tolerance.ts';
import { html, type Markup } from '../chart/markup.ts';
import { conditions, metrics, type Condition } from '../experiment/condition.ts';
import { verdictNames } from '../experiment/sample.ts';
import { supportedPythons } from '../post/fences/python-range.ts';
import { sampleAttributes } from '../post/fences/read-sample.ts';
import { figureNames, figures, figureSamples, maxInChart } from '../post/figures/figure.ts';
import { frontMatterKeys } from '../post/front-matter/front-matter.ts';
import { bounds } from '../run/limit.ts';
import { tolerances } from '../verdict/drift.ts';
import { formatBytes } from '../verdict/format.ts';
import { roundsRule, verdictRules } from './verdict.ts';

/** How a sample is run in each condition, and what that shows. */
const conditionRules: Readonly<Record<Condition, readonly [how: Markup | string, shows: string]>> = {
  'as-written': [html`<code>python3 -u</code> and the file, nothing else`, 'what a reader sees on running it'],
  'debug-off': [
    html`<code>gc.set_debug</code> does nothing, and Leaklog collects in full from time to time`,
    'what the program itself still references',
  ],
  'gc-disabled': ['the collector never runs', 'what only the collector frees'],
};

/** The tables of content pages by name, as in `::attributes`, generated from the values that the code uses. */
export const tables: Readonly<Record<string, () => Markup>> = {
  attributes: () =>
    table(
      'The attributes of a sample',
      ['attribute', 'meaning', 'default', 'written'],
      Object.entries(sampleAttributes).map(([name, { meaning, standard, otherwise = 'none', hint }]) => {
        const [says, example = ''] = hint.split(': ');
        return [code(name), `${meaning}. ${says}.`, standard ? code(standard) : otherwise, examples(example)];
      }),
    ),
  figures: () =>
    table(
      'The figures',
      ['figure', 'shows', 'of'],
      figureNames.map((name) => [
        code(`::${name}{of=${figureSamples[name].min === 1 ? 'before' : '"before after"'}}`),
        figures[name],
        figureSamples[name].words,
      ]),
    ),
  values: () =>
    table(
      'The values of a run',
      ['value', 'is'],
      Object.entries(metrics).map(([name, meaning]) => [code(name), meaning]),
    ),
  conditions: () =>
    table(
      'The conditions',
      ['condition', 'how it is run', 'what it tells'],
      conditions.map((name) => [code(name), ...conditionRules[name]]),
    ),
  verdicts: () =>
    table(
      'The verdicts',
      ['verdict', 'when'],
      verdictNames.map((name) => [html`<span class="verdict-${name}"><span class="badge">${name}</span></span>`, verdictRules[name]]),
    ),
  rounds: () => html`<p>${roundsRule}</p>`,
  limits: () => {
    const standard = (name: string) => sampleAttributes[name]?.standard ?? '';
    return table(
      'The limits',
      ['limit', 'is'],
      [
        ['time of one run', html`${code(standard('timeout'))}, or what ${code('timeout')} says`],
        ['memory of one run', html`${code(standard('memory'))}, or what ${code('memory')} says`],
        ['log of one run, and what it writes to files', html`${code(standard('output'))}, or what ${code('output')} says`],
        ['CPU time of one run, all its processes together', `${bounds.cpuTimes} times its time`],
        ['processes of one run at once', String(bounds.processes)],
        ['threads of one run at once', String(bounds.threads)],
        ['open files of one process', String(bounds.files)],
        ['samples in one chart', String(maxInChart)],
        ['CPython', code(supportedPythons)],
        [
          'least growth of a round',
          `${minGrowth['allocated blocks']} allocated blocks, ${minGrowth.garbage} objects in gc.garbage, ` +
            `${formatBytes(minGrowth['traced bytes'])} of traced memory, ${formatBytes(minGrowth.rss)} of the process`,
        ],
        [
          'drift that is none',
          `counts of objects by ${percent(tolerances.types.share)}, memory by ${percent(tolerances.memory.share)} ` +
            `or ${formatBytes(tolerances.memory.min)} (on Pyodide not with the flags off), neither of a run that a clock ended; ` +
            'verdict, ends that are not meant and the repeating group of the log by nothing',
        ],
      ],
    );
  },
  'front-matter': () =>
    table(
      'The keys of the front matter',
      ['key', 'meaning', 'such as'],
      frontMatterKeys().map(({ key, meaning, needed, example }) => [
        html`${code(key)}${needed ? ' (needed)' : undefined}`,
        meaning,
        example === undefined ? '' : code(example),
      ]),
    ),
};

const percent = (share: number) => `${Number((share * 100).toPrecision(2))} %`;

type Cell = Markup | string;

function table(name: string, heads: readonly string[], rows: readonly (readonly Cell[])[]): Markup {
  const cells = (row: readonly Cell[]) =>
    html`<tr><th scope="row">${row[0]}</th>${row.slice(1).map((cell) => html`<td>${cell}</td>`)}</tr>`;
  const head = html`<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>`;
  const content = html`<table>${head}<tbody>${rows.map(cells)}</tbody></table>`;
  return html`<div class="scroll reference" tabindex="0" role="region" aria-label="${name}">${content}</div>`;
}

function code(text: string): Markup {
  return html`<code>${text}</code>`;
}

function examples(text: string): Markup {
  return html`${text.split(', ').map((example, index) => html`${index > 0 ? ' ' : undefined}${code(example)}`)}`;
}
