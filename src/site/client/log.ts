/** The page of a whole log: opened folds show their lines from the raw text, and `#L150` opens the fold that contains it. */
import { visible } from '../../chart/markup.ts';
import { mark } from './objects.ts';

const whole = document.querySelector<HTMLElement>('.whole[data-lines]');
/** The number of lines that a fold shows at a time. */
const maxLines = 300;
/** Longer lines are cut. */
const maxLineBytes = 2000;

/** The omissions in the raw text: the number of each line that stands for omitted lines, and of the line after it. */
const gaps = new Map<number, number>(JSON.parse(whole?.dataset['gaps'] ?? '[]'));

/** Reads lines of the raw text, numbered from 1, as a stream: the whole text is never in memory. */
async function readLines(first: number, last: number): Promise<readonly string[]> {
  const lines: string[] = [];
  let number = 0;
  let line: Uint8Array[] = [];
  const end = () => {
    const next = gaps.get(number);
    if (next === undefined && number >= first - 1) lines.push(new TextDecoder().decode(new Uint8Array(line.flatMap((part) => [...part]))));
    number = next ?? number + 1;
    line = [];
  };
  for await (const bytes of open(whole?.dataset['lines'] ?? '')) {
    for (let from = 0; from < bytes.length;) {
      const to = bytes.indexOf(10, from);
      const part = bytes.subarray(from, to === -1 ? bytes.length : to);
      if (number >= first - 1 && line.reduce((size, { length }) => size + length, 0) < maxLineBytes) line.push(part.slice(0, maxLineBytes));
      if (to === -1) break;
      end();
      from = to + 1;
      if (number >= last) return lines;
    }
  }
  if (line.length > 0) end();
  return lines;
}

/** Fetches the raw text in chunks. */
async function* open(url: string): AsyncGenerator<Uint8Array> {
  // It may already have been decompressed on the way, by a server or the browser; only the first bytes show that.
  const [sample, body] = ((await fetch(url, { cache: 'force-cache' })).body as ReadableStream<Uint8Array<ArrayBuffer>>).tee();
  const peek = sample.getReader();
  const [first, second] = (await peek.read()).value ?? [];
  void peek.cancel();
  const reader = (first === 0x1f && second === 0x8b ? body.pipeThrough(new DecompressionStream('gzip')) : body).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    void reader.cancel();
  }
}

function drawLine(number: number, line: string): HTMLElement {
  const row = document.createElement('div');
  const place = document.createElement('a');
  const code = document.createElement('code');
  row.className = 'line';
  place.href = `#L${number}`;
  place.tabIndex = -1;
  place.textContent = number.toLocaleString('en');
  const [, kind = '', type = '', object = ''] = /^gc: ((?:un)?collectable) <(.*) (#\d+)>$/.exec(line) ?? [];
  if (object === '') code.textContent = line;
  else {
    const [kindName, typeName, name] = [document.createElement('b'), document.createElement('i'), document.createElement('s')];
    kindName.className = kindName.textContent = kind;
    typeName.textContent = type;
    name.textContent = object;
    code.append('gc: ', kindName, ' <', typeName, ' ', name, '>');
  }
  row.append(place, code);
  return row;
}

/** Shows up to `maxLines` lines of a fold, starting with line `from`. */
async function showLines(fold: HTMLDetailsElement, from: number): Promise<void> {
  const [first, last] = [Number(fold.id.slice(1)), Number(fold.dataset['to'])];
  const begin = Math.max(first, Math.min(from, last));
  const end = Math.min(last, begin + maxLines - 1);
  const lines = await readLines(begin, end);
  const step = (label: string, at: number) => {
    const button = document.createElement('button');
    button.textContent = label;
    button.onclick = () => void showLines(fold, at);
    return button;
  };
  const rows = Array.from({ length: end - begin + 1 }, (_, index) =>
    drawLine(begin + index, visible((lines[index] ?? '').replace(/\r$/, ''))),
  );
  if (rows[0] !== undefined && begin !== first) rows[0].id = `L${begin}`;
  rows.forEach((row, index) => (row.id ||= index === 0 ? '' : `L${begin + index}`));
  fold.replaceChildren(
    fold.querySelector('summary') as HTMLElement,
    ...(begin > first ? [step('Earlier lines', begin - maxLines)] : []),
    ...rows,
    ...(end < last ? [step('Later lines', end + 1)] : []),
  );
}

addEventListener(
  'toggle',
  ({ target }) => {
    if (target instanceof HTMLDetailsElement && target.matches('.fold') && target.open && target.querySelector('.line') === null)
      void showLines(target, Number(target.id.slice(1)));
  },
  true,
);

async function follow(): Promise<void> {
  const number = Number(/^#L(\d+)$/.exec(location.hash)?.[1] ?? NaN);
  if (Number.isNaN(number)) return;
  const fold = [...document.querySelectorAll<HTMLDetailsElement>('details.fold')].find(
    (item) => Number(item.id.slice(1)) <= number && number <= Number(item.dataset['to']),
  );
  if (fold === undefined) return;
  const there = document.getElementById(`L${number}`);
  if (there === null || there === fold) {
    await showLines(fold, number - 5);
    fold.open = true;
  }
  for (const row of document.querySelectorAll('.line.here')) row.classList.remove('here');
  const row = [...fold.querySelectorAll('.line')].find((item) => item.querySelector('a')?.hash === `#L${number}`);
  row?.classList.add('here');
  row?.scrollIntoView({ block: 'center' });
}

addEventListener('hashchange', () => void follow());
void follow();

/** A field that marks an object by its name, for the keyboard. */
const form = document.createElement('p');
const label = document.createElement('label');
const field = document.createElement('input');
const status = document.createElement('span');
field.size = 8;
field.inputMode = 'numeric';
status.setAttribute('role', 'status');
label.append('Mark object # ', field);
form.append(label, ' ', status);
field.oninput = () => {
  const count = mark(`#${field.value.replace(/\D/g, '')}`);
  status.textContent =
    field.value === ''
      ? ''
      : count === 0
        ? 'not in the lines shown'
        : `${count} ${count === 1 ? 'mention' : 'mentions'} in the lines shown`;
};
whole?.querySelector('.log-summary')?.after(form);
