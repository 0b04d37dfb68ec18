/** The Markdown of a new post: front matter, and two samples that already run. */
export function draftPost(title: string, date: string, author: string | undefined): string {
  return `---
title: ${JSON.stringify(title)}
date: ${date}
${author === undefined ? '' : `author: ${JSON.stringify(author)}\n`}tags: [python]
description: "Say in one sentence what a reader learns."
---

Say what one would expect of the program below, and what it does: it peaks at \`= before.peak\`.

::verdict{of="before after"}

## The program that leaks

\`\`\`python sample=before expect=leak axis=main.i
visitors = []


def main():
    for i in range(200000):
        # Everyone who ever came is kept.
        visitors.append("visitor %d" % i)


main()
\`\`\`

Say what holds the objects that stay.

::memory{of="before after"}

## The fix

\`\`\`python sample=after expect=no-leak axis=main.i
from collections import deque

visitors = deque(maxlen=1000)


def main():
    for i in range(200000):
        # The last thousand are enough.
        visitors.append("visitor %d" % i)


main()
\`\`\`

::diff{of="before after"}

It peaks at \`= after.peak\`: \`= before.peak > after.peak\`.
`;
}
