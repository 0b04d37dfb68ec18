/** The page of a whole log: folds show their lines from the raw text, `#L150` and `#L10-L20` lead to lines, and all of it is searched. */
import { visible } from '../../chart/markup.ts';
import { mark } from './objects.ts';

const whole = document.querySelector<HTMLElement>('.whole[data-lines]');
/** How many lines a fold, and a search, show at a time. */
const [maxLines, maxFound] = [300, 200];
/** Longer lines are cut. */
const maxLineBytes = 2000;
/** So many lines at most are inserted when all folds are opened. */
const maxOpened = 3000;

/** The omissions in the raw text: the number of each line that stands for omitted lines, and of the line after it. */
const gaps = new Map<number, number>(JSON.parse(whole?.dataset['gaps'] ?? '[]'));

/** Reads the lines of the raw text, numbered from 1, as a stream, until `take` returns false; those before `first` are skipped. */
async function scan(first: number, take: (number: number, text: string) => boolean): Promise<void> {
  const decoder = new TextDecoder();
  let number = 0;
  let size = 0;
  let parts: Uint8Array[] = [];
  const end = () => {
    const next = gaps.get(number);
    let goesOn = true;
    if (next === undefined && number >= first - 1) {
      const bytes = parts.length === 1 ? (parts[0] as Uint8Array) : new Uint8Array(parts.flatMap((part) => [...part]));
      goesOn = take(number + 1, decoder.decode(bytes).replace(/\r$/, ''));
    }
    number = next ?? number + 1;
    [parts, size] = [[], 0];
    return goesOn;
  };
  for await (const bytes of open(whole?.dataset['lines'] ?? '')) {
    for (let from = 0; from < bytes.length;) {
      const to = bytes.indexOf(10, from);
      if (number >= first - 1 && size < maxLineBytes) {
        const part = bytes.slice(from, Math.min(to === -1 ? bytes.length : to, from + maxLineBytes));
        parts.push(part);
        size += part.length;
      }
      if (to === -1) break;
      if (!end()) return;
      from = to + 1;
    }
  }
  if (parts.length > 0) end();
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

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, text = '', className = ''): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.textContent = text;
  if (className !== '') made.className = className;
  return made;
}

function button(label: string, act: () => unknown): HTMLButtonElement {
  const made = element('button', label);
  made.onclick = () => void act();
  return made;
}

