/** A preload: at SIGUSR2 the process collects its garbage and says on standard error how much of its heap is in use. */
import process from 'node:process';

process.on('SIGUSR2', () => {
  // Several times: finalizers of one collection free what the next one takes.
  for (let times = 0; times < 4; times += 1) globalThis.gc?.();
  const { heapUsed } = process.memoryUsage();
  process.stderr.write(`\nheap-after-gc=${heapUsed}\n`);
});
