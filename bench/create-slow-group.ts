import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** A control group whose processes get a part of one CPU. */
export interface SlowGroup {
  /** Whoever writes its own id here is in it. */
  readonly file: string;
  remove(): void;
}

const PERIOD_US = 100_000;
const V1 = '/sys/fs/cgroup/cpu';
const V2 = '/sys/fs/cgroup';

/**
 * Makes a control group, where this machine allows it (Linux, root).
 *
 * @param cpus - such as 0.167
 * @returns the group, or a sentence that says why there is none
 */
export function createSlowGroup(cpus: number): SlowGroup | string {
  const isV1 = existsSync(path.join(V1, 'cpu.cfs_quota_us'));
  const folder = path.join(isV1 ? V1 : V2, `verify-gateway-bench-${process.pid}`);
  const quotaUs = Math.round(cpus * PERIOD_US);
  const remove = (): void => {
    try {
      rmdirSync(folder);
    } catch {
      // A process that is ending keeps it for a moment; an empty group does no harm.
    }
  };
  try {
    mkdirSync(folder);
    if (isV1) {
      writeFileSync(path.join(folder, 'cpu.cfs_period_us'), String(PERIOD_US));
      writeFileSync(path.join(folder, 'cpu.cfs_quota_us'), String(quotaUs));
    } else {
      writeFileSync(path.join(folder, 'cpu.max'), `${quotaUs} ${PERIOD_US}`);
    }
    return { file: path.join(folder, 'cgroup.procs'), remove };
  } catch {
    remove();
    return 'no control group for CPU time can be made here (it needs Linux and root)';
  }
}
