import { defineConfig } from 'vite';

/** Where `pnpm dev` finds a gateway, started with `npm start`. */
const GATEWAY = process.env['SPEKO_GATEWAY'] ?? 'http://127.0.0.1:8787';

export default defineConfig({
  // Relative, so that the page also works below a path of someone's own server.
  base: './',
  build: {
    target: 'es2023',
    // React and what else is bundled ask for their notices to come along.
    license: { fileName: 'licenses.md' },
    // A worklet, or an icon, as a data URL would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    // Every browser the client supports has it, and the polyfill is one request policy more to think about.
    modulePreload: { polyfill: false },
    // The hooks are marked for frameworks that render on a server; this page has none.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  server: {
    proxy: {
      '/playground': { target: GATEWAY },
      '/v1': { target: GATEWAY, ws: true },
      // The gateway answers the address with its token, and leads back to the page here.
      '^/\\?(.*&)?token=': { target: GATEWAY },
    },
  },
});
