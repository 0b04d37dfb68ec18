import assert from 'node:assert/strict';
import { test } from 'node:test';
import { feedContent } from './feed-content.ts';

const url = 'https://x.example/base/posts/one/';

test('links become absolute', () => {
  assert.equal(
    feedContent('<a href="#L1">one</a> <a class="x" href="before/?a&#x26;b">two</a>', url),
    `<a href="${url}#L1">one</a> <a href="${url}before/?a&amp;b">two</a>`,
  );
  assert.equal(
    feedContent('<img alt="a > b" src=../two/card.png>', url),
    '<img alt="a > b" src="https://x.example/base/posts/two/card.png">',
  );
});

test('elements that a feed reader cannot show are left out, with their contents', () => {
  assert.equal(
    feedContent('a<svg><g><svg></svg>b</g></svg>c<details><p>d</p></details>e<form><input>f</form><script>g</script>h', url),
    'aceh',
  );
  assert.equal(
    feedContent(
      '<figure class="figure log"><figcaption>l</figcaption><div class="lines"><div class="line">m</div></div></figure>n<div>o</div>',
      url,
    ),
    '<figure><figcaption>l</figcaption></figure>n<div>o</div>',
  );
  assert.equal(feedContent('a<input/>b<!-- <p> -->c', url), 'abc');
});

test('code stays as it was written, but without colours', () => {
  assert.equal(
    feedContent('<pre class="code"><code><span class="row"><span class="sh-1">if</span> a &#x3C; b:</span>\n</code></pre>', url),
    '<pre><code>if a &lt; b:\n</code></pre>',
  );
});
