import { defineConfig } from 'astro/config';
import leaklog from 'leaklog';

export default defineConfig({
  // Where the site is published: the feed, the sitemap and the cards need it. A site in a folder, such as
  // https://someone.github.io/leaklog/, also needs `base: '/leaklog'`.
  site: 'https://leaklog.example',
  integrations: [leaklog()],
});
