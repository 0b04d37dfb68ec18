import type { Capture } from '../capture/capture.ts';
import { handMade } from '../capture/hand-made.ts';
import type { Condition } from '../experiment/condition.ts';
import type { Sample } from '../experiment/sample.ts';
import { cutName } from '../gclog/name.ts';

/** Texts that would run or load something if they were inserted unescaped. */
const hostileTexts = [
  '<img src=x onerror=pwned=1>',
  '"><script>pwned=1</script>',
  "'><svg onload=pwned=1>",
  '" onmouseover="pwned=1" autofocus onfocus="pwned=1" x="',
  '</script><script>pwned=1</script>',
  '</title></style></textarea></noscript><script>pwned=1</script>',
  ']]><script>pwned=1</script><![CDATA[',
  '--><script>pwned=1</script><!--',
  '<iframe src="//evil.example/"></iframe>',
  '<link rel=stylesheet href=//evil.example/a.css>',
  '<meta http-equiv=refresh content="0;url=//evil.example">',
  '{pwned=1}${pwned=1}{{pwned=1}}<%pwned=1%>',
  '&lt;img src=x onerror=pwned=1&gt;',
  '=HYPERLINK("//evil.example")',
] as const;

/** Characters that break XML, control terminals, or reverse text. */
const hostileCharacters = '\u0000\u0001\u0007\u0008\u001b[31m\u001b]0;owned\u0007\u009b31m\u007f\u202eabc\u2066\ufffe\uffff';

const all = hostileTexts.join(' ');
/** All texts as a YAML string. */
const quoted = JSON.stringify(all);

const escaped = hostileTexts.map((text) => `\\${[...text].join('\\').replace(/\\([\sa-zA-Z0-9])/g, '$1')}`).join(' ');
const characters = hostileCharacters.replace('\u0000', '');

/** A post in which every text is as hostile as a check allows. */
export const hostilePost = `---
title: ${quoted}
date: 2024-05-06
author: ${quoted}
description: ${quoted}
tags: [${hostileTexts.map((text) => JSON.stringify(text.slice(0, 50))).join(', ')}, "../../up", "con", "🐍"]
categories: [${JSON.stringify(hostileTexts[0])}]
---

Prose ${escaped} and ${characters}.

## ${hostileTexts[0].replace('<', '\\<')}

## ${hostileTexts[1].replaceAll('<', '\\<')}

## Three \`${hostileTexts[4]}\` [^1]

[a link](https://python.org '${hostileTexts[0]}') ![${hostileTexts[0].replace('<', '\\<')}](/pixel.png "${hostileTexts[2]}")

[^1]: \`${hostileTexts[1]}\`

\`\`\`<script>pwned=1</script>
${all}
\`\`\`

\`\`\`html ${hostileTexts[0]}
${hostileTexts.join('\n')}
\`\`\`

\`\`\`python sample=before exit=any title="a b.py" args="${hostileTexts[0]} --x=</script><script>pwned=1</script>"
# ${all}
print(${JSON.stringify(all)}) # ${characters}
\`\`\`

\`\`\`python sample=after
print(2)
\`\`\`

::diff{of="before after"}

::cycle{of=before}

::versions{of=before}
`;

/**
 * A record of one of its samples, with hostile texts wherever a program or a stranger can put them, including the end of the
 * run in this condition.
 */
export function hostileCapture(sample: Sample, runtime: string, condition: Condition = 'as-written'): Capture {
  const types = hostileTexts.map((text) => `gc: collectable <${text} 0x7f${'0'.repeat(8)}${hostileTexts.indexOf(text).toString(16)}000>`);
  const more = ['__proto__', 'constructor', '../../x', 'con', '', ' ', hostileCharacters].map(
    (name, index) => `gc: uncollectable <${name} 0x7e00000000${index}0>`,
  );
  const log = [
    ...hostileTexts,
    hostileCharacters,
    ...types,
    ...more,
    '::error::owned',
    '##[error]owned',
    '\ud800',
    `a\r${hostileTexts[0]}`,
    'Traceback (most recent call last):',
    '  File "a b.py", line 2, in <module>',
    `ValueError: ${all}${hostileCharacters}`,
  ].join('\n');
  const capture = handMade(sample, runtime, {
    log: `${log}\n`,
    garbage: {
      types: [...hostileTexts],
      names: hostileTexts.map((text) => `${text}${hostileCharacters}`),
      edges: hostileTexts.map((text, index) => [index, (index + 1) % hostileTexts.length, `${text}${hostileCharacters}`]),
      objects: 900,
      share: 0.5,
    },
  });
  const ended = { ...capture.conditions[condition], exit: null, signal: cutName(all) };
  return {
    ...capture,
    platform: cutName(all),
    command: `${all}${hostileCharacters}`,
    conditions: { ...capture.conditions, [condition]: ended },
  };
}
