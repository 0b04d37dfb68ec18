/** The part of Pagefind's API that this page uses, https://pagefind.app/docs/api/. */
interface Pagefind {
  options(options: { readonly baseUrl: string }): Promise<void>;
  search(query: string): Promise<{ readonly results: readonly { data(): Promise<Found> }[] }>;
}

interface Found {
  readonly url: string;
  /** HTML: text with `<mark>` around the words that were found. */
  readonly excerpt: string;
  /** The text of the page. */
  readonly content: string;
  readonly meta: Readonly<Record<string, string>>;
}

/** How many results are shown, and how many are looked into. */
const [maxResults, maxRead] = [20, 100];

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
    const read = await Promise.all(results.slice(0, maxRead).map((result) => result.data()));
    const found = read.filter((each) => hasWords(each, query));
    // The query has changed meanwhile: the result is out of date.
    if (query !== input.value.trim()) return;
    const posts = found.filter(({ url }) => new URL(url, location.href).pathname.startsWith(`${baseUrl}posts/`)).length;
    const counted = (count: number, one: string) => `${count === 0 ? 'no' : count} ${one}${count === 1 ? '' : 's'}`;
    const others = found.length === posts ? '' : ` and ${counted(found.length - posts, 'other page')}`;
    const more = results.length > maxRead ? ' or more' : found.length > maxResults ? `, the first ${maxResults} here` : '';
    const text = `${counted(posts, 'post')}${others} for “${query}”${more}`;
    show(text.slice(0, 1).toUpperCase() + text.slice(1), found.slice(0, maxResults).map(draw));
  } catch {
    loading = undefined;
    show('There is no search index here. A build creates it; npm run dev does not.', []);
  }
}

/** Whether a page has all words, or other forms of them: Pagefind shows pages with the beginning of a word when none has the word. */
function hasWords({ content, meta }: Found, query: string): boolean {
  const text = `${meta['title'] ?? ''} ${content}`.toLowerCase();
  const words = query.toLowerCase().match(/[\p{L}\p{N}_.]+/gu) ?? [];
  return words.every((word) => {
    const stem = word.replace(/(?:ings?|ed|ers?|es|s|e|ly|ions?)$/, '');
    // running, runs and run are one word.
    const forms = [word, ...(stem.length >= 3 ? [stem, stem.replace(/(.)\1$/, '$1')] : [])];
    return forms.some((form) => text.includes(form));
  });
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
