import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOutline } from './blocks.ts';
import { convertProseTags } from './prose-tags.ts';
import { readSource, rewrite } from './source.ts';

const convert = (text: string) => {
  const source = readSource(text);
  const { edits, steps } = convertProseTags(source, readOutline(source));
  return { text: rewrite(source, edits).text, told: steps.map(({ line, what }) => `${line}: ${what}`) };
};

test('markup that has one meaning becomes Markdown', () => {
  const forms = [
    ['![X]({{ site.baseurl }}/x.png)', '![X](/x.png)'],
    ['[a]({{site.url}}{{ site.baseurl }}/about/)', '[a](/about/)'],
    ['[a]({{ site.baseurl }}about/)', '[a](/about/)'],
    ['[a]({{ "/about/" | relative_url }})', '[a](/about/)'],
    ['![a]({{ site.url | append: "/a.png" }})', '![a](/a.png)'],
    ['[y]({{ site.baseurl }}{% post_url 2019-01-01-y %})', '[y](2019-01-01-y.md)'],
    ['[y]({% link _posts/2019-01-01-y.md %}#a)', '[y](2019-01-01-y.md#a)'],
    ['[y]({% link files/y.pdf %})', '[y](/files/y.pdf)'],
    ['See {% gist ada/123abc leak.py %}.', 'See [gist ada/123abc](https://gist.github.com/ada/123abc).'],
    ['{% youtube "dQw4w9WgXcQ" %}', '[Video](https://www.youtube.com/watch?v=dQw4w9WgXcQ)'],
    ['{{< youtube dQw4w9WgXcQ >}}', '[Video](https://www.youtube.com/watch?v=dQw4w9WgXcQ)'],
    ['{% img right /a.png 300 200 "Title" "The heap" %}', '![The heap](/a.png)'],
    ['{{< figure src="/a.png" alt="A heap" >}}', '![A heap](/a.png)'],
    ['{{< figure src="/a.png" caption="The heap." >}}', '![The heap.](/a.png)\n\n*The heap.*'],
    ['[r]({{< ref "post/heap.md#top" >}})', '[r]({filename}post/heap.md#top)'],
    ['[r]({{% relref "heap" %}})', '[r]({filename}heap.md)'],
    ['{% comment %}secret{% endcomment %}', '<!--secret-->'],
    ['![a](/a.png){: width="50%" .center}', '![a](/a.png)'],
    ['![a](/a.png align="center")', '![a](/a.png)'],
  ];
  for (const [old, expected] of forms) assert.equal(convert(`${old}\n`).text, `${expected}\n`, old);
});

test('what means nothing here is dropped, with its line, and told', () => {
  const { text, told } = convert(
    '{% include JB/setup %}\nA\n\n{% raw %}\n```\n{{ x }}\n```\n{% endraw %}\n\n* TOC\n{:toc}\n\nB\n{: .note}\n\n[[TOC]]\n',
  );
  assert.equal(text, 'A\n\n```\n{{ x }}\n```\n\n\nB\n\n');
  assert.deepEqual(
    told.map((line) => line.replace(/: dropped.*/, '')),
    ['4: {% raw %}', '8: {% endraw %}', '1: {% include JB/setup %}', '10: * TOC {:toc}', '14: {: .note}', '16: [[TOC]]'],
  );
});

test('anchors of headings go, and links follow', () => {
  assert.equal(convert('## Big *heaps* {#big}\n\n[up](#big) [out](#other)\n').text, '## Big *heaps*\n\n[up](#big-heaps) [out](#other)\n');
});

test('what has no meaning that is known stays, and is told at its line', () => {
  assert.deepEqual(convert('A\n\n{% include chart.html %} {{< tweet 1 >}}\n').told, [
    '3: {% include chart.html %} stays, and shows as text: delete it, or write in Markdown what it stood for',
    '3: {{< tweet 1 >}} stays, and shows as text: delete it, or write in Markdown what it stood for',
  ]);
});

test('code is left alone', () => {
  const text = '`{{ site.url }}/x` and `{: .a}`\n\n```liquid\n{% raw %}{{ site.url }}/x\n{:toc}\n```\n\n    {{ site.url }}/x\n';
  assert.deepEqual(convert(text), { text, told: [] });
});
