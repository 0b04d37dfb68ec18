/**
 * Runs a sample in its page: a panel below its code, with the lines of the chart and the log as they come, both verdicts, and an
 * editor. The page loads this when a reader presses the button (offer.ts).
 */
import { diffArrays } from 'diff';
import { styles } from 'virtual:leaklog/python';
import { html, type Markup } from '../chart/markup.ts';
import type { Ink } from '../chart/plot.ts';
import { conditions, type Condition } from '../experiment/condition.ts';
import { limitWords, type Limit } from '../experiment/limit.ts';
import type { Log } from '../gclog/log.ts';
import type { LiveSample } from '../page/live.ts';
import { drawLine, foldWords } from '../page/log-lines.ts';
import { viewRows } from '../page/log-rows.ts';
import { verdictInks } from '../page/verdict-inks.ts';
import { formatBytes, formatCount, lineCount } from '../verdict/format.ts';
import { conditionPhrases } from '../verdict/verdict.ts';
import { compareVerdicts } from './compare.ts';
import { obstacleOf } from './device.ts';
import { Editor, highlightLines } from './editor.ts';
import { packCode, unpackCode } from './fragment.ts';
import { drawChart, type Marks } from './live-chart.ts';
import { bytesOf, loadPython } from './python.ts';
import { most, runSample, type LiveRun, type Outcome, type Progress } from './session.ts';

/** How often the chart and the log are drawn again while a run goes on. */
const drawMs = 250;
/** How many rows of the log are shown. */
const maxRows = 12;

/** The run that goes on in this page: there is one at a time. */
let current: AbortController | undefined;
addEventListener('pagehide', () => current?.abort(new Error('left')));

document.addEventListener('run-here', (event) => {
  const { target, detail } = event as CustomEvent<string | null>;
  const button = target as HTMLButtonElement;
  openPanel(button, detail ?? undefined).catch(() => {
    button.disabled = false;
    button.textContent = 'This could not be loaded: try again';
  });
});

/** Puts a panel in the place of a button. With the packed code of a link, that is shown and waits; without, the post's runs. */
async function openPanel(button: HTMLButtonElement, packed: string | undefined): Promise<void> {
  const [answer, code] = await Promise.all([fetch(button.dataset['live'] as string), packed && unpackCode(packed), loadStyles()]);
  if (!answer.ok) throw new Error('The sample could not be loaded');
  const live = (await answer.json()) as LiveSample;
  const panel = new Panel(live, button);
  if (packed === undefined) return panel.start();
  panel.showLinked(code || undefined);
}

function loadStyles(): Promise<unknown> {
  if (document.querySelector(`link[href="${styles}"]`) !== null) return Promise.resolve();
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: styles });
  document.head.append(link);
  return new Promise((resolve) => (link.onload = link.onerror = resolve));
}

class Panel {
  readonly #live: LiveSample;
  readonly #element: HTMLElement;
  readonly #editor: Editor;
  #marks: Marks = {};
  #ink: Ink = 'odd';
  #drawnAt = 0;
  /** The rows of the line that the last run failed in. */
  #faulty: readonly (Element | undefined)[] = [];
  /** Whether the reader has been warned, and may run it all the same. */
  #isWarned = false;

