import { readFileSync } from 'node:fs';

const KIB_IN_MIB = 1024;

/**
 * The most memory that a process ever had resident, in MiB, as Linux counts it.
 *
 * @returns null, after saying so, where there is no `/proc`
 */
export function peakResidentMib(pid: number): number | null {
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    if (kib !== undefined) return Number(kib) / KIB_IN_MIB;
  } catch {
    // Said below.
  }
  console.warn('SKIPPED: memory is not measured: there is no /proc/<pid>/status with VmHWM here');
  return null;
}
