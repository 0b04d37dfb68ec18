import { defineConfig } from 'astro/config';

export default defineConfig({
  srcDir: './src/site',
  trailingSlash: 'ignore',
  // The default joins words across line breaks.
  compressHTML: false,
  devToolbar: { enabled: false },
  build: { inlineStylesheets: 'never' },
});
