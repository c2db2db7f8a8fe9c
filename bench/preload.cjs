// Loaded before everything else in each process that is measured. It tells our side, on file descriptor 3, when a server
// listens, and what the process has used so far whenever it is asked by a signal.
const { subscribe } = require('node:diagnostics_channel');
const { writeSync } = require('node:fs');
const { performance } = require('node:perf_hooks');
const { setInterval } = require('node:timers');

const PARENT = process.ppid;

function tell(line) {
  try {
    writeSync(3, JSON.stringify(line) + '\n');
  } catch {
    process.exit(1);
  }
}

subscribe('tracing:net.server.listen:asyncEnd', () => {
  tell({ kind: 'listening', at: performance.timeOrigin + performance.now() });
});
process.on('SIGUSR2', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  tell({ kind: 'usage', cpuMs: (userCPUTime + systemCPUTime) / 1000, peakRssMiB: maxRSS / 1024 });
});
// However our side ends, nothing stays behind.
setInterval(() => {
  if (process.ppid !== PARENT) process.exit(1);
}, 2000).unref();
