import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { postsFolder } from '../post/content-files.ts';
import { linkPackages } from './blog.ts';

/** The files of a plain Astro blog: content collections, Astro's own Markdown, Shiki with the themes of Leaklog, one layout. */
const files: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "plain", "private": true, "type": "module" }\n',
  'astro.config.mjs': `import { defineConfig } from 'astro/config';

export default defineConfig({
  site: 'https://plain.example',
  devToolbar: { enabled: false },
  markdown: { shikiConfig: { themes: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' }, defaultColor: false } },
});
`,
  'src/content.config.ts': `import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { z } from 'astro/zod';

const optional = z.string().optional();
const tags = z.array(z.string()).optional();
const schema = z.object({ title: z.string(), date: z.coerce.date(), author: optional, description: optional, tags });
export const collections = { posts: defineCollection({ loader: glob({ pattern: '*.md', base: './${postsFolder}' }), schema }) };
`,
  'src/layouts/Base.astro': `---
const { title } = Astro.props;
---
<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><meta name="viewport" content="width=device-width" /><title>{title}</title></head>
  <body><header><a href="/">Plain</a></header><main><slot /></main></body>
</html>
`,
  'src/pages/index.astro': `---
import { getCollection } from 'astro:content';
import Base from '../layouts/Base.astro';
const posts = await getCollection('posts');
---
<Base title="Plain"><ul>{posts.map(({ id, data }) => <li><a href={\`/posts/\${id}/\`}>{data.title}</a></li>)}</ul></Base>
`,
  'src/pages/posts/[slug].astro': `---
import { getCollection, render } from 'astro:content';
import Base from '../../layouts/Base.astro';
export async function getStaticPaths() {
  return (await getCollection('posts')).map((post) => ({ params: { slug: post.id }, props: { post } }));
}
const { post } = Astro.props;
const { Content } = await render(post);
---
<Base title={post.data.title}><article><h1>{post.data.title}</h1>\
<time datetime={post.data.date.toISOString()}>{post.data.date.toDateString()}</time><Content /></article></Base>
`,
};

/** Makes a plain Astro blog from the posts of a Leaklog blog. */
export async function makePlainBlog(root: string, blog: string, folder: string): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await cp(join(blog, postsFolder), join(folder, postsFolder), { recursive: true });
  await linkPackages(root, folder);
}
