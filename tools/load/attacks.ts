import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { memoryFigure, type Figure } from './figure.ts';
import { shareOf } from './generate-load.ts';
import { startLoadedGateway, type Answered, type LoadedGateway } from './loaded-gateway.ts';
import { startUpstream } from './upstream.ts';

const MOST_MIB = 150;
const HONEST = 20;
const BOMBS = 20;
const SLOW = 200;
const FLOOD_CONNECTIONS = 32;
const FLOOD_SECONDS = 10;

/** What whoever finds the URL may do, one after the other to the same instance, with honest requests in between. */
export async function attack(): Promise<readonly Figure[]> {
  const upstream = await startUpstream();
  const gateway = await startLoadedGateway(upstream);
  const figures = [
    await during('a gzip body of 600 MB', gateway, () => sendBombs(gateway.port)),
    await during(`${SLOW} slow connections`, gateway, () => openSlowly(gateway)),
    await during('a flood of strangers', gateway, () => flood(gateway.port)),
  ].flat();
  await gateway.stop();
  await upstream.close();
  return figures;
}

/** Begins an attack, sends honest requests beside it, and ends it. */
async function during(
  what: string,
  gateway: LoadedGateway,
  begin: () => Promise<() => Promise<string>>,
): Promise<readonly Figure[]> {
  const end = await begin();
  const honest: Answered[] = [];
  while (honest.length < HONEST) honest.push(await gateway.send());
  const note = await end();
  const good = Math.round(shareOf(honest, 200) * HONEST);
  return [
    {
      claim: `${what}: ${HONEST} honest requests in between are answered 200`,
      measured: `${good} of ${HONEST}${note}`,
      isMet: good === HONEST,
    },
    memoryFigure(what, gateway.peakResidentMib(), MOST_MIB),
  ];
}

function sendBombs(port: number): Promise<() => Promise<string>> {
  // Members of a gzip file may follow each other: nobody needs the whole to make it.
  const member = gzipSync(Buffer.alloc(10_000_000));
  const bomb = Buffer.concat(Array.from({ length: 60 }, () => member));
  const head = `POST / HTTP/1.1\r\nhost: x\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`;
  const sockets = Array.from({ length: BOMBS }, () => {
    const socket = openSocket(port);
    socket.write(head);
    socket.write(bomb);
    return socket;
  });
  return Promise.resolve(async () => {
    await sleep(1000);
    for (const socket of sockets) socket.destroy();
    return '';
  });
}

async function openSlowly({ port, token }: LoadedGateway): Promise<() => Promise<string>> {
  const authorization = `authorization: Bearer ${await token()}\r\n`;
  const sockets = Array.from({ length: SLOW }, (_, index) => {
    const socket = openSocket(port);
    // Half of them never end their head; the others their body, with a credential and without.
    const rest =
      index % 2 === 0 ? 'x-slow: ' : `${index % 4 === 1 ? authorization : ''}content-length: 1000\r\n\r\n`;
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\n${rest}`);
    return socket;
  });
  const drip = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write('x');
  }, 100);
  await sleep(500);
  return () => {
    clearInterval(drip);
    for (const socket of sockets) socket.destroy();
    return Promise.resolve('');
  };
}

/** As many requests as one core can send, on a few connections, always several on their way. */
async function flood(port: number): Promise<() => Promise<string>> {
  const request = 'POST / HTTP/1.1\r\nhost: x\r\nauthorization: Bearer a.b.c\r\ncontent-length: 0\r\n\r\n';
  const startedAt = performance.now();
  let refused = 0;
  const sockets = Array.from({ length: FLOOD_CONNECTIONS }, () => {
    const socket = openSocket(port).setEncoding('latin1');
    socket.on('data', (text: string | Buffer) => {
      const answers = String(text).split('HTTP/1.1 401').length - 1;
      refused += answers;
      if (answers > 0 && socket.writable) socket.write(request.repeat(answers));
    });
    socket.write(request.repeat(10));
    return socket;
  });
  await sleep(500);
  return async () => {
    await sleep(FLOOD_SECONDS * 1000);
    const perSecond = Math.round(refused / ((performance.now() - startedAt) / 1000));
    for (const socket of sockets) socket.destroy();
    return `, beside ${perSecond} refused a second`;
  };
}

function openSocket(port: number): Socket {
  const socket = connect({ host: '127.0.0.1', port });
  return socket.on('error', () => undefined).on('data', () => undefined);
}
