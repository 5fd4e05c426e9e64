import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { isolationHeaders } from './src/lab/headers.ts';
import { modelFiles } from './src/lab/modelFiles.ts';
import { offlineShell } from './src/lab/offlineShell.ts';
import { shippedPackages } from './src/lab/shippedPackages.ts';

const packages = shippedPackages();

export default defineConfig({
  // Relative addresses, so that the built app also works under a sub-path.
  base: './',
  plugins: [svelte(), modelFiles(), packages.forPages, offlineShell()],
  worker: {
    format: 'es',
    plugins: () => [packages.forWorkers],
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  // Pre-bundling would tear onnxruntime's glue from the .wasm that it finds by import.meta.url.
  optimizeDeps: { exclude: ['onnxruntime-web', '@huggingface/transformers'] },
  build: {
    target: 'esnext',
    // No file becomes a data: address: the policy allows those for images only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: { index: 'index.html', models: 'models.html', lab: 'lab.html' },
      checks: { pluginTimings: false },
    },
  },
  // Development needs inline styles and a socket for hot reload, so it has isolation but no policy.
  server: { headers: isolationHeaders },
});
