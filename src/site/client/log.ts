/** The page of a whole log: folds open to their lines, read from the raw text, and `#L150` opens the fold that holds it. */
import { visible } from '../../chart/markup.ts';
import { mark } from './objects.ts';

const whole = document.querySelector<HTMLElement>('.whole[data-lines]');
const most = 300;
/** A line longer than this is cut. */
const longest = 2000;

/** Where lines of the raw text do not follow one another: each line of it that tells of others, and the line after it. */
const gaps = new Map<number, number>(JSON.parse(whole?.dataset['gaps'] ?? '[]'));

/** Reads lines of the raw text, from 1, passing those before; it is never held as a whole. */
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
      if (number >= first - 1 && line.reduce((size, { length }) => size + length, 0) < longest) line.push(part.slice(0, longest));
      if (to === -1) break;
      end();
      from = to + 1;
      if (number >= last) return lines;
    }
  }
  if (line.length > 0) end();
  return lines;
}

/** The raw text as it comes. */
async function* open(url: string): AsyncGenerator<Uint8Array> {
  // A server may have unpacked it on the way, and only its first bytes tell.
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
    const [said, typeName, name] = [document.createElement('b'), document.createElement('i'), document.createElement('s')];
    said.className = said.textContent = kind;
    typeName.textContent = type;
    name.textContent = object;
    code.append('gc: ', said, ' <', typeName, ' ', name, '>');
  }
  row.append(place, code);
  return row;
}

/** Shows the lines of a fold from `from` on, some hundred at a time. */
async function fill(fold: HTMLDetailsElement, from: number): Promise<void> {
  const [first, last] = [Number(fold.id.slice(1)), Number(fold.dataset['to'])];
  const begin = Math.max(first, Math.min(from, last));
  const end = Math.min(last, begin + most - 1);
  const lines = await readLines(begin, end);
  const step = (label: string, at: number) => {
    const button = document.createElement('button');
    button.textContent = label;
    button.onclick = () => void fill(fold, at);
    return button;
  };
  const rows = Array.from({ length: end - begin + 1 }, (_, index) =>
    drawLine(begin + index, visible((lines[index] ?? '').replace(/\r$/, ''))),
  );
  if (rows[0] !== undefined && begin !== first) rows[0].id = `L${begin}`;
  rows.forEach((row, index) => (row.id ||= index === 0 ? '' : `L${begin + index}`));
  fold.replaceChildren(
    fold.querySelector('summary') as HTMLElement,
    ...(begin > first ? [step('Earlier lines', begin - most)] : []),
    ...rows,
    ...(end < last ? [step('Later lines', end + 1)] : []),
  );
}

addEventListener(
  'toggle',
  ({ target }) => {
    if (target instanceof HTMLDetailsElement && target.matches('.fold') && target.open && target.querySelector('.line') === null)
      void fill(target, Number(target.id.slice(1)));
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
    await fill(fold, number - 5);
    fold.open = true;
  }
  for (const row of document.querySelectorAll('.line.here')) row.classList.remove('here');
  const row = [...fold.querySelectorAll('.line')].find((item) => item.querySelector('a')?.hash === `#L${number}`);
  row?.classList.add('here');
  row?.scrollIntoView({ block: 'center' });
}

addEventListener('hashchange', () => void follow());
void follow();

/** For the keyboard: an object by its name. */
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
    field.value === '' ? '' : count === 0 ? 'not in what is shown' : `${count} ${count === 1 ? 'mention' : 'mentions'} in what is shown`;
};
whole?.querySelector('.log-summary')?.after(form);
