import process from 'node:process';

/** What decides, and what reads what others wrote. */
const ALL: readonly string[] = [
  'functions/domain/*.ts',
  'functions/gateway/{authenticate,bearer-token,check-code,one-time-code,request,signature,signing-key}.ts',
  'functions/log-stream/{authenticate,batch,batch-parts,find-hints,json-bytes,leap-object,login,login-event}.ts',
  'functions/log-stream/{read-object,scan-object,split-batch,split-list,stream-tokens}.ts',
];

/** What is mutated, as patterns of names: all, or what `MUTATE` says, separated by blanks. */
export const MUTATED: readonly string[] = process.env['MUTATE']?.split(' ') ?? ALL;

/** Which tests are to notice a change of files that have none of their own, or more than those. */
const TESTED_BY: Readonly<Record<string, readonly string[]>> = {
  'functions/domain/settings.ts': ['test/unit/domain/parse-settings.test.ts'],
  'functions/gateway/check-code.ts': [
    'test/unit/gateway/one-time-code.test.ts',
    'test/unit/gateway/request.test.ts',
  ],
  'functions/log-stream/json-bytes.ts': [
    'test/unit/log-stream/find-hints.test.ts',
    'test/unit/log-stream/scan-object.test.ts',
    'test/unit/log-stream/split-batch.test.ts',
  ],
  'functions/log-stream/split-list.ts': [
    'test/unit/log-stream/split-batch.test.ts',
    'test/unit/log-stream/split-list.test.ts',
  ],
  'functions/log-stream/read-object.ts': ['test/unit/log-stream/split-batch.test.ts'],
};

/**
 * The unit tests that are to notice when a file is changed: its own, which mirror it in name and place.
 *
 * @param file - such as `functions/domain/decide.ts`
 */
export function ownTestsOf(file: string): readonly string[] {
  return TESTED_BY[file] ?? [file.replace(/^functions/, 'test/unit').replace(/\.ts$/, '.test.ts')];
}
