import assert from 'node:assert/strict';
import { test } from 'node:test';
import { searchWords } from './search-words.ts';

test('what is not prose is left out of the search, with its contents', () => {
  assert.equal(searchWords('a<svg><text>b</text></svg><figure class="figure log"><p>c</p></figure><div class="heat">d</div>e'), 'ae');
  assert.equal(
    searchWords(
      '<figure class="listing"><figcaption>before.py</figcaption><pre>f</pre></figure><figure><figcaption>g</figcaption></figure>',
    ),
    '<figure><pre>f</pre></figure><figure><figcaption>g</figcaption></figure>',
  );
  assert.equal(
    searchWords('<section class="verdict"><p>h</p><details><p>i</p></details></section><details>j</details>'),
    '<section><p>h</p></section><details>j</details>',
  );
});

test('a word of code is one word, however many colours it has, and nothing in it becomes an element', () => {
  assert.equal(
    searchWords('<code><span class="row" id="L1"><span class="sh-1">gc</span>.collect() &#x3C; <span>b</span></span></code>'),
    '<code>gc.collect() &lt; b</code>',
  );
});

test('a page has what Pagefind needs: its language, its body, and what to ignore', () => {
  const article = '<h2 id="b">b</h2><div class="outcome" data-pagefind-ignore>c</div>';
  assert.equal(
    searchWords(`<!doctype html><html lang="en"><nav>a</nav><article class="manual" data-pagefind-body>${article}</article></html>`),
    '<html lang="en"><article data-pagefind-body><h2>b</h2><div data-pagefind-ignore>c</div></article></html>',
  );
});
