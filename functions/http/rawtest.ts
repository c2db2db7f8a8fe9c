import { createServer } from 'node:http';
import { createGuard } from './guard.ts';
import { Refusal } from '../domain/refusal.ts';
const guard = createGuard({ handler: () => Promise.reject(new Refusal('unauthenticated')), maxBodyBytes: 1000, bodyTimeoutMs: 10000, maxInFlight: 10, log: () => undefined });
const server = createServer(guard.serve).listen(18999, '127.0.0.1');
setTimeout(() => process.exit(), 15000);