  constructor(live: LiveSample, button: HTMLButtonElement) {
    this.#live = live;
    const { name, title } = live.sample;
    this.#element = document.createElement('section');
    this.#element.className = 'live';
    this.#element.ariaLabel = `${title}, run in this page`;
    this.#element.innerHTML = String(html`
      <div class="live-bar">
        <p class="live-status" role="status"></p><span class="live-count" aria-hidden="true"></span>
        <div class="live-buttons">
          <button type="button" data-do="stop" hidden>Stop</button>
          <button type="button" data-do="run" hidden>Run again</button>
          <button type="button" data-do="edit" aria-expanded="false" aria-controls="live-code-${name}">Edit the code</button>
        </div>
      </div>
      <p class="live-message" hidden></p>
      <div class="live-code" id="live-code-${name}" hidden>
        <div class="live-editor code"><pre aria-hidden="true"><code></code></pre><textarea aria-label="The code of ${title}"
          aria-describedby="live-hint-${name}" spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off"></textarea></div>
        <div class="live-bar">
          <p class="live-hint" id="live-hint-${name}">Tab indents. Escape, then Tab leaves. Ctrl and Enter run it.</p>
          <div class="live-buttons">
            <button type="button" data-do="reset" hidden>Back to the post’s</button>
            <button type="button" data-do="link" hidden>Copy a link to this code</button>
          </div>
        </div>
      </div>
      <details class="live-diff" hidden><summary></summary><pre class="code diff" tabindex="0"><code></code></pre></details>
      <div class="live-error" hidden></div>
      <div class="live-verdict" hidden></div>
      <div class="memory live-chart" hidden></div>
      <div class="log live-log" hidden></div>`);
    const area = this.#find<HTMLTextAreaElement>('textarea');
    area.value = live.sample.code.replace(/\n$/, '');
    this.#editor = new Editor(
      area,
      this.#find('.live-editor code'),
      () => this.#showDifference(),
      () => this.start(),
    );
    for (const each of this.#element.querySelectorAll<HTMLButtonElement>('[data-do]')) each.onclick = () => this.#do(each);
    button.replaceWith(this.#element);
  }

  get #code(): string {
    return `${this.#editor.code.replace(/\n$/, '')}\n`;
  }

  get #isEdited(): boolean {
    return this.#code !== this.#live.sample.code;
  }

  /** Shows the code that a link carries; undefined if that cannot be read. */
  showLinked(code: string | undefined): void {
    this.#button('run').hidden = false;
    this.#button('run').textContent = 'Run this code';
    if (code === undefined) this.#say('The link carries code that cannot be read. This is the post’s.');
    else {
      this.#editor.code = code.replace(/\n$/, '');
      this.#say('This code came with the link. It is not the post’s, and it has not been run.');
    }
    this.#toggleEditor(true);
    this.#showDifference();
    this.#element.scrollIntoView({ block: 'center' });
  }

  /** Runs the code in the editor, which is the post's as long as nobody has changed it. Ends any other run in this page. */
  async start(): Promise<void> {
    const obstacle = obstacleOf(navigator);
    if (obstacle !== undefined && (obstacle.isFinal || !this.#isWarned)) return this.#warn(obstacle);
    current?.abort(new Error('another'));
    const own = (current = new AbortController());
    const code = this.#code;
    this.#reset();
    try {
      const stopped = new Promise<never>((_, reject) => own.signal.addEventListener('abort', () => reject(own.signal.reason as Error)));
      stopped.catch(() => undefined);
      // What was begun to load goes on, for the next run.
      const loading = loadPython(
        (bytes) => own.signal.aborted || this.#count(formatBytes(bytes)),
        () => own.signal.aborted || this.#say('Starting Python …'),
      );
      const python = await Promise.race([loading, stopped]);
      const wheels = await Promise.all(this.#live.wheels.map((url) => bytesOf(url)));
      const outcome = await runSample(python, this.#live, wheels, code, own.signal, (progress) => this.#show(progress));
      this.#conclude(outcome, code !== this.#live.sample.code);
    } catch (error) {
      const { message } = own.signal.aborted ? (own.signal.reason as Error) : (error as Error);
      this.#say(
        own.signal.aborted
          ? message === 'another'
            ? 'Stopped, as another run has begun.'
            : 'Stopped.'
          : `It could not be run: ${message.replace(/\.$/, '')}.`,
      );
    } finally {
      if (current === own) current = undefined;
      this.#count('');
      const hadFocus = document.activeElement === this.#button('stop');
      this.#button('stop').hidden = true;
      this.#button('run').hidden = false;
      if (hadFocus) this.#button('run').focus();
    }
  }

  #find<T extends HTMLElement = HTMLElement>(selector: string): T {
    return this.#element.querySelector(selector) as T;
  }

  #button(name: string): HTMLButtonElement {
    return this.#find(`[data-do="${name}"]`);
  }

  /** Tells what goes on, to screen readers, too. */
  #say(text: string): void {
    this.#find('.live-status').textContent = text;
  }

