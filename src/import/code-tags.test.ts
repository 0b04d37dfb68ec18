import assert from 'node:assert/strict';
import { test } from 'node:test';
import { convertCodeTags } from './code-tags.ts';
import { readSource, rewrite } from './source.ts';

const convert = (text: string) => {
  const source = readSource(text);
  return rewrite(source, convertCodeTags(source).edits).text;
};

test('code between tags of any generator becomes a fence', () => {
  const forms = [
    ['{% highlight python linenos %}\nx = 1\n{% endhighlight %}\n', '```python\nx = 1\n```\n'],
    ['{%- highlight "python" -%}\nx = 1\n{%- endhighlight -%}\n', '```python\nx = 1\n```\n'],
    ['{% codeblock lang:python %}\nx = 1\n{% endcodeblock %}\n', '```python\nx = 1\n```\n'],
    ['{% codeblock leak.py %}\nx = 1\n{% endcodeblock %}\n', '```python title="leak.py"\nx = 1\n```\n'],
    ['{{< highlight python "linenos=table" >}}\nx = 1\n{{< /highlight >}}\n', '```python\nx = 1\n```\n'],
    ['{{% highlight py %}}\nx = 1\n{{% /highlight %}}\n', '```py\nx = 1\n```\n'],
    ['[python]\nx = 1\n[/python]\n', '```python\nx = 1\n```\n'],
    ['[sourcecode language="python"]\nx = 1\n[/sourcecode]\n', '```python\nx = 1\n```\n'],
    ['<pre class="brush: python">\nx = 1\n</pre>\n', '```python\nx = 1\n```\n'],
    ['<pre lang="python">x = 1</pre>\n', '```python\nx = 1\n```\n'],
    ['<pre><code class="language-python">print(1 &lt; 2 &amp;&amp; 3)\n</code></pre>\n', '```python\nprint(1 < 2 && 3)\n```\n'],
    ['<div class="highlight"><pre><span></span><span class="n">x</span> = 1\n</pre></div>\n', '```\nx = 1\n```\n'],
    ["<pre>\n<type 'list'> <b>x</b><br/>```\n</pre>\n", "````\n<type 'list'> x\n```\n````\n"],
  ];
  for (const [old, expected] of forms) assert.equal(convert(old as string), expected, old);
});

test('code in a list keeps its indentation, and what follows on the line keeps the tags', () => {
  assert.equal(
    convert('1. One\n\n   {% highlight python %}\n   x = 1\n\n   y = 2\n   {% endhighlight %}\n'),
    '1. One\n\n   ```python\n   x = 1\n\n   y = 2\n   ```\n',
  );
  for (const text of [
    '<pre>x</pre> and more\n',
    '```\n{% highlight python %}\nx\n{% endhighlight %}\n```\n',
    '<pre><img src="a.png"></pre>\n',
    '[python](https://python.org)\n',
  ])
    assert.equal(convert(text), text);
});
