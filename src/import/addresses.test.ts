import assert from 'node:assert/strict';
import { test } from 'node:test';
import { convertAddresses } from './addresses.ts';
import { readOutline } from './blocks.ts';
import type { Places } from './places.ts';
import { readSource, rewrite } from './source.ts';

const files = new Set([
  '/old/_posts/a.png',
  '/old/_posts/img/b.png',
  '/old/static/c.png',
  '/old/_posts/other.md',
  '/old/secret.png',
  '/etc/d.png',
  '/blog/public/e.png',
]);
const places: Places = {
  isFile: (path) => files.has(path),
  nameOf: (path) => (path === '/old/_posts/other.md' ? '2019-01-01-other-words.md' : undefined),
  oldRoot: '/old',
  posts: ['2019-05-06-heap.md'],
  root: '/blog',
};

const convert = (text: string) => {
  const source = readSource(text);
  const { edits, steps, copies } = convertAddresses(source, readOutline(source), '/old/_posts/post.md', '2020-01-02-new.md', places);
  return {
    text: rewrite(source, edits).text,
    told: steps.map(({ line, what }) => `${line}: ${what}`),
    copies: copies.map(({ from, to }) => `${from} > ${to}`),
  };
};

test('images beside the post, and from the root of its blog, are copied and told', () => {
  assert.deepEqual(
    convert('![A](a.png "An *a*")\n\n[![B](./img/b.png)](img/b.png)\n\n<img src="/c.png" alt="C">\n\n![A again][a]\n\n[a]: a.png\n'),
    {
      text:
        '![A](/new/a.png "An *a*")\n\n[![B](/new/b.png)](/new/b.png)\n\n<img src="/new/c.png" alt="C">\n\n' +
        '![A again][a]\n\n[a]: /new/a.png\n',
      told: [
        '1: a.png: copied to public/new/a.png',
        '3: img/b.png: copied to public/new/b.png',
        '3: ./img/b.png: copied to public/new/b.png',
        '5: /c.png: copied to public/new/c.png',
        '9: a.png: copied to public/new/a.png',
      ],
      copies: ['/old/_posts/a.png > public/new/a.png', '/old/_posts/img/b.png > public/new/b.png', '/old/static/c.png > public/new/c.png'],
    },
  );
});

test('a missing image is told with where to put it, and nothing outside of the old blog is copied', () => {
  assert.deepEqual(convert('![A](gone.png) ![B](/etc/d.png) ![C](../../etc/d.png) ![D](https://x.example/a.png) ![E](/e.png)\n'), {
    text: '![A](/new/gone.png) ![B](/etc/d.png) ![C](/new/d.png) ![D](https://x.example/a.png) ![E](/e.png)\n',
    told: [
      '1: gone.png: not found beside the post: put it at public/new/gone.png',
      '1: ../../etc/d.png: not found beside the post: put it at public/new/d.png',
    ],
    copies: [],
  });
});

test('links to posts lead to their files here', () => {
  const links = [
    ['{filename}/other.md', '2019-01-01-other-words.md'],
    ['other.md#part', '2019-01-01-other-words.md#part'],
    ['/2019/05/06/heap.html', '2019-05-06-heap.md'],
    ['/blog/heap/#part', '2019-05-06-heap.md#part'],
    ['../2019-05-06-heap.md', '2019-05-06-heap.md'],
    ['/old/new/', '#top'],
    ['{filename}/unknown.md', 'unknown.md'],
    ['{static}/c.png', '/new/c.png'],
    ['{attach}a.png', '/new/a.png'],
    ['{tag}Garbage collection', '{tag}Garbage collection'],
    ['{tag}python', '/tags/python/'],
    ['https://x.example/heap.html', 'https://x.example/heap.html'],
    ['mailto:a@b.example', 'mailto:a@b.example'],
    ['/about/', '/about/'],
  ];
  for (const [old, expected] of links) assert.equal(convert(`[a](${old})\n`).text, `[a](${expected})\n`, old);
});

test('links to headings find the anchors that they have here', () => {
  assert.equal(
    convert('## 2. The big heap!\n\n[a](#the-big-heap) [b](#none) [c](#2-the-big-heap)\n').text,
    '## 2. The big heap!\n\n[a](#2-the-big-heap) [b](#none) [c](#2-the-big-heap)\n',
  );
});

test('HTML loses what is only looks, and keeps its text', () => {
  const { text, told } = convert(
    '<center>**Mid** <tt class="x">gc</tt></center>\n\n' +
      '<p align="center" style=\'a\'><a name="there" target=_blank href="/x.pdf">t</a></p>\n\n' +
      '<iframe width="5" src="https://www.youtube.com/embed/abc123def"></iframe>\n',
  );
  assert.equal(
    text,
    '**Mid** <code>gc</code>\n\n<p><a id="there" href="/x.pdf">t</a></p>\n\n' +
      '<a href="https://www.youtube.com/watch?v=abc123def">Video</a>\n',
  );
  assert.deepEqual(told, [
    '1: <center> is dropped, as it is only looks',
    '1: <tt> becomes <code>',
    '3: <p>: align, style dropped, as a post has the style of the site',
    '3: <a>: target dropped, as a post has the style of the site',
    '5: <iframe> becomes a link to https://www.youtube.com/watch?v=abc123def',
  ]);
});
