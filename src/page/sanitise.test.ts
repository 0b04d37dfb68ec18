import type { Root as HastRoot } from 'hast';
import { toHtml } from 'hast-util-to-html';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VFile } from 'vfile';
import { handMade } from '../capture/fixtures/hand-made.ts';
import { parsePost } from '../post/post.ts';
import { renderPage } from './page.ts';
import { sanitise } from './sanitise.ts';

const clean = (html: string) => toHtml(sanitise({ type: 'root', children: [{ type: 'raw', value: html }] } as unknown as HastRoot));

test('what an author may write stays as it is', () => {
  for (const html of [
    '<p>Press <kbd>Ctrl</kbd>, H<sub>2</sub>O<br></p>',
    '<details open><summary>More</summary><p>Text</p></details>',
    '<video src="/film.mp4" poster="/film.png" controls width="640" playsinline></video>',
    '<audio src="/talk.mp3"><track src="/talk.vtt" kind="captions" srclang="en" default></audio>',
    '<table><thead><tr><th align="right" scope="col">a</th></tr></thead><tbody><tr><td colspan="2">1</td></tr></tbody></table>',
    '<a href="mailto:a@b.org" title="t" id="i" lang="de" dir="rtl">x</a><time datetime="2024-01-01">then</time>',
    '<ol start="3" reversed><li value="7">x</li></ol>',
  ])
    assert.equal(clean(html), html);
});

test('what a browser would make of broken HTML is looked at, not what it looks like', () => {
  for (const html of [
    '<div title="\n<p>x" onmouseover="alert(1)" y="</p>',
    '<img src=x onerror=alert(1)//',
    '<a href="jav&#x09;ascript:alert(1)">x</a>',
    '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
    '<svg><![CDATA[><image xlink:href="]]><img src=x onerror=alert(1)//"></svg>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<form><button formaction=javascript:alert(1)>x',
    '<template><script>alert(1)</script></template>',
    '<p id=x tabindex=1 onfocus=alert(1) style="x" class="verdict" data-index="0">',
    '<input type=image src=x onerror=alert(1)>',
  ])
    assert.doesNotMatch(
      clean(html),
      /<[^>]*\son|script:|<(?:script|style|svg|math|form|button|template|iframe)|class=|style=|type="image"/i,
      clean(html),
    );
});

test('control characters are to be seen, and what turns a text around stands there by number', () => {
  assert.equal(clean('<p title="a\u001bb">c\u0001\u009b\u202ed\uffff</p>'), '<p title="a␛b">c␁⟨U+009B⟩⟨U+202E⟩d⟨U+FFFF⟩</p>');
});

test('no author takes a figure’s place, and figures stand where they stood', async () => {
  const value =
    '---\ntitle: a\ndate: 2024-05-06\n---\n<leaklog-markup data-index="1"></leaklog-markup>\n\n' +
    '<details><summary>Log</summary>\n\n```python sample=a\nprint(1)\n```\n\n</details>\n';
  const post = parsePost(new VFile({ path: 'content/posts/2024-05-06-a.md', value }));
  const capture = handMade(post.samples[0] as NonNullable<(typeof post.samples)[0]>);
  const { body } = await renderPage(post, [{ sample: 'a', runtime: capture.runtime, path: '', capture, reason: undefined }]);
  assert.equal(body.match(/id="sample-a"/g)?.length, 1);
  assert.match(body, /<details><summary>Log<\/summary>\s*<figure class="figure listing" id="sample-a">[^]*<\/details>\s*$/);
  assert.doesNotMatch(body, /leaklog-markup/);
});

test('addresses from the site’s root are relative to the post, those in HTML too, so that they hold under any base path', async () => {
  const value =
    '---\ntitle: a\ndate: 2024-05-06\n---\n[a](/tags/) [b](2024-01-02-b.md) ![c](/c.png)\n\n' +
    '<a href="/tags/">d</a> <img src="/e.png" alt="e"> <video src="/f.mp4"></video> <a href="//x.test/">g</a>\n';
  const { body } = await renderPage(parsePost(new VFile({ path: 'content/posts/2024-05-06-a.md', value })), []);
  assert.deepEqual(
    [...body.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, url]) => url),
    ['../../tags/', '../b/', '../../c.png', '../../tags/', '../../e.png', '../../f.mp4', '//x.test/'],
  );
});
