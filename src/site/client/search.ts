/** The part of Pagefind's API that this page uses, https://pagefind.app/docs/api/. */
interface Pagefind {
  options(options: { readonly baseUrl: string }): Promise<void>;
  search(query: string): Promise<{ readonly results: readonly { data(): Promise<Found> }[] }>;
}

interface Found {
  readonly url: string;
  /** HTML: text with `<mark>` around the words that were found. */
  readonly excerpt: string;
  readonly meta: Readonly<Record<string, string>>;
}

const maxResults = 20;

const search = document.querySelector('search') as HTMLElement;
const input = document.querySelector('#query') as HTMLInputElement;
const status = document.querySelector('#count') as HTMLElement;
const list = document.querySelector('#results') as HTMLElement;
const { pagefind: bundle = '', base: baseUrl = '/' } = search.dataset;

let loading: Promise<Pagefind> | undefined;

search.hidden = false;
input.addEventListener('input', () => {
  const address = new URL(location.href);
  if (input.value.trim() === '') address.searchParams.delete('q');
  else address.searchParams.set('q', input.value);
  history.replaceState(null, '', address);
  void update();
});
input.value = new URL(location.href).searchParams.get('q') ?? '';
if (input.value === '') input.focus();
else void update();

async function load(): Promise<Pagefind> {
  const pagefind = (await import(/* @vite-ignore */ bundle)) as Pagefind;
  await pagefind.options({ baseUrl });
  return pagefind;
}

async function update(): Promise<void> {
  const query = input.value.trim();
  if (query === '') return show('', []);
  try {
    loading ??= load();
    const pagefind = await loading;
    const { results } = await pagefind.search(query);
    const found = await Promise.all(results.slice(0, maxResults).map((result) => result.data()));
    // The query has changed meanwhile: the result is out of date.
    if (query !== input.value.trim()) return;
    const count = results.length === 0 ? 'No post' : results.length === 1 ? '1 post' : `${results.length} posts`;
    show(`${count} for “${query}”${results.length > maxResults ? `, the first ${maxResults} here` : ''}`, found.map(draw));
  } catch {
    loading = undefined;
    show('There is no search index here. A build creates it; npm run dev does not.', []);
  }
}

function show(message: string, items: readonly HTMLElement[]): void {
  status.textContent = message;
  list.replaceChildren(...items);
}

function draw({ url, excerpt, meta }: Found): HTMLElement {
  const [item, heading, link, text] = [
    document.createElement('li'),
    document.createElement('h2'),
    document.createElement('a'),
    document.createElement('p'),
  ];
  link.href = url;
  link.textContent = meta['title'] ?? url;
  // Pagefind escapes the text of a page in its excerpts.
  text.innerHTML = excerpt;
  heading.append(link);
  item.append(heading, text);
  return item;
}
