import { defineConfig } from 'astro/config';
import leaklog from 'leaklog';

export default defineConfig({
  // Where the site is published: the feed, the sitemap and the cards need it. A site in a folder, such as
  // https://someone.github.io/leaklog/, also needs `base: '/leaklog'`.
  site: 'https://leaklog.example',
  integrations: [
    leaklog({
      title: 'Leaklog',
      description: 'Posts about Python memory in which every sample is an experiment.',
      tagline: 'Python memory, measured',
      lead: 'Programs that keep their memory, and programs that only seem to. Each one is run and measured: how much it keeps, who holds it, and what frees it.',
      manual: true,
    }),
  ],
});
