import { defineConfig } from 'astro/config';

export default defineConfig({
  // Where the site is published: the feed, the sitemap and the cards need it. A site in a folder, such as
  // https://someone.github.io/leaklog/, also needs `base: '/leaklog'`.
  site: 'https://leaklog.example',
  srcDir: './src/site',
  trailingSlash: 'ignore',
  // The default joins words across line breaks.
  compressHTML: false,
  devToolbar: { enabled: false },
  // Nothing is inlined: the pages' content security policy allows no inline style, and one script by its hash.
  // Several pages at once: most of the time they wait for the disk.
  build: { inlineStylesheets: 'never', concurrency: 8 },
  vite: { build: { assetsInlineLimit: 0, cssTarget: ['chrome123', 'firefox120', 'safari17.5'] } },
});
