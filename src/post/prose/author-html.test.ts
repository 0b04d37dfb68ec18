import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VFile } from 'vfile';
import { findingsOf } from '../../experiment/finding.ts';
import { parsePost } from '../post.ts';
import { hasForeignScheme } from './author-html.ts';

const shown = (body: string) =>
  findingsOf(
    parsePost(new VFile({ path: 'content/posts/2024-05-06-a.md', value: `---\ntitle: a\ndate: 2024-05-06\n---\n${body}\n` })).file,
  ).map(({ line, column, rule }) => `${line}:${column} ${rule}`);

test('HTML that bloggers commonly embed is no error', () => {
  const body = [
    'Press <kbd>Ctrl</kbd>+<kbd>C</kbd>, H<sub>2</sub>O <!-- a note <script> -->, <abbr title="garbage collector">gc</abbr>.<br/>',
    '<details open>\n<summary>More</summary>\n\nText, *as ever*.\n\n</details>',
    '<video src="/film.mp4" poster="/film.png" controls width=640><track src="/film.vtt" kind="captions"></video>',
    '<figure id="one"><img src="/a.png" alt="a > b"><figcaption>One</figcaption></figure>',
    '1 < 2, `<script>`, <https://python.org>, <someone@example.org>',
  ].join('\n\n');
  assert.deepEqual(shown(body), []);
});

test('HTML that runs code, loads from elsewhere, sends data or changes the style is an error at its line', () => {
  const cases = {
    '<script src="/a.js"></script>': '5:1 html-element',
    'Text <iframe src="https://x.org"></iframe>': '5:6 html-element',
    '<ScRiPt>': '5:1 html-element',
    '<div>\n<base href="//x.org">\n</div>': '6:1 html-element',
    '<meta http-equiv="refresh" content="0;url=//x.org">': '5:1 html-element',
    '<form action="/x"></form>': '5:1 html-element',
    '<style>p{}</style>': '5:1 html-element',
    '<svg onload=alert(1)>': '5:1 html-element',
    '<h1>Another title</h1>': '5:1 html-element',
    '<leaklog-markup data-index="0"></leaklog-markup>': '5:1 html-element',
    '<img src="/a.png" alt="a" onerror="alert(1)">': '5:1 html-attribute',
    "<p ONCLICK='alert(1)'>": '5:1 html-attribute',
    '<p class="verdict">': '5:1 html-attribute',
    '<p style="position:fixed">': '5:1 html-attribute',
    '<video src="//x.org/a.mp4"></video>': '5:1 image-foreign',
    '<a href="javascript:alert(1)">x</a>': '5:1 link-scheme',
    '<div title="': '5:1 html-element',
    '[x](javascript:alert(1))': '5:1 link-scheme',
    '[x](<java\tscript:alert(1)>)': '5:1 link-scheme',
    '[x](vbscript:x)': '5:1 link-scheme',
    '[x](data:text/html,x)': '5:1 link-scheme',
  };
  for (const [body, finding] of Object.entries(cases)) assert.equal(shown(body)[0], finding, body);
});

test('a scheme is read as a browser reads it', () => {
  for (const url of ['JaVaScRiPt:x', ' javascript:x', 'java\nscript:x', '\u0001javascript:x', 'file:///etc', 'blob:x'])
    assert.equal(hasForeignScheme(url), true, url);
  for (const url of ['https://a', 'HTTP://a', 'mailto:a@b', '/a:b', '#a:b', '?a:b', 'a/b:c', '../a'])
    assert.equal(hasForeignScheme(url), false, url);
});
