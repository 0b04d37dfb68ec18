import { defineConfig } from 'astro/config';
import leaklog from 'leaklog';

// The manual's examples are a blog of their own, so that they run, are checked and are refreshed like any other: start
// commands here. The tests build its site.
export default defineConfig({
  site: 'https://examples.example',
  integrations: [leaklog({ title: 'Examples', description: 'The examples of the manual.', manual: true })],
});