  /** Shows a number that changes too often to be said. */
  #count(text: string): void {
    this.#find('.live-count').textContent = text;
  }

  #reveal(selector: string, content: Markup | undefined): void {
    const place = this.#find(selector);
    place.hidden = content === undefined;
    place.innerHTML = String(content ?? '');
  }

  #warn({ text, isFinal }: { readonly text: string; readonly isFinal: boolean }): void {
    this.#say(text);
    this.#isWarned = true;
    const run = this.#button('run');
    run.hidden = isFinal;
    run.textContent = 'Run it anyway';
    if (!isFinal) run.focus();
  }

  #reset(): void {
    this.#marks = {};
    this.#ink = 'odd';
    for (const place of ['.live-error', '.live-verdict', '.live-chart', '.live-log']) this.#reveal(place, undefined);
    for (const row of this.#faulty) row?.classList.remove('lit');
    this.#faulty = [];
    this.#say('Loading Python …');
    this.#button('stop').hidden = false;
    const run = this.#button('run');
    run.hidden = true;
    run.textContent = 'Run again';
    this.#button('stop').focus({ preventScroll: true });
  }

  async #do(button: HTMLButtonElement): Promise<void> {
    switch (button.dataset['do']) {
      case 'stop':
        return current?.abort(new Error('reader'));
      case 'run':
        return this.start();
      case 'edit':
        return this.#toggleEditor(this.#find('.live-code').hidden === true);
      case 'reset':
        this.#editor.code = this.#live.sample.code.replace(/\n$/, '');
        this.#showDifference();
        history.replaceState(history.state, '', location.pathname + location.search);
        return this.#editor.focus();
      case 'link':
        return this.#link(button);
    }
  }

  #toggleEditor(opens: boolean): void {
    this.#find('.live-code').hidden = !opens;
    const button = this.#button('edit');
    button.ariaExpanded = String(opens);
    button.textContent = opens ? 'Close the editor' : 'Edit the code';
    if (opens) this.#editor.focus();
  }

  async #link(button: HTMLButtonElement): Promise<void> {
    const url = new URL(location.href);
    url.hash = `run-${this.#live.sample.name}=${await packCode(this.#code)}`;
    history.replaceState(history.state, '', url);
    const copied = await navigator.clipboard?.writeText(url.href).then(
      () => true,
      () => false,
    );
    button.textContent = copied ? 'Copied' : 'The link is in the address bar';
    setTimeout(() => (button.textContent = 'Copy a link to this code'), 2500);
  }

  #showDifference(): void {
    const details = this.#find<HTMLDetailsElement>('.live-diff');
    const isEdited = this.#isEdited;
    details.hidden = this.#button('reset').hidden = this.#button('link').hidden = !isEdited;
    if (!isEdited) return;
    const [was, is] = [this.#live.sample.code, this.#code];
    const [old, now] = [highlightLines(was), highlightLines(is)];
    let [left, right, out, added] = [0, 0, 0, 0];
    const rows = diffArrays(was.trimEnd().split('\n'), is.trimEnd().split('\n')).flatMap((change) =>
      Array.from({ length: change.count }, () => {
        if (change.removed) {
          out += 1;
          return html`<del class="row"><b>−</b> ${old[left++]}\n</del>`;
        }
        const line = now[right++];
        if (change.added) {
          added += 1;
          return html`<ins class="row"><b>+</b> ${line}\n</ins>`;
        }
        left += 1;
        return html`<span class="row"><b> </b> ${line}\n</span>`;
      }),
    );
    details.firstElementChild!.textContent = `The difference to the post’s code: ${out} ${out === 1 ? 'line' : 'lines'} out, ${added} in`;
    this.#find('.live-diff code').innerHTML = String(html`${rows}`);
  }

  #show({ condition, marks, logBytes, logLines, head }: Progress): void {
    if (this.#marks[condition] === undefined) {
      this.#say(`Running ${conditionPhrases[condition]}: ${conditions.indexOf(condition) + 1} of ${conditions.length}`);
      this.#drawnAt = 0;
    }
    this.#marks = { ...this.#marks, [condition]: marks };
    if (performance.now() - this.#drawnAt < drawMs) return;
    this.#drawnAt = performance.now();
    this.#drawChart();
    if (condition !== 'as-written') return this.#count('');
    this.#count(logLines === 0 ? '' : `log: ${lineCount(logLines)}, ${formatBytes(logBytes)}`);
    if (logLines > 0) this.#drawLog(head(), logLines, `${lineCount(logLines)} so far`);
  }

  #drawChart(): void {
    const { wide, narrow } = drawChart(this.#live, `live-${this.#live.sample.name}`, this.#marks, this.#ink);
    this.#reveal('.live-chart', html`<div class="charts">${wide}${narrow}</div>`);
  }

  /** Draws the start of a log that has so many lines in all. */
  #drawLog(log: Log, total: number, summary: string): void {
    const rows = viewRows(log, 'run', 400).rows.slice(0, maxRows);
    const last = rows.at(-1);
    const rest = total - (last === undefined ? 0 : last.from + (last.skipped?.lines ?? last.period * last.times));
    const shown = rows.map((row) => {
      const lines = row.lines.map(
        (line) => html`<div class="line"><span class="live-n">${formatCount(line.number + 1)}</span><code>${drawLine(line)}</code></div>`,
      );
      return html`${lines}${row.times > 1 ? html`<div class="fold">${foldWords(row)}</div>` : undefined}`;
    });
    const label = html`aria-label="The start of the log here"`;
    const more = rest > 0 ? html`<p class="log-note">${lineCount(rest)} more.</p>` : undefined;
    const lines = html`<div class="lines" tabindex="0" role="region" ${label}>${shown}</div>`;
    this.#reveal('.live-log', html`<p class="log-note">The log here, as written: ${summary}</p>${lines}${more}`);
  }

  #conclude(outcome: Outcome, isEdited: boolean): void {
    const { runs, verdict } = outcome;
    const written = runs['as-written'];
    if (verdict !== undefined) this.#ink = verdictInks[verdict.name];
    this.#drawChart();
    if (written !== undefined && written.log.lines > 0)
      this.#drawLog(written.log, written.log.lines, `${lineCount(written.log.lines)}, ${formatBytes(written.log.bytes)}`);
    this.#reveal('.live-verdict', compareVerdicts(this.#live, outcome, isEdited));
    const limits = conditions.flatMap((condition) => {
      const limit = runs[condition]?.record.limit;
      return limit === undefined || limit === null || limit === 'stop' ? [] : [this.#limitSentence(condition, limit)];
    });
    const failed =
      written !== undefined && verdict === undefined && written.record.limit === null ? this.#errorOf(written, isEdited) : undefined;
    this.#reveal(
      '.live-error',
      limits.length === 0 && failed === undefined ? undefined : html`${limits.map((text) => html`<p>${text}</p>`)}${failed}`,
    );
    this.#say(verdict === undefined ? 'It did not end as it should, so there is no verdict.' : 'Done.');
  }

  #limitSentence(condition: Condition, limit: Exclude<Limit, 'stop'>): string {
    const { timeoutMs, memoryBytes, outputBytes } = this.#live.sample;
    const limits: Partial<Record<Limit, string>> = {
      time: `${Math.min(timeoutMs, most.timeMs) / 1000} seconds`,
      memory: `${formatBytes(Math.min(memoryBytes, most.memoryBytes))} of memory`,
      output: `${formatBytes(Math.min(outputBytes, most.outputBytes))} of log`,
    };
    return `Ended ${conditionPhrases[condition]}: it came to the limit of ${limits[limit] ?? limitWords[limit]}.`;
  }

  /** The traceback of a program that ended with an error, and a link to its line, which is marked. */
  #errorOf({ tail, record }: LiveRun, isEdited: boolean): Markup {
    const { title, name } = this.#live.sample;
    const at = tail.lastIndexOf('Traceback (most recent call last)');
    const text = at !== -1 ? tail.slice(at) : tail.split('\n').slice(-8).join('\n');
    const line = [...text.matchAll(/File "([^"]+)", line (\d+)/g)].findLast(([, file]) => file === title)?.[2];
    const place = line === undefined ? undefined : html` in <a href="#${name}-L${line}">line ${line}</a>`;
    const rows = [this.#element.querySelectorAll('.live-editor .row')[Number(line) - 1]];
    if (!isEdited) rows.push(document.getElementById(`${name}-L${line}`) ?? undefined);
    for (const row of rows) row?.classList.add('lit');
    this.#faulty = rows;
    const head = html`<p>It ended with exit status ${record.exit ?? 'unknown'}${isEdited ? line && ` in line ${line}` : place}.</p>`;
    return html`${head}<pre class="command" tabindex="0"><code>${text.trimEnd()}</code></pre>`;
  }
}
