// Loaded before everything else where it is asked what a process loads: writes each file and its size on descriptor 3.
// Apart from the measurements of time, because it slows loading down.
const { statSync, writeSync } = require('node:fs');
const { registerHooks } = require('node:module');
const { fileURLToPath } = require('node:url');

registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith('file:')) {
      const file = fileURLToPath(url);
      writeSync(3, JSON.stringify({ kind: 'loaded', file, bytes: statSync(file).size }) + '\n');
    }
    return nextLoad(url, context);
  },
});
