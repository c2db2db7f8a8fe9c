import { describe, expect, it } from '@jest/globals';
import { findFreePort } from '../../tools/local-stack/find-free-port.ts';
import { isPortFree } from '../../tools/local-stack/is-port-free.ts';
import { startProcess } from '../../tools/local-stack/start-process.ts';
import { waitUntil } from '../../tools/local-stack/wait-until.ts';

const START_PROCESS = new URL('../../tools/local-stack/start-process.ts', import.meta.url).href;

/** Runs a piece of code in a process of its own until it has printed a line. */
async function run(code: string, env: Readonly<Record<string, string>> = {}) {
  let output = '';
  const { promise: firstLine, resolve } = Promise.withResolvers<string>();
  const started = startProcess({
    args: ['--input-type=module', '--eval', code],
    env,
    onOutput: (text) => {
      output += text;
      if (output.includes('\n')) resolve(output.trim());
    },
  });
  void started.ended.then(() => resolve(`ended: ${output}`));
  return { started, firstLine: await firstLine, output: () => output };
}

describe('a program that is started', () => {
  it.each([
    ['a port alone', 'PORT'],
    ['a port as text', 'String(PORT)'],
    ['all addresses', "PORT, '0.0.0.0'"],
    ['all addresses of IPv6', "PORT, '::', 511"],
    ['an object', "{ port: PORT, host: '0.0.0.0' }"],
    ['an object without an address', '{ port: PORT }'],
  ])('listens on loopback only when it asks for %s', async (_name, target) => {
    const port = await findFreePort();
    const code = `
      import http from 'node:http';
      const PORT = ${port};
      const server = http.createServer();
      server.listen(${target}, () => console.log(JSON.stringify(server.address())));
    `;
    const { started, firstLine } = await run(code);
    await started.stop('SIGKILL');

    expect(JSON.parse(firstLine)).toMatchObject({ address: '127.0.0.1', port });
  });

  it('listens on loopback when it asks for any port, and is told when it does', async () => {
    const code = `
      import http2 from 'node:http2';
      const server = http2.createServer();
      server.listen(() => console.log(server.address().address));
    `;
    const { started, firstLine } = await run(code);
    await started.stop('SIGKILL');

    expect(firstLine).toBe('127.0.0.1');
  });

  it('has no environment but its own', async () => {
    const { started, firstLine } = await run('console.log(JSON.stringify(process.env))', { ONLY: 'this' });
    await started.ended;

    expect(JSON.parse(firstLine)).toEqual({ ONLY: 'this' });
  });

  it('ends by itself when it has nothing more to do', async () => {
    const { started } = await run("console.log('done')");

    await expect(started.ended).resolves.toEqual({ code: 0, signal: null });
  });

  it('is asked to end, and tells its exit code', async () => {
    const code =
      "process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('ready')";
    const { started } = await run(code);

    await expect(started.stop()).resolves.toEqual({ code: 7, signal: null });
    await expect(started.stop()).resolves.toEqual({ code: 7, signal: null });
  });

  it('is forced to end when it does not listen', async () => {
    const code = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('ready')";
    const { started } = await run(code);

    await expect(started.stop('SIGTERM', 100)).resolves.toEqual({ code: null, signal: 'SIGKILL' });
  });

  it.each<NodeJS.Signals>(['SIGKILL', 'SIGTERM'])(
    'ends with its parent when that gets %s',
    async (signal) => {
      const port = await findFreePort();
      const inner = `import http from 'node:http'; http.createServer().listen(${port}, () => console.log('ready'))`;
      const outer = `
      import { startProcess } from ${JSON.stringify(START_PROCESS)};
      startProcess({
        args: ['--input-type=module', '--eval', ${JSON.stringify(inner)}],
        env: {},
        onOutput: (text) => console.log(text),
      });
    `;
      const { started, firstLine } = await run(outer);
      expect(firstLine).toContain('ready');
      expect(await isPortFree(port)).toBe(false);
      await started.stop(signal);

      expect(await waitUntil(() => isPortFree(port), 10_000)).toBe(true);
    },
  );
});
