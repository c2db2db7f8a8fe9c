import type { Plugin } from 'esbuild';

/**
 * Leaves dayjs out of the bundle. The `twilio` package makes a date of each time in an answer with it, which takes a
 * thirtieth of the CPU of a login, and we read none: without it they stay the texts that they are, as they do in the
 * package itself where a text is no date (`twilio/lib/base/deserialize.js`).
 */
export const withoutDates: Plugin = {
  name: 'without-dates',
  setup: (build) => {
    build.onLoad({ filter: /\/node_modules\/dayjs\/dayjs\.min\.js$/ }, () => ({
      contents: 'exports.utc = () => ({ isValid: () => false }); exports.extend = () => {};',
    }));
    build.onLoad({ filter: /\/node_modules\/dayjs\/plugin\/utc\.js$/ }, () => ({ contents: '' }));
  },
};