/** A line as the page shows it; `href` is where its number leads. */
function drawLine(number: number, text: string): HTMLElement {
  const [row, place, code] = [element('div', '', 'line'), element('a', number.toLocaleString('en')), element('code')];
  place.href = `#L${number}`;
  place.tabIndex = -1;
  const [, kind = '', type = '', object = ''] = /^gc: ((?:un)?collectable) <(.*) (#\d+)>$/.exec(text) ?? [];
  if (object === '') code.textContent = visible(text);
  else code.append('gc: ', element('b', kind, kind), ' <', element('i', visible(type)), ' ', element('s', object), '>');
  row.append(place, code);
  return row;
}

const boundsOf = (fold: HTMLElement) => [Number(fold.id.slice(1)), Number(fold.dataset['to'])] as const;
const folds = () => [...document.querySelectorAll<HTMLDetailsElement>('.whole details.fold')];

/** Shows up to `maxLines` lines of a fold, starting with line `from`, and gives the focus to the first where `focus` is set. */
async function showLines(fold: HTMLDetailsElement, from: number, focus = false): Promise<void> {
  const [first, last] = boundsOf(fold);
  const begin = Math.max(first, Math.min(from, last));
  const end = Math.min(last, begin + maxLines - 1);
  const rows: HTMLElement[] = [];
  await scan(begin, (number, text) => {
    rows.push(drawLine(number, text));
    return number < end;
  });
  // The fold itself has the id of its first line.
  for (const [index, row] of rows.entries()) if (begin + index !== first) row.id = `L${begin + index}`;
  fold.replaceChildren(
    fold.querySelector('summary') as HTMLElement,
    ...(begin > first ? [button('Earlier lines', () => showLines(fold, begin - maxLines, true))] : []),
    ...rows,
    ...(end < last ? [button('Later lines', () => showLines(fold, end + 1, true))] : []),
  );
  if (!focus) return;
  const [row] = rows;
  row?.setAttribute('tabindex', '-1');
  row?.focus();
}

addEventListener(
  'toggle',
  ({ target }) => {
    if (target instanceof HTMLDetailsElement && target.matches('.fold') && target.open && target.querySelector('.line') === null)
      void showLines(target, boundsOf(target)[0]);
  },
  true,
);

const status = element('span', '', 'log-status');
status.setAttribute('role', 'status');

/** Goes to the line, or lines, that the address names, and marks them. */
async function follow(): Promise<void> {
  const [, one, other = one] = /^#L(\d+)(?:-L?(\d+))?$/.exec(location.hash) ?? [];
  if (one === undefined) return;
  const [from, to] = [Number(one), Number(other)].toSorted((a, b) => a - b) as [number, number];
  const total = Number(whole?.dataset['total'] ?? Infinity);
  if (from > total) {
    status.textContent = `There is no line ${from.toLocaleString('en')}: the log has ${total.toLocaleString('en')}.`;
    return;
  }
  const fold = folds().find((item) => boundsOf(item)[0] <= from && from <= boundsOf(item)[1]);
  const isThere = [...(fold?.querySelectorAll<HTMLAnchorElement>('.line > a') ?? [])].some(({ hash }) => hash === `#L${from}`);
  if (fold !== undefined && !isThere) await showLines(fold, from - 5);
  if (fold !== undefined) fold.open = true;
  for (const row of document.querySelectorAll('.line.here')) row.classList.remove('here');
  let first: Element | undefined;
  for (const place of document.querySelectorAll<HTMLAnchorElement>('.whole .line > a')) {
    const number = Number(place.hash.slice(2));
    if (number < from || number > to || place.closest('.found') !== null) continue;
    first ??= place;
    place.parentElement?.classList.add('here');
  }
  first?.scrollIntoView({ block: 'center' });
}

addEventListener('hashchange', () => void follow());
void follow();

// A column of the strip leads to its very line, which may be in a fold.
addEventListener('click', (event) => {
  const column = event.target instanceof Element ? event.target.closest<SVGAElement>('.log-strip a') : null;
  if (column === null) return;
  event.preventDefault();
  location.hash = `#L${column.dataset['at']}`;
});

// Shift and a click on a second number mark all lines between.
addEventListener('click', (event) => {
  const place = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('.whole .line > a') : null;
  const from = /^#L(\d+)/.exec(location.hash)?.[1];
  if (place === null || !event.shiftKey || from === undefined) return;
  event.preventDefault();
  const [first, last] = [Number(from), Number(place.hash.slice(2))].toSorted((a, b) => a - b);
  location.hash = `#L${first}-L${last}`;
});

/** A search through the whole log, by text and by type, with buttons for the folds. */
function addTools(log: HTMLElement): void {
  const [tools, found] = [element('div', '', 'log-tools'), element('div', '', 'lines found')];
  const [field, types] = [element('input'), element('select')];
  const [label, choice] = [element('label', 'Search '), element('label', 'Type ')];
  field.type = 'search';
  field.title = 'Enter goes to the next line found';
  label.append(field);
  types.append(
    element('option', 'all'),
    ...[...document.querySelectorAll('.log-note a.type[href*="#"]')].map(({ textContent }) => element('option', textContent)),
  );
  choice.append(types);
  found.tabIndex = 0;
  found.hidden = true;
  found.setAttribute('role', 'region');
  found.ariaLabel = 'Lines found';
  let turn = 0;
  /** The numbers of all lines found. */
  let matches: readonly number[] = [];
  const search = async (from = 1) => {
    turn += 1;
    const own = turn;
    const [text, type] = [field.value.trim(), types.selectedIndex <= 0 ? '' : types.value];
    mark(/^#\d+$/.test(text) ? text : '');
    found.hidden = text === '' && type === '';
    status.textContent = '';
    if (found.hidden) return;
    const wanted = text.toLowerCase();
    // The name of an object is a word, not the beginning of a longer one.
    const object = /^#\d+$/.test(text) ? new RegExp(`${text}(?!\\d)`) : undefined;
    const rows: HTMLElement[] = [];
    let next = 0;
    if (from === 1) [matches, at] = [[], 0];
    const all: number[] = [];
    status.textContent = 'Searching …';
    await scan(1, (number, line) => {
      if (own !== turn) return false;
      const isFound = object === undefined ? line.toLowerCase().includes(wanted) : object.test(line);
      if (!isFound || (type !== '' && !line.includes(` <${type} #`))) return true;
      all.push(number);
      if (number >= from && rows.length < maxFound) rows.push(drawLine(number, line));
      else if (number >= from && next === 0) next = number;
      return true;
    });
    if (own !== turn) return;
    matches = all;
    const shown = rows.length === all.length ? '' : `, ${rows.length.toLocaleString('en')} shown`;
    status.textContent = `${all.length.toLocaleString('en')} ${all.length === 1 ? 'line' : 'lines'} found${shown}`;
    found.replaceChildren(...rows, ...(next > 0 ? [button('Later ones', () => search(next))] : []));
  };
  let timer = 0;
  field.oninput = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      timer = 0;
      void search();
    }, 250);
  };
  types.onchange = () => {
    clearTimeout(timer);
    void search();
  };
  // Enter goes to the next line found, in its place in the log, and Shift and Enter to the one before.
  let at = 0;
  field.onkeydown = async (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    // Typed just now, and not searched for yet.
    if (timer !== 0) {
      clearTimeout(timer);
      timer = 0;
      await search();
    }
    if (matches.length === 0) return;
    const next = event.shiftKey ? matches.findLastIndex((number) => number < at) : matches.findIndex((number) => number > at);
    const index = next === -1 ? (event.shiftKey ? matches.length - 1 : 0) : next;
    at = matches[index] ?? 0;
    location.hash = `#L${at}`;
    await follow();
    field.focus({ preventScroll: true });
    const [line, place, count] = [matches[index] ?? 0, index + 1, matches.length].map((number) => number.toLocaleString('en'));
    status.textContent = `Line ${line}: ${place} of ${count} found`;
  };
  let last: HTMLDetailsElement | undefined;
  const step = (direction: 1 | -1) => {
    const all = folds();
    // From the fold that the buttons led to, or from what is in view.
    const seen = all.findLastIndex((fold) => fold.getBoundingClientRect().top < innerHeight / 2);
    const from = last === undefined ? seen + (direction === 1 ? 0 : 1) : all.indexOf(last);
    last = all[Math.max(0, Math.min(all.length - 1, from + direction))];
    last?.scrollIntoView({ block: 'center' });
    last?.querySelector('summary')?.focus({ preventScroll: true });
  };
  const openAll = async () => {
    let left = maxOpened;
    for (const fold of folds()) {
      const [first, last] = boundsOf(fold);
      left -= Math.min(maxLines, last - first + 1);
      if (left < 0) break;
      fold.open = true;
    }
    status.textContent = left < 0 ? `The first ${maxOpened.toLocaleString('en')} lines of the folds are open.` : '';
  };
  tools.append(label, choice);
  if (folds().length > 0)
    tools.append(
      button('Previous fold', () => step(-1)),
      button('Next fold', () => step(1)),
      button('Open the folds', openAll),
    );
  tools.append(status, found);
  log.querySelector('.log-summary')?.after(tools);
}

if (whole !== null) addTools(whole);
