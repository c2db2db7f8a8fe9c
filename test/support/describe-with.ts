import { describe } from '@jest/globals';

/**
 * `describe`, or `describe.skip` where a part is null that this machine does not have.
 *
 * The one place where tests are left out. Whoever gives null has printed why (`startFirestoreEmulator`: no Java or no
 * emulator; `startBrowser`: no Chromium; `prepareInfra`: no stand-ins, or no Terraform; `peakResidentMib`: no `/proc`), and
 * with `CI=true` a missing emulator, browser or Terraform is an error instead.
 */
export function describeWith(part: object | null): typeof describe | typeof describe.skip {
  return part === null ? describe.skip : describe;
}
